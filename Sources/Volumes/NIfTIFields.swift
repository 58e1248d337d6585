/// The bytes of a header as numbers.
struct NIfTIFields {
  private(set) var bytes: [UInt8]
  let isBigEndian: Bool

  /// A whole number with its sign.
  func integer(at place: Int, size: Int) -> Int {
    let unused = 64 - 8 * size
    return Int(truncatingIfNeeded: Int64(bitPattern: pattern(at: place, size: size) << unused))
      >> unused
  }

  mutating func set(_ integer: Int, at place: Int, size: Int) {
    set(pattern: UInt64(bitPattern: Int64(integer)), at: place, size: size)
  }

  /// A number of IEEE 754, of 4 or 8 bytes.
  func real(at place: Int, size: Int) -> Double {
    let bits = pattern(at: place, size: size)
    return size == 4
      ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
  }

  mutating func set(_ real: Double, at place: Int, size: Int) {
    set(
      pattern: size == 4 ? UInt64(Float(real).bitPattern) : real.bitPattern, at: place, size: size)
  }

  private func pattern(at place: Int, size: Int) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(bytes[place + index($1, size)]) << (8 * $1) }
  }

  private mutating func set(pattern: UInt64, at place: Int, size: Int) {
    for byte in 0..<size {
      bytes[place + index(byte, size)] = UInt8(truncatingIfNeeded: pattern >> (8 * byte))
    }
  }

  /// Where a byte of a number stands, counted from its lowest.
  private func index(_ byte: Int, _ size: Int) -> Int { isBigEndian ? size - 1 - byte : byte }
}
