import Foundation
import Testing

/// The sources that `train` and `evaluate` take, and the test part that one leaves to the other.
@Suite("Sources")
struct SourceTests {
  static let pattern = "{label}_{who}_{index}.png"

  /// 24 pictures in `flat` whose names tell label, person and index: 12 of each label, 8 of each person.
  private func named(_ separator: String = "_") throws -> TemporaryFolder {
    let folder = try TemporaryFolder.letters(24)
    try folder.makeFolder("flat")
    for letter in ["X", "O"] {
      for (index, name) in try folder.names(in: "xo/\(letter)").enumerated() {
        let who = ["theo", "lucas", "ann"][index % 3]
        try folder.copy("xo/\(letter)/\(name)", to: "flat/\(letter)_\(who)_\(index).png")
      }
    }
    return folder
  }

  /// `train` does not even look at the test part, and `evaluate` at nothing else.
  @Test(arguments: [("index=0-4", 10), ("who=theo", 8), ("0.2", 4)])
  func theTestPartIsLeftAlone(test: String, count: Int) throws {
    let folder = try named()
    let options = ["--label-from", Self.pattern, "--test", test]
    func train(_ model: String) throws -> Program.Outcome {
      try Program.run(
        ["train"] + TemporaryFolder.fast(["flat", "--out", model, "--json"] + options),
        in: folder.path)
    }
    let first = try train("first")
    #expect(first.status == 0 && first.leftOut.isEmpty, "\(first.errors)")
    #expect(try first.object()["examples"] as? Int == 24 - count)

    // With every file broken, the evaluation names its examples.
    try folder.copy("flat", to: "broken")
    for name in try folder.names(in: "broken") { try folder.cut("broken/\(name)") }
    let none = try Program.run(["evaluate", "first", "broken"] + options, in: folder.path)
    #expect(none.status == 65 && none.output.isEmpty)
    #expect(none.leftOut.count == count, "\(none.errors)")
    if test == "index=0-4" {
      #expect(
        none.leftOut.allSatisfy { item in
          (0...4).contains { item.name.hasSuffix("_\($0).png") }
        })
    }
    if test == "who=theo" { #expect(none.leftOut.allSatisfy { $0.name.contains("_theo_") }) }

    // With just these broken, the training is the same, byte for byte.
    for (name, _) in none.leftOut { try folder.cut("flat/\(name)") }
    let second = try train("second")
    #expect(second.status == 0 && second.leftOut.isEmpty, "\(second.errors)")
    #expect(try folder.bytes(of: "first") == folder.bytes(of: "second"))
    // Another seed takes another share.
    if test == "0.2" {
      let other = try Program.run(
        ["evaluate", "first", "broken", "--seed", "1"] + options, in: folder.path)
      #expect(other.leftOut.count == count)
      #expect(other.leftOut.map(\.name) != none.leftOut.map(\.name))
    }
  }

  /// A share by another seed would be tested on what was learned.
  @Test func aShareIsThatOfTheModelsSeed() throws {
    let folder = try TemporaryFolder.letters(60)
    #expect(try folder.train("xo", "--seed", "5", "--test", "0.2").status == 0)
    func evaluate(_ more: String...) throws -> Program.Outcome {
      try Program.run(["evaluate", "xo.convkit", "xo", "--json", "-q"] + more, in: folder.path)
    }
    let alone = try evaluate("--test", "0.2")
    #expect(alone.status == 0 && alone.errors.isEmpty, "\(alone)")
    let same = try evaluate("--test", "0.2", "--seed", "5")
    #expect(same.output == alone.output && same.errors.isEmpty, "\(same)")
    let other = try evaluate("--test", "0.2", "--seed", "0")
    #expect(other.status == 0 && other.output != alone.output, "\(other)")
    #expect(other.errors.hasPrefix("Warning: the model was trained with --seed 5"))
    // Values of a field are the same under every seed.
    #expect(try evaluate("--test", "label=X", "--seed", "0").errors.contains("--seed") == false)
  }

  /// A label that only another part has is none of the evaluation's.
  @Test func onlyTheEvaluatedPartIsSpokenOf() throws {
    let folder = try TemporaryFolder.letters(24)
    #expect(try folder.train("xo").status == 0)
    for part in ["train", "test"] { try folder.copy("xo", to: "data/\(part)") }
    try folder.copy("xo/X", to: "data/train/Z")
    try folder.cut("data/train/X/000000.png")
    try folder.write("".utf8, to: "data/train/O/empty.png")
    let outcome = try folder.run("evaluate", "xo.convkit", "data", "--json", "-q", "--strict")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    let object = try outcome.object()
    #expect(object["skipped"] as? Int == 0 && object["examples"] as? Int == 24)
    try folder.write("".utf8, to: "data/test/O/empty.png")
    let skipped = try folder.run("evaluate", "xo.convkit", "data", "--json", "-q")
    #expect(skipped.leftOut.map(\.name) == ["test/O/empty.png"], "\(skipped)")
    #expect(try skipped.object()["skipped"] as? Int == 1)
    // Where the model knows no label of the test part, no other part is evaluated instead.
    try folder.remove("data/test")
    try folder.copy("xo/X", to: "data/test/Z")
    let none = try folder.run("evaluate", "xo.convkit", "data", "-q")
    #expect(none.status == 65 && none.output.isEmpty, "\(none)")
    #expect(none.leftOut.count == 12 && none.leftOut.allSatisfy { $0.name.hasPrefix("test/Z/") })
  }

  @Test func selectionsThatCannotBe() throws {
    let folder = try named()
    for (test, status, words) in [
      ("speaker=theo", 64, "index, label, name, who"), ("who=bob", 64, "ann, lucas, theo"),
      ("1.5", 64, "as 0.2"), ("index=4-0", 64, "backwards"), ("", 64, "0.2"),
      ("label=X", 64, "--test leaves"),
    ] as [(String, Int32, String)] {
      let outcome = try folder.train("flat", "--label-from", Self.pattern, "--test", test)
      #expect(outcome.status == status && outcome.output.isEmpty, "\(outcome)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(try folder.train("flat", "--label-from", "{who}.png").status == 64)
    #expect(try folder.train("flat", "--test", "0.2").errors.contains("--label-from"))
    #expect(try folder.names() == ["flat", "net.json", "xo"])
  }

  @Test func aGroupIsNeverCut() throws {
    let folder = try named()
    let outcome = try folder.train(
      "flat", "--label-from", "{label}_{group}_{index}.png", "--split", "split.csv",
      "--validation", "0.3")
    #expect(outcome.status == 0, "\(outcome.errors)")
    var parts: [Substring: Set<Substring>] = [:]
    for row in try folder.text(of: "split.csv").split(separator: "\n").dropFirst() {
      let fields = row.split(separator: ",")
      parts[fields[0].split(separator: "_")[1], default: []].insert(fields[2])
    }
    #expect(parts.count == 3 && parts.values.allSatisfy { $0.count == 1 }, "\(parts)")
    #expect(Set(parts.values.joined()) == ["training", "validation"])
  }

  @Test func listingsOfEveryForm() throws {
    let folder = try named()
    var rows: [(path: String, label: String, part: String)] = []
    for letter in ["X", "O"] {
      for (index, name) in try folder.names(in: "xo/\(letter)").enumerated() {
        rows.append(
          (
            "xo/\(letter)/\(name)", letter == "X" ? "a cross" : "naught",
            index < 3 ? "test" : "train"
          ))
      }
    }
    func listing(_ separator: String) -> String {
      "path\(separator)label\(separator)split\n"
        + rows.map { "\($0.path)\(separator)\($0.label)\(separator)\($0.part)\n" }.joined()
    }
    try folder.write(listing(",").utf8, to: "list.csv")
    try folder.write(listing("\t").utf8, to: "list.tsv")
    let lines = rows.map {
      #"{"path": "\#($0.path)", "label": "\#($0.label)", "split": "\#($0.part)"}"# + "\n"
    }
    try folder.write(lines.joined().utf8, to: "list.jsonl")
    for form in ["csv", "tsv", "jsonl"] {
      let outcome = try folder.train("list.\(form)", "--json", "--out", form)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try outcome.object()["examples"] as? Int == 18)
      let evaluated = try folder.run("evaluate", form, "list.\(form)", "--json")
      #expect(try evaluated.object()["labels"] as? [String] == ["a cross", "naught"])
      #expect(try evaluated.object()["examples"] as? Int == 6)
      #expect(try folder.bytes(of: form) == folder.bytes(of: "csv"))
    }
  }

  @Test func metadataBesideTheFiles() throws {
    let folder = try named()
    var rows = "file_name,label\n"
    for name in try folder.names(in: "flat").dropLast() {
      rows += "\(name),\(name.prefix(1) == "X" ? "cross" : "naught")\n"
    }
    try folder.write((rows + "gone.png,cross\n").utf8, to: "flat/metadata.csv")
    let outcome = try folder.train("flat", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try outcome.object()["examples"] as? Int == 23)
    #expect(outcome.leftOut.map(\.name) == ["X_theo_9.png", "metadata.csv line 25"])
    #expect(outcome.leftOut.last?.reason.contains("gone.png") == true, "\(outcome.errors)")
    #expect(try folder.names().contains("flat.convkit"))
  }

  /// Light strokes on dark: a bar that stands is 1, one that lies is 0.
  @Test func foldersOfIDXFiles() throws {
    let folder = try TemporaryFolder.letters(2)
    try folder.makeFolder("plain")
    func big(_ number: Int) -> [UInt8] { [0, 0, UInt8(number >> 8), UInt8(number & 255)] }
    for (pair, count) in [("train", 20), ("t10k", 6)] {
      var pictures: [UInt8] = [0, 0, 8, 3] + big(count) + big(12) + big(12)
      for index in 0..<count {
        for place in 0..<144 {
          let (row, column) = (place / 12, place % 12)
          let line = index % 2 == 1 ? column : row
          pictures.append(line == 2 + index / 2 % 8 ? 255 - UInt8(index) : 0)
        }
      }
      try folder.write(pictures, to: "plain/\(pair)-images-idx3-ubyte")
      try folder.write(
        [0, 0, 8, 1] + big(count) + (0..<count).map { UInt8($0 % 2) },
        to: "plain/\(pair)-labels-idx1-ubyte")
    }
    try folder.copy("plain", to: "packed")
    #expect(try Program.shell("gzip packed/*", in: folder.path).status == 0)
    for name in ["plain", "packed"] {
      let outcome = try folder.train(name, "--json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try outcome.object()["examples"] as? Int == 20)
      let evaluated = try folder.run("evaluate", "\(name).convkit", name, "--json")
      #expect(try evaluated.object()["examples"] as? Int == 6)
      #expect(try evaluated.object()["labels"] as? [String] == ["0", "1"])
    }
    #expect(try folder.bytes(of: "plain.convkit") == folder.bytes(of: "packed.convkit"))
    // A test part is there already.
    #expect(try folder.train("plain", "--test", "0.2").status == 64)
  }
}
