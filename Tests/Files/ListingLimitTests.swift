import ConvKitCore
import Testing

@testable import ConvKitFiles

/// Listings of unusual size and width, and what is said of them.
@Suite struct ListingLimitTests {
  private func found(
    _ name: String, _ text: String, _ change: (inout DataSet.Options) -> Void = { _ in }
  ) throws -> DataSource.Found {
    let folder = try TemporaryFolder()
    try folder.add(name, Array(text.utf8))
    var options = DataSet.Options()
    change(&options)
    return try LabelListing.read(folder.path(name), options: options, alsoBelow: nil)
  }

  /// The header of a set of messages that is often downloaded.
  @Test func columnsWithoutANameMayRepeat() throws {
    let found = try found("m.csv", "v1,v2,,,\nham,see you,,,\nspam,you won,now,,\n") {
      $0.textColumn = "v2"
      $0.labelColumn = "v1"
    }
    #expect(found.leftOut.isEmpty)
    #expect(found.records.map(\.item) == [.text("see you"), .text("you won")])
    #expect(found.records.map(\.fields) == [[:], ["": "now"]])
  }

  @Test func ofRepeatedColumnsTheFirstCounts() throws {
    let found = try found("m.csv", "x,text,x,label,x\n1,a,2,b,3\n,c,2,d,3\n")
    #expect(found.records.map(\.fields) == [["x": "1"], [:]])
    for column in ["text", "label", "part", "group", "x"] {
      let error = #expect(throws: ListingError.self) {
        try self.found("m.csv", "text,label,part,group,x,\(column)\na,b,train,c,d,e\n") {
          $0.test = try? TestSelection("x=1")
        }
      }
      guard case .repeatedColumn(_, column) = error else {
        Issue.record("\(column): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func aListingHasAtMostSoManyColumns() throws {
    func text(_ columns: Int) -> String {
      let more = (2..<columns).map { ",c\($0)" }.joined()
      let commas = String(repeating: ",", count: columns - 2)
      return "text,label\(more)\na,x\(commas)\nb,y\(commas.dropLast()),z\n"
    }
    let most = ListingRows.mostColumns
    let found = try found("m.csv", text(most))
    #expect(found.records.map(\.fields.count) == [0, 1], "empty fields are not kept")
    let error = #expect(throws: ListingError.self) { try self.found("m.csv", text(most + 1)) }
    guard case .tooManyColumns(_, most + 1, most) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("has 4097 columns, and at most 4096") == true)
    // Of JSON, every line has its own.
    let keys = (0..<most).map { ",\"k\($0)\":\($0)" }.joined()
    let objects = try self.found(
      "m.jsonl", "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":1\(keys)}\n")
    #expect(objects.records.count == 1)
    #expect(objects.leftOut.map(\.reason) == ["has 4098 keys, and at most 4096 are read here"])
  }

  @Test func aLineOfLabels() throws {
    let labels = String(repeating: "__label__a ", count: 100_000)
    let found = try found("m.txt", "__label__a one\n\(labels)x\n")
    #expect(found.records.count == 1)
    #expect(found.leftOut.map(\.reason) == ["has 100000 labels, and one was expected"])
  }

  /// A quote that is never closed, before far more than is kept of a row.
  @Test(.timeLimit(.minutes(1))) func anOpenQuoteBeforeALongRest() throws {
    let rest = [UInt8](repeating: 0x61, count: 1 << 26)
    for piece in [[UInt8](), Array("\"\"\r\n".utf8)] {
      var text = SeparatedText((Array("a\n\"b".utf8) + piece + rest)[...], form: .commas)
      #expect(try text.next()?.fields == ["a"])
      #expect(throws: SeparatedTextError.openQuote(line: 2)) { try text.next() }
    }
    let quotes = [UInt8](repeating: UInt8(ascii: "\""), count: 1 << 26)
    var text = SeparatedText(quotes[...], form: .commas)
    #expect(try text.next()?.fields[0].utf8.count == 1 << 25 - 1)
    #expect(try text.next() == nil)
    text = SeparatedText(quotes.dropLast(), form: .commas)
    #expect(throws: SeparatedTextError.openQuote(line: 1)) { try text.next() }
  }

  @Test func linesInsideQuotesCount() throws {
    for end in ["\n", "\r", "\r\n"] {
      let text = ["a,\"b", "\"\"", "c\"", "d,e", "\"f"].joined(separator: end)
      var records = SeparatedText(Array(text.utf8)[...], form: .commas)
      #expect(try records.next()?.fields == ["a", "b\(end)\"\(end)c"])
      let second = try records.next()
      #expect(second?.fields == ["d", "e"] && second?.line == 4)
      #expect(throws: SeparatedTextError.openQuote(line: 5)) { try records.next() }
    }
  }

  /// The beginning that is looked at first ends anywhere in a row: inside each character, and between a
  /// carriage return and a line feed.
  @Test func theHeadEndsAnywhere() throws {
    let folder = try TemporaryFolder()
    let row = "é谢😀x,a\r\n"
    let rows = String(repeating: row, count: (1 << 20) / row.utf8.count + 9)
    for shift in 0..<row.utf8.count {
      let header = "text,label" + String(repeating: "l", count: shift) + "\r\n"
      try folder.add("m.csv", Array((header + rows).utf8))
      let values = try ListingHead(folder.path("m.csv")).values(of: "text")
      // A row whose carriage return is there is whole.
      #expect(values.count == (1 << 20 + 1 - header.utf8.count) / row.utf8.count, "\(shift)")
      #expect(Set(values) == ["é谢😀x"], "\(shift)")
    }
  }

  @Test func linesThatEndWithACarriageReturn() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<150_000).map { "text \($0),\($0 % 2)" }
    var counts: [Int] = []
    for end in ["\n", "\r"] {
      let text = (["text,label"] + lines).joined(separator: end)
      try folder.add("m.csv", Array(text.utf8))
      counts.append(try ListingHead(folder.path("m.csv")).values(of: "text").count)
      let data = try DataSet.read(folder.path("m.csv"), for: .training)
      #expect(data.training.count == 150_000 && data.leftOut.isEmpty)
      #expect(data.training.contains { $0.name == "m.csv:150001" })
    }
    // No more of the one is looked at than of the other.
    #expect(counts[0] == counts[1] && counts[0] < 150_000)
    let labelled = (1...9).map { "\($0 % 2 == 0 ? "a" : "b")\ttext \($0)" }
    #expect(try found("m", labelled.joined(separator: "\r")).records.count == 9)
    let objects = (1...9).map { "{\"text\":\"t\($0)\",\"label\":1}" }
    #expect(try found("m", objects.joined(separator: "\r")).records.count == 9)
  }

  @Test func blankLinesAtTheStart() throws {
    let start = "\n \t\n"
    #expect(
      try found("m.txt", start + "__label__a one\n__label__b two\n").records.map(\.name)
        == ["m.txt:3", "m.txt:4"])
    let lines = (1...6).map { "\($0 % 2)\ttext \($0)\n" }.joined()
    let found = try found("m.txt", start + lines) { $0.format = .labelledLines }
    #expect(found.records[0].item == .text("text 1") && found.records.count == 6)
  }

  @Test func whatIsWrongWithALineOfJSON() throws {
    let long = String(repeating: "a", count: 1 << 24)
    let lines = [
      #"{"text":"a","label":1}"#, #"{"text":"\ud83d","label":1}"#, #"{"text":"\x","label":1}"#,
      "{\"text\":\"\(long)b\",\"label\":1}", #"{"text":"a","label":1"#, #"{"a":1,"a":1}"#, "[]",
      #"{"text":"a","label":1} 2"#,
      "{\"a\":" + String(repeating: "[", count: 99) + String(repeating: "]", count: 99) + "}",
    ]
    let found = try found("m.jsonl", lines.joined(separator: "\n"))
    #expect(found.records.count == 1)
    #expect(
      found.leftOut.map(\.reason) == [
        "has half of a pair of surrogates (at byte 10), which is no character",
        "is not one JSON object: at byte 10 an escape that JSON knows was expected",
        "has a text of more than 16777216 bytes",
        "is not one JSON object: at byte 22 a comma or the end of the object was expected",
        "has the key “a” twice", "is not one JSON object: at byte 1 an object was expected",
        "has something behind its JSON object",
        "has lists and objects that are nested too deeply",
      ])
  }

  @Test func textsThatShowNothing() throws {
    let blank = [
      #"\u0000"#, #"\u200b"#, #"\ufeff\u00ad"#, #"\u0007\u001b \t"#, #"\u2060\ufe0f"#, #"\u0085"#,
    ]
    let shown = ["\u{301}", "👍", ".", "\u{0}a"]
    let lines =
      blank.map { "{\"text\":\"\($0)\",\"label\":1}\n" }
      + shown.map { "{\"text\":\"\($0.replacing("\u{0}", with: #"\u0000"#))\",\"label\":1}\n" }
    let found = try found("m.jsonl", lines.joined())
    #expect(found.records.map(\.item) == shown.map(Item.text))
    #expect(found.leftOut.map(\.reason) == blank.map { _ in "has no text" })
  }

  @Test func oneTextOfTwoLabels() throws {
    let folder = try TemporaryFolder()
    try folder.add("m.csv", Array("text,label\nhi,a\nhi,b\nhi there,a\nhi,a\n".utf8))
    let scan = try DataSet.read(folder.path("m.csv"), for: .training).scan()
    #expect(scan.conflicts.map { $0.map(\.name) } == [["m.csv:2", "m.csv:3", "m.csv:5"]])
  }

  @Test func excerpts() {
    #expect(FileName.excerpt("") == "")
    let most = String(repeating: "é", count: 60)
    #expect(FileName.excerpt(most) == most)
    #expect(FileName.excerpt(most + "x") == most + "…")
    let path = String(repeating: "/n", count: 2048)
    #expect(FileName.excerpt(ofPath: path) == path && FileName.excerpt(ofPath: path + "n") != path)
    #expect(FileName.excerpt("a\u{1B}") == "a\\u{1B}")
    // Not by what one sees: one character may have any number of marks.
    #expect(FileName.excerpt("a" + String(repeating: "\u{301}", count: 99)).utf8.count < 200)
    #expect(FileName.printable(list: [most + "x", "b"]) == most + "…, b")
  }

  /// A name from a file fills no screen.
  @Test func namesInErrorsAreCut() throws {
    let long = String(repeating: "n", count: 1 << 20)
    let names = Array(repeating: long, count: 30)
    let errors: [any ReportableError] = [
      DataSetError.oneLabel(path: "p", label: long),
      DataSetError.labelsLookAlike(path: "p", label: long),
      DataSetError.listingNotRead(path: "p", columns: names),
      DataKindError.missingColumn(path: "p", column: long, columns: names),
      ListingError.noLabelColumn(path: "p", columns: names),
      ListingError.repeatedColumn(path: "p", column: long),
      ListingError.unknownPart(path: "p", line: 1, column: long, value: long),
      SplitFileError.label(name: "a", label: long, inFile: long),
      TestSelectionError.noField(path: "p", field: long, fields: names, nearest: long),
      TestSelectionError.nothingSelected(path: "p", field: long, values: names),
      TestSelectionError.oneLabelLeft(path: "p", label: long),
    ]
    for error in errors {
      #expect(error.description.utf8.count < 3000, "\(error.description.prefix(100))")
      #expect(error.description.contains("nnn…"))
    }
    // As a whole file without a line end, and as rows that are left out.
    let found = try found("m.csv", "text,label,\(long)\na,\(long),x\nb,\(long),\n ,c,\(long)\n")
    #expect(found.leftOut.allSatisfy { $0.reason.utf8.count < 300 })
    let folder = try TemporaryFolder()
    try folder.add("m.csv", Array("text,label\na,x\nb,y\nc,\(long)\n".utf8))
    let data = try DataSet.read(folder.path("m.csv"), for: .training)
    #expect(data.relabelled(as: ["x"]).dataSet.leftOut.allSatisfy { $0.reason.utf8.count < 300 })
  }

  /// A folder of files in Latin-1, one of which begins with the letters that are a mark of UTF-16.
  @Test func lettersThatAreAMarkOfUTF16() throws {
    let folder = try TemporaryFolder()
    try folder.add("a/1", [0xFF, 0xFE] + Array("rn og 80 ".utf8) + [0x80])
    try folder.add("b/1", Array("two".utf8))
    try folder.add("b/2", [0xFF, 0xFE, 0x61, 0, 0x62, 0])
    var options = DataSet.Options()
    (options.kind, options.encoding) = (.text, .latin1)
    let data = try DataSet.read(folder.path, options: options, for: .training)
    #expect(data.training.map(\.item) == [.text("ÿþrn og 80 €"), .text("two")])
    #expect(
      data.leftOut.map(\.reason) == [
        "it begins with the byte order mark of UTF-16, which is not read"
      ])
  }
}
