/// One line on stderr that is drawn over and over, where that is a terminal that can; otherwise
/// nothing.
final class ProgressBar {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var drawn: ContinuousClock.Instant?
  private var isOpen = false

  /// Often enough to look alive, seldom enough to cost nothing.
  private static let interval = Duration.milliseconds(100)
  /// Of the bar itself, which gives way where the line would not fit.
  private static let lengths = 3...24

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
    // One column stays free, for some terminals wrap as soon as the last is filled.
    let width = max(1, StandardError.width - 1)
    let line = Self.line(
      done: done, of: total, prefix: prefix, suffix: suffix(), seconds: seconds, width: width)
    let cut = String(line.prefix(width))
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

  /// `prefix [######....] suffix, 0:12 left`, in `width` columns if they are enough.
  static func line(
    done: Int, of total: Int, prefix: String, suffix: String, seconds: Double, width: Int
  ) -> String {
    let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 1
    let left = share > 0 ? seconds * (1 - share) / share : .infinity
    let start = prefix.isEmpty ? "" : prefix + " "
    let end = " \(suffix), \(Formatting.duration(seconds: left)) left"
    let room = width - start.count - end.count - 2
    let length = min(max(room, lengths.lowerBound), lengths.upperBound)
    let filled = Int((share * Double(length)).rounded(.down))
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: length - filled)
    return "\(start)[\(bar)]\(end)"
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
