import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitTables

@Suite struct TableExamplesTests {
  /// Names of twelve rows, an age that two lack, two towns, and the classes yes and no, of which one row
  /// has none.
  private static let text =
    "name,age,town,class\n"
    + (0..<12).map { row in
      let age = row % 5 == 4 ? "NA" : "\(30 + row % 4)"
      let label = row == 11 ? "" : row % 2 == 0 ? "yes" : "no"
      return "person \(row),\(age),\(row % 3 == 0 ? "Oslo" : "Rome"),\(label)\n"
    }.joined()

  private static func examples(
    _ text: String = text, for purpose: DataSet.Purpose = .training,
    _ change: (inout DataSet.Options) throws -> Void = { _ in }
  ) throws -> TableExamples {
    let folder = try TableFolder()
    var options = DataSet.Options()
    try change(&options)
    return try TableExamples(folder.add("t.csv", text.utf8), options: options, for: purpose)
  }

  @Test func rowsBecomeExamples() throws {
    let found = try Self.examples()
    let data = found.dataSet
    #expect(data.labels == ["no", "yes"] && data.training.count == 11)
    let third = try #require(data.training.first { $0.name == "t.csv:4" })
    #expect(third.item == .row([.number(32), .text("Rome")]) && third.label == 1)
    let fifth = try #require(data.training.first { $0.name == "t.csv:6" })
    #expect(fifth.item == .row([.missing, .text("Rome")]))
    #expect(data.leftOut.map(\.name) == ["t.csv:13"] && data.leftOut[0].reason.contains("class"))
    // The names of the rows are not learned from.
    #expect(found.prepared.notes.identifiers == ["name"])
    #expect(found.choices.columns?.map(\.name) == ["age", "town"])
    #expect(found.choices.columns?.map(\.place) == [1, 2])
    let frontEnd = try TableFrontEnd.fitted(to: data.training.map(\.item), choices: found.choices)
    #expect(frontEnd.label == TableLabel(source: TableColumn(name: "class", place: 3)))
    #expect(frontEnd.shape == [3] && frontEnd.hasHeader)
  }

  /// What a model says of its own training table is what it was trained on.
  @Test func evaluationFindsTheSameExamples() throws {
    let folder = try TableFolder()
    for label in ["class", "price"] {
      let numbers = Self.text.split(separator: "\n").enumerated().map { row, line in
        "\(line),\(row == 0 ? "price" : "\(row).5")\n"
      }.joined()
      let path = try folder.add("t.csv", numbers.utf8)
      var options = DataSet.Options()
      options.labelColumn = label
      let trained = try TableExamples(path, options: options, for: .training)
      let frontEnd = try TableFrontEnd.fitted(
        to: trained.dataSet.training.map(\.item), choices: trained.choices)
      let found = try frontEnd.examples(of: path, for: .evaluation)
      #expect(found.labels == trained.dataSet.labels)
      #expect(found.training == trained.dataSet.training)
      #expect(found.leftOut == trained.dataSet.leftOut)
    }
  }

  /// Numbers that hardly repeat are cut into four parts, and the model knows where.
  @Test func numbersAreLabelsInParts() throws {
    let text = "x,price\n" + (0..<40).map { "\($0 % 7),\($0).5\n" }.joined()
    let folder = try TableFolder()
    let path = try folder.add("t.csv", text.utf8)
    #expect(throws: UnlearnableTableError.self) { try TableExamples(path, for: .training) }
    var options = DataSet.Options()
    options.labelColumn = "price"
    let found = try TableExamples(path, options: options, for: .training)
    #expect(found.choices.label?.cuts == [9.5, 19.5, 29.5])
    #expect(found.dataSet.labels.count == 4 && found.dataSet.training.count == 40)
    let frontEnd = try TableFrontEnd.fitted(
      to: found.dataSet.training.map(\.item), choices: found.choices)
    #expect(try frontEnd.examples(of: path, for: .evaluation) == found.dataSet)
  }

  @Test func linesAreThoseOfTheFile() throws {
    let text = "x,class\n1,a\n\n\"2\n\",b\n3,a\n4,b\n"
    let data = try Self.examples(text).dataSet
    #expect(data.training.map(\.name) == ["t.csv:2", "t.csv:4", "t.csv:6", "t.csv:7"])
  }

  @Test func partsOfATableAreJoined() throws {
    let folder = try TableFolder()
    let rows = "x,class\n" + (0..<8).map { "\($0 % 3),\($0 % 2)\n" }.joined()
    let first = try folder.add("t_train.csv", rows.utf8)
    _ = try folder.add("t_test.csv", rows.utf8)
    let path = FileName.folder(of: first)
    let data = try TableExamples(path, for: .training).dataSet
    #expect(data.training.count == 8 && data.test.count == 8 && data.validation.isEmpty)
    #expect(data.test.allSatisfy { $0.name.hasPrefix("t_test.csv:") })
  }

  @Test func aColumnSelectsWhatIsTestedOn() throws {
    let data = try Self.examples { $0.test = try TestSelection("town=Oslo") }.dataSet
    #expect(data.test.count == 4 && data.training.count == 7)
    #expect(
      data.test.allSatisfy {
        if case .row(let cells) = $0.item { cells[1] == .text("Oslo") } else { false }
      })
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
