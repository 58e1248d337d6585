import Testing

@testable import ConvKitFiles

/// Lines of a stream that comes in pieces.
@Suite struct LineStreamTests {
  /// Every line as its text, or as the number of the line and its fault.
  private func lines(
    _ pieces: [[UInt8]], limit: Int = 4, encoding: TextEncoding = .utf8
  ) throws -> [String] {
    var left = pieces[...]
    var stream = LineStream(encoding: encoding, limit: limit) { left.popFirst() ?? [] }
    var found: [String] = []
    while let lines = try stream.next() {
      #expect(!lines.isEmpty)
      found += lines.map { line in
        switch line {
        case .success(let text): text
        case .failure(let error): "\(error.line): \(error.fault)"
        }
      }
    }
    #expect(try stream.next() == nil, "the end stays the end")
    return found
  }

  private func lines(_ pieces: String...) throws -> [String] {
    try lines(pieces.map { Array($0.utf8) })
  }

  private static let tooLong = "tooLong(limit: 4)"

  @Test func endsOfLines() throws {
    #expect(try lines() == [])
    #expect(try lines("a\n\nb\r\nc") == ["a", "", "b", "c"])
    #expect(try lines("a", "b\r", "\nc\r", "d\n") == ["ab", "c\rd"])
  }

  @Test func whatIsTooLongIsPassedOver() throws {
    #expect(try lines("abcde\nx\n") == ["1: \(Self.tooLong)", "x"])
    #expect(try lines("x\nabcde", "fghi", "j\ny\n") == ["x", "2: \(Self.tooLong)", "y"])
    // Lines are numbered on behind it.
    let wrong = try lines([Array("abcde".utf8), Array("f\nx\n".utf8) + [0xFF, 0x0A]])
    #expect(
      wrong == ["1: \(Self.tooLong)", "x", "3: notUTF8(byte: 255, offset: 0)"])
    // The stream ends inside it.
    #expect(try lines("abcdefg") == ["1: \(Self.tooLong)"])
    #expect(try lines("abcde", "fg") == ["1: \(Self.tooLong)"])
    // As many bytes as there may be, and an end that is cut in two.
    #expect(try lines("abcd\r", "\nx") == ["abcd", "x"])
    #expect(try lines("abcd\r", "e\nx") == ["1: \(Self.tooLong)", "x"])
  }

  @Test func marksAreAtTheStart() throws {
    #expect(try lines("\u{FEFF}a\n\u{FEFF}b\n") == ["a", "\u{FEFF}b"])
    #expect(try lines([[0xEF], [0xBB, 0xBF, 0x61]]) == ["a"])
    #expect(
      try lines([[0xFF, 0xFE, 0x0A, 0xFF, 0xFE]]) == [
        "1: utf16", "2: notUTF8(byte: 255, offset: 0)",
      ])
    #expect(try lines([[0xFF, 0xFE, 0x0A, 0xE9]], encoding: .latin1) == ["ÿþ", "é"])
    #expect(
      TextLineError(line: 1, fault: .utf16).description.hasSuffix("Give the lines as UTF-8."))
    #expect(
      TextLineError(line: 1, fault: .tooLong(limit: 4)).description.hasSuffix("Divide it."))
  }

  /// However a stream is cut, its lines are the same.
  @Test func cutsChangeNothing() throws {
    let stream = Array("\u{FEFF}a\r\nabcd\r\nabcde\r\n\né谢\r\r\nabcd\r\r\nx\r".utf8)
    let whole = try lines([stream])
    #expect(whole.count == 7)
    for first in stream.indices.dropFirst() {
      for second in stream.indices where second > first {
        let pieces = [stream[..<first], stream[first..<second], stream[second...]].map(Array.init)
        #expect(try lines(pieces) == whole, "cut at \(first) and \(second)")
      }
    }
  }

  @Test func whatFailsToReadIsThrown() {
    let failure = FileError.missing(path: "-")
    var stream = LineStream(encoding: .utf8) { throw failure }
    #expect(throws: failure) { try stream.next() }
  }
}
