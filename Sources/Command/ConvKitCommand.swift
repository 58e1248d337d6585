import ArgumentParser
import ConvKit

/// The command `convkit`.
struct ConvKitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convkit",
    abstract: "Teaches a machine to tell things apart by matching small local patterns.",
    discussion: """
      Learns from labelled files, answers for new ones, and shows how it came to the answer.

      Example:
        convkit demo                         see it all at once
        convkit train xo/                    learn from a folder per label
        convkit classify xo.convkit a.png    ask what a picture shows

      Exit status: 0 success, 64 wrong call, 65 bad data, 66 missing input, 70 internal error, \
      73 cannot create, 74 reading or writing failed, 130 interrupted, 143 asked to end.
      """,
    version: Version.text,
    subcommands: [
      DemoCommand.self, XOCommand.self, ScanCommand.self, CheckCommand.self, TrainCommand.self,
      EvaluateCommand.self,
      ClassifyCommand.self, SummaryCommand.self, SlicesCommand.self,
    ] + soundCommands)

  private static var soundCommands: [any ParsableCommand.Type] {
    #if Sound
      [SpectrogramCommand.self]
    #else
      []
    #endif
  }
}

/// What `--version` says.
enum Version {
  static let number = "0.1.0"

  static var text: String {
    let instructionSet = (try? InstructionSet.requested()) ?? InstructionSet.available[0]
    return """
      convkit \(number)
      libpng \(PNGLibrary.version)
      zlib \(FileContent.zlibVersion)
      swift-argument-parser 1.8.2
      instruction set \(instructionSet.name)
      """
  }
}
