/// What a field of a table says.
enum FieldValue: Equatable {
  /// Nothing: the field is empty, one of the words for that, or a number that is not finite.
  case missing
  /// Finite; of zero there is one.
  case number(Double)
  case text

  /// Reads a field, without white space around it.
  ///
  /// A number is what Swift reads as one: `-1.5e3`, `.5`, `0x1F`.
  init(_ field: ArraySlice<UInt8>) {
    let bytes = field.span
    guard bytes.count > 0 else {
      self = .missing
      return
    }
    if let value = Self.shortDecimal(bytes) {
      self = .number(value)
    } else if Self.isMissing(field) {
      self = .missing
    } else if Self.mayBegin(bytes[0]), let value = Double(String(decoding: field, as: UTF8.self)) {
      // Adding zero makes the negative one positive.
      self = value.isFinite ? .number(value + 0) : .missing
    } else {
      self = .text
    }
  }

  /// What a value that is missing is written as besides nothing: what R, pandas, SQL and the archive of
  /// UCI write, and Python's `None` in both cases.
  static let missingWords = [
    "?", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "<NA>", "#N/A", "None",
    "none",
  ]

  private static let missingBytes = missingWords.map { Array($0.utf8) }

  private static func isMissing(_ field: ArraySlice<UInt8>) -> Bool {
    field.count <= 4 && missingBytes.contains { field.elementsEqual($0) }
  }

  /// Whether Swift may read a number that begins with this: a digit, a sign, a point, or a letter of
  /// "inf" and "nan".
  private static func mayBegin(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x49, 0x69, 0x4E, 0x6E: true
    default: false
    }
  }

  /// The value of digits with or without a sign and a point, where it can be said exactly with one
  /// rounding; nil for all else.
  ///
  /// A whole number up to 2⁵³ and a power of ten up to 10²² are exact, and so their quotient is the
  /// number that is nearest (Clinger 1990).
  private static func shortDecimal(_ bytes: Span<UInt8>) -> Double? {
    var index = 0
    let isNegative = bytes[0] == 0x2D
    if isNegative || bytes[0] == 0x2B { index = 1 }
    // 15 digits are less than 2⁵³.
    guard bytes.count - index <= 16 else { return nil }
    var (whole, digits, places) = (0, 0, 0)
    var hasPoint = false
    while index < bytes.count {
      let byte = bytes[index]
      if 0x30...0x39 ~= byte {
        whole = whole * 10 + Int(byte - 0x30)
        digits += 1
        places += hasPoint ? 1 : 0
      } else if byte == 0x2E, !hasPoint {
        hasPoint = true
      } else {
        return nil
      }
      index += 1
    }
    // Swift reads no point without digits on one of its sides.
    guard 1...15 ~= digits else { return nil }
    let value = places == 0 ? Double(whole) : Double(whole) / powersOfTen[places]
    return isNegative ? 0 - value : value
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// A number as short as it can be written, whole ones without a point: 0, not 0.0.
  static func shortest(_ number: Double) -> String {
    // Up to here a number that is written as a whole one is exact.
    number.magnitude < 0x1p53 && number == number.rounded() ? String(Int(number)) : "\(number)"
  }
}
