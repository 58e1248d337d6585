import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitTables

@Suite struct TableExamplesTests {
  private static let table = Table(
    columns: [
      Table.Column(name: "id", content: .numbers([7, 8, 9, 10])),
      Table.Column(name: "age", content: .numbers([30, .nan, 50, 60])),
      Table.Column(name: "town", content: .texts([0, 1, -1, 0], levels: ["Oslo", "Rome"])),
      Table.Column(name: "class", content: .texts([0, 1, 1, -1], levels: ["yes", "no"])),
    ], rowCount: 4)

  private static let label = TableLabel(source: TableColumn(name: "class", place: 3))

  private static func examples(
    learningFrom places: [Int] = [1, 2], label: TableLabel = label,
    options: DataSet.Options = DataSet.Options(), for purpose: DataSet.Purpose = .training
  ) throws -> TableExamples {
    try TableExamples(
      table, label: label, learningFrom: places, names: (2...5).map { "t.csv:\($0)" }, of: "t.csv",
      options: options, for: purpose)
  }

  @Test func rowsBecomeExamples() throws {
    let found = try Self.examples()
    let data = found.dataSet
    #expect(data.labels == ["no", "yes"])
    #expect(data.training.map(\.name) == ["t.csv:2", "t.csv:3", "t.csv:4"])
    #expect(
      data.training.map(\.item) == [
        .row([.number(30), .text("Oslo")]), .row([.missing, .text("Rome")]),
        .row([.number(50), .missing]),
      ])
    #expect(data.training.map(\.label) == [1, 0, 0])
    #expect(data.leftOut.map(\.name) == ["t.csv:5"] && data.leftOut[0].reason.contains("class"))
    #expect(found.choices.columns?.map(\.name) == ["age", "town"])
    #expect(found.choices.columns?.map(\.place) == [1, 2])
    let frontEnd = try TableFrontEnd.fitted(
      to: data.training.map(\.item), choices: found.choices)
    #expect(frontEnd.label == Self.label && frontEnd.shape == [3])
  }

  @Test func numbersCanBeLabels() throws {
    let id = TableColumn(name: "id", place: 0)
    let whole = try Self.examples(learningFrom: [1], label: TableLabel(source: id)).dataSet
    #expect(whole.labels == ["10", "7", "8", "9"])
    let cut = try Self.examples(learningFrom: [1], label: TableLabel(source: id, cuts: [8])).dataSet
    #expect(cut.labels.count == 2 && cut.training.map(\.label) == [0, 0, 1, 1])
  }

  @Test func aColumnSelectsWhatIsTestedOn() throws {
    var options = DataSet.Options()
    options.test = try TestSelection("age=30")
    let data = try Self.examples(
      label: TableLabel(source: TableColumn(name: "id", place: 0)), options: options,
      for: .evaluation
    ).dataSet
    #expect(data.test.map(\.name) == ["t.csv:2"] && data.training.count == 3)
  }

  @Test func aTableWithoutColumnsIsRefused() {
    #expect(throws: TableExamplesError.self) { try Self.examples(learningFrom: []) }
  }

  /// Cells in other columns, or of another kind, are another content.
  @Test func rowsThatDifferHaveOtherFingerprints() throws {
    let rows: [[TableCell]] = [
      [], [.missing], [.missing, .missing], [.number(1)], [.text("1")], [.text("")],
      [.number(1), .missing], [.missing, .number(1)], [.text("ab"), .text("c")],
      [.text("a"), .text("bc")],
    ]
    let prints = try rows.map { try Fingerprint(of: .row($0)) }
    #expect(Set(prints.map(\.hexadecimal)).count == rows.count)
    #expect(
      try Fingerprint(of: .row([.number(0)])) == Fingerprint(of: .row([.number(-0.0)])))
  }
}
