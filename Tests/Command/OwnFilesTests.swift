import Foundation
import Testing

/// What a training writes never replaces what it learns from, and is no news where it lies among it.
@Suite("Own files")
struct OwnFilesTests {
  private func isRefused(_ folder: TemporaryFolder, _ arguments: [String], _ path: String) throws {
    let before = try folder.bytes(of: path)
    let outcome = try Program.run(
      ["train"] + TemporaryFolder.fast(arguments), in: folder.path)
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(arguments): \(outcome)")
    #expect(outcome.errors.contains("would be overwritten"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("epoch"))
    #expect(try folder.bytes(of: path) == before)
  }

  @Test func aListingIsNotOverwritten() throws {
    let folder = try TemporaryFolder.letters(12)
    var rows = "path,label\n"
    for letter in ["X", "O"] {
      for name in try folder.names(in: "xo/\(letter)") {
        rows += "xo/\(letter)/\(name),\(letter)\n"
      }
    }
    try folder.write(rows.utf8, to: "list.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.csv"), withDestinationPath: "list.csv")
    for arguments in [
      ["--out", "list.csv"], ["--log", "./list.csv"], ["--report", "xo/../list.csv"],
      ["--log", "link.csv"], ["--out", folder.path("list.csv")],
    ] {
      try isRefused(folder, ["list.csv"] + arguments, "list.csv")
    }
    try isRefused(folder, ["list.csv", "--out", "xo/X/000000.png"], "xo/X/000000.png")
    try folder.write(rows.replacing("xo/", with: "").utf8, to: "xo/metadata.csv")
    try isRefused(folder, ["xo", "--log", "xo/metadata.csv"], "xo/metadata.csv")
    #expect(try folder.names() == ["link.csv", "list.csv", "net.json", "xo"])
  }

  @Test func anExampleIsNotOverwritten() throws {
    let folder = try TemporaryFolder.letters(12)
    let name = try folder.names(in: "xo/X")[0]
    for option in ["--out", "--log", "--report"] {
      try isRefused(folder, ["xo", option, "xo/X/\(name)"], "xo/X/\(name)")
      try isRefused(folder, ["xo", option, "xo/O/../X/\(name)"], "xo/X/\(name)")
    }
    #expect(try folder.names() == ["net.json", "xo"])
    #expect(try folder.names(in: "xo/X").count == 6)
  }

  @Test func anIDXFileIsNotOverwritten() throws {
    let folder = try TemporaryFolder.letters(2)
    try folder.makeFolder("data")
    let picture = { (level: UInt8) in [UInt8](repeating: level, count: 100) }
    try folder.write(
      [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 10, 0, 0, 0, 10] + [0, 200, 50, 255].flatMap(picture),
      to: "data/train-images-idx3-ubyte")
    try folder.write([0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 1], to: "data/train-labels-idx1-ubyte")
    for name in ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"] {
      try isRefused(folder, ["data", "--out", "data/\(name)"], "data/\(name)")
    }
  }

  /// Everything lies in the folder that is learned from: at the top, and in a label's folder.
  @Test(arguments: ["", "X/"]) func whatLiesInTheDataIsNoNews(place: String) throws {
    let folder = try TemporaryFolder.letters(60)
    let data = folder.path("xo")
    func train(_ more: String...) throws -> Program.Outcome {
      let options = [
        ".", "--out", "\(place)m", "--log", "\(place)log.csv", "--report", "\(place)page.html",
        "--split", "\(place)split.csv", "--network", "../net.json", "--epochs", "1", "--json",
      ]
      return try Program.run(["train"] + options + more, in: data)
    }
    let first = try train()
    #expect(first.status == 0 && first.leftOut.isEmpty, "\(first.errors)")
    let model = try folder.bytes(of: "xo/\(place)m")
    let second = try train()
    #expect(second.status == 0 && second.leftOut.isEmpty, "\(second.errors)")
    #expect(try second.object()["skipped"] as? Int == 0)
    #expect(try second.object()["examples"] as? Int == 60)
    #expect(try folder.bytes(of: "xo/\(place)m") == model)
    let third = try train("--resume", "--strict")
    #expect(third.status == 0 && third.errors.contains("is finished"), "\(third)")
    // What others left there is told as before.
    try folder.write("1".utf8, to: "xo/\(place)notes")
    #expect(try train().leftOut.count == 1)
  }
}
