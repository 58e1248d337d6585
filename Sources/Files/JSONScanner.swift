/// Walks once over JSON that somebody else wrote, value by value, as its caller expects them.
///
/// Ours because the readers of JSON at hand build a tree of whatever a file holds before anybody can
/// look at it: they accept a key twice, turn large whole numbers into inexact ones, and have no limit
/// on the number of members. Here the caller meets each member as it is read and stops at the first
/// that is one too many. Positions are the indices of the slice that is read.
package struct JSONScanner {
  package struct Failure: Error, Equatable {
    package enum Reason: Sendable, Equatable {
      /// Something else stands here, or nothing; names what was expected.
      case expected(String)
      /// A list or an object where a plain value was expected, or one nested too deeply.
      case nested
      /// A key again, or one that Unicode considers the same text.
      case duplicateKey(String)
      case notUTF8
      case textTooLong(limit: Int)
      case notWhole
      case negative
      case overflow
    }

    package let reason: Reason
    package let position: Int
  }

  private let bytes: ArraySlice<UInt8>

  /// Where the next byte is taken from.
  package private(set) var position: Int

  private let longestText: Int

  /// - Parameter longestText: of a text or a key, in bytes between its quotes.
  package init(_ bytes: ArraySlice<UInt8>, longestText: Int = 1 << 24) {
    self.bytes = bytes
    self.longestText = longestText
    position = bytes.startIndex
  }

  /// Whether nothing but white space is left.
  package mutating func isAtEnd() -> Bool {
    nextByte() == nil
  }

  /// Reads an object and calls `member` behind every key, which must read the value.
  package mutating func object(
    _ member: (_ scanner: inout JSONScanner, _ key: String) throws -> Void
  ) throws {
    try require(UInt8(ascii: "{"), "an object")
    if skip(UInt8(ascii: "}")) { return }
    var keys: Set<String> = []
    while true {
      _ = nextByte()
      let start = position
      let key = try string("a key")
      guard keys.insert(key).inserted else {
        throw Failure(reason: .duplicateKey(key), position: start)
      }
      try require(UInt8(ascii: ":"), "a colon")
      try member(&self, key)
      if skip(UInt8(ascii: "}")) { return }
      try require(UInt8(ascii: ","), "a comma or the end of the object")
    }
  }

  /// Reads a list and calls `element` before every element, which must read it.
  package mutating func list(_ element: (_ scanner: inout JSONScanner) throws -> Void) throws {
    try require(UInt8(ascii: "["), "a list")
    if skip(UInt8(ascii: "]")) { return }
    while true {
      try element(&self)
      if skip(UInt8(ascii: "]")) { return }
      try require(UInt8(ascii: ","), "a comma or the end of the list")
    }
  }

  package mutating func string(_ expected: String = "a text") throws -> String {
    if let byte = nextByte(), byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
      throw failure(.nested)
    }
    try require(UInt8(ascii: "\""), expected)
    let start = position
    var unescaped: [UInt8] = []
    var plain = position
    while position < bytes.endIndex {
      guard position - start <= longestText else {
        throw Failure(reason: .textTooLong(limit: longestText), position: start)
      }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let isPlain = plain == start
        if !isPlain { unescaped += bytes[plain..<position] }
        let content = isPlain ? bytes[plain..<position] : unescaped[...]
        guard let text = String(validating: content, as: UTF8.self) else {
          throw Failure(reason: .notUTF8, position: start)
        }
        position += 1
        return text
      } else if byte == UInt8(ascii: "\\") {
        unescaped += bytes[plain..<position]
        try unescaped.append(contentsOf: escape().utf8)
        plain = position
      } else if byte < 0x20 {
        throw failure(.expected("no control character in a text"))
      } else {
        position += 1
      }
    }
    throw failure(.expected("the end of a text"))
  }

  /// A whole number from 0 up, written without fraction or exponent.
  package mutating func wholeNumber() throws -> Int {
    let byte = nextByte()
    if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { throw failure(.nested) }
    if byte == UInt8(ascii: "-") { throw failure(.negative) }
    let start = position
    try digits("a whole number")
    if position < bytes.endIndex, [0x2E, 0x65, 0x45].contains(bytes[position]) {
      throw Failure(reason: .notWhole, position: start)
    }
    if position - start > 1, bytes[start] == UInt8(ascii: "0") {
      throw Failure(reason: .expected("a number without leading zeros"), position: start)
    }
    var value = 0
    for digit in bytes[start..<position] {
      let (product, productOverflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflows) = product.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      if productOverflows || sumOverflows {
        throw Failure(reason: .overflow, position: start)
      }
      value = sum
    }
    return value
  }

  /// Reads a value and forgets it, or returns it if it is a text.
  ///
  /// - Parameter depth: how many lists and objects may stand around what is in it.
  package mutating func textOrSkip(depth: Int = 64) throws -> String? {
    switch nextByte() {
    case UInt8(ascii: "\""):
      return try string()
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth > 0 else { throw failure(.nested) }
      if nextByte() == UInt8(ascii: "{") {
        try object { scanner, _ in _ = try scanner.textOrSkip(depth: depth - 1) }
      } else {
        try list { scanner in _ = try scanner.textOrSkip(depth: depth - 1) }
      }
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try number()
    }
    return nil
  }

  /// Reads a value and returns it if it is a text, or a number, `true` or `false` as it is written.
  ///
  /// - Parameter depth: see `textOrSkip`.
  package mutating func plainOrSkip(depth: Int = 64) throws -> String? {
    let first = nextByte()
    let start = position
    let text = try textOrSkip(depth: depth)
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n"): return text
    default: return String(decoding: bytes[start..<position], as: UTF8.self)
    }
  }

  /// A number of any form, or a failure.
  private mutating func number() throws {
    take(UInt8(ascii: "-"))
    try digits("a value")
    if take(UInt8(ascii: ".")) { try digits("a digit") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "-")) { take(UInt8(ascii: "+")) }
      try digits("a digit")
    }
  }

  private mutating func word(_ word: String) throws {
    guard bytes[position...].starts(with: word.utf8) else {
      throw failure(.expected("a value"))
    }
    position += word.utf8.count
  }

  private mutating func digits(_ expected: String) throws {
    let start = position
    while position < bytes.endIndex, (0x30...0x39).contains(bytes[position]) { position += 1 }
    if position == start { throw failure(.expected(expected)) }
  }

  /// What a backslash and the characters behind it stand for.
  private mutating func escape() throws -> String {
    let start = position
    position += 1
    guard position < bytes.endIndex else { throw failure(.expected("the end of a text")) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return String(Unicode.Scalar(byte))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        units.append(try codeUnit())
      }
      // Half a pair stands for no character.
      guard let text = String(validating: units, as: UTF16.self) else {
        throw Failure(reason: .notUTF8, position: start)
      }
      return text
    default:
      throw Failure(reason: .expected("an escape that JSON knows"), position: start)
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    let digits = bytes[position...].prefix(4)
    // Checked digit by digit, for the initialiser by radix also takes a sign.
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure(.expected("four hexadecimal digits")) }
    position += 4
    return unit
  }

  private mutating func require(_ byte: UInt8, _ expected: String) throws {
    if !skip(byte) { throw failure(.expected(expected)) }
  }

  /// Skips white space and then `byte`, if it is there.
  private mutating func skip(_ byte: UInt8) -> Bool {
    _ = nextByte()
    return take(byte)
  }

  /// Skips `byte`, if it is there.
  @discardableResult
  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.endIndex, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Skips white space and looks at what comes.
  private mutating func nextByte() -> UInt8? {
    while position < bytes.endIndex {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  private func failure(_ reason: Failure.Reason) -> Failure {
    Failure(reason: reason, position: position)
  }
}
