import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C came while something was under way that had to be put in order first.
struct Interrupted: Error {}

/// What the program does when a signal reaches it.
///
/// Ctrl-C says so at once and ends the program with status 130. Where files are being written it only
/// notes the wish; the writer leaves as soon as its files are complete or removed. A second Ctrl-C
/// ends everything at once.
enum Signals {
  /// How many `uninterrupted` bodies run.
  private static let guards = Atomic<Int>(0)
  private static let isInterrupted = Atomic<Bool>(false)
  /// Whether a progress bar stands on the current line.
  private static let isLineOpen = Atomic<Bool>(false)

  static func prepare() {
    // Writing then fails with an error that can be told, instead of ending the program.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)

    // A handler must not be the first to use a global, which is made on its first use.
    _ = guards.load(ordering: .relaxed)
    _ = isInterrupted.load(ordering: .relaxed)
    _ = isLineOpen.load(ordering: .relaxed)
    _ = (Message.line, Message.lineBelowBar)
    var action = sigaction()
    sigaction(SIGINT, nil, &action)
    // A shell that runs this in the background may have had Ctrl-C ignored.
    if action.isIgnored { return }
    // A thread that blocks signals hands that down to the programs it starts.
    var interruption = sigset_t()
    sigemptyset(&interruption)
    sigaddset(&interruption, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interruption, nil)
    signal(SIGINT) { _ in Signals.interrupt() }
  }

  /// Tells the handler whether its message must begin on a new line.
  static func markLine(open: Bool) { isLineOpen.store(open, ordering: .relaxed) }

  /// Runs what must not be left halfway.
  ///
  /// - Parameter body: may call `checkInterruption` where it can be left.
  /// - Throws: `Interrupted` if Ctrl-C came meanwhile; what `body` throws.
  static func uninterrupted<Result>(_ body: () throws -> Result) throws -> Result {
    guards.add(1, ordering: .sequentiallyConsistent)
    defer { guards.subtract(1, ordering: .sequentiallyConsistent) }
    let result = try body()
    try checkInterruption()
    return result
  }

  /// - Throws: `Interrupted` if Ctrl-C came.
  static func checkInterruption() throws {
    if isInterrupted.load(ordering: .sequentiallyConsistent) { throw Interrupted() }
  }

  /// Only what a signal handler may do: atomics, `write` and `_exit`.
  private static func interrupt() {
    let isSecond = isInterrupted.exchange(true, ordering: .sequentiallyConsistent)
    if !isSecond {
      let message =
        isLineOpen.load(ordering: .relaxed) ? Message.lineBelowBar : Message.line
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
    }
    if isSecond || guards.load(ordering: .sequentiallyConsistent) == 0 {
      _exit(ExitStatus.interrupted.rawValue)
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
