import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C or a request to end came while something was under way that had to be put in order first.
struct Interrupted: Error {
  let status: ExitStatus
}

/// What the program does when a signal reaches it.
///
/// Ctrl-C (SIGINT) says so at once and ends the program with status 130, a request to end (SIGTERM)
/// with 143. Where files are being written they only note the wish; the writer leaves as soon as its
/// files are complete or removed. A second signal ends everything at once.
enum Signals {
  /// How many `uninterrupted` bodies run.
  private static let guards = Atomic<Int>(0)
  /// The first signal that came, or 0.
  private static let received = Atomic<CInt>(0)
  /// Whether a progress bar stands on the current line.
  private static let isLineOpen = Atomic<Bool>(false)

  static func prepare() {
    // Writing then fails with an error that can be told, instead of ending the program.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)

    // A handler must not be the first to use a global, which is made on its first use.
    _ = guards.load(ordering: .relaxed)
    _ = received.load(ordering: .relaxed)
    _ = isLineOpen.load(ordering: .relaxed)
    _ = (Message.line, Message.lineBelowBar)
    for code in [SIGINT, SIGTERM] {
      var action = sigaction()
      sigaction(code, nil, &action)
      // A shell that runs this in the background may have had Ctrl-C ignored.
      if action.isIgnored { continue }
      // A thread that blocks signals hands that down to the programs it starts.
      var interruption = sigset_t()
      sigemptyset(&interruption)
      sigaddset(&interruption, code)
      sigprocmask(SIG_UNBLOCK, &interruption, nil)
      signal(code) { Signals.interrupt(by: $0) }
    }
  }

  /// Tells the handler whether its message must begin on a new line.
  static func markLine(open: Bool) { isLineOpen.store(open, ordering: .relaxed) }

  /// Runs what must not be left halfway.
  ///
  /// - Parameter body: may call `checkInterruption` where it can be left.
  /// - Throws: `Interrupted` if a signal came meanwhile; what `body` throws.
  static func uninterrupted<Result>(_ body: () throws -> Result) throws -> Result {
    guards.add(1, ordering: .sequentiallyConsistent)
    defer { guards.subtract(1, ordering: .sequentiallyConsistent) }
    let result = try body()
    try checkInterruption()
    return result
  }

  /// - Throws: `Interrupted` if a signal came.
  static func checkInterruption() throws {
    let code = received.load(ordering: .sequentiallyConsistent)
    if code != 0 { throw Interrupted(status: ExitStatus(signal: code)) }
  }

  /// Only what a signal handler may do: atomics, `write` and `_exit`.
  private static func interrupt(by code: CInt) {
    let (isFirst, _) = received.compareExchange(
      expected: 0, desired: code, ordering: .sequentiallyConsistent)
    if isFirst {
      let message =
        isLineOpen.load(ordering: .relaxed) ? Message.lineBelowBar : Message.line
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
    }
    if !isFirst || guards.load(ordering: .sequentiallyConsistent) == 0 {
      _exit(ExitStatus(signal: code).rawValue)
    }
  }

  private enum Message {
    static let line: StaticString = "Interrupted.\n"
    static let lineBelowBar: StaticString = "\nInterrupted.\n"
  }
}

extension sigaction {
  fileprivate var isIgnored: Bool {
    #if canImport(Glibc)
      let handler = __sigaction_handler.sa_handler
    #else
      let handler = __sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
