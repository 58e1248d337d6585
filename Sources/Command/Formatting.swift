import ConvKitDrawing

/// Numbers as people read them.
enum Formatting {
  /// 0.9987 as "99.87 %".
  static func percent(_ share: Double) -> String {
    "\(fixedPoint(Float(share * 100), places: 2)) %"
  }

  static func loss(_ loss: Double) -> String { fixedPoint(Float(loss), places: 4) }

  /// "1:05" for 65 seconds, "2:03:10" for hours.
  static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e6 else { return "-:--" }
    let whole = Int(max(0, seconds).rounded(.up))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    let rest = twoDigits(whole % 60)
    return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(rest)" : "\(minutes):\(rest)"
  }

  /// 1234567 as "1,234,567".
  static func grouped(_ number: Int) -> String {
    var groups: [String] = []
    var rest = number.magnitude
    while rest >= 1000 {
      let group = String(rest % 1000)
      groups.append(String(repeating: "0", count: 3 - group.count) + group)
      rest /= 1000
    }
    groups.append(String(rest))
    return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
  }

  /// "1 example", "2 examples".
  static func count(_ number: Int, _ one: String) -> String {
    "\(grouped(number)) \(one)\(number == 1 ? "" : "s")"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
