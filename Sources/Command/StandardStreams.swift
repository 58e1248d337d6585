import ConvKit

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The reader of stdout has gone, as `head` does when it has enough.
struct ReaderLeft: Error {}

/// Results. Text is collected and written in large pieces; failures to write are errors like others.
enum StandardOutput {
  // The command runs on one thread; workers never print.
  nonisolated(unsafe) private static var pending: [UInt8] = []

  static func write(_ text: String) {
    pending += text.utf8
  }

  static func writeLine(_ text: String = "") {
    write(text + "\n")
  }

  /// - Throws: `ReaderLeft`, or `OutputError` when the system refuses.
  static func flush() throws {
    defer { pending = [] }
    if let code = writeAll(pending, to: STDOUT_FILENO) {
      if code == EPIPE { throw ReaderLeft() }
      throw OutputError(reason: String(cString: strerror(code)))
    }
  }

  static let isTerminal = isatty(STDOUT_FILENO) == 1
}

/// stdout takes nothing more: a full disk behind it, or a limit on a file's size.
struct OutputError: ReportableError {
  let reason: String
  var category: ErrorCategory { .inputOutput }
  var description: String {
    "The results could not be written to the standard output: \(reason). Mend that and try again."
  }
}

/// Everything that is no result: progress, warnings, errors. What cannot be written here is lost.
enum StandardError {
  static func write(_ text: String) {
    _ = writeAll(Array(text.utf8), to: STDERR_FILENO)
  }

  static func writeLine(_ text: String) {
    write(text + "\n")
  }

  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Whether lines may be coloured and drawn over.
  static let isRich = isTerminal && environment("TERM") != "dumb"

  static let isColoured =
    isRich && (environment("NO_COLOR") ?? "").isEmpty

  /// "Error:", red where colours are wanted.
  static var errorPrefix: String { coloured("Error:", "31;1") }

  /// "Warning:", yellow where colours are wanted.
  static var warningPrefix: String { coloured("Warning:", "33;1") }

  /// The columns of the terminal; 80 where nobody says.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private static func coloured(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// Writes all bytes and returns the error number if that failed.
private func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> CInt? {
  bytes.withUnsafeBytes { buffer in
    var written = 0
    while written < buffer.count {
      let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
      let count = write(descriptor, rest.baseAddress, rest.count)
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}
