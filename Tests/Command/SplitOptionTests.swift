import Foundation
import Testing

/// `--split`: the file that says which example goes where.
@Suite("Split file")
struct SplitOptionTests {
  private func rows(_ folder: TemporaryFolder) throws -> [String] {
    try folder.text(of: "split.csv").split(separator: "\n").map(String.init)
  }

  @Test func whatOneTrainingWritesTheNextReads() throws {
    let folder = try TemporaryFolder.letters(30)
    // What cannot be used is in no part, and no other training's either.
    try folder.copy("xo/X/000000.png", to: "xo/X/broken.png")
    try folder.cut("xo/X/broken.png")
    func train(_ model: String, _ more: String...) throws -> Program.Outcome {
      try Program.run(
        ["train"]
          + TemporaryFolder.fast(["xo", "--out", model, "--json", "--split", "split.csv"] + more),
        in: folder.path)
    }
    let first = try train("first")
    #expect(first.status == 0, "\(first.errors)")
    let written = try folder.bytes(of: "split.csv")
    let rows = try rows(folder)
    #expect(rows.count == 31 && rows[0] == "path,label,part")
    #expect(rows.count { $0.hasSuffix(",validation") } == 6)
    #expect(!rows.contains { $0.contains("broken") })

    // The file says what the options gave: not a byte of the model differs.
    let second = try train("second")
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.leftOut.map(\.reason) == ["not in the split file"], "\(second.errors)")
    #expect(try folder.bytes(of: "second") == folder.bytes(of: "first"))
    #expect(try folder.bytes(of: "split.csv") == written)

    // Under another seed it stays the same division.
    let third = try train("third", "--seed", "7")
    #expect(third.errors.contains("Learning from 24 examples, validating on 6."))
    #expect(third.leftOut.map(\.reason) == ["not in the split file"], "\(third.errors)")
    #expect(try folder.bytes(of: "split.csv") == written)

    // Without a test part, what validated is evaluated.
    let evaluated = try folder.run(
      "evaluate", "first", "xo", "--json", "--quiet", "--split", "split.csv")
    #expect(try evaluated.object()["examples"] as? Int == 6)
    let validation = try #require(try first.object()["validation"] as? [String: Any])
    #expect(
      try evaluated.object()["accuracy"] as? Double == validation["accuracy"] as? Double)
  }

  @Test func aFileByHandDecides() throws {
    let folder = try TemporaryFolder.letters(30)
    var text = "path,label,part\n"
    for letter in ["O", "X"] {
      for (index, name) in try folder.names(in: "xo/\(letter)").enumerated() {
        text += "\(letter)/\(name),\(letter),\(index < 3 ? "test" : index < 5 ? "val" : "train")\n"
      }
    }
    try folder.write(text.utf8, to: "split.csv")
    let outcome = try folder.train("xo", "--split", "split.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("Learning from 20 examples, validating on 4."))
    let evaluated = try folder.run("evaluate", "xo.convkit", "xo", "--split", "split.csv", "--json")
    #expect(try evaluated.object()["examples"] as? Int == 6)
    let scanned = try folder.run("scan", "xo", "--split", "split.csv")
    #expect(
      scanned.lines.last { $0.hasPrefix("total") }?.split(separator: " ") == [
        "total", "20", "4", "6", "30",
      ])

    // Where it has no validation part there is none, whatever the share.
    try folder.write(text.replacing(",val\n", with: ",train\n").utf8, to: "split.csv")
    let unvalidated = try folder.train("xo", "--split", "split.csv")
    #expect(unvalidated.errors.contains("Learning from 24 examples, validating on none."))
  }

  @Test func theSearchForALearningRateDividesAsTheTrainingDoes() throws {
    let folder = try TemporaryFolder.letters(30)
    func search() throws -> Program.Outcome {
      try folder.train("xo", "--find-learning-rate", "--split", "split.csv")
    }
    // The file that a training would write.
    let first = try search()
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("Learning from 24 examples, validating on 6."))
    #expect(try folder.names() == ["net.json", "xo", "xo.learning-rate.svg"])
    #expect(try folder.train("xo", "--split", "split.csv").status == 0)
    #expect(try search().output == first.output)
    let text = try folder.text(of: "split.csv").replacing(",validation\n", with: ",training\n")
    try folder.write(text.utf8, to: "split.csv")
    #expect(try search().errors.contains("Learning from 30 examples, validating on none."))
  }

  @Test func whatTheDataLackIsToldAndWhatTheFileLacksIsLeftOut() throws {
    let folder = try TemporaryFolder.letters(30)
    #expect(try folder.train("xo", "--split", "split.csv").status == 0)
    let names = try folder.names(in: "xo/O")
    try folder.remove("xo/O/\(names[0])")
    try folder.remove("xo/O/\(names[1])")
    try folder.copy("xo/O/\(names[2])", to: "xo/O/new.png")
    let outcome = try folder.train("xo", "--split", "split.csv", "--json")
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.contains(
        "the split file names 2 examples that the data lack, as O/\(names[0])."),
      "\(outcome.errors)")
    #expect(outcome.leftOut.map(\.name) == ["O/new.png"])
    #expect(try outcome.object()["examples"] as? Int == 28)
  }

  @Test func callsAndFilesThatCannotBe() throws {
    let folder = try TemporaryFolder.letters(12)
    #expect(try folder.train("xo").status == 0)
    for arguments in [["train", "xo"], ["scan", "xo"], ["evaluate", "xo.convkit", "xo"]] {
      let both = try Program.run(
        arguments + ["--test", "0.2", "--split", "split.csv"], in: folder.path)
      #expect(both.status == 64 && both.errors.contains("--split"))
      guard arguments[0] != "train" else { continue }
      let missing = try Program.run(arguments + ["--split", "split.csv"], in: folder.path)
      #expect(missing.status == 66 && missing.errors.contains("split.csv"))
    }
    let place = try folder.train("xo", "--split", "no/such/split.csv")
    #expect(place.status == 73 && !place.errors.contains("epoch"))
    for (text, words) in [
      ("", "path,label,part"), ("path,label\n", "path,label,part"),
      ("path,label,part\na,O,sometimes\n", "sometimes"),
      ("path,label,part\nX/000000.png,O,training\n", "the split file says"),
      ("path,label,part\nnone,X,training\n", "holds no example that can be used"),
    ] {
      try folder.write(text.utf8, to: "split.csv")
      let outcome = try folder.train("xo", "--split", "split.csv", "--out", "m")
      #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(try folder.names() == ["net.json", "split.csv", "xo", "xo.convkit"])
  }
}
