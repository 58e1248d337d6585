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

  /// What stands in the text from the first to the last of some tokens; nil for padding alone.
  package func text(of run: Range<Int>) -> String? {
    let run = run.clamped(to: 0..<tokens.count)
    guard let first = run.first.map({ tokens[$0] }), let last = run.last.map({ tokens[$0] }) else {
      return nil
    }
    return String(decoding: bytes[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
  }
}

extension TextFrontEnd {
  /// - Throws: as `inputs(of:)`.
  package func placedText(of item: Item) throws -> PlacedText {
    PlacedText(try Self.text(of: item), tokenizer)
  }
}
