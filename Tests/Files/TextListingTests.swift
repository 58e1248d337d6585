import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

/// Rows that are texts, in every format.
@Suite struct TextListingTests {
  private func found(
    _ name: String, _ text: String, _ change: (inout DataSet.Options) -> Void = { _ in }
  ) throws -> DataSource.Found {
    let folder = try TemporaryFolder()
    try folder.add(name, Array(text.utf8))
    var options = DataSet.Options()
    change(&options)
    let path = folder.path(name)
    // What is read as texts is of that kind.
    #expect(try DataKind.decide(path, options: options) == .text)
    return try DataSource(path, options: options).found(at: path, options: options)
  }

  @Test(arguments: [
    (
      "m.csv",
      "\u{FEFF}label,text,group,split,speaker\r\nask,\"Where, \"\"my\"\"\nparcel?\",g,train,theo\r\n"
        + "\r\nthank,Danke 谢谢,,val,\r\n", [2, 5]
    ),
    (
      "m.tsv",
      "label\ttext\tgroup\tsplit\tspeaker\nask\tWhere, \"my\"\\nparcel?\tg\ttrain\ttheo\n"
        + "thank\tDanke 谢谢\t\tval\t\n", [2, 3]
    ),
    (
      "m.jsonl",
      "{\"label\":\"ask\",\"text\":\"Where, \\\"my\\\"\\nparcel?\",\"group\":\"g\",\"split\":\"train\","
        + "\"speaker\":\"theo\"}\r\n\r\n{\"text\":\"Danke \\u8c22谢\",\"label\":\"thank\","
        + "\"group\":null,\"split\":\"val\",\"speaker\":\"\"}", [1, 3]
    ),
  ])
  func rowsAreRecords(name: String, text: String, lines: [Int]) throws {
    let found = try found(name, text)
    #expect(found.leftOut.isEmpty)
    // TSV has neither quoting nor escapes.
    let first = name == "m.tsv" ? "Where, \"my\"\\nparcel?" : "Where, \"my\"\nparcel?"
    #expect(
      found.records == [
        DataSet.Record(
          name: "\(name):\(lines[0])", item: .text(first), label: "ask", part: .training,
          fields: ["speaker": "theo"], group: "g"),
        DataSet.Record(
          name: "\(name):\(lines[1])", item: .text("Danke 谢谢"), label: "thank", part: .validation),
      ])
  }

  @Test func columnsOfOtherNames() throws {
    let text = "id,v1,v2,path\n1,ham,see you,x\n2,spam,you won,y\n"
    let found = try found("m.csv", text) {
      $0.textColumn = "v2"
      $0.labelColumn = "v1"
    }
    #expect(found.records.map(\.item) == [.text("see you"), .text("you won")])
    #expect(found.records.map(\.label) == ["ham", "spam"])
    #expect(found.records[0].fields == ["id": "1", "path": "x"])
  }

  @Test func labelledLines() throws {
    // A text may hold a tab, quotes and commas; what has no text is named.
    let lines = (1...20).map { "\($0 % 3 == 0 ? "spam" : "ham")\tText \($0), \"quoted\"" }
    let found = try found(
      "m.txt", (lines + ["ham\tone\ttwo", "\tnobody", "spam\t ", "  "]).joined(separator: "\r\n"))
    #expect(found.records.count == 21)
    #expect(
      found.records[2].item == .text("Text 3, \"quoted\"") && found.records[2].label == "spam")
    #expect(found.records[20].item == .text("one\ttwo") && found.records[20].name == "m.txt:21")
    #expect(
      found.leftOut.map { "\($0.name): \($0.reason)" } == [
        "m.txt line 22: has no label, or one that is no plain value",
        "m.txt line 23: has no text",
      ])
  }

  @Test func linesDividedByASpace() throws {
    let text = "A:x What is it ?\nB:y  Who is, \"he\" ?\n\n A:x What ,\"for\" ?\nB:y Who\tcame ?\n"
    let found = try found("SET.train", text)
    #expect(found.records.map(\.label) == ["A:x", "B:y", "A:x", "B:y"])
    #expect(
      found.records.map(\.item)
        == ["What is it ?", "Who is, \"he\" ?", "What ,\"for\" ?", "Who\tcame ?"].map(Item.text))
    #expect(found.records.map(\.name) == [1, 2, 4, 5].map { "SET.train:\($0)" })
    // Two lines are too few to tell; the option tells.
    let few = try self.found("few", "a one\nalone\nb two\n") { $0.format = .labelledLines }
    #expect(few.records.map(\.label) == ["a", "b"])
    #expect(
      few.leftOut == [
        LeftOut(name: "few line 2", reason: "has no space between a label and a text")
      ])
  }

  @Test func twoColumnsWithoutAHeader() throws {
    let rows = (1...18).map { "\($0 % 2 == 0 ? "a" : "b"),\"text, \($0)\"" }
    let found = try found("m.csv", (rows + ["b,", "a,text, 20"]).joined(separator: "\n"))
    #expect(found.records.count == 18)
    #expect(found.records[17].item == .text("text, 18") && found.records[17].label == "a")
    #expect(found.records[17].name == "m.csv:18")
    #expect(
      found.leftOut.map { "\($0.name): \($0.reason)" } == [
        "m.csv line 19: has no text",
        "m.csv line 20: has 3 fields, and a label and a text were expected",
      ])
  }

  @Test func fastText() throws {
    let found = try found(
      "m.txt",
      "__label__a , one two \n__label__b\tthree\n__label__a __label__b both\nnone\n__label__b\n"
        + "__label__ no name\n")
    #expect(found.records.map(\.label) == ["a", "b"])
    #expect(found.records.map(\.item) == [.text(", one two"), .text("three")])
    #expect(
      found.leftOut.map { "\($0.name): \($0.reason)" } == [
        "m.txt line 3: has 2 labels, and one was expected",
        "m.txt line 4: does not begin with __label__", "m.txt line 5: has no text",
        "m.txt line 6: has no label, or one that is no plain value",
      ])
  }

  @Test func everyUselessRowIsNamed() throws {
    let found = try found(
      "m.csv", "text,label\nhello,a\n ,a\n\"\",a\nhello,\nhello,a,b\n\u{A0}\u{2003},a\nhello,a\n")
    // The same text again is an example: the split keeps both on one side.
    #expect(found.records.map(\.name) == ["m.csv:2", "m.csv:8"])
    #expect(
      found.leftOut.map { "\($0.name): \($0.reason)" } == [
        "m.csv line 3: has no text", "m.csv line 4: has no text",
        "m.csv line 5: has no label, or one that is no plain value",
        "m.csv line 6: has 3 fields, and the header has 2", "m.csv line 7: has no text",
      ])
    let objects = try self.found(
      "m.jsonl",
      "{\"text\":\"a\",\"label\":1}\n{\"text\":[],\"label\":1}\n{\"text\":2,\"label\":true}")
    #expect(objects.records.map(\.item) == [.text("a"), .text("2")])
    #expect(objects.leftOut.map(\.reason) == ["has no text"])
  }

  @Test func labelsAreCutBehindAPrefix() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("m.csv")
    try folder.add(
      "m.csv", Array("text,label\na,X:y:z\nb,X:u\nc,Y\nd,:v\ne,é::x\n".utf8))
    func set(_ prefix: String) throws -> DataSet {
      var options = DataSet.Options()
      options.labelPrefix = prefix
      return try DataSet.read(path, options: options, for: .training)
    }
    #expect(try set(":").labels == ["X", "Y", "é"])
    #expect(
      try set(":").leftOut == [
        LeftOut(
          name: "m.csv:5", reason: "of its label “:v” nothing stands before “:”")
      ])
    #expect(try set("::").labels == [":v", "X:u", "X:y:z", "Y", "é"])
    #expect(try set("").labels == [":v", "X:u", "X:y:z", "Y", "é::x"])
  }

  @Test func theOrderOfNamesAndParts() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<30).map { "t\($0),\($0 % 2),s\($0 % 3)\n" }
    try folder.add("m.csv", Array(("text,label,speaker\n" + rows.joined()).utf8))
    var options = DataSet.Options()
    options.test = try TestSelection("speaker=s1")
    let data = try DataSet.read(folder.path("m.csv"), options: options, for: .training)
    #expect(data.test.count == 10 && data.training.count == 20)
    #expect(data.test.map(\.name) == (0..<10).map { "m.csv:\($0 * 3 + 3)" }.sorted())
  }
}
