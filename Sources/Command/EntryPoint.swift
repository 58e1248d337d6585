import ArgumentParser
import ConvKit

/// Where the program starts: reads the arguments, runs the command, and is the one place in which
/// an error becomes a sentence on stderr and an exit status.
@main
enum EntryPoint {
  static func main() {
    Signals.prepare()
    do {
      var command = try ConvKitCommand.parseAsRoot()
      if command is any NeedsKernels { _ = try InstructionSet.requested() }
      do {
        try command.run()
      } catch let error as ValidationError {
        throw LateWrongCall(error, by: type(of: command))
      }
      try StandardOutput.flush()
    } catch {
      leave(after: error)
    }
  }

  private static func leave(after error: any Error) -> Never {
    // What was answered before the failure belongs to the reader. If that fails too, the first
    // failure is the one to tell.
    try? StandardOutput.flush()
    switch error {
    case is ReaderLeft:
      exit(.success)
    case let interrupted as Interrupted:
      exit(interrupted.status)
    case let failures as SomeInputsFailed:
      exit(failures.status)
    case let error as LateWrongCall:
      StandardError.write(error.text + "\n")
      exit(.wrongCall)
    case let error as any ReportableError:
      StandardError.write("\(StandardError.errorPrefix) \(error.description)\n")
      exit(ExitStatus(error.category))
    default:
      let code = ConvKitCommand.exitCode(for: error)
      let message = ConvKitCommand.fullMessage(for: error)
      if code.isSuccess {
        StandardOutput.write(message + "\n")
        do { try StandardOutput.flush() } catch { leave(after: error) }
      } else if !message.isEmpty {
        StandardError.write(message + "\n")
      }
      exit(code == .failure ? .internalError : ExitStatus(rawValue: code.rawValue))
    }
  }

  private static func exit(_ status: ExitStatus) -> Never {
    ConvKitCommand.exit(withError: ExitCode(status.rawValue))
  }
}

/// A command that computes, so that `CONVKIT_ISA` must name something this machine has.
protocol NeedsKernels {}
