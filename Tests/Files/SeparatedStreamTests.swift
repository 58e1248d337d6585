import Testing

@testable import ConvKitFiles

@Suite struct SeparatedStreamTests {
  /// The records of a stream that comes in pieces of some length.
  private static func records(
    _ bytes: [UInt8], pieces: Int, encoding: TextEncoding = .utf8
  ) throws -> [[String]] {
    var left = bytes[...]
    var found: [[String]] = []
    func next() -> [UInt8] {
      defer { left = left.dropFirst(pieces) }
      return Array(left.prefix(pieces))
    }
    try SeparatedFile.readStream(
      form: nil, encoding: encoding, name: "standard input", next: next
    ) { record in
      found.append(try (0..<record.count).map { try record.text($0) })
    }
    return found
  }

  @Test(arguments: [1, 2, 7, 1000])
  func recordsComeWhereverPiecesEnd(pieces: Int) throws {
    let commas = Array("\u{FEFF}a,b\r\n\"1\n2\",é\n3,4".utf8)
    #expect(try Self.records(commas, pieces: pieces) == [["a", "b"], ["1\n2", "é"], ["3", "4"]])
    // The first line has a tab.
    let tabs = Array("a\tb,c\n1\t2,3\n".utf8)
    #expect(try Self.records(tabs, pieces: pieces) == [["a", "b,c"], ["1", "2,3"]])
    let latin1: [UInt8] = [0x61, 0x2C, 0xE9, 0x0A]
    #expect(try Self.records(latin1, pieces: pieces, encoding: .latin1) == [["a", "é"]])
    #expect(try Self.records([], pieces: pieces).isEmpty)
    #expect(throws: UnusableListing.self) {
      try Self.records(Array("a,\"b\n".utf8), pieces: pieces)
    }
  }
}
