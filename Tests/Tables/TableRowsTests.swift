import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitTables

@Suite struct TableRowsTests {
  /// A model of the columns weight and colour, in this order, and of the labels a and 2.
  private static func frontEnd(
    hasHeader: Bool = true, cuts: [Double] = []
  ) throws -> TableFrontEnd {
    var choices = TableFrontEnd.Choices()
    choices.columns = [
      TableColumn(name: "weight", place: 1), TableColumn(name: "colour", place: 3),
    ]
    choices.label = TableLabel(source: TableColumn(name: "class", place: 2), cuts: cuts)
    choices.hasHeader = hasHeader
    return try TableFrontEnd.fitted(
      to: [.row([.number(1), .text("red")]), .row([.number(2), .text("7")])], choices: choices)
  }

  private static func rows(
    _ records: [[String]], of frontEnd: TableFrontEnd, hasHeader: Bool? = nil
  ) throws -> [Result<TableRows.Row, TableRowError>] {
    var rows = TableRows(for: frontEnd, of: "t.csv", hasHeader: hasHeader)
    var found: [Result<TableRows.Row, TableRowError>] = []
    var text = SeparatedRecords(form: .commas)
    let lines = records.map { $0.joined(separator: ",") + "\n" }.joined()
    try text.take(Array(lines.utf8)[...]) { record in
      if let row = try rows.row(record) { found.append(row) }
    }
    return found
  }

  @Test func columnsAreFoundByTheirNames() throws {
    let found = try Self.rows(
      [
        ["colour", "id", "class", "weight"], ["red", "9", "a", "1.5"], ["7", "8", " 2.0 ", "?"],
        ["blue", "7", "NA", ""],
      ], of: Self.frontEnd())
    let expected: [(cells: [TableCell], label: String?)] = [
      ([.number(1.5), .text("red")], "a"), ([.missing, .number(7)], "2"),
      ([.missing, .text("blue")], nil),
    ]
    #expect(found.count == 3)
    for (row, (found, expected)) in zip(found, expected).enumerated() {
      let found = try found.get()
      #expect(found.item == .row(expected.cells) && found.label == expected.label)
      #expect(found.line == row + 2)
    }
  }

  @Test func columnsThatLackAreNamed() throws {
    #expect(
      throws: TableColumnsError(name: "t.csv", missing: ["weight"], found: ["colour", "class"])
    ) {
      try Self.rows([["colour", "class"]], of: Self.frontEnd())
    }
    let error = TableColumnsError(name: "t.csv", missing: ["weight"], found: ["colour"])
    #expect("\(error)".contains("weight") && "\(error)".contains("colour"))
    // The label is not needed.
    #expect(try Self.rows([["colour", "weight"], ["red", "1"]], of: Self.frontEnd()).count == 1)
  }

  @Test func withoutAHeaderPlacesCount() throws {
    let frontEnd = try Self.frontEnd(hasHeader: false)
    for (record, label) in [
      (["9", "1", "a", "red"], "a"), (["1", "red"], nil), (["9", "1", "2", "red", "x"], "2"),
    ] as [([String], String?)] {
      let found = try Self.rows([record], of: frontEnd).map { try $0.get() }
      #expect(found.map(\.item) == [.row([.number(1), .text("red")])])
      #expect(found.first?.line == 1 && found.first?.label == label)
    }
    #expect(throws: TableColumnsError(name: "t.csv", missing: ["colour"], found: 3)) {
      try Self.rows([["1", "2", "3"]], of: frontEnd)
    }
    // A header or its absence may be said.
    let named = try Self.rows(
      [["weight", "colour"], ["1", "red"]], of: frontEnd, hasHeader: true)
    #expect(named.count == 1)
  }

  @Test func uselessRowsAreNamed() throws {
    let found = try Self.rows(
      [["weight", "colour"], ["1"], ["heavy", "red"], ["1", "red", ""], ["1", "red"]],
      of: Self.frontEnd())
    let errors = found.compactMap { row -> TableRowError? in
      if case .failure(let error) = row { error } else { nil }
    }
    #expect(errors.map(\.line) == [2, 3, 4] && found.count == 4)
    #expect(errors[0].reason == .width(found: 1, expected: 2))
    #expect(errors[1].reason == .notANumber(column: "weight", found: "heavy"))
    for error in errors { #expect("\(error)".contains("line \(error.line)")) }
  }

  /// The first column of a name is the model's first of it.
  @Test func namesMayRepeat() throws {
    var choices = TableFrontEnd.Choices()
    choices.columns = [0, 1].map { TableColumn(name: "x", place: $0) }
    let frontEnd = try TableFrontEnd.fitted(
      to: [.row([.number(1), .number(2)])], choices: choices)
    let found = try Self.rows([["x", "y", "x"], ["1", "2", "3"]], of: frontEnd)
    #expect(try found[0].get().item == .row([.number(1), .number(3)]))
  }

  @Test func numbersAreCutIntoParts() throws {
    let label = TableLabel(source: TableColumn(name: "price", place: 0), cuts: [1, 2.5])
    let labels = [0, 1, 1.5, 2.5, 2.6].map { label.label(of: .number($0)) ?? "" }
    #expect(labels[0] == labels[1] && labels[2] == labels[3] && Set(labels).count == 3)
    #expect(label.label(of: .missing) == nil && label.label(of: .text("dear")) == nil)
  }

  @Test func fieldsAreReadAsTablesAre() {
    func cell(_ field: String) -> TableCell? { TableCell(field: Array(field.utf8)[...]) }
    #expect(cell(" 7 ") == .number(7) && cell("  a b ") == .text("a b"))
    for field in ["", " ", "?", " NA", "nan", "1e999"] { #expect(cell(field) == .missing) }
    #expect(TableCell(field: [0x61, 0xFF][...]) == nil)
  }

  /// A file of another encoding is told row by row.
  @Test func otherBytesAreNamed() throws {
    var rows = TableRows(for: try Self.frontEnd(), of: "t.csv")
    var text = SeparatedRecords(form: .commas)
    var found: [Result<TableRows.Row, TableRowError>] = []
    try text.take(Array("colour,weight\nb".utf8)[...] + [0xFC] + Array(",1\n".utf8)) { record in
      if let row = try rows.row(record) { found.append(row) }
    }
    #expect(
      found == [
        .failure(TableRowError(name: "t.csv", line: 2, reason: .notUTF8(column: "colour")))
      ])
  }
}
