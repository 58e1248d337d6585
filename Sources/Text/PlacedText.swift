import ConvKitCore
import ConvKitFiles

/// A text with the places of its tokens.
package struct PlacedText {
  private let bytes: [UInt8]
  private let tokens: [Tokenizer.PlacedToken]

  fileprivate init(_ text: String, _ tokenizer: Tokenizer) {
    bytes = Array(text.utf8)
    tokens = tokenizer.placedTokens(of: bytes[...])
  }

  package var tokenCount: Int { tokens.count }

  /// What stands in the text from the first to the last of some tokens, and where, in Unicode scalars; nil
  /// for no token. A scalar of which a subword is but a part is there whole.
  package func passage(of run: Range<Int>) -> (text: String, scalars: Range<Int>)? {
    let run = run.clamped(to: 0..<tokens.count)
    guard let first = run.first.map({ tokens[$0] }), let last = run.last.map({ tokens[$0] }) else {
      return nil
    }
    let isContinuation = { (byte: UInt8) in byte & 0xC0 == 0x80 }
    var (start, end) = (first.range.lowerBound, last.range.upperBound)
    while start > 0, isContinuation(bytes[start]) { start -= 1 }
    while end < bytes.count, isContinuation(bytes[end]) { end += 1 }
    let before = bytes[..<start].count { !isContinuation($0) }
    let length = bytes[start..<end].count { !isContinuation($0) }
    return (String(decoding: bytes[start..<end], as: UTF8.self), before..<before + length)
  }
}

extension TextFrontEnd {
  /// - Throws: as `inputs(of:)`.
  package func placedText(of item: Item) throws -> PlacedText {
    PlacedText(try Self.text(of: item), tokenizer)
  }
}
