/// What UTF-8 has at one position: a scalar, or bytes that are none.
struct DecodedScalar: Equatable {
  /// U+FFFD for bytes that are no scalar.
  let value: UInt32

  /// In bytes; 1 to 4.
  let length: Int

  let isIllFormed: Bool

  /// Decodes what begins at `position`, which lies within the bytes.
  ///
  /// Bytes that are no scalar are taken together as far as they could have become one (the "maximal
  /// subpart" of The Unicode Standard, chapter 3.9), as Swift's own decoding and most others do.
  init(_ bytes: ArraySlice<UInt8>, at position: Int) {
    let first = bytes[position]
    if first < 0x80 {
      self.init(value: UInt32(first), length: 1, isIllFormed: false)
      return
    }
    // What the second byte may be keeps out overlong forms, surrogates and values beyond U+10FFFF.
    let (length, second): (Int, ClosedRange<UInt8>)
    switch first {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default:
      self.init(value: 0xFFFD, length: 1, isIllFormed: true)
      return
    }
    // The first byte of n has n ones and a zero in front of its bits.
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for place in 1..<length {
      let expected = place == 1 ? second : 0x80...0xBF
      guard position + place < bytes.endIndex, expected.contains(bytes[position + place]) else {
        self.init(value: 0xFFFD, length: place, isIllFormed: true)
        return
      }
      value = value << 6 | UInt32(bytes[position + place] & 0x3F)
    }
    self.init(value: value, length: length, isIllFormed: false)
  }

  private init(value: UInt32, length: Int, isIllFormed: Bool) {
    self.value = value
    self.length = length
    self.isIllFormed = isIllFormed
  }
}

extension [UInt8] {
  /// Appends a scalar in UTF-8.
  mutating func append(scalar: UInt32) {
    switch scalar {
    case ..<0x80:
      append(UInt8(scalar))
    case ..<0x800:
      append(0xC0 | UInt8(scalar >> 6))
      append(0x80 | UInt8(scalar & 0x3F))
    case ..<0x10000:
      append(0xE0 | UInt8(scalar >> 12))
      append(0x80 | UInt8(scalar >> 6 & 0x3F))
      append(0x80 | UInt8(scalar & 0x3F))
    default:
      append(0xF0 | UInt8(scalar >> 18))
      append(0x80 | UInt8(scalar >> 12 & 0x3F))
      append(0x80 | UInt8(scalar >> 6 & 0x3F))
      append(0x80 | UInt8(scalar & 0x3F))
    }
  }
}
