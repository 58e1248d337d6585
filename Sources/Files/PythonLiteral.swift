/// Reads what NumPy writes into its headers: a literal of Python made of dictionaries, tuples, lists,
/// texts, truth values and whole numbers ("The Python Language Reference", section 2.4 and 6.2).
struct PythonLiteral {
  indirect enum Value: Equatable {
    case dictionary([String: Value])
    /// A list or a tuple.
    case list([Value])
    case text(String)
    case truth(Bool)
    /// From 0.
    case number(Int)
  }

  private let bytes: ArraySlice<UInt8>
  private var place: Int
  private var depth = 0

  /// Whether a list stood where a record of several fields has one.
  private(set) var hasRecords = false

  /// Deeper than any header: a shape within a list of fields within the dictionary.
  private static let deepest = 8

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  /// Whether nothing but white space is left.
  var isAtEnd: Bool { bytes[place...].allSatisfy(Self.isSpace) }

  /// - Throws: `NumPyError.header`.
  mutating func value() throws -> Value {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw NumPyError.header("it is nested too deep") }
    switch next() {
    case UInt8(ascii: "{"):
      place += 1
      return try dictionary()
    case UInt8(ascii: "("):
      place += 1
      return .list(try list(until: UInt8(ascii: ")")))
    case UInt8(ascii: "["):
      place += 1
      hasRecords = true
      return .list(try list(until: UInt8(ascii: "]")))
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try text())
    case let byte? where Self.isDigit(byte): return .number(try number())
    default:
      for (word, value) in [("True", true), ("False", false)]
      where bytes[place...].starts(with: word.utf8) {
        place += word.utf8.count
        return .truth(value)
      }
      throw unexpected
    }
  }

  private mutating func dictionary() throws -> Value {
    var fields: [String: Value] = [:]
    while true {
      if take(UInt8(ascii: "}")) { return .dictionary(fields) }
      guard let quote = next(), "'\"".utf8.contains(quote) else { throw unexpected }
      let name = try text()
      guard take(UInt8(ascii: ":")) else { throw unexpected }
      guard fields.updateValue(try value(), forKey: name) == nil else {
        throw NumPyError.header("\(FileName.excerpt(name)) occurs twice")
      }
      guard take(UInt8(ascii: ",")) || next() == UInt8(ascii: "}") else { throw unexpected }
    }
  }

  private mutating func list(until end: UInt8) throws -> [Value] {
    var values: [Value] = []
    while true {
      if take(end) { return values }
      values.append(try value())
      guard take(UInt8(ascii: ",")) || next() == end else { throw unexpected }
    }
  }

  /// Without escapes, which no name of a type or a field of a header has.
  private mutating func text() throws -> String {
    let quote = bytes[place]
    let content = bytes[(place + 1)...].prefix { $0 != quote && $0 != UInt8(ascii: "\\") }
    guard content.endIndex < bytes.endIndex, bytes[content.endIndex] == quote,
      let text = String(validating: content, as: UTF8.self)
    else { throw unexpected }
    place = content.endIndex + 1
    return text
  }

  private mutating func number() throws -> Int {
    let digits = bytes[place...].prefix(while: Self.isDigit)
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
      throw NumPyError.header("a number is too large")
    }
    place = digits.endIndex
    // Python 2 wrote long ones so.
    _ = take(UInt8(ascii: "L"))
    return number
  }

  /// The next byte that is no white space.
  private mutating func next() -> UInt8? {
    while place < bytes.endIndex, Self.isSpace(bytes[place]) { place += 1 }
    return place < bytes.endIndex ? bytes[place] : nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next() == byte else { return false }
    place += 1
    return true
  }

  private var unexpected: NumPyError {
    .header("it is no Python literal at its byte \(place - bytes.startIndex)")
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
