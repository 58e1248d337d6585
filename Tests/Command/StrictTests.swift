import Foundation
import Testing

/// What cannot be used: named and counted, or with `--strict` an error.
@Suite("Strict")
struct StrictTests {
  /// In the order of the names: one that the scan finds, and one that only decoding does.
  private func broken() throws -> TemporaryFolder {
    let folder = try TemporaryFolder.letters(12)
    try folder.copy("xo/O/000001.png", to: "xo/O/z cut.png")
    try folder.cut("xo/O/z cut.png")
    try folder.write("no picture".utf8, to: "xo/X/text.png")
    return folder
  }

  private func add(hiddenTo folder: TemporaryFolder) throws {
    try folder.copy("xo/X/000000.png", to: "xo/X/.hidden.png")
  }

  @Test func withoutItAllAreNamedOnce() throws {
    let folder = try broken()
    try add(hiddenTo: folder)
    let names = ["O/z cut.png", "X/.hidden.png", "X/text.png"]
    let training = try folder.train("xo", "--json", "--quiet")
    #expect(training.status == 0)
    #expect(training.leftOut.map(\.name) == names, "\(training.errors)")
    #expect(try training.object()["skipped"] as? Int == 3)
    #expect(try training.object()["examples"] as? Int == 12)
    let evaluation = try folder.run("evaluate", "xo.convkit", "xo", "--json")
    #expect(evaluation.status == 0)
    #expect(evaluation.leftOut.map(\.name) == names, "\(evaluation.errors)")
    #expect(evaluation.leftOut.map(\.reason) == training.leftOut.map(\.reason))
    #expect(try evaluation.object()["skipped"] as? Int == 3)
    // A reason says what is wrong; the name stands before it.
    for (name, reason) in training.leftOut {
      #expect(!reason.contains(name) && !reason.contains("leave it out"), "\(reason)")
    }
    #expect(training.leftOut[0].reason.contains("broken PNG file"))
    #expect(training.leftOut[2].reason.hasPrefix("it is not a picture"))
  }

  @Test func theFirstIsAnErrorAndNothingIsWritten() throws {
    let folder = try broken()
    let outcome = try folder.train(
      "xo", "--strict", "--log", "log.csv", "--report", "r.html", "--split", "split.csv")
    #expect(outcome.status == 65 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("“O/z cut.png” cannot be used"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("text.png") && !outcome.errors.contains("epoch"))
    try add(hiddenTo: folder)
    let scanned = try folder.train("xo", "--strict", "--find-learning-rate")
    #expect(scanned.status == 65 && scanned.errors.contains("“X/.hidden.png” cannot be used"))
    #expect(try folder.names() == ["net.json", "xo"])
  }

  @Test func evaluateIsStrictToo() throws {
    let folder = try broken()
    #expect(try folder.train("xo", "--quiet").status == 0)
    for more in [[], ["--json"]] {
      let outcome = try Program.run(
        ["evaluate", "xo.convkit", "xo", "--strict"] + more, in: folder.path)
      #expect(outcome.status == 65 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("“O/z cut.png” cannot be used"), "\(outcome.errors)")
    }
    try folder.remove("xo/O/z cut.png")
    try folder.remove("xo/X/text.png")
    #expect(try folder.run("evaluate", "xo.convkit", "xo", "--strict").status == 0)
    try folder.copy("xo/X", to: "xo/Z")
    let unknown = try folder.run("evaluate", "xo.convkit", "xo", "--strict")
    #expect(unknown.status == 65 && unknown.errors.contains("“Z/000000.png” cannot be used"))
  }

  @Test func dataThatLackOrAddALabel() throws {
    let folder = try TemporaryFolder.letters(24)
    #expect(try folder.train("xo", "--quiet").status == 0)
    try folder.copy("xo/X", to: "other/train/X")
    try folder.copy("xo/O", to: "other/train/O")
    try folder.copy("xo/X/000000.png", to: "other/test/X/1.png")
    try folder.copy("xo/X/000002.png", to: "other/test/Z/2.png")
    let outcome = try folder.run("evaluate", "xo.convkit", "other", "--json")
    #expect(outcome.status == 0)
    // The part that is evaluated counts, not what else lies there.
    #expect(
      outcome.errors.contains("there is no example of the label “O”, which the model knows."),
      "\(outcome.errors)")
    #expect(
      outcome.errors.contains("the data have the label “Z”, which the model does not know."))
    #expect(outcome.leftOut.map(\.name) == ["test/Z/2.png"])
    #expect(try outcome.object()["examples"] as? Int == 1)
    #expect(try outcome.object()["labels"] as? [String] == ["O", "X"])
    let complete = try folder.run("evaluate", "xo.convkit", "xo", "--quiet")
    #expect(complete.status == 0 && complete.errors.isEmpty)
    // Nothing at all that the model knows.
    try folder.copy("xo/X", to: "strange/Y")
    let strange = try folder.run("evaluate", "xo.convkit", "strange")
    #expect(strange.status == 65 && strange.output.isEmpty)
    #expect(strange.errors.contains("nothing to evaluate"))
  }
}
