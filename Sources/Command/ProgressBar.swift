/// One line on stderr that is drawn over and over, where that is a terminal that can; otherwise
/// nothing.
final class ProgressBar {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var drawn: ContinuousClock.Instant?
  private var isOpen = false

  /// Often enough to look alive, seldom enough to cost nothing.
  private static let interval = Duration.milliseconds(100)
  private static let length = 24

  init(isQuiet: Bool) { isShown = !isQuiet && StandardError.isRich }

  /// Draws the bar; calls that follow one another too closely draw nothing.
  ///
  /// - Parameters:
  ///   - done: of all that there is to do, for the time left.
  ///   - prefix: stands before the bar.
  ///   - suffix: stands between the bar and the time left; evaluated only when it is drawn.
  func show(
    done: Int, of total: Int, prefix: String = "", _ suffix: @autoclosure () -> String
  ) {
    guard isShown else { return }
    let now = ContinuousClock.now
    if let drawn, now - drawn < Self.interval, done < total { return }
    drawn = now
    let seconds = (now - start).seconds
    let line = Self.line(
      done: done, of: total, prefix: prefix, suffix: suffix(), seconds: seconds)
    // One column stays free, for some terminals wrap as soon as the last is filled.
    let cut = String(line.prefix(max(1, StandardError.width - 1)))
    Signals.markLine(open: true)
    isOpen = true
    StandardError.write("\r\(cut)\u{1B}[K")
  }

  /// Takes the bar away, before anything else is written.
  func clear() {
    guard isOpen else { return }
    StandardError.write("\r\u{1B}[K")
    Signals.markLine(open: false)
    isOpen = false
  }

  /// `prefix [######....] suffix, 0:12 left`.
  static func line(
    done: Int, of total: Int, prefix: String, suffix: String, seconds: Double
  ) -> String {
    let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 1
    let filled = Int((share * Double(length)).rounded(.down))
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: length - filled)
    let left = share > 0 ? seconds * (1 - share) / share : .infinity
    return (prefix.isEmpty ? "" : prefix + " ")
      + "[\(bar)] \(suffix), \(Formatting.duration(seconds: left)) left"
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
