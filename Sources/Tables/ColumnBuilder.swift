import ConvKitFiles

/// A column of a table that is being read: numbers until the first field that is none.
struct ColumnBuilder {
  enum Fault: Error, Equatable {
    /// The field is no text.
    case notUTF8
    /// The different texts take more than they may.
    case tooMuchText
  }

  private var numbers: [Double] = []
  private var codes: [Int32] = []
  private var levels: ByteStringTable?

  /// What a text takes in memory besides its bytes.
  private static let textOverhead = MemoryLayout<String>.stride

  /// Takes the next field. A number in a column of texts counts as its shortest spelling, wherever it
  /// stands, so that 7 and 7.0 are one text before and behind the first one that is no number.
  ///
  /// - Parameters:
  ///   - field: with or without white space around it, which does not count.
  ///   - left: in bytes, what different texts may take still.
  mutating func append(_ field: ArraySlice<UInt8>, left: inout Int) throws(Fault) {
    let field = Self.trimmed(field)
    let value = FieldValue(field)
    if levels == nil {
      switch value {
      case .missing: numbers.append(.nan)
      case .number(let number): numbers.append(number)
      case .text:
        try becomeTexts(left: &left)
        try appendText(field, left: &left)
      }
    } else {
      switch value {
      case .missing: codes.append(-1)
      case .number(let number):
        try appendText(Array(FieldValue.shortest(number).utf8)[...], left: &left)
      case .text: try appendText(field, left: &left)
      }
    }
  }

  /// The values so far; texts in the order in which they first occur.
  func content() -> Table.Content {
    guard let levels else { return .numbers(numbers) }
    return .texts(
      codes, levels: (0..<levels.count).map { String(decoding: levels[$0], as: UTF8.self) })
  }

  private mutating func becomeTexts(left: inout Int) throws(Fault) {
    levels = ByteStringTable()
    codes.reserveCapacity(numbers.count)
    for number in numbers {
      if number.isNaN {
        codes.append(-1)
      } else {
        try appendText(Array(FieldValue.shortest(number).utf8)[...], left: &left)
      }
    }
    numbers = []
  }

  private mutating func appendText(_ text: ArraySlice<UInt8>, left: inout Int) throws(Fault) {
    guard let (number, isNew) = levels?.insert(text) else { return }
    if isNew {
      guard String(validating: text, as: UTF8.self) != nil else { throw .notUTF8 }
      left -= text.count + Self.textOverhead
      guard left >= 0 else { throw .tooMuchText }
    }
    codes.append(Int32(number))
  }

  static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var (start, end) = (field.startIndex, field.endIndex)
    while start < end, isSpace(field[start]) { start += 1 }
    while start < end, isSpace(field[end - 1]) { end -= 1 }
    return field[start..<end]
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
