/// What the Unicode Character Database says of a scalar, as far as tokens depend on it.
///
/// From tables of our own, so that a model cuts a text in the same way whichever version of Unicode
/// the standard library has.
struct ScalarTraits: Equatable {
  /// The value of the property Word_Break (UAX #29, table 3). The generated table counts the cases.
  enum WordBreak: UInt16, CaseIterable {
    case other, carriageReturn, lineFeed, newline, extend, zeroWidthJoiner, format
    case regionalIndicator, katakana, hebrewLetter, letter, singleQuote, doubleQuote
    case middleOfNumberOrLetters, middleOfLetters, middleOfNumber, numeric, extendNumberOrLetters
    case space
  }

  fileprivate let bits: UInt16

  /// The lowest five hold the case of `WordBreak`.
  fileprivate enum Bit {
    static let wordBreak: UInt16 = 0x01F
    static let pictographic: UInt16 = 0x020
    static let blank: UInt16 = 0x040
    static let punctuation: UInt16 = 0x080
    static let folds: UInt16 = 0x100
    static let composes: UInt16 = 0x200
    static let unspaced: UInt16 = 0x400
    static let illFormed: UInt16 = 0x1000
    /// Of unions alone.
    static let blankOrPunctuation: UInt16 = 0x2000
    static let digit: UInt16 = 0x4000
  }

  var wordBreak: WordBreak {
    WordBreak(rawValue: bits & Bit.wordBreak) ?? .other
  }

  /// Extended_Pictographic: an emoji, or one to be.
  var isPictographic: Bool { bits & Bit.pictographic != 0 }
  /// White space, a control character, or one that is shown as nothing (White_Space, Cc,
  /// Default_Ignorable_Code_Point).
  var isBlank: Bool { bits & Bit.blank != 0 }
  /// One of the general categories P: "," and "¿" are, "$" and "+" are symbols.
  var isPunctuation: Bool { bits & Bit.punctuation != 0 }
  /// A decimal digit of any script (Word_Break Numeric, which has the Arabic separators too).
  var isDigit: Bool { wordBreak == .numeric }
  /// Case folding changes it.
  var folds: Bool { bits & Bit.folds != 0 }
  /// It may keep a text from being in the form NFC: its NFC_Quick_Check is No or Maybe, or it is a
  /// combining mark with a class.
  var composes: Bool { bits & Bit.composes != 0 }
  /// A letter of a script that is written without spaces between words: Han, Hiragana, Thai. (One of
  /// the general categories L whose Word_Break is Other.)
  var isUnspaced: Bool { bits & Bit.unspaced != 0 }
  /// Not a scalar at all, but bytes that are not UTF-8. Not in the table.
  var isIllFormed: Bool { bits & Bit.illFormed != 0 }

  private init(bits: UInt16) { self.bits = bits }

  init(of scalar: UInt32) {
    self = scalar < 0x80 ? Self.ascii[Int(scalar)] : Self.found(scalar)
  }

  init(of scalar: DecodedScalar) {
    self.init(of: scalar.value)
    if scalar.isIllFormed { self.init(bits: bits | Bit.illFormed) }
  }

  private static let ascii = (0..<0x80).map { found(UInt32($0)) }

  /// The traits of the last run that begins at the scalar or before.
  private static func found(_ scalar: UInt32) -> ScalarTraits {
    let end = table.firstIndexInAscendingOrder { $0 >> 12 > UInt64(scalar) }
    return ScalarTraits(bits: UInt16(truncatingIfNeeded: table[end - 1] & 0xFFF))
  }
}

/// A piece of a text.
struct TextSegment {
  /// In the indices of the text.
  var range: Range<Int>
  var traits: ScalarTraits.Union
}

extension ScalarTraits {
  /// What the scalars of a segment have in common.
  struct Union {
    /// The bits that at least one scalar has.
    private var some: UInt16 = 0
    /// The bits that all scalars have.
    private var all: UInt16 = .max
    /// The first scalar is of a script without spaces.
    let isUnspaced: Bool

    init(_ first: ScalarTraits) {
      isUnspaced = first.isUnspaced
      add(first)
    }

    /// At least one scalar is folded.
    var folds: Bool { some & Bit.folds != 0 }
    /// At least one scalar may keep the segment from being in the form NFC.
    var composes: Bool { some & Bit.composes != 0 }
    /// At least one scalar is a digit.
    var hasDigits: Bool { some & Bit.digit != 0 }
    /// At least some of the bytes are not UTF-8.
    var isIllFormed: Bool { some & Bit.illFormed != 0 }
    /// All scalars are blank.
    var isBlank: Bool { all & Bit.blank != 0 }
    /// All scalars are punctuation or blank, and not all are blank.
    var isPunctuation: Bool { all & Bit.blankOrPunctuation != 0 && !isBlank }

    mutating func add(_ traits: ScalarTraits) {
      some |= traits.isDigit ? traits.bits | Bit.digit : traits.bits
      let isEither = traits.bits & (Bit.blank | Bit.punctuation) != 0
      all &= isEither ? traits.bits | Bit.blankOrPunctuation : traits.bits
    }

    /// Adds the scalars of the segment that follows.
    mutating func add(_ following: Union) {
      some |= following.some
      all &= following.all
    }
  }
}

extension Array {
  /// The first index whose element fulfils a condition that holds for all that follow; the count where
  /// none does.
  func firstIndexInAscendingOrder(where condition: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
