import Foundation
import Testing

/// From generated picture files to answers, through the built program.
@Suite("From files to answers")
struct EndToEndTests {
  /// 60 pictures in `xo`, and `xo.convkit` that two epochs have made of them.
  static let trained = Result {
    let folder = try TemporaryFolder()
    let drawn = try Program.run(
      ["xo", "generate", "xo", "--count", "60", "--size", "12"], in: folder.path)
    #expect(drawn.status == 0)
    let outcome = try Program.run(
      ["train", "xo", "--epochs", "2", "--json", "--threads", "1"], in: folder.path)
    return (folder: folder, outcome: outcome)
  }

  let folder: TemporaryFolder
  let training: Program.Outcome

  init() throws {
    (folder, training) = try Self.trained.get()
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: folder.path)
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  /// A folder with copies of some pictures of each letter.
  private func smallData(_ name: String, count: Int) throws -> TemporaryFolder {
    let small = try TemporaryFolder()
    for letter in ["X", "O"] {
      try FileManager.default.createDirectory(
        atPath: small.path("\(name)/\(letter)"), withIntermediateDirectories: true)
      for file in try folder.names(in: "xo/\(letter)").prefix(count) {
        try small.write(
          try folder.bytes(of: "xo/\(letter)/\(file)"), to: "\(name)/\(letter)/\(file)")
      }
    }
    return small
  }

  @Test func trainReportsOneObject() throws {
    #expect(training.status == 0)
    #expect(training.lines.count == 1)
    let report = try object(training.output)
    #expect(
      report.keys.sorted() == [
        "accuracy", "bestEpoch", "epochs", "examples", "loss", "model", "seed", "skipped",
        "validation",
      ])
    #expect(report["model"] as? String == "xo.convkit")
    #expect(report["epochs"] as? Int == 2)
    #expect(report["examples"] as? Int == 60)
    #expect(report["skipped"] as? Int == 0)
    // Plain lines, for stderr is no terminal here.
    #expect(training.errors.contains("epoch 2/2: loss "))
    #expect(!training.errors.contains("\r") && !training.errors.contains("\u{1B}"))
  }

  @Test func evaluateReportsOneObject() throws {
    let outcome = try run("evaluate", "xo.convkit", "xo", "--json")
    #expect(outcome.status == 0)
    let report = try object(outcome.output)
    #expect(
      report.keys.sorted() == [
        "accuracy", "confusion", "examples", "labels", "loss", "perLabel", "skipped",
      ])
    #expect(report["labels"] as? [String] == ["O", "X"])
    let confusion = try #require(report["confusion"] as? [[Int]])
    #expect(confusion.map { $0.reduce(0, +) } == [30, 30])
    let perLabel = try #require(report["perLabel"] as? [[String: Any]])
    #expect(perLabel.map { $0["label"] as? String } == ["O", "X"])
    #expect(perLabel[0].keys.sorted() == ["f1", "label", "precision", "recall", "support"])
  }

  @Test func evaluatesTheTestPart() throws {
    let small = try smallData("parts/test", count: 4)
    let rest = try smallData("parts/train", count: 9)
    try FileManager.default.moveItem(
      atPath: rest.path("parts/train"), toPath: small.path("parts/train"))
    let outcome = try run("evaluate", "xo.convkit", small.path("parts"), "--json")
    #expect(try object(outcome.output)["examples"] as? Int == 8)
  }

  @Test func classifyPrintsAnObjectForEachInput() throws {
    let outcome = try run(
      "classify", "xo.convkit", "xo/X/000000.png", "missing.png", "xo/O/000001.png", "--json")
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("missing.png"))
    let answers = try outcome.lines.map(object)
    #expect(answers.map { $0["input"] as? String } == ["xo/X/000000.png", "xo/O/000001.png"])
    for answer in answers {
      #expect(answer.keys.sorted() == ["input", "label", "scores"])
      let scores = try #require(answer["scores"] as? [[String: Any]])
      let values = scores.compactMap { $0["score"] as? Double }
      #expect(values.count == 2 && values[0] >= values[1])
      #expect(abs(values.reduce(0, +) - 1) < 1e-6)
      #expect(scores[0]["label"] as? String == answer["label"] as? String)
    }
  }

  @Test func classifyPrintsALineForEachInput() throws {
    for (top, columns) in [("1", 3), ("0", 5), ("7", 5)] {
      let outcome = try run("classify", "xo.convkit", "xo/X/000000.png", "--top", top)
      #expect(outcome.status == 0)
      #expect(outcome.lines.count == 1)
      #expect(outcome.lines[0].split(separator: "\t").count == columns)
    }
  }

  @Test func aBrokenInputIsBadData() throws {
    let own = try TemporaryFolder()
    try own.write(try folder.bytes(of: "xo/X/000000.png").prefix(60), to: "broken.png")
    let broken = own.path("broken.png")
    let one = try run("classify", "xo.convkit", broken, "xo/X/000000.png")
    #expect(one.status == 65)
    #expect(one.lines.count == 1)
    #expect(one.errors.contains("broken.png"))
    // Of several causes, the common ground is that the data was bad.
    #expect(try run("classify", "xo.convkit", "missing.png", broken).status == 65)
    #expect(try run("classify", "xo.convkit", ".").status == 65)
  }

  @Test func stagesAreDrawn() throws {
    let own = try TemporaryFolder()
    let one = try run("classify", "xo.convkit", "xo/X/000000.png", "--stages", own.path("one"))
    #expect(one.status == 0)
    let names = try own.names(in: "one")
    #expect(names.first == "01-input.png" && names.last == "index.html")
    let page = String(decoding: try own.bytes(of: "one/index.html"), as: UTF8.self)
    for name in names.dropLast() {
      #expect(try own.bytes(of: "one/\(name)").starts(with: [0x89, 0x50, 0x4E, 0x47]))
      #expect(page.contains("src=\"\(name)\""))
    }
    for stage in ["conv1", "relu1", "maxPool1", "votes1", "answer"] {
      #expect(names.contains { $0.hasSuffix("-\(stage).png") })
    }

    let two = try run(
      "classify", "xo.convkit", "xo/X/000000.png", "xo/O/000001.png", "--stages", own.path("two"))
    #expect(two.status == 0)
    #expect(try own.names(in: "two") == ["1", "2", "index.html"])
    let nowhere = try run(
      "classify", "xo.convkit", "xo/X/000000.png", "--stages", own.path("no/such"))
    #expect(nowhere.status == 73)
  }

  @Test func aBrokenPictureIsNamedAndSkipped() throws {
    let small = try smallData("data", count: 6)
    try small.write(try folder.bytes(of: "xo/X/000000.png").prefix(60), to: "data/X/broken.png")
    let outcome = try Program.run(
      ["train", "data", "--epochs", "1", "--json", "--quiet"], in: small.path)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("X/broken.png"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try object(outcome.output)["skipped"] as? Int == 1)
    #expect(try object(outcome.output)["examples"] as? Int == 12)
    let evaluated = try Program.run(["evaluate", "data.convkit", "data", "--json"], in: small.path)
    #expect(evaluated.status == 0)
    #expect(evaluated.errors.contains("X/broken.png"))
    #expect(try object(evaluated.output)["skipped"] as? Int == 1)
  }

  @Test func modelsThatCannotBe() throws {
    let own = try TemporaryFolder()
    let model = try folder.bytes(of: "xo.convkit")
    var flipped = model
    flipped[9] ^= 0x40
    for (name, bytes) in [
      ("flipped", flipped), ("short", model.prefix(model.count - 1)), ("stub", model.prefix(20)),
      ("long", model + [0]), ("empty", Data()),
    ] {
      try own.write(bytes, to: name)
      let outcome = try run("classify", own.path(name), "xo/X/000000.png")
      #expect(outcome.status == 65, "\(name)")
      #expect(outcome.errors.hasPrefix("Error: ") && outcome.output.isEmpty)
    }
    #expect(try run("summary", "xo/X/000000.png").status == 65)
    #expect(try run("summary", "xo.convkit", "--labels", "2").status == 64)
    #expect(try run("summary", "xo.convkit").status == 0)
  }

  @Test func outputIsTriedBeforeTraining() throws {
    for place in ["no/such/folder.convkit", "xo"] {
      let outcome = try run("train", "xo", "--out", place)
      #expect(outcome.status == 73)
      #expect(!outcome.errors.contains("epoch"))
    }
  }

  @Test func threadsAndInstructionSetsGiveTheSameModel() throws {
    let own = try TemporaryFolder()
    let expected = try folder.bytes(of: "xo.convkit")
    for (threads, isa) in [("2", ""), ("1", "avx2"), ("2", "avx512"), ("2", "baseline")] {
      let outcome = try Program.run(
        [
          "train", folder.path("xo"), "--epochs", "2", "--threads", threads, "--out", "m",
          "--quiet",
        ], in: own.path, environment: ["CONVKIT_ISA": isa])
      // A machine that lacks one refuses it.
      if outcome.status == 64, outcome.errors.contains("this machine has") { continue }
      #expect(outcome.status == 0)
      // The baseline has no fused multiply-add, so its sums round otherwise.
      if isa != "baseline" { #expect(try own.bytes(of: "m") == expected, "\(threads) \(isa)") }
    }
  }

  @Test func everythingForTrainingKeepsTheLastEpoch() throws {
    let own = try TemporaryFolder()
    let outcome = try Program.run(
      ["train", folder.path("xo"), "--epochs", "2", "--validation", "0", "--json"], in: own.path)
    let report = try object(outcome.output)
    #expect(report["bestEpoch"] as? Int == 2)
    #expect(try own.names() == ["xo.convkit"])
  }
}
