import Testing

@testable import ConvKitFiles

@Suite struct TextReadingTests {
  private func records(
    _ text: String, _ form: SeparatedText.Form = .commas
  ) throws -> [(fields: [String], line: Int)] {
    var reader = SeparatedText(Array(text.utf8)[...], form: form)
    var records: [(fields: [String], line: Int)] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }

  @Test func recordsOfCommas() throws {
    let found = try records("a,b\r\n\r\n\"1,\"\"2\"\"\nx\",\n,\"\"\nlast")
    #expect(found.map(\.fields) == [["a", "b"], ["1,\"2\"\nx", ""], ["", ""], ["last"]])
    #expect(found.map(\.line) == [1, 3, 5, 6])
    #expect(try records("").isEmpty)
    #expect(try records("a,").map(\.fields) == [["a", ""]])
  }

  @Test func recordsOfTabs() throws {
    #expect(
      try records("a\t\"b\n\"c, d\t\n", .tabs).map(\.fields) == [["a", "\"b"], ["\"c, d", ""]])
  }

  @Test func wrongRecords() {
    #expect(throws: SeparatedTextError.openQuote(line: 2)) { try records("a\n\"b\nc") }
    #expect(throws: SeparatedTextError.textBehindQuote(line: 3)) { try records("a\n\"b\n\"c") }
    var reader = SeparatedText([0x61, 0x0A, 0xFF], form: .commas)
    #expect(throws: SeparatedTextError.notUTF8(line: 2)) {
      while try reader.next() != nil {}
    }
  }

  private func text(_ json: String) throws -> String {
    var scanner = JSONScanner(Array(json.utf8)[...])
    return try scanner.string()
  }

  @Test func textsOfJSON() throws {
    #expect(try text(#" "plain""#) == "plain")
    #expect(try text(#""\"\\\/\b\f\n\r\té\u00e9\ud83D\uDE00""#) == "\"\\/\u{8}\u{C}\n\r\téé😀")
    for wrong in [#""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\ude00""#] {
      let failure = #expect(throws: JSONScanner.Failure.self) { try text(wrong) }
      #expect(failure?.reason == .notUTF8)
    }
    for wrong in ["", "\"", "\"\\", "\"\\u00", "\"\\u00g0\"", "\"\\u-001\"", "x"] {
      #expect(throws: JSONScanner.Failure.self) { try text(wrong) }
    }
  }

  @Test func valuesOfJSON() throws {
    func isValue(_ json: String) -> Bool {
      var scanner = JSONScanner(Array(json.utf8)[...])
      do {
        _ = try scanner.textOrSkip()
        return scanner.isAtEnd()
      } catch {
        return false
      }
    }
    for good in ["0", "-1.5e-3", "1E+9", "true", "null", "[]", "{}", "[1,[{\"a\":false}]] "] {
      #expect(isValue(good), "\(good)")
    }
    for bad in ["", "-", "1.", "1e", ".5", "tru", "[1,]", "{\"a\"}", "{1:2}", "[1 2]", "nul"] {
      #expect(!isValue(bad), "\(bad)")
    }
    #expect(isValue(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)))
    #expect(!isValue(String(repeating: "[", count: 65) + String(repeating: "]", count: 65)))
    #expect(!isValue(String(repeating: "[", count: 1_000_000)))
  }
}
