import Foundation
import Testing

@Suite("Help and version")
struct HelpTests {
  static let commands = [
    "", "demo", "xo", "xo generate", "xo walkthrough", "scan", "check", "train", "evaluate",
    "classify",
    "summary", "slices", "spectrogram",
  ]

  /// The fixtures are written anew when CONVKIT_RECORD is set.
  @Test(arguments: commands)
  func helpIsAsRecorded(_ command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try Program.run(words + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("Example:"))

    let name = (["convkit"] + words).joined(separator: "-") + ".txt"
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/\(name)")
    if ProcessInfo.processInfo.environment["CONVKIT_RECORD"] != nil {
      try Data(outcome.output.utf8).write(to: fixture)
    }
    let recorded = String(decoding: try Data(contentsOf: fixture), as: UTF8.self)
    #expect(outcome.output == recorded)
  }

  @Test func versionNamesTheLibraries() throws {
    let outcome = try Program.run(["--version"], environment: ["CONVKIT_ISA": "baseline"])
    #expect(outcome.status == 0)
    #expect(
      outcome.lines.map { $0.prefix { $0 != "." && !$0.isNumber } }
        == ["convkit ", "libpng ", "zlib ", "swift-argument-parser ", "instruction set baseline"])
  }
}
