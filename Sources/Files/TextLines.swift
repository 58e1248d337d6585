/// The lines of a text, one after the other.
///
/// A line ends with a line feed, a carriage return or both.
struct TextLines {
  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var number = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The next line that is not blank, without its end, with its number, counted from 1; nil at the end.
  mutating func next() -> (content: ArraySlice<UInt8>, number: Int)? {
    while position < bytes.endIndex {
      let end = bytes[position...].firstIndex(where: Self.isEnd) ?? bytes.endIndex
      let content = bytes[position..<end]
      position = end < bytes.endIndex ? Self.start(behindEndAt: end, in: bytes) : end
      number += 1
      if !content.allSatisfy(Self.isSpace) { return (content, number) }
    }
    return nil
  }

  static func isEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// Whether a byte is white space within a line.
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Where the line begins that follows the one that ends at a position.
  static func start(behindEndAt position: Int, in bytes: ArraySlice<UInt8>) -> Int {
    let isPair =
      bytes[position] == 0x0D && position + 1 < bytes.endIndex && bytes[position + 1] == 0x0A
    return position + (isPair ? 2 : 1)
  }

  /// How many lines end in some bytes.
  static func endCount(in bytes: ArraySlice<UInt8>) -> Int {
    bytes.indices.count { index in
      bytes[index] == 0x0A
        || bytes[index] == 0x0D && (index + 1 == bytes.endIndex || bytes[index + 1] != 0x0A)
    }
  }
}
