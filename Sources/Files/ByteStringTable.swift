/// Byte strings, numbered from 0 in the order in which they came, each of them once.
///
/// The strings lie one behind the other; finding one takes no memory. One of the few files with unsafe
/// pointers: hashing takes bytes by their address.
package struct ByteStringTable {
  /// All strings, one behind the other.
  package private(set) var bytes: [UInt8]

  /// Where each string begins in `bytes`, and where the last one ends: one more than there are strings.
  package private(set) var offsets: [Int]

  /// Open addressing with linear probing, at most half full, a power of two long: the hash in the high
  /// half, the number and one in the low half; zero is free.
  private var slots: [UInt64]

  /// - Parameter capacity: strings that fit before the table grows.
  package init(capacity: Int = 0) {
    bytes = []
    offsets = [0]
    slots = Array(repeating: 0, count: Self.slotCount(capacity))
  }

  package var count: Int { offsets.count - 1 }

  /// The most strings that a table holds.
  package static let mostStrings = Int(Int32.max)

  package subscript(number: Int) -> ArraySlice<UInt8> {
    bytes[offsets[number]..<offsets[number + 1]]
  }

  package func number(of string: ArraySlice<UInt8>) -> Int? {
    let slot = slots[place(of: string, hash: Self.hash(string))]
    return slot == 0 ? nil : Self.number(slot)
  }

  /// The number of the string, which is added where it is not there yet.
  ///
  /// - Precondition: there are fewer than `mostStrings`.
  package mutating func insert(_ string: ArraySlice<UInt8>) -> (number: Int, isNew: Bool) {
    precondition(count < Self.mostStrings, "a table of \(count) strings is full")
    let hash = Self.hash(string)
    let found = place(of: string, hash: hash)
    if slots[found] != 0 { return (Self.number(slots[found]), false) }
    slots[found] = UInt64(hash) << 32 | UInt64(count + 1)
    bytes += string
    offsets.append(bytes.count)
    if 2 * count > slots.count { grow() }
    return (count - 1, true)
  }

  /// The slot of the string, or the free one where it belongs.
  private func place(of string: ArraySlice<UInt8>, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while slots[place] != 0 {
      if UInt32(truncatingIfNeeded: slots[place] >> 32) == hash,
        self[Self.number(slots[place])] == string
      {
        return place
      }
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: 2 * old.count)
    let mask = slots.count - 1
    for slot in old where slot != 0 {
      var place = Int(slot >> 32) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = slot
    }
  }

  private static func slotCount(_ capacity: Int) -> Int {
    var count = 16
    while count < 2 * capacity { count *= 2 }
    return count
  }

  private static func number(_ slot: UInt64) -> Int {
    Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1
  }

  /// Keyed anew in every process, so that nobody can choose strings that collide; nothing but time
  /// depends on it.
  private static func hash(_ string: ArraySlice<UInt8>) -> UInt32 {
    var hasher = Hasher()
    string.withUnsafeBytes { hasher.combine(bytes: $0) }
    return UInt32(truncatingIfNeeded: hasher.finalize())
  }
}
