import ConvKit

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a process ended.
enum ProcessEnd: Equatable {
  case exited(Int32)
  case killed(signal: Int32)
  /// It had to be killed, for it ran longer than it may.
  case late

  /// - Parameter status: as `wait4` gives it.
  init(waitStatus status: Int32) {
    // The macros WIFEXITED and so on, which Swift does not see.
    let signal = status & 0x7F
    self = signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
  }
}

/// A process of this program's own that is waited for with a limit of time.
struct ChildProcess {
  let identifier: pid_t
  private let start = ContinuousClock.now

  /// Starts a program with an empty stdin.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - output: the file that stdout and stderr go to; an earlier one is replaced.
  init(_ program: String, _ arguments: [String], output: String) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var identifier = pid_t()
    // A trap would otherwise spend a second on its backtrace; what it says stands on stderr.
    var variables: [UnsafeMutablePointer<CChar>?] = [strdup("SWIFT_BACKTRACE=enable=no"), nil]
    defer { for variable in variables { free(variable) } }
    // Signals that this process blocks or ignores would otherwise not end the other one either.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let code = posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
    guard code == 0 else {
      throw ChildNotStarted(program: program, reason: String(cString: strerror(code)))
    }
    self.identifier = identifier
  }

  /// What is known of a process that has ended.
  struct Report {
    let end: ProcessEnd
    let seconds: Double
    /// The most memory that it held, in bytes; at least what this process held when it started it.
    let memory: Int
  }

  /// The report if the process has ended; one that runs for longer than `limit` seconds is killed.
  func poll(limit: Double) -> Report? {
    var status: Int32 = 0
    var usage = rusage()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let isLate = seconds > limit
    if isLate { kill(identifier, SIGKILL) }
    guard wait4(identifier, &status, isLate ? 0 : WNOHANG, &usage) == identifier else { return nil }
    return Report(
      end: isLate ? .late : ProcessEnd(waitStatus: status), seconds: seconds,
      memory: Int(usage.ru_maxrss) << 10)
  }

  /// The report at its end; if it runs for longer than `limit` seconds, it is killed.
  func wait(limit: Double) -> Report {
    while true {
      if let report = poll(limit: limit) { return report }
      Self.pause()
    }
  }

  /// Waits a little: for those who poll.
  static func pause() { usleep(500) }

  /// Limits this process from now on.
  ///
  /// - Parameters:
  ///   - memory: bytes of addresses.
  ///   - seconds: of computing and on the clock; then a signal ends it.
  static func limitSelf(memory: Int, seconds: Int) {
    func limit(_ resource: CInt, _ value: Int) {
      var limits = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
      #if canImport(Glibc)
        setrlimit(__rlimit_resource_t(UInt32(resource)), &limits)
      #else
        setrlimit(resource, &limits)
      #endif
    }
    #if canImport(Glibc)
      limit(CInt(RLIMIT_AS.rawValue), memory)
      limit(CInt(RLIMIT_CPU.rawValue), seconds)
      limit(CInt(RLIMIT_CORE.rawValue), 0)
    #else
      limit(RLIMIT_AS, memory)
      limit(RLIMIT_CPU, seconds)
      limit(RLIMIT_CORE, 0)
    #endif
    alarm(UInt32(seconds))
  }

  /// A path that leads to the program that runs.
  static var ownPath: String {
    #if os(Linux)
      // Not what it leads to: a build may put another program there meanwhile.
      "/proc/self/exe"
    #else
      FileName.absolute(CommandLine.arguments[0])
    #endif
  }
}

/// A program cannot be started.
struct ChildNotStarted: ReportableError {
  let program: String
  let reason: String
  var category: ErrorCategory { .inputOutput }
  var description: String { "\(program) cannot be started: \(reason)." }
}
