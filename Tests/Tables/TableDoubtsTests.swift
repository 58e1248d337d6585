import Testing

@testable import ConvKitTables

/// What looks as if a table were meant otherwise than it is read.
@Suite struct TableDoubtsTests {
  private let folder: TableFolder

  init() throws { folder = try TableFolder() }

  private func mixed(_ values: [String]) throws -> TableNotes.Mixed? {
    let table = try folder.table("a\tb\n" + values.map { "\($0)\t1\n" }.joined(), name: "t.tsv")
    return TableNotes.Mixed(table.columns[0])
  }

  /// Both sides of four in five; gaps do not count.
  @Test func mostlyNumbers() throws {
    let found = try #require(try mixed(["1", "2", "2", "", "4", "unknown"]))
    #expect(found.text == "unknown" && found.kind == .texts)
    #expect(found.rows == 5 && found.numbers == 4)
    #expect(try mixed(["1", "2", "2", "unknown"]) == nil)
    #expect(try mixed(["1", "2"]) == nil)
    #expect(try mixed(["x", "y"]) == nil)
    // The most frequent of the others, and of two that are as frequent the first.
    let numbers = (0..<40).map(String.init)
    #expect(try mixed(numbers + ["-", "ERR", "ERR"])?.text == "ERR")
    #expect(try mixed(numbers + ["-", "ERR"])?.text == "-")
    #expect(try mixed(numbers + ["None", "none"]) == nil)
  }

  @Test(arguments: [
    ("1,5", TableNotes.Mixed.Kind.decimalCommas), ("-0,125", .decimalCommas),
    (",5", .decimalCommas),
    ("1234,5", .decimalCommas), ("1_000", .thousands), ("1,000", .thousands),
    ("+1,234.5", .thousands), ("1.234.567", .thousands), ("1.234,5", .thousands),
    ("1 000", .thousands), ("12'345", .thousands), ("TRUE", .texts), ("1,2,3", .texts),
    (",", .texts), ("-", .texts), ("1_00", .texts), ("12:30", .texts), ("2,5 m", .texts),
  ])
  func whatNumbersAreWrittenAs(text: String, kind: TableNotes.Mixed.Kind) throws {
    #expect(TableNotes.Mixed.Kind(text) == kind)
    if kind != .texts { #expect(try mixed([text])?.kind == kind, "numbers of a kind of their own") }
  }

  @Test func mixedColumnsAreNoted() throws {
    let rows = (0..<12).map { row in
      "\(row == 3 ? "unknown" : "\(row).5")\t\(row == 4 ? "1,5" : "\(row % 3)")\t"
        + "\(row == 5 ? "1_000" : "\(row % 4)")\t\(row % 2)\n"
    }
    let notes = try folder.table("id\tb\tc\ty\n" + rows.joined(), name: "t.tsv").prepared().notes
    // Set aside, and not silently.
    #expect(notes.identifiers == ["id"] && notes.mixed.map(\.column) == ["id", "b", "c"])
    #expect(
      notes.sentences.suffix(3) == [
        "“id” holds numbers and texts such as “unknown”: if those are gaps, leave them empty or write NA.",
        "“b” holds numbers and texts such as “1,5”, a number with a decimal comma: write it with a point.",
        "“c” holds numbers and texts such as “1_000”, a number with a separator of thousands: write it "
          + "without one.",
      ])
  }

  @Test func aLabelElsewhereIsAskedFor() throws {
    func likely(_ header: String, last: (Int) -> String, _ choice: LabelChoice = .last) throws
      -> String?
    {
      let rows = (0..<42).map { "\($0 % 2),\($0 % 3),\(last($0))\n" }
      return try folder.table(header + "\n" + rows.joined()).prepared(labelledBy: choice).notes
        .likelyLabel
    }
    let many: (Int) -> String = { "\($0).5" }
    #expect(try likely("Label,b,c", last: many) == "Label")
    #expect(try likely("a,y,c", last: many) == "y")
    #expect(try likely("a,b,y", last: many) == nil)
    #expect(try likely("class,target,c", last: many) == nil)
    #expect(try likely("label,b,c", last: many, .named("b")) == nil)
    // The last column is one, and may yet be none; a column y beside it is a coordinate.
    #expect(try likely("label,b,c", last: { "\($0 % 4)" }) == "label")
    #expect(try likely("x,y,c", last: { "\($0 % 4)" }) == nil)
    let notes = try folder.table(
      "label,b\n" + (0..<42).map { "\($0 % 2),\($0).5\n" }.joined()
    ).prepared().notes
    #expect(notes.sentences[1] == "Is “label” the label? Say --label label.")
  }

  @Test func namesAmongTheRowsAreNoted() throws {
    func names(_ text: String, hasHeader: Bool = false) throws -> [String]? {
      try folder.table(text) { $0.hasHeader = hasHeader }.prepared(
        labelledBy: .none, hasHeader: hasHeader
      ).notes
        .likelyNames
    }
    #expect(try names("a,b,y\n1,2,x\n3,4,z\n") == ["a", "b", "y"])
    #expect(try names("a,b,y\n1,u,x\n3,v,z\n") == nil)
    #expect(try names("a,2,y\n1,2,x\n3,4,z\n") == nil)
    #expect(try names("5,6,y\n1,2,x\n3,4,z\n") == nil)
    #expect(try names("a,b\nc,d\n1,2\n3,4\n", hasHeader: true) == nil)
    let notes = try folder.table("a,b,y\n1,2,0\n3,4,1\n") { $0.hasHeader = false }.prepared(
      labelledBy: .none, hasHeader: false
    ).notes
    #expect(notes.mixed.isEmpty)
    // Where nothing is left for that, it is the reason.
    let distinct = "a,b\n" + (0..<12).map { "\($0).5,\($0).25\n" }.joined()
    #expect(throws: TableError.namesAsValues(names: ["a", "b"])) {
      try folder.table(distinct) { $0.hasHeader = false }.prepared(
        labelledBy: .none, hasHeader: false)
    }
    #expect(notes.sentences[1].contains("(a, b, y)") && notes.sentences[1].contains("--no-header"))
  }
}
