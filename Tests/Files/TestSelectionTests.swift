import ConvKitCore
import Testing

@testable import ConvKitFiles

@Suite struct TestSelectionTests {
  @Test func whatIsWritten() throws {
    let written: [(String, TestSelection.Kind)] = [
      ("index=0-4", .field(name: "index", values: [.range(0...4)])),
      ("speaker=theo", .field(name: "speaker", values: [.text("theo")])),
      ("speaker=theo,lucas", .field(name: "speaker", values: [.text("theo"), .text("lucas")])),
      ("index=0-4,9", .field(name: "index", values: [.range(0...4), .text("9")])),
      ("index=007-7", .field(name: "index", values: [.range(7...7)])),
      (
        "day=2020-01-05,a-b,-4,4-",
        .field(
          name: "day", values: [.text("2020-01-05"), .text("a-b"), .text("-4"), .text("4-")])
      ),
      ("n=1-99999999999999999999", .field(name: "n", values: [.text("1-99999999999999999999")])),
      ("x=a=b", .field(name: "x", values: [.text("a=b")])),
      ("0.2", .share(0.2)), ("1e-3", .share(0.001)),
    ]
    for (text, kind) in written { #expect(try TestSelection(text).kind == kind) }
  }

  @Test func whatIsNone() {
    let wrong: [(String, TestSelectionError)] = [
      ("", .notASelection("")), ("theo", .notASelection("theo")), ("=x", .notASelection("=x")),
      ("x=", .notASelection("x=")), ("x=a,,b", .notASelection("x=a,,b")),
      ("20%", .notASelection("20%")), ("0", .share("0")), ("1", .share("1")),
      ("-0.5", .share("-0.5")), ("nan", .share("nan")), ("inf", .share("inf")),
      ("i=4-0", .backwards("i=4-0", range: "4-0")),
    ]
    for (text, expected) in wrong {
      #expect(throws: expected) { try TestSelection(text) }
      #expect(expected.category == .wrongCall)
      #expect(expected.description.contains("“\(text)”"))
    }
  }

  private func records(_ part: DataPart = .training) -> [DataSet.Record] {
    (0..<12).map { index in
      DataSet.Record(
        name: "n\(index)", item: .text(""), label: index % 2 == 0 ? "even" : "odd",
        part: index == 11 ? part : .training,
        fields: index == 3
          ? [:] : ["index": (index < 10 ? "0" : "") + "\(index)", "speaker": "s\(index % 3)"],
        group: index < 2 ? "g" : nil)
    }
  }

  private func selected(_ text: String, from records: [DataSet.Record]) throws -> [String] {
    var records = records
    try TestSelection(text).apply(to: &records, of: "DATA", seed: 1)
    return records.filter { $0.part == .test }.map(\.name)
  }

  @Test func selectedAsAsked() throws {
    let found: [(String, [String])] = [
      ("index=0-2", ["n0", "n1", "n2"]), ("index=9-10,0", ["n0", "n9", "n10"]),
      ("index=05", ["n5"]), ("index=5", ["n5"]), ("index=5-5", ["n5"]),
      ("speaker=s1", ["n1", "n4", "n7", "n10"]), ("speaker=s1,s5", ["n1", "n4", "n7", "n10"]),
      ("label=even", ["n0", "n2", "n4", "n6", "n8", "n10"]), ("group=g", ["n0", "n1"]),
      ("name=n3,n4", ["n3", "n4"]), ("path=n3", ["n3"]),
    ]
    for (text, names) in found { #expect(try selected(text, from: records()) == names, "\(text)") }
    // The validation part stays what it is.
    #expect(try selected("index=10-11", from: records(.validation)) == ["n10"])
    // A field of its own comes before the example's name.
    let named = ["x", "y"].map {
      DataSet.Record(
        name: $0, item: .text(""), label: $0, part: .training, fields: ["name": "other \($0)"])
    }
    #expect(try selected("name=other y", from: named) == ["y"])
    #expect(try selected("path=x", from: named) == ["x"])
  }

  @Test func whatCannotBeSelected() throws {
    func error(_ text: String, _ records: [DataSet.Record]) -> TestSelectionError? {
      do {
        _ = try selected(text, from: records)
        return nil
      } catch {
        return error as? TestSelectionError
      }
    }
    let fields = ["group", "index", "label", "name", "speaker"]
    let misspelt = error("Speker=s1", records())
    #expect(
      misspelt == .noField(path: "DATA", field: "Speker", fields: fields, nearest: "speaker"))
    #expect(misspelt?.description.hasSuffix("Did you mean “speaker”?") == true)
    let unknown = error("colour=red", records())
    #expect(
      unknown == .noField(path: "DATA", field: "colour", fields: fields, nearest: nil))
    #expect(unknown?.description.contains("group, index, label, name, speaker. Name one") == true)
    #expect(
      error("speaker=s9", records())
        == .nothingSelected(
          path: "DATA", field: "speaker", values: ["s0", "s1", "s2"]))
    let many = error("index=99", records())
    #expect(
      many?.description.contains("00, 01, 02, 04, 05, 06, 07, 08, 09, 10 and 1 more.") == true)
    #expect(
      error("label=even,odd", records()) == .allSelected(path: "DATA", field: "label"))
    for text in ["label=even", "0.5"] {
      #expect(error(text, records(.test)) == .hasTestPart(path: "DATA"))
    }
    let validation = [
      DataSet.Record(name: "a", item: .text(""), label: "a", part: .validation)
    ]
    #expect(throws: DataSetError.noTrainingPart(path: "DATA")) {
      try selected("label=a", from: validation)
    }
    let all: [TestSelectionError] = [
      .allSelected(path: "DATA", field: "label"), .hasTestPart(path: "DATA"),
    ]
    for error in all { #expect(error.description.contains("“DATA”")) }
  }

  @Test func aShareOfTheTrainingPart() throws {
    let found = try selected("0.5", from: records(.validation))
    // Of 6 even and 5 odd ones; the last is kept for validation.
    #expect(found.count { ["n1", "n3", "n5", "n7", "n9"].contains($0) } == 3)
    #expect(found.count == 6)
    #expect(!found.contains("n11"))
    #expect(try selected("0.5", from: records(.validation).reversed()).sorted() == found.sorted())
  }

  @Test func readingWithATestPart() throws {
    let folder = try TemporaryFolder()
    for label in ["a", "b"] {
      for index in 0..<10 { try folder.add("\(label)/\(index)", Array("\(label)\(index)".utf8)) }
    }
    var options = DataSet.Options()
    options.test = try TestSelection("0.2")
    let set = try DataSet.read(folder.path, options: options, for: .training)
    #expect(set.training.count == 16 && set.test.count == 4)
    #expect(try DataSet.read(folder.path, options: options, for: .evaluation).test == set.test)
    let others = try (1...5 as ClosedRange<UInt64>).map { seed in
      options.seed = seed
      return try DataSet.read(folder.path, options: options, for: .training).test
    }
    #expect(others.contains { $0 != set.test })
    options.test = try TestSelection("name=a/1,b/2")
    #expect(
      try DataSet.read(folder.path, options: options, for: .training).test.map(\.name)
        == ["a/1", "b/2"])
    // That one label only is left to learn from is not the data's fault.
    options.test = try TestSelection("label=a")
    let error = #expect(throws: TestSelectionError.oneLabelLeft(path: folder.path, label: "b")) {
      try DataSet.read(folder.path, options: options, for: .training)
    }
    #expect(error?.description.contains("--test leaves of") == true)
    for purpose in [DataSet.Purpose.evaluation, .scanning] {
      #expect(try DataSet.read(folder.path, options: options, for: purpose).test.count == 10)
    }
    // Nothing to select from is said as always.
    let empty = try TemporaryFolder()
    #expect(throws: DataSetError.empty(path: empty.path, leftOut: 0)) {
      try DataSet.read(empty.path, options: options, for: .training)
    }
  }

  @Test func whatIsNear() {
    let names = ["index", "speaker", "label"]
    #expect(Spelling.nearest(to: "lable", among: names) == "label")
    #expect(Spelling.nearest(to: "INDEX", among: names) == "index")
    #expect(Spelling.nearest(to: "speakers", among: names) == "speaker")
    #expect(Spelling.nearest(to: "in", among: names) == nil)
    #expect(Spelling.nearest(to: "", among: names) == nil)
    #expect(Spelling.nearest(to: String(repeating: "a", count: 1000), among: names) == nil)
    #expect(Spelling.nearest(to: "label", among: ["babel", "labels"]) == "babel")
  }
}
