import ConvKitCore

/// Bytes changed in the ways in which files are found to be broken, and in which attackers break them.
///
/// The same seed and number give the same mutant.
struct Mutation {
  private var random: RandomStream

  /// - Parameter number: which mutant of the seed.
  init(seed: UInt64, number: Int) {
    random = RandomStream(seed: seed, purpose: .tests, item: number)
  }

  /// A number of 0..<count.
  mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(max(1, count))) }

  /// One change or more: two are half as frequent as one, three half as frequent as two.
  ///
  /// - Parameter other: what parts are spliced in from.
  mutating func mutant(of bytes: [UInt8], other: [UInt8]) -> [UInt8] {
    var mutant = bytes
    repeat { change(&mutant, other) } while below(2) == 0 && mutant.count < 1 << 20
    return mutant
  }

  /// The ends of what the bytes of a number can say.
  private static let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF]
  private static let words: [UInt32] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 0x00FF_FFFF, 0x3FFF_FFFF,
    0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
  ]
  /// No part that is removed or doubled is longer.
  private static let longestPart = 64

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = other
      return
    }
    let place = below(bytes.count)
    switch below(10) {
    case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
    case 2: bytes[place] = Self.bytes[below(Self.bytes.count)]
    case 3: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 4: writeNumber(&bytes, at: place, count: 2)
    case 5: writeNumber(&bytes, at: place, count: 4)
    case 6: bytes.removeSubrange(part(of: bytes.count, from: place))
    case 7:
      let copied = bytes[part(of: bytes.count, from: place)]
      bytes.insert(contentsOf: Array(copied), at: below(bytes.count + 1))
    case 8:
      let added = (0..<1 + below(8)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      bytes.insert(contentsOf: added, at: place)
    default:
      // Rarer than the rest, for both leave little behind.
      if below(2) == 0 {
        bytes.removeSubrange(place...)
      } else {
        bytes = Array(bytes[..<place]) + other[min(below(other.count + 1), other.count)...]
      }
    }
  }

  private mutating func part(of count: Int, from place: Int) -> Range<Int> {
    place..<min(count, place + 1 + below(Self.longestPart))
  }

  private mutating func writeNumber(_ bytes: inout [UInt8], at place: Int, count: Int) {
    let value = Self.words[below(Self.words.count)]
    let isBigEndian = below(2) == 0
    for index in 0..<count where place + index < bytes.count {
      let shift = UInt32(8 * (isBigEndian ? count - 1 - index : index))
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }
}
