import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitTables

@Suite struct TableReadingTests {
  private let folder: TableFolder

  init() throws { folder = try TableFolder() }

  /// NaN as equal to itself.
  private func numbers(_ column: Table.Column) -> [Double?]? {
    guard case .numbers(let values) = column.content else { return nil }
    return values.map { $0.isNaN ? nil : $0 }
  }

  private func texts(_ column: Table.Column) -> [String?]? {
    guard case .texts(let codes, let levels) = column.content else { return nil }
    return codes.map { $0 < 0 ? nil : levels[Int($0)] }
  }

  @Test func numbersAndTexts() throws {
    let table = try folder.table(
      "\u{FEFF}age, town ,\"x,\"\"y\"\"\",\r\n 30 ,Oslo,?,1\r\n?,\"Rome, Italy\",-.5e1,\r\n\r\n4,Oslo,\"7\",2"
    )
    #expect(table.rowCount == 3)
    #expect(table.columns.map(\.name) == ["age", "town", "x,\"y\"", "column 4"])
    #expect(numbers(table.columns[0]) == [30, nil, 4])
    #expect(texts(table.columns[1]) == ["Oslo", "Rome, Italy", "Oslo"])
    #expect(numbers(table.columns[2]) == [nil, -5, 7])
    #expect(numbers(table.columns[3]) == [1, nil, 2])
    #expect(
      table.columns[1].content == .texts([0, 1, 0], levels: ["Oslo", "Rome, Italy"]))
    #expect(table.cells(ofRow: 1) == [.missing, .text("Rome, Italy"), .number(-5), .missing])
  }

  /// A number is the same text before the first field that is none and behind it.
  @Test func aColumnOfNumbersBecomesTexts() throws {
    let table = try folder.table("a,b\n7.0,1\nNA,1\n007,1\n1e3,1\nx7,1\n7,1\n,1\n0.50,1\n")
    #expect(texts(table.columns[0]) == ["7", nil, "7", "1000", "x7", "7", nil, "0.5"])
    #expect(numbers(table.columns[1]) == [Double?](repeating: 1, count: 8))
  }

  @Test func whatIsMissing() throws {
    let words = FieldValue.missingWords + ["", "inf", "-Infinity", "1e999", "\"\"", "  "]
    let table = try folder.table("a,b\n" + words.map { "\($0),1\n" }.joined())
    #expect(numbers(table.columns[0]) == [Double?](repeating: nil, count: words.count))
    let others = try folder.table("a,b\nNONE,1\nna,1\n-,1\nnull!,1\n")
    #expect(texts(others.columns[0]) == ["NONE", "na", "-", "null!"])
  }

  /// What is read quickly is what Swift reads, to the last bit.
  @Test func numbersAreSwifts() {
    var random = RandomStream(seed: 3, purpose: .tests)
    let characters = Array("0123456789.-+eE".utf8)
    var numbers = 0
    for number in 0..<20_000 {
      var field: [UInt8] = []
      if number % 2 == 0 {
        for _ in 0..<1 + random.next() % 20 {
          field.append(characters[Int(random.next() % UInt64(characters.count))])
        }
      } else {
        let places = Int(random.next() % 19)
        field = Array(
          "\(random.next() % 2 == 0 ? "-" : "")\(random.next() >> (random.next() % 64))".utf8)
        field.insert(0x2E, at: max(1, field.count - places))
      }
      let text = String(decoding: field, as: UTF8.self)
      let expected =
        Double(text).map { $0.isFinite ? FieldValue.number($0 + 0) : .missing } ?? .text
      #expect(FieldValue(field[...]) == expected, "\(text)")
      if case .number = expected { numbers += 1 }
    }
    #expect(numbers > 10_000)
    for text in ["0x1F", "-0", "+5", ".5", "5.", ".", "-", "+.", "9007199254740993", "4.35"] {
      let expected = Double(text).map { FieldValue.number($0 + 0) } ?? .text
      #expect(FieldValue(Array(text.utf8)[...]) == expected, "\(text)")
    }
    guard case .number(let zero) = FieldValue(Array("-0".utf8)[...]) else {
      Issue.record("no zero")
      return
    }
    #expect(zero.sign == .plus)
    #expect(FieldValue.shortest(0) == "0" && FieldValue.shortest(-2.5) == "-2.5")
    #expect(FieldValue.shortest(1e300) == "1e+300")
  }

  @Test func withoutAHeader() throws {
    let table = try folder.table("1,2\n3,4\n") { $0.hasHeader = false }
    #expect(table.columns.map(\.name) == ["column 1", "column 2"])
    #expect(table.rowCount == 2 && numbers(table.columns[1]) == [2, 4])
  }

  @Test func formsAndEncodings() throws {
    #expect(try folder.table("a,b\tc\n1,2\t3", name: "t").columns.map(\.name) == ["a,b", "c"])
    #expect(
      try folder.table("a,b\tc\n1,2", name: "t") { $0.form = .commas }.columns.map(\.name)
        == ["a", "b\tc"])
    var options = Table.ReadingOptions()
    options.encoding = .latin1
    let path = try folder.add("l.csv", Array("a,b\n".utf8) + [0xE9, 0x2C, 0x80])
    #expect(
      try Table.read(paths: [path], options: options).cells(ofRow: 0) == [.text("é"), .text("€")])
  }

  @Test func filesAreJoined() throws {
    let paths = try [
      folder.add("a.csv", "x,y\n1,a\n".utf8), folder.add("b.tsv", "x\ty\nz\tb\n2\ta".utf8),
    ]
    let table = try Table.read(paths: paths)
    #expect(texts(table.columns[0]) == ["1", "z", "2"])
    #expect(texts(table.columns[1]) == ["a", "b", "a"])
    for (text, difference) in [
      ("x,z\n1,2", "“z” as column 2, where “y” was expected"),
      ("x,y,z\n1,2,3", "3 columns, and 2 were expected"),
      ("x\n1", "1 column, and 2 were expected"),
    ] {
      let path = try folder.add("c.csv", text.utf8)
      let error = #expect(throws: TableError.self) { try Table.read(paths: [paths[0], path]) }
      #expect(error == .otherColumns(path: path, first: paths[0], difference: difference))
    }
    #expect(
      TableError.otherColumns(
        path: "c.csv", first: "a.csv", difference: "3 columns, and 2 were expected"
      )
      .description
        == "“c.csv” cannot be joined with “a.csv”: it has 3 columns, and 2 were expected. Give both the "
        + "same columns in the same order.")
  }

  @Test func whatIsWrongIsSaid() {
    #expect(folder.complaint("".utf8) == "“t.csv” is empty. Leave it out or make it again.")
    #expect(
      folder.complaint("\n\r\n".utf8)
        == "“t.csv” has nothing but empty lines; a row for every example was expected.")
    #expect(
      folder.complaint("a,b\n".utf8)
        == "“t.csv” has a header and no rows; a row for every example was expected. If its one line is a "
        + "row, say --no-header.")
    #expect(
      folder.complaint("a,b,c,d\n1,2,3,4\n\n\"x\ny\",2,3,4\n1,2,3\n".utf8)
        == "In “t.csv” line 6 has 3 fields, and the header has 4. Give every row the same columns, empty "
        + "where nothing is known, and put a text that holds a comma into quotes.")
    #expect(
      folder.complaint("1,2\n3\n".utf8) { $0.hasHeader = false }
        .hasPrefix("In “t.csv” line 2 has 1 field, and the first line has 2. "))
    #expect(
      folder.complaint("a,b,a\n1,2,3\n".utf8)
        == "In “t.csv” the columns 1 and 3 are both called “a”. Rename one, or say --no-header if the first "
        + "line is a row of values.")
    #expect(
      folder.complaint("a;b;c\n1;2;3\n".utf8)
        == "“t.csv” has one column (“a;b;c”), and a table of two or more was expected. Its fields seem to be "
        + "divided by semicolons; divide them by commas or tabs.")
    #expect(
      folder.complaint("a\n1\n".utf8)
        == "“t.csv” has one column (“a”), and a table of two or more was expected. Divide the fields of a "
        + "line by commas or tabs.")
    #expect(
      folder.complaint("a,b\n1,\"2\n3,4\n".utf8)
        == "“t.csv” cannot be read: The quote that opens in line 2 is never closed. Close it, or double "
        + "quotes in a text.")
    #expect(
      folder.complaint(Array("a,b\r\n1,x\r\n2,".utf8) + [0x79, 0xE9])
        == "In “t.csv” the byte 0xE9 in line 3 (offset 13 from the start of the file) is not UTF-8. Save the "
        + "file as UTF-8, or say which encoding it has: --encoding latin1.")
    #expect(folder.complaint([0x61, 0xE9, 0x2C, 0x62]).contains("0xE9 in line 1 (offset 1 "))
    #expect(
      folder.complaint([0xFF, 0xFE, 0x61, 0x00])
        == "“t.csv” begins with the byte order mark of UTF-16, which is not read. Save the file as UTF-8."
    )
    #expect(
      folder.complaint([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0])
        .hasPrefix("“t.csv” is a file of kind image, and a table in CSV or TSV was expected."))
  }

  @Test func rowsAreNoNames() {
    #expect(
      folder.complaint("5.1,3.5,1.4,setosa\n4.9,3,1.4,setosa\n".utf8)
        == "In “t.csv” line 1, where the names of the columns are expected, holds numbers (5.1, 3.5, 1.4 …). "
        + "Say --no-header if it is a row of values; else give the columns other names.")
    #expect(folder.complaint("2,1,2\n1,1,1\n".utf8).contains("Say --no-header"))
    for text in ["1,2\n3,4\n", "1,2,4\n1,2,3\n", "1,1,1\n1,1,1\n"] {
      #expect(folder.complaint(text.utf8).contains("Say --no-header"), "\(text)")
    }
    // Columns that are counted, wavelengths, and an index without a name.
    for text in [
      "0,1,2,label\n5,5,5,a\n", "0.1,0.2,0.3,0.4\n1,2,3,4\n", "700,690,680\n1,2,3\n",
      "1,2,4,8,16,32,64,128\n1,1,1,1,1,1,1,1\n", "2020,y\n1,2\n", ",a,1,0\n0,1,2,3\n",
    ] {
      #expect(folder.complaint(text.utf8) == "no error", "\(text)")
    }
  }

  @Test func limits() throws {
    func complaint(_ text: String, _ change: (inout TableReader.Limits) -> Void) throws -> String {
      var limits = TableReader.Limits()
      change(&limits)
      var reader = TableReader(options: Table.ReadingOptions(), limits: limits)
      let path = try folder.add("t.csv", text.utf8)
      do {
        try reader.read(path)
        return "no error"
      } catch {
        return "\(error)".replacing("\(folder.path)/", with: "")
      }
    }
    let rows = "a,b\n1,x\n2,x\n3,yy\n"
    #expect(try complaint(rows) { $0.cells = 6 } == "no error")
    #expect(
      try complaint(rows) { $0.cells = 5 }
        == "“t.csv” has more than 5 values up to line 4, with 2 columns, which is all that is read here. "
        + "Use fewer rows, such as every tenth.")
    #expect(try complaint(rows) { $0.columns = 2 } == "no error")
    #expect(
      try complaint(rows) { $0.columns = 1 }
        == "In “t.csv” line 1 has 2 fields, and at most 1 columns are read here. Use fewer columns."
    )
    #expect(try complaint(rows) { $0.textBytes = 2 * 16 + 3 } == "no error")
    #expect(
      try complaint(rows) { $0.textBytes = 2 * 16 + 2 }
        == "“t.csv” has different texts of more than 34 bytes up to line 4, which is all that is read here. "
        + "Leave out columns of long texts, or use fewer rows.")
    // Numbers that become texts count too.
    #expect(
      try complaint("a,b\n1,1\n2,2\nx,3\n") { $0.textBytes = 3 * 16 + 2 }.contains("up to line 4"))
  }

  /// 10⁵ columns, in more than one piece of a file.
  @Test func manyColumns() throws {
    let count = 100_000
    let header = (0..<count).map { "c\($0)" }.joined(separator: ",")
    let row = (0..<count).map(String.init).joined(separator: ",")
    let table = try folder.table("\(header)\n\(row)\n\(row)\n")
    #expect(table.columns.count == count && table.rowCount == 2)
    #expect(numbers(table.columns[count - 1]) == [99_999, 99_999])
  }

  @Test func brokenTablesNeverTrap() throws {
    let seeds = [
      "a,b,\"c d\",label\n1,x,,yes\n2.5,\"y, \"\"z\"\"\",?,no\r\n-3e2,x,7,yes\n4,é,NA,no\n",
      "\u{FEFF}id\tv\tw\n" + (1...12).map { "\($0)\t\($0 % 3)\tt\($0 % 2)\n" }.joined(),
    ]
    var random = RandomStream(seed: 8, purpose: .tests)
    var (answers, errors) = (0, 0)
    for number in 0..<400 {
      var bytes = Array(seeds[number % seeds.count].utf8)
      for _ in 0...random.next() % 4 where !bytes.isEmpty {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.removeSubrange(place...)
        case 2: bytes.remove(at: place)
        default: bytes.insert(Array(",\"\n\r\t9".utf8)[Int(random.next() % 6)], at: place)
        }
      }
      let path = try folder.add("m", bytes)
      do {
        let prepared = try Table.read(paths: [path]).prepared()
        #expect(prepared.sequence.places.count == prepared.table.columns.count)
        #expect(!prepared.notes.sentences.isEmpty)
        answers += 1
      } catch {
        let reportable = try #require(error as? any ReportableError)
        #expect(reportable.category == .badData && reportable.description.hasSuffix("."))
        errors += 1
      }
    }
    #expect(answers > 50 && errors > 50, "\(answers) and \(errors)")
  }
}
