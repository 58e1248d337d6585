import ConvKitCore

/// Texts and bytes that meet the rules of Unicode more often than chance does.
enum RandomText {
  /// Bytes: any at all, or pieces of UTF-8 cut and joined anywhere.
  static func bytes(upTo count: Int, from stream: inout RandomStream) -> [UInt8] {
    switch Int.random(in: 0..<3, using: &stream) {
    case 0:
      return (0..<Int.random(in: 0...count, using: &stream)).map { _ in
        UInt8.random(in: .min ... .max, using: &stream)
      }
    case 1:
      var bytes = Array(text(upTo: count, from: &stream).utf8)
      for _ in 0..<3 where !bytes.isEmpty {
        bytes.remove(at: Int.random(in: bytes.indices, using: &stream))
      }
      return bytes
    default:
      return Array(text(upTo: count, from: &stream).utf8)
    }
  }

  /// A text of scalars that rules speak of, some of them repeated, and of any others.
  static func text(upTo count: Int, from stream: inout RandomStream) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...count, using: &stream) {
      if Int.random(in: 0..<8, using: &stream) == 0 {
        let value = UInt32.random(in: 0...0x10FFFF, using: &stream)
        scalars.append(Unicode.Scalar(value) ?? "\u{D7FF}")
      } else {
        scalars.append(chosen[Int.random(in: chosen.indices, using: &stream)])
      }
    }
    return String(scalars)
  }

  private static let chosen = Array(
    """
    aaAbZ019 \u{0}\r\n\t_',.:;!"$©ßẞİıΣσςǅǰΐᾳŐ\u{300}\u{301}\u{323}\u{345}\u{308}\u{200D}\u{200B}\
    \u{FE0F}\u{AD}אב״ตัव्क我们かカー가\u{1100}\u{1161}\u{11A8}Ꭰꭰ👩👍🏽🇫🇷🏳❤\u{2126}\u{212B}\u{1D15E}\u{F900}\
    \u{FEFF}\u{FFFD}\u{10FFFF}
    """.unicodeScalars)
}
