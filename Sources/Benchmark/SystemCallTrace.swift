import ConvKit
import FoundationEssentials

/// What a save asks of the system, as `strace` recorded it.
struct SystemCallTrace {
  struct Call: Equatable {
    let name: String
    /// Which call of that name it is in the whole process, from 1: how strace counts.
    let number: Int
    /// As the trace has it.
    let text: String
  }

  /// From the first call that names the file to the end of the process.
  let calls: [Call]

  /// - Parameters:
  ///   - trace: what `strace -f -o` wrote.
  ///   - path: of the file that is saved.
  init(_ trace: String, path: String) {
    var numbers: [Substring: Int] = [:]
    var calls: [Call] = []
    for line in trace.split(separator: "\n") {
      // The number of the process, and the call.
      let text = line.drop { $0 != " " }.drop { $0 == " " }
      guard let name = text.firstIndex(of: "(").map({ text[..<$0] }), !name.isEmpty,
        name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
      else { continue }
      numbers[name, default: 0] += 1
      // The arguments of the program name the file too.
      let isOfSave = !calls.isEmpty || (name != "execve" && text.contains(path))
      guard isOfSave, let number = numbers[name] else { continue }
      calls.append(Call(name: String(name), number: number, text: String(text)))
    }
    self.calls = calls
  }

  /// The names of the calls, each with its first number, in the order of the save.
  var firsts: [Call] {
    var names: Set<String> = []
    return calls.filter { names.insert($0.name).inserted }
  }
}

/// The program that records and forges system calls.
struct Tracer {
  let program: String

  /// The one that is installed; nil where there is none.
  init?() {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let programs = folders.split(separator: ":").map { FileName.join(String($0), "strace") }
    guard let program = programs.first(where: FileManager.default.isExecutableFile) else {
      return nil
    }
    self.program = program
  }

  /// Runs a program under it to its end.
  ///
  /// - Parameters:
  ///   - options: of strace.
  ///   - output: the file for what the program says.
  func run(
    _ options: [String], _ program: String, _ arguments: [String], output: String
  ) throws -> ProcessEnd {
    // By its own name, for /proc/self/exe would be the tracer.
    let command = [FileName.absolute(program)] + arguments
    return try ChildProcess(self.program, ["-f"] + options + command, output: output)
      .wait(limit: InterruptionCase.patience).end
  }

  /// Runs a program and kills it as it enters a system call.
  ///
  /// - Parameter number: which call of that name, from 1.
  /// - Returns: whether it came to that call.
  func kill(
    at call: String, _ number: Int, _ program: String, _ arguments: [String], output: String
  ) throws -> Bool {
    let end = try run(
      ["-o", "/dev/null", "-e", "inject=\(call):signal=SIGKILL:when=\(number)"], program,
      arguments, output: output)
    switch end {
    case .killed(9): return true
    case .exited(0): return false
    default: throw TrainingFailed(end: end, output: output)
    }
  }
}
