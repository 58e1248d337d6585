import ConvKitCore
import Testing

@testable import ConvKitFiles

/// Records of texts that come in pieces.
@Suite struct SeparatedRecordsTests {
  private struct Record: Equatable {
    var fields: [String]
    var line: Int
  }

  private func whole(_ bytes: [UInt8], _ form: SeparatedText.Form = .commas) throws -> [Record] {
    var text = SeparatedText(TextEncoding.withoutMark(bytes[...]), form: form)
    var records: [Record] = []
    while let (fields, line) = try text.next() {
      records.append(Record(fields: fields, line: line))
    }
    return records
  }

  private func inPieces(
    of size: Int, _ bytes: [UInt8], _ form: SeparatedText.Form = .commas,
    limit: Int = SeparatedRecords.longestRecord
  ) throws -> [Record] {
    var records = SeparatedRecords(form: form, limit: limit)
    var found: [Record] = []
    let take = { (record: SeparatedRecord) throws in
      found.append(
        Record(fields: try (0..<record.count).map { try record.text($0) }, line: record.line))
    }
    for start in stride(from: 0, to: bytes.count, by: size) {
      try records.take(bytes[start..<min(start + size, bytes.count)], take)
    }
    try records.finish(take)
    return found
  }

  /// Every place where a piece may end, and the byte order mark.
  @Test(arguments: [SeparatedText.Form.commas, .tabs]) func piecesOfEverySize(
    form: SeparatedText.Form
  ) throws {
    let text =
      "\u{FEFF}a,b\r\n\r\n\"1,\"\"2\"\"\r\nx\",\r\r\n,\"\"\n\n\"\"\"\",é谢😀\rc\td\t\"e\n"
      + "\"a\r\",\"\nb\"\n\"\"\"a\"\"\"\"\",\"\",a\"b\n\r\n\rlast,"
    let bytes = Array(text.utf8)
    let expected = try whole(bytes, form)
    #expect(expected.count > 7)
    for size in 1...bytes.count {
      #expect(try inPieces(of: size, bytes, form) == expected, "\(size)")
    }
  }

  @Test func lines() throws {
    let records = try inPieces(of: 3, Array("\r\n\na,\"\r\n\"\r\"b\n\r\nc\"\n\rd".utf8))
    #expect(records.map(\.line) == [3, 5, 9])
    #expect(records.map(\.fields) == [["a", "\r\n"], ["b\n\r\nc"], ["d"]])
  }

  /// Against a writer that quotes what needs it and sometimes what does not.
  @Test func randomTexts() throws {
    var random = RandomStream(seed: 1, purpose: .tests)
    func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    let parts = ["a", "7.5", ",", "\"", "\r", "\n", "\r\n", " ", "é", "\t", "long text"]
    for _ in 0..<300 {
      var text = ""
      var expected: [Record] = []
      var line = 1
      for _ in 0..<below(6) {
        var record = Record(fields: [], line: line)
        for index in 0...below(4) {
          let field = (0..<below(4)).map { _ in parts[below(parts.count)] }.joined()
          let isPlain = !field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
          // A record of one empty field without quotes would be an empty line.
          let isBare = isPlain && !(index == 0 && field.isEmpty) && below(3) > 0
          text += index > 0 ? "," : ""
          text +=
            isBare
            ? field
            : "\""
              + field.split(separator: "\"", omittingEmptySubsequences: false)
              .joined(separator: "\"\"") + "\""
          line += TextLines.endCount(in: Array(field.utf8)[...])
          record.fields.append(field)
        }
        let end = ["\n", "\r", "\r\n"][below(3)]
        // A line feed behind a carriage return would belong to it.
        text += end
        line += 1
        expected.append(record)
      }
      let bytes = Array(text.utf8)
      for size in [1, 2, 3, 7, 64] {
        #expect(try inPieces(of: size, bytes) == expected, "\(size): \(text.debugDescription)")
      }
    }
  }

  @Test func wrongTextsAreWrongInEveryPiece() {
    for text in ["a\n\"b\nc", "a\n\"b\n\"c", "\"", "\"a\"b", "x,\"", "a\r\"\r\n\r\n\"\"", "\"\"a"] {
      let bytes = Array(text.utf8)
      let expected = #expect(throws: SeparatedTextError.self) { try whole(bytes) }
      for size in 1...bytes.count {
        let found = #expect(throws: SeparatedTextError.self) { try inPieces(of: size, bytes) }
        #expect(found == expected, "\(text.debugDescription) in pieces of \(size)")
      }
    }
  }

  /// The line and the place in the whole text, behind a mark, other records and quotes.
  @Test func whatIsNotUTF8HasAPlace() {
    let bytes = Array("\u{FEFF}a\r\n\"\"\"b\n".utf8) + [0x63, 0xFF, 0x22]
    for size in 1...bytes.count {
      #expect(throws: TextEncoding.Failure.notUTF8(byte: 0xFF, line: 3, offset: 12)) {
        try inPieces(of: size, bytes)
      }
    }
  }

  @Test func recordsHaveALimit() throws {
    let long = String(repeating: "x", count: 8)
    for size in [1, 5, 100] {
      #expect(try inPieces(of: size, Array("\(long)\r\n\r\n\(long)".utf8), limit: 8).count == 2)
      #expect(
        throws: SeparatedTextError.recordTooLong(line: 2, limit: 8, openQuote: nil)
      ) { try inPieces(of: size, Array("a\n\(long)y\nb".utf8), limit: 8) }
    }
    #expect(
      throws: SeparatedTextError.recordTooLong(line: 2, limit: 8, openQuote: 2)
    ) { try inPieces(of: 1, Array("a\nb,\"\(long)".utf8), limit: 8) }
    #expect(
      SeparatedTextError.recordTooLong(line: 2, limit: 8, openQuote: 3).description
        == "The quote that opens in line 3 is not closed within 8 bytes of the record that begins in line "
        + "2. Close it, or double quotes in a text.")
    #expect(
      SeparatedTextError.recordTooLong(line: 2, limit: 8, openQuote: nil).description
        == "The record in line 2 has more than 8 bytes, which is all that is read of one. Check whether "
        + "the file is what it should be.")
  }

  /// What has been seen of a record is neither kept beyond the limit nor looked at again.
  @Test(.timeLimit(.minutes(1)), arguments: ["\"", "x", ","]) func aRecordWithoutAnEnd(
    start: String
  ) {
    var records = SeparatedRecords(form: .commas, limit: 1 << 22)
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 12)
    var count = 0
    let error = #expect(throws: SeparatedTextError.self) {
      try records.take(Array(start.utf8)[...]) { _ in }
      while count < 1 << 14 {
        count += 1
        try records.take(piece[...]) { _ in }
      }
    }
    #expect(count == 1 << 10)
    #expect(
      error == .recordTooLong(line: 1, limit: 1 << 22, openQuote: start == "\"" ? 1 : nil))
  }
}

/// Files of records.
@Suite struct SeparatedFileTests {
  private func fields(
    _ name: String, _ bytes: [UInt8], form: SeparatedText.Form? = nil,
    encoding: TextEncoding = .utf8
  ) throws -> [[String]] {
    let folder = try TemporaryFolder()
    try folder.add(name, bytes)
    var found: [[String]] = []
    try SeparatedFile.read(folder.path(name), form: form, encoding: encoding) { record in
      found.append(try (0..<record.count).map { try record.text($0) })
    }
    return found
  }

  @Test func theFormIsTold() throws {
    let text = Array("a\tb,c\n".utf8)
    #expect(try fields("t", text) == [["a", "b,c"]])
    #expect(try fields("t.tsv", Array("a,b\n1\t2".utf8)) == [["a,b"], ["1", "2"]])
    #expect(try fields("t.csv", text) == [["a\tb", "c"]])
    #expect(try fields("t.csv", text, form: .tabs) == [["a", "b,c"]])
    #expect(try fields("t", Array("a,b\n1\t2".utf8)) == [["a", "b"], ["1\t2"]])
  }

  @Test func encodings() throws {
    let bytes: [UInt8] = [0xE9, 0x2C, 0x80, 0x0A, 0xFF, 0x2C, 0x61]
    #expect(try fields("t", bytes, encoding: .latin1) == [["é", "€"], ["ÿ", "a"]])
    #expect(throws: TextEncoding.Failure.notUTF8(byte: 0xE9, line: 1, offset: 0)) {
      try fields("t", bytes)
    }
  }

  @Test func manyPieces() throws {
    let rows = (0..<60_000).map { "\($0),é谢\n" }
    for encoding in TextEncoding.allCases {
      let found = try fields("t.csv", Array(rows.joined().utf8), encoding: encoding)
      #expect(found.map(\.[0]) == (0..<60_000).map { "\($0)" })
      #expect(Set(found.map(\.[1])) == [encoding == .utf8 ? "é谢" : "Ã©è°¢"])
    }
  }

  @Test func whatIsNoText() throws {
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    let error = #expect(throws: SeparatedFileError.self) { try fields("t.csv", png) }
    #expect(error?.found == "a file of kind image")
    #expect(
      SeparatedFileError(path: "t.csv", found: "a zip file").description
        == "“t.csv” is a zip file, and a table in CSV or TSV was expected. Unpack it or save it as CSV, "
        + "or name another file.")
    let packed = #expect(throws: SeparatedFileError.self) { try fields("t", [0x1F, 0x8B, 8, 0]) }
    #expect(packed?.found == "packed by gzip")
    let zeros = #expect(throws: SeparatedFileError.self) { try fields("t", [0, 0, 0]) }
    #expect(zeros?.found == "no text")
    #expect(throws: TextFileError.self) { try fields("t", [0xFF, 0xFE, 0x61, 0]) }
    #expect(throws: TextFileError.self) {
      try fields("t", [0xFF, 0xFE, 0x61, 0], encoding: .latin1)
    }
    #expect(throws: FileError.self) { try fields("t", []) }
  }
}
