import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitTables

extension TableFrontEnd {
  fileprivate func values(of cells: [TableCell]) throws -> [Float] {
    guard case .values(let tensor) = try inputs(of: .row(cells)).first?.input.content else {
      return []
    }
    return tensor.elements
  }
}

@Suite struct TableFrontEndTests {
  private static func fitted(
    _ rows: [[TableCell]], _ change: (inout TableFrontEnd.Choices) -> Void = { _ in }
  ) throws -> TableFrontEnd {
    var choices = TableFrontEnd.Choices()
    change(&choices)
    return try TableFrontEnd.fitted(to: rows.map { .row($0) }, choices: choices)
  }

  private static func numbers(_ count: Int) -> [TableFrontEnd.Column] {
    (0..<count).map {
      TableFrontEnd.Column(
        source: TableColumn(name: "\($0)", place: $0), content: .numbers(TableFrontEnd.Scale()))
    }
  }

  /// Mean 4 and mean square of the deviations 5; the missing value counts as 3, the lower of 3 and 5.
  @Test func numbersHaveTheMeanZeroAndTheDeviationOne() throws {
    let frontEnd = try Self.fitted([[.number(1)], [.number(3)], [.number(5)], [.number(7)]])
    for (value, distance) in [(1.0, -3.0), (3, -1), (5, 1), (7, 3), (4, 0)] {
      let found = try frontEnd.values(of: [.number(value)])
      #expect(found == [Float(distance / 5.0.squareRoot())])
    }
    #expect(try frontEnd.values(of: [.missing]) == frontEnd.values(of: [.number(3)]))
    #expect(frontEnd.inputShape == InputShape(extent: [1], content: .values(channels: 1)))
  }

  /// Of 2, 2, 2 and a gap, which counts as 2, and of 0, 10 and two gaps, which count as 0: mean 2.5, mean
  /// square of the deviations 18.75.
  @Test func whatIsMissingCountsAsTheMedian() throws {
    let frontEnd = try Self.fitted([
      [.number(2), .number(0)], [.missing, .missing], [.number(2), .missing],
      [.number(2), .number(10)],
    ])
    guard case .numbers(let first) = frontEnd.columns[0].content,
      case .numbers(let second) = frontEnd.columns[1].content
    else {
      Issue.record("\(frontEnd.columns)")
      return
    }
    #expect(first == TableFrontEnd.Scale(median: 2, mean: 2, deviation: 1))
    #expect(second.median == 0 && second.mean == 2.5)
    #expect(abs(second.deviation - 18.75.squareRoot()) < 1e-15)
    // The constant column is nothing, and a new value in it is seen.
    #expect(try frontEnd.values(of: [.number(2), .missing])[0] == 0)
    #expect(try frontEnd.values(of: [.number(5), .missing])[0] == 3)
  }

  @Test func categoriesAreOnePositionForEachLevel() throws {
    // Of five rows three say "b", one "a", one nothing, which counts as "b".
    let frontEnd = try Self.fitted([
      [.text("b"), .number(1)], [.text("a"), .number(1)], [.text("b"), .number(1)],
      [.missing, .number(1)], [.text("b"), .number(1)],
    ])
    guard case .category(let levels, let isOpen, let scales) = frontEnd.columns[0].content else {
      Issue.record("\(frontEnd.columns)")
      return
    }
    #expect(levels == ["a", "b"] && !isOpen)
    #expect(scales.map(\.median) == [0, 1] && scales.map(\.mean) == [0.2, 0.8])
    #expect(scales.allSatisfy { abs($0.deviation - 0.4) < 1e-15 })
    #expect(frontEnd.shape == [3])
    func seen(_ cell: TableCell) throws -> [Float] { try frontEnd.values(of: [cell, .number(1)]) }
    func near(_ found: [Float], _ expected: [Float]) -> Bool {
      zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }
    }
    // (1 − 0.2) / 0.4, (0 − 0.8) / 0.4
    #expect(near(try seen(.text("a")), [2, -2, 0]))
    #expect(near(try seen(.text("b")), [-0.5, 0.5, 0]))
    #expect(try seen(.missing) == seen(.text("b")))
    // A level that training never saw is none of them.
    #expect(near(try seen(.text("c")), [-0.5, -2, 0]))
  }

  /// A hundred levels, the first of which occur once and the others twice.
  @Test func rareLevelsShareAPosition() throws {
    let names = (0..<100).map { "level \($0)" }
    let rows = (names + names[30...]).map { [TableCell.text($0)] }
    let frontEnd = try Self.fitted(rows)
    guard case .category(let levels, let isOpen, _) = frontEnd.columns[0].content else {
      Issue.record("\(frontEnd.columns)")
      return
    }
    #expect(levels.count == 63 && isOpen && frontEnd.shape == [TableFrontEnd.mostOfCategory])
    #expect(Set(levels).isSubset(of: names[30...]) && levels == levels.sorted())
    let other = try frontEnd.values(of: [.text("level 3")])
    #expect(other[63] > 0 && other[..<63].allSatisfy { $0 < 0 })
    #expect(try frontEnd.values(of: [.text("never seen")]) == other)
  }

  /// A column that holds numbers here and texts there is a category, and its numbers are levels.
  @Test func numbersAmongTextsAreLevels() throws {
    let frontEnd = try Self.fitted([[.text("12")], [.text("a")], [.number(12)], [.number(0.5)]])
    guard case .category(let levels, _, _) = frontEnd.columns[0].content else {
      Issue.record("\(frontEnd.columns)")
      return
    }
    #expect(levels == ["0.5", "12", "a"])
    #expect(try frontEnd.values(of: [.number(12)]) == frontEnd.values(of: [.text("12")]))
  }

  @Test func picturesAreRowsAndColumns() throws {
    let rows: [[TableCell]] = [0, 1].map { row in (0..<6).map { .number(Double($0 * row)) } }
    let frontEnd = try Self.fitted(rows) { $0.shape = [2, 3] }
    #expect(frontEnd.inputShape == InputShape(extent: [2, 3], content: .values(channels: 1)))
    guard case .values(let tensor) = try frontEnd.inputs(of: .row(rows[1])).first?.input.content
    else { return }
    #expect(tensor.shape == [2, 3, 1])
    for shape in [[2, 2], [6, 2], [-2, -3], [Int.max, 2], [1 << 32, 1 << 32]] {
      #expect(throws: TableFrontEndError.otherShape(shape: shape, columns: 6)) {
        try Self.fitted(rows) { $0.shape = shape }
      }
      #expect("\(TableFrontEndError.otherShape(shape: shape, columns: 6))".contains("6"))
    }
    #expect(throws: TableFrontEndError.pictureOfCategories(column: "column 2")) {
      try Self.fitted([[.number(1), .text("a")]]) { $0.shape = [1, 2] }
    }
  }

  /// Values as far apart, or as close, as Doubles can be are numbers still.
  @Test func hostileValuesStayNumbers() throws {
    let values = [
      1e308, -1e308, Double.greatestFiniteMagnitude, -.greatestFiniteMagnitude, -0.0, 0,
      .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude, 1, 1e-300, .nan,
      .infinity, -.infinity,
    ]
    for first in values {
      for second in values {
        for third in values {
          let frontEnd = try Self.fitted([
            [.number(first)], [.number(second)], [.number(third)], [.missing],
          ])
          guard case .numbers(let scale) = frontEnd.columns[0].content else { return }
          #expect(scale.median.isFinite && scale.mean.isFinite && scale.deviation.isNormal)
          let seen = try values.map { try frontEnd.values(of: [.number($0)])[0] }
          let odd = seen.count { !$0.isFinite }
          #expect(odd == 0, "\(first), \(second), \(third)")
        }
      }
    }
  }

  /// No row of those that were fitted to is cut off, however far it lies from the others.
  @Test func trainingRowsAreNotCutOff() throws {
    let rows = (0..<4096).map { [TableCell.number($0 == 7 ? 1e300 : 0)] }
    let frontEnd = try Self.fitted(rows)
    let farthest = try frontEnd.values(of: rows[7])[0]
    #expect(abs(Double(farthest) - 4095.0.squareRoot()) < 1e-3)
    #expect(try frontEnd.values(of: [.number(1e306)])[0] == 4096)
  }

  @Test func otherThingsAreRefused() throws {
    let frontEnd = try TableFrontEnd(columns: Self.numbers(2))
    let array = NumberArray(shape: [2], bytes: [1, 2][...])
    for item in [Item.text("1,2"), .file("a.csv"), .array(array)] {
      #expect(throws: TableFrontEndError.notARow) { try frontEnd.inputs(of: item) }
    }
    for count in [0, 1, 3] {
      #expect(throws: TableFrontEndError.cellCount(found: count, expected: 2)) {
        try frontEnd.inputs(of: .row(Array(repeating: .missing, count: count)))
      }
    }
    #expect(throws: TableFrontEndError.notANumber(column: "1", found: "tall")) {
      try frontEnd.inputs(of: .row([.number(1), .text("tall")]))
    }
    #expect(throws: TableFrontEndError.nothingReadable) { try TableFrontEnd.fitted(to: []) }
    #expect(throws: TableFrontEndError.nothingReadable) {
      try TableFrontEnd.fitted(to: [.file("a"), .text("b")])
    }
  }

  @Test func settingsThatCannotBeAreRefused() throws {
    func refuses(_ name: String, _ make: () throws -> TableFrontEnd) {
      let error = #expect(throws: TableFrontEndError.self, performing: make)
      guard case .setting(let found, _, _) = error else {
        Issue.record("\(name): \(String(describing: error))")
        return
      }
      #expect(found == name)
    }
    func column(_ content: TableFrontEnd.Content, place: Int = 0) -> TableFrontEnd.Column {
      TableFrontEnd.Column(source: TableColumn(name: "a", place: place), content: content)
    }
    typealias Scale = TableFrontEnd.Scale
    let one = Scale()
    refuses("columns") { try TableFrontEnd(columns: []) }
    for shape in [[], [3], [0, 4], [2, 2, 1], [-2, -2], [Int.max, Int.max]] {
      refuses("shape") { try TableFrontEnd(columns: Self.numbers(4), shape: shape) }
    }
    refuses("shape") {
      try TableFrontEnd(
        columns: [column(.category(levels: ["x"], isOpen: true, scales: [one, one]))],
        shape: [1, 2])
    }
    let many = (0...TableFrontEnd.mostOfCategory).map { "\($0)" }
    refuses("levels") {
      try TableFrontEnd(
        columns: [column(.category(levels: many, isOpen: false, scales: many.map { _ in one }))])
    }
    refuses("levels") {
      try TableFrontEnd(
        columns: [column(.category(levels: ["x", "x"], isOpen: false, scales: [one, one]))])
    }
    refuses("levels") {
      try TableFrontEnd(
        columns: [column(.category(levels: [], isOpen: false, scales: []))] + Self.numbers(1))
    }
    refuses("mean") {
      try TableFrontEnd(columns: [column(.category(levels: ["x"], isOpen: true, scales: [one]))])
    }
    refuses("median") { try TableFrontEnd(columns: [column(.numbers(Scale(median: .nan)))]) }
    refuses("mean") { try TableFrontEnd(columns: [column(.numbers(Scale(mean: .infinity)))]) }
    for deviation in [0, -1, .nan, .infinity, .leastNonzeroMagnitude] as [Double] {
      refuses("deviation") {
        try TableFrontEnd(columns: [column(.numbers(Scale(deviation: deviation)))])
      }
    }
    refuses("place") { try TableFrontEnd(columns: [column(.numbers(one), place: -1)]) }
    let source = TableColumn(name: "class", place: 1)
    for cuts in [[1, 1], [2, 1], [.nan], [0, .infinity], [1, 2, 3, 4]] as [[Double]] {
      refuses("cuts") {
        try TableFrontEnd(
          columns: Self.numbers(1), label: TableLabel(source: source, cuts: cuts))
      }
    }
  }

  @Test func settingsComeBackFromTheirFile() throws {
    let category = TableFrontEnd.Column(
      source: TableColumn(name: "größe \"x\"", place: 4),
      content: .category(
        levels: ["", "L"], isOpen: true,
        scales: [0.25, 0.5, 0.125].map { TableFrontEnd.Scale(median: 1, mean: $0, deviation: 0.1) })
    )
    let label = TableLabel(source: TableColumn(name: "class", place: 9), cuts: [1, 2.5, 3])
    let frontEnds = [
      try TableFrontEnd(columns: Self.numbers(6), shape: [2, 3]),
      try TableFrontEnd(
        columns: Self.numbers(1) + [category], label: label, hasHeader: false),
    ]
    for frontEnd in frontEnds {
      let bytes = try JSONEncoder().encode(frontEnd)
      #expect(try JSONDecoder().decode(TableFrontEnd.self, from: bytes) == frontEnd)
    }
  }

  /// Every value of a stored front end replaced by others: refused or taken, and never a trap.
  @Test func hostileSettingsAreRefused() throws {
    func decode(_ columns: String, shape: String = "[1]") throws -> TableFrontEnd {
      try JSONDecoder().decode(
        TableFrontEnd.self,
        from: Data(#"{"columns": [\#(columns)], "shape": \#(shape), "hasHeader": true}"#.utf8))
    }
    let number = #"{"name": "a", "place": 0, "median": 0, "mean": 0, "deviation": 1}"#
    #expect(try decode(number).shape == [1])
    for replaced in [
      ("\"a\"", "7"), ("\"place\": 0", "\"place\": -1"), ("\"place\": 0", "\"place\": 1e300"),
      ("\"median\": 0", "\"median\": []"), ("\"mean\": 0", "\"mean\": 1e999"),
      ("\"deviation\": 1", "\"deviation\": 0"), ("\"mean\": 0", "\"levels\": []"),
      ("\"place\": 0, ", ""),
    ] {
      #expect(throws: (any Error).self, "\(replaced)") {
        try decode(number.replacing(replaced.0, with: replaced.1))
      }
    }
    for shape in ["[]", "[0]", "[2]", "[9223372036854775807, 9223372036854775807]", "[1, 1, 1]"] {
      #expect(throws: (any Error).self) { try decode(number, shape: shape) }
    }
    let level =
      #"{"name": "a", "place": 0, "levels": ["x"], "isOpen": false, "median": [0], "mean": [0], "deviation": [1]}"#
    #expect(try decode(level).shape == [1])
    for replaced in [
      ("[\"x\"]", "[]"), ("[\"x\"]", "[\"x\", \"x\"]"), ("\"median\": [0]", "\"median\": []"),
      ("\"deviation\": [1]", "\"deviation\": [1, 1]"), ("false", "true"),
      ("\"deviation\": [1]", "\"deviation\": [-1]"),
    ] {
      #expect(throws: (any Error).self, "\(replaced)") {
        try decode(level.replacing(replaced.0, with: replaced.1))
      }
    }
  }
}
