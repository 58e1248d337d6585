import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitTables

/// The label, and the columns that are left.
@Suite struct PreparedTableTests {
  private let folder: TableFolder

  init() throws { folder = try TableFolder() }

  /// A table of columns of one length.
  private func table(_ columns: (String, [String])...) throws -> Table {
    let rows = columns[0].1.indices.map { row in
      columns.map { "\"\($0.1[row])\"" }.joined(separator: ",") + "\n"
    }
    return try folder.table(columns.map(\.0).joined(separator: ",") + "\n" + rows.joined())
  }

  private func complaint(
    _ table: Table, _ choice: LabelChoice = .last, shape: [Int]? = nil
  ) -> String {
    do {
      _ = try table.prepared(labelledBy: choice, shape: shape)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  private func repeating(_ values: [String], _ count: Int) -> [String] {
    (0..<count).map { values[$0 % values.count] }
  }

  /// Texts or numbers that are all different and in no order.
  private func different(_ count: Int, _ start: String = "") -> [String] {
    (0..<count).map { "\(start)\($0 * 11 % count)" }
  }

  // MARK: Labels

  @Test func theLastColumnIsTheLabel() throws {
    let table = try table(
      ("a", ["1.5", "2", "3", "2"]), ("y", ["b", "?", "é", "b"]), ("z", ["10", "2.0", "", "2"]))
    let last = try table.prepared()
    #expect(last.sequence.labels == [1, 0, 0] && last.sequence.labelNames == ["2", "10"])
    #expect(last.table.columns.map(\.name) == ["a", "y"] && last.table.rowCount == 3)
    #expect(last.sequence.places[0].components == [[1.5, 2, 2]])
    #expect(last.notes.rowsWithoutLabel == 1 && last.notes.rows == 3 && last.notes.columns == 2)
    #expect(
      last.notes.sentences.prefix(2) == [
        "The label is the last column, “z”, with 2 values.", "1 row without a label is left out.",
      ])
    let named = try table.prepared(labelledBy: .named("y"))
    #expect(named.sequence.labels == [0, 1, 0] && named.sequence.labelNames == ["b", "é"])
    #expect(named.table.columns.map(\.name) == ["a", "z"])
    #expect(named.notes.sentences[0] == "The label is “y”, with 2 values.")
    let none = try table.prepared(labelledBy: .none)
    #expect(none.sequence.labels.isEmpty && none.sequence.rowCount == 4)
    #expect(none.table.columns.count == 3)
    #expect(
      none.notes.sentences[0]
        == "There is no label, as was asked for: the columns are judged alone.")
  }

  /// Both sides of twenty numbers.
  @Test func manyNumbersAreNoLabel() throws {
    let a = repeating(["1.5", "2", "3"], 42)
    let few = try table(("a", a), ("y", repeating(different(20), 42))).prepared()
    #expect(few.sequence.labelNames == (0..<20).map(String.init))
    let table = try table(("a", a), ("y", repeating(different(21), 42)))
    let many = try table.prepared()
    #expect(many.sequence.labels.isEmpty && many.sequence.places.map(\.name) == ["a", "y"])
    #expect(
      many.notes.sentences[0]
        == "The last column, “y”, holds numbers with 21 different values and is no label, so that there "
        + "is none. --label names one, and cuts such numbers into four parts.")
    let cut = try table.prepared(labelledBy: .named("y"))
    #expect(cut.sequence.labelNames == ["up to 4", "4 to 9", "9 to 15", "above 15"])
    #expect((0..<4).map { part in cut.sequence.labels.count { $0 == part } } == [10, 10, 12, 10])
    #expect(
      cut.notes.sentences[0]
        == "The label is “y”, numbers cut into 4 parts of about the same size: up to 4, 4 to 9, 9 to 15, "
        + "above 15.")
  }

  /// Equal numbers are in one part, on whichever side they are many.
  @Test func quartersOfTies() {
    #expect(RowLabels.quarters(of: [1, 2, 3, 4, 5, 6, 7, 8]) == [2, 4, 6])
    let zeros = [Double](repeating: 0, count: 80)
    let rising = (1...20).map(Double.init)
    #expect(RowLabels.quarters(of: zeros + rising) == [0])
    #expect(RowLabels.names(of: [0]) == ["up to 0", "above 0"])
    #expect(RowLabels.quarters(of: rising.map { -21 + $0 } + zeros) == [-1])
    #expect(RowLabels.quarters(of: [1, 1, 1, 2, 2, 2, 2, 2, 3]) == [1, 2])
    #expect(RowLabels.quarters(of: [1, 1]) == [])
  }

  @Test func textsThatHardlyRepeatAreNoLabel() throws {
    let a = repeating(["1.5", "2", "3"], 42)
    // 21 of 42 are not more than half of them, and 21 of 41 are.
    #expect(
      try table(("a", a), ("y", repeating(different(21, "t"), 42))).prepared().sequence.labelNames
        .count == 21)
    let table = try table(
      ("a", Array(a.dropLast())), ("y", repeating(different(21, "t"), 41)))
    let prepared = try table.prepared()
    #expect(prepared.sequence.labels.isEmpty && prepared.notes.categories.map(\.levels) == [21])
    #expect(
      prepared.notes.sentences[0]
        == "The last column, “y”, holds 21 different texts in 41 rows and is no label, so that there is "
        + "none. --label names one.")
    #expect(
      complaint(table, .named("y"))
        == "The label “y” has 21 different texts in 41 rows: labels must repeat to be learned. Name another "
        + "column by --label; convkit check --no-label judges the columns alone.")
    // All different.
    let names = try self.table(("a", repeating(["1.5", "2"], 10)), ("y", different(10, "t")))
    #expect(try names.prepared().notes.label.kind == .manyTexts)
    #expect(try names.prepared().notes.identifiers == ["y"])
    let few = try self.table(("a", repeating(["1.5", "2"], 9)), ("y", different(9, "t")))
    #expect(try few.prepared().notes.label.kind == .last)
  }

  @Test func labelsThatAreNone() throws {
    let table = try table(
      ("town", ["Oslo", "Rome"]), ("same", ["x", "x"]), ("number", ["7", ""]),
      ("empty", ["", "NA"]))
    let advice =
      "Name another column by --label; convkit check --no-label judges the columns alone."
    #expect(complaint(table) == "The label “empty” has no value in any row. \(advice)")
    #expect(
      complaint(table, .named("same"))
        == "The label “same” has one value, “x”, in all 2 rows that have one, so that there is nothing to "
        + "tell apart. \(advice)")
    #expect(
      complaint(table, .named("number"))
        == "The label “number” has one value, “7”, in the only row that has one, so that there is nothing "
        + "to tell apart. \(advice)")
    #expect(
      complaint(table, .named("towm"))
        == "There is no column “towm” for the label. Did you mean “town”? The columns are: town, same, "
        + "number, empty.")
    #expect(complaint(Table(columns: [], rowCount: 0)).hasPrefix("There is no column besides"))
  }

  // MARK: Columns

  @Test func identifiersAreSetAside() throws {
    let y = repeating(["a", "b"], 12)
    let values = repeating(["1", "2", "3"], 12)
    let id = different(12)
    let prepared = try table(
      ("id", id), ("a", values), ("name", different(12, "n")), ("b", repeating(["4", "7"], 12)),
      ("c", id.map { "\($0).5" }), ("gap", [""] + id.dropFirst()),
      ("e", repeating(["x", "y", "z", "v"], 12)), ("y", y)
    ).prepared()
    #expect(prepared.notes.identifiers == ["id", "name"])
    #expect(prepared.sequence.places.map(\.name) == ["a", "b", "c", "gap", "e"])
    #expect(
      prepared.notes.sentences.contains(
        "2 columns are set aside, for all their values are different and only tell the rows apart: id, "
          + "name."))
    // Fewer rows are all different by chance.
    let few = try table(
      ("id", different(9)), ("a", repeating(["1", "1"], 9)), ("y", repeating(y, 9)))
    #expect(try few.prepared().notes.identifiers.isEmpty)
  }

  /// Raw samples, which hardly ever repeat.
  @Test func manyWholeNumbersAreMeasurements() throws {
    func prepared(_ ids: Int, of columns: Int, shape: [Int]? = nil) throws -> PreparedTable {
      let header = (0..<columns).map { "c\($0)" }.joined(separator: ",") + ",y\n"
      let rows = (0..<12).map { row in
        (0..<columns).map {
          "\($0 < ids ? row * 31 + $0 * row * row : row % ($0 + 2)),"
        }.joined() + "\(row % 2)\n"
      }
      return try folder.table(header + rows.joined()).prepared(shape: shape)
    }
    #expect(try prepared(3, of: 8).notes.identifiers == ["c0", "c1", "c2"])
    let four = try prepared(4, of: 8)
    #expect(four.notes.identifiers.isEmpty && four.notes.distinctIntegers == 4)
    #expect(
      four.notes.sentences.contains(
        "4 columns of whole numbers have no value twice; they count as measurements and not as identifiers."
      ))
    #expect(try prepared(2, of: 4).notes.identifiers.count == 2)
    #expect(try prepared(2, of: 3).notes.identifiers.isEmpty)
    // They are measurements where the picture needs them, and not where it fits without.
    #expect(try prepared(2, of: 6, shape: [2, 3]).sequence.shape == [2, 3])
    #expect(try prepared(2, of: 6, shape: [2, 2]).sequence.places.first?.name == "c2")
    #expect(throws: TableError.self) { try prepared(2, of: 6, shape: [1, 5]) }
  }

  @Test func constantsAndRepeats() throws {
    let prepared = try table(
      ("a", ["1", "2", "", "2"]), ("b", ["5", "5", "?", "5"]), ("c", ["1.0", "2", "NA", "2"]),
      ("d", ["", "", "", ""]), ("e", ["x", "z", "", "x"]), ("f", ["x", "z", "", "x"]),
      ("g", ["x", "x", "x", "x"]), ("h", ["z", "x", "", "z"]), ("y", ["0", "1", "0", "1"])
    ).prepared()
    #expect(
      prepared.sequence.places.map(\.role) == [
        .used, .constant, .repeats("a"), .constant, .used, .repeats("e"), .constant, .used,
      ])
    #expect(
      prepared.notes.sentences == [
        "The label is the last column, “y”, with 2 values.",
        "2 columns have the same value in every row and are left out of the statistics: b, g.",
        "1 column has no value in any row and is left out of the statistics: d.",
        "2 columns repeat an earlier one and are left out of the statistics: c (as a), f (as e).",
        "6 columns lack values in some rows: a (1), b (1), c (1), e (1), f (1), h (1).",
        "4 columns hold texts, so many different ones: e (2), f (2), g (1), h (2).",
      ])
    // What only rows without a label hold does not count.
    let few = try table(
      ("a", ["1", "1", "2"]), ("t", ["x", "x", "z"]), ("n", ["", "", "w"]), ("y", ["0", "1", ""])
    ).prepared()
    #expect(few.sequence.places.map(\.role) == [.constant, .constant, .constant])
    #expect(few.sequence.places[1].components == [[1, 1]])
    #expect(few.sequence.places[2].components.map { $0.map(\.isNaN) } == [[true, true]])
    #expect(few.notes.categories.map(\.levels) == [1] && few.notes.empty == ["n"])
  }

  @Test func textsBecomeComponents() throws {
    let prepared = try table(("t", ["x", "", "z", "x"]), ("y", ["0", "1", "0", "1"])).prepared()
    let components = prepared.sequence.places[0].components
    #expect(components.map { $0.map { $0.isNaN ? -1 : $0 } } == [[1, -1, 0, 1], [0, -1, 1, 0]])
  }

  /// Both sides of 64 texts.
  @Test func rareTextsAreOne() throws {
    // The last text is the most frequent but for the first, the others occur twice.
    let codes = (0..<65).flatMap { [$0, $0] } + [64, 64, 0, 0, 0]
    for count in [64, 65] {
      let texts = codes.filter { $0 >= 65 - count }.map { "t\($0)" }
      let place = try table(("t", texts), ("y", repeating(["0", "1"], texts.count))).prepared()
      let components = place.sequence.places[0].components
      #expect(components.count == 64)
      #expect(texts.indices.allSatisfy { row in components.map { $0[row] }.reduce(0, +) == 1 })
      #expect(place.notes.categories.map(\.kept) == [count == 64 ? 64 : 63])
      let sums = components.map { $0.reduce(0, +) }
      // t62 and t63 are the last of those that occur twice.
      #expect(
        sums
          == (count == 64
            ? [Float](repeating: 2, count: 63) + [4]
            : [5] + [Float](repeating: 2, count: 61) + [4, 4]))
      if count == 65 {
        #expect(
          place.notes.sentences.last
            == "1 column holds texts, so many different ones: t (65). Of more than 64 all but the 63 most "
            + "frequent count as one.")
      }
    }
  }

  /// What `Float` cannot hold or tell apart.
  @Test func numbersAreMovedWhereTheyMustBe() throws {
    let prepared = try table(
      ("big", ["-1.5e308", "0", "1.5e308", ""]),
      ("time", ["1700000001.5", "1700000002.5", "1700000003.5", ""]),
      ("plain", ["250.5", "-3", "7", ""]), ("tiny", ["0", "1e-300", "2e-300", ""]),
      ("one", ["1e308", "1e308", "1e308", ""]), ("y", ["0", "1", "0", "1"])
    ).prepared()
    let first = prepared.sequence.places.map { Array($0.components[0].prefix(3)) }
    #expect(first == [[0, 0.5, 1], [0, 0.5, 1], [250.5, -3, 7], [0, 0.5, 1], [0, 0, 0]])
    #expect(prepared.sequence.places.allSatisfy { $0.components[0][3].isNaN })
  }

  @Test func pictures() throws {
    let y = repeating(["0", "1"], 10)
    let table = try table(
      ("id", different(10, "n")), ("a", repeating(["1", "2"], 10)), ("b", repeating(["3"], 10)),
      ("y", y))
    #expect(try table.prepared(shape: [1, 2]).sequence.shape == [1, 2])
    #expect(try table.prepared().sequence.shape == [2])
    #expect(
      complaint(table, shape: [2, 3])
        == "--shape 2x3 needs 6 columns, and there are 2 without id. Give the height and the width of a "
        + "picture of all columns but the label.")
    #expect(
      complaint(table, shape: [1 << 40, 1 << 40])
        .hasPrefix(
          "--shape 1099511627776x1099511627776 needs another number of columns, and there are 2 "))
    #expect(complaint(table, shape: [-1, -2]).contains("and there are 2"))
    let texts = try self.table(("a", ["1", "2"]), ("t", ["x", "z"]), ("y", ["0", "1"]))
    #expect(
      complaint(texts, shape: [1, 2])
        == "--shape 1x2 needs columns of numbers, and “t” holds texts. Leave the option out.")
  }

  @Test func nothingIsLeft() throws {
    let y = repeating(["0", "1"], 10)
    #expect(
      complaint(try table(("id", different(10, "n")), ("y", y)))
        == "No column is left to judge: id only numbers or names the rows. Add columns of values.")
    let one = try table(("a", ["1", "2"]), ("y", ["0", "1"]))
    #expect(try one.prepared().sequence.places.count == 1)
  }

  @Test func textsOfTooManyNumbers() {
    let rows = Table.mostNumbers / 64 + 1
    let levels = (0..<64).map(String.init)
    let codes = (0..<rows).map { Int32($0 % 64) }
    let table = Table(
      columns: [Table.Column(name: "t", content: .texts(codes, levels: levels))], rowCount: rows)
    #expect(
      complaint(table, .none)
        == "The columns, with a number for each of their different texts, take more than 67108864 numbers in "
        + "1048577 rows. Use fewer rows, such as every tenth.")
  }
}
