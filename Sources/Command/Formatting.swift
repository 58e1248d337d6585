import ConvKitDrawing

/// Numbers as people read them.
enum Formatting {
  /// 0.9987 as "99.87 %". What is not quite all is never written as all.
  static func percent(_ share: Double) -> String { NumberText.percent(share) }

  /// Four decimals; below 0.001 two digits and the power of ten, as 2.3e-05.
  static func loss(_ loss: Double) -> String {
    guard loss > 0, loss < 0.001 else { return fixedPoint(Float(loss), places: 4) }
    var (scaled, power) = (loss, 0)
    while scaled < 0.995 {
      scaled *= 10
      power += 1
    }
    return "\(fixedPoint(Float(scaled), places: 1))e-\(twoDigits(power))"
  }

  /// "1:05" for 65 seconds, "2:03:10" for hours.
  static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e6 else { return "-:--" }
    let whole = Int(max(0, seconds).rounded(.up))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    let rest = twoDigits(whole % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(rest)" : "\(minutes):\(rest)"
  }

  /// 1234567 as "1,234,567".
  static func grouped(_ number: Int) -> String { NumberText.grouped(number) }

  /// "1 example", "2 examples".
  static func count(_ number: Int, _ one: String) -> String {
    NumberText.count(number, one)
  }

  /// Two digits and the power of ten, as 3.2e-03: a learning rate that an option takes.
  static func rate(_ rate: Double) -> String {
    guard rate > 0, rate.isFinite else { return "\(rate)" }
    var (scaled, power) = (rate, 0)
    while scaled < 0.995 {
      scaled *= 10
      power += 1
    }
    return power == 0
      ? fixedPoint(scaled, places: 1) : "\(fixedPoint(scaled, places: 1))e-\(twoDigits(power))"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
