import Foundation
import Testing

/// Trainings that write into the folder of their data.
@Suite("Own files")
struct OwnFilesTests {
  @Test func areNotMentionedAndChangeNothing() throws {
    let folder = try TemporaryFolder.letters(40)
    let options = [
      "--epochs", "1", "--network", folder.path("net.json"), "--log", "log.csv", "--report",
      "report.html", "--split", "split.csv", "--out", "own.convkit", "--strict",
    ]
    // Strictly, a file that is left out is an error.
    let first = try Program.run(["train", "."] + options, in: folder.path("xo"))
    #expect(first.status == 0, "\(first.errors)")
    #expect(!first.errors.contains("left out"), "\(first.errors)")
    let model = try folder.bytes(of: "xo/own.convkit")
    // By now they are there.
    for data in [".", folder.path("xo"), "../xo"] {
      let next = try Program.run(["train", data] + options, in: folder.path("xo"))
      #expect(next.status == 0 && !next.errors.contains("left out"), "\(next.errors)")
      #expect(try folder.bytes(of: "xo/own.convkit") == model)
    }
    try folder.write("another".utf8, to: "xo/another.txt")
    let other = try Program.run(["train", "."] + options, in: folder.path("xo"))
    #expect(other.status == 65 && other.errors.contains("another.txt"), "\(other.errors)")
  }
}
