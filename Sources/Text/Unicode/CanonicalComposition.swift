/// The canonical forms of UAX #15: NFD, all taken apart, and NFC, put together.
///
/// The standard library composes only behind a system programming interface, and Foundation would cost
/// every start of the command.
enum CanonicalComposition {
  /// The form NFD.
  static func decomposed(_ scalars: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(scalars.count)
    for scalar in scalars { appendDecomposed(scalar, to: &result) }
    order(&result)
    return result
  }

  /// The form NFC.
  static func composed(_ scalars: [UInt32]) -> [UInt32] {
    compose(decomposed(scalars))
  }

  private static func appendDecomposed(_ scalar: UInt32, to result: inout [UInt32]) {
    if scalar < 0xC0 {
      result.append(scalar)
    } else if let syllable = Hangul.decomposed(scalar) {
      result += [syllable.leading, syllable.vowel]
      if let trailing = syllable.trailing { result.append(trailing) }
    } else {
      let index = decompositions.firstIndexInAscendingOrder { $0 >> 40 >= UInt64(scalar) }
      guard index < decompositions.count, decompositions[index] >> 40 == UInt64(scalar) else {
        result.append(scalar)
        return
      }
      let entry = decompositions[index]
      // Only the first of the two may fall apart again; the depth is at most three.
      appendDecomposed(UInt32(entry >> 20 & 0xFFFFF), to: &result)
      let second = UInt32(entry & 0xFFFFF)
      if second != 0 { result.append(second) }
    }
  }

  /// Sorts every run of marks by their classes, those of one class in the order they had.
  private static func order(_ scalars: inout [UInt32]) {
    var index = 0
    while index < scalars.count {
      guard combiningClass(scalars[index]) != 0 else {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count, combiningClass(scalars[index]) != 0 { index += 1 }
      guard index - start > 1 else { continue }
      // Sorting is not promised to be stable; with the place as second key it is.
      let marks = scalars[start..<index].enumerated().map {
        (class: combiningClass($0.element), place: $0.offset, scalar: $0.element)
      }
      let sorted = marks.sorted { ($0.class, $0.place) < ($1.class, $1.place) }
      scalars.replaceSubrange(start..<index, with: sorted.map(\.scalar))
    }
  }

  /// Puts a text in the form NFD together.
  private static func compose(_ scalars: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(scalars.count)
    var starter: Int?
    var lastClass: UInt32 = 0
    for scalar in scalars {
      let ownClass = combiningClass(scalar)
      if let place = starter {
        // A mark is blocked by one of its own or a higher class between it and the starter, a starter
        // by anything at all.
        let isAdjacent = place == result.count - 1
        if isAdjacent || lastClass < ownClass,
          let composite = composite(result[place], scalar)
        {
          result[place] = composite
          continue
        }
      }
      if ownClass == 0 { starter = result.count }
      lastClass = ownClass
      result.append(scalar)
    }
    return result
  }

  private static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if let syllable = Hangul.composed(first, second) { return syllable }
    // A second scalar of the last plane, which has no composites, would not fit into its digits.
    guard second <= 0xFFFFF else { return nil }
    let key = UInt64(first) << 20 | UInt64(second)
    let index = compositions.firstIndexInAscendingOrder { $0 >> 20 >= key }
    guard index < compositions.count, compositions[index] >> 20 == key else { return nil }
    return UInt32(compositions[index] & 0xFFFFF)
  }

  private static func combiningClass(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x300 { return 0 }
    let end = combiningClasses.firstIndexInAscendingOrder { $0 >> 8 > scalar }
    return combiningClasses[end - 1] & 0xFF
  }
}

/// The syllables of Hangul, which are computed (The Unicode Standard, chapter 3.12).
private enum Hangul {
  private static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
  private static let leading: ClosedRange<UInt32> = 0x1100...0x1112
  private static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
  private static let trailing: ClosedRange<UInt32> = 0x11A8...0x11C2
  /// The syllables with one leading consonant and vowel: with each trailing one, and without.
  private static let trailingCount: UInt32 = 28
  private static let vowelCount: UInt32 = 21

  static func decomposed(
    _ scalar: UInt32
  ) -> (leading: UInt32, vowel: UInt32, trailing: UInt32?)? {
    guard syllables.contains(scalar) else { return nil }
    let index = scalar - syllables.lowerBound
    let (pair, rest) = index.quotientAndRemainder(dividingBy: trailingCount)
    return (
      leading.lowerBound + pair / vowelCount, vowels.lowerBound + pair % vowelCount,
      rest == 0 ? nil : trailing.lowerBound + rest - 1
    )
  }

  static func composed(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leading.contains(first) && vowels.contains(second) {
      let pair = (first - leading.lowerBound) * vowelCount + second - vowels.lowerBound
      return syllables.lowerBound + pair * trailingCount
    }
    if syllables.contains(first) && trailing.contains(second),
      (first - syllables.lowerBound) % trailingCount == 0
    {
      return first + second - trailing.lowerBound + 1
    }
    return nil
  }
}
