import ConvKitFiles

/// A checksum over all bytes of a file, its length and its padding included.
///
/// It is the text `convkit.checksum` of the metadata: 32 hexadecimal digits of the 128 bits of XXH3
/// over the whole file, with zeros in the place of the digits.
extension TensorFile {
  /// What a file says about its own bytes.
  public enum Seal: Sendable, Equatable {
    /// It has no checksum.
    case none
    /// What it has is that of its bytes.
    case intact
    /// What it has is not.
    case broken
  }

  static let sealKey = "convkit.checksum"

  /// What stands for the digits while the file is hashed.
  static let noDigits = Array(repeating: UInt8(ascii: "0"), count: 32)

  /// The digits that belong into a file.
  ///
  /// - Parameters:
  ///   - pieces: the file's bytes, one piece behind the other.
  ///   - place: where the digits stand in the first of them.
  static func digits(of pieces: [ArraySlice<UInt8>], place: Range<Int>) -> [UInt8] {
    var hasher = Fingerprint.Hasher()
    for (number, piece) in pieces.enumerated() {
      if number == 0 {
        hasher.append(piece[..<place.lowerBound])
        hasher.append(noDigits[...])
        hasher.append(piece[place.upperBound...])
      } else {
        hasher.append(piece)
      }
    }
    return Array(hasher.fingerprint.hexadecimal.utf8)
  }

  /// Compares a file's checksum with its bytes.
  ///
  /// - Parameters:
  ///   - text: what the header has, unescaped.
  ///   - end: where the closing quote of it ends.
  static func seal(of bytes: [UInt8], text: String, end: Int) -> Seal {
    let place = end - 1 - noDigits.count..<end - 1
    // Digits written as escapes lie elsewhere, so that what stands here is not what was read.
    guard place.lowerBound >= 8, bytes[place].elementsEqual(text.utf8) else { return .broken }
    return digits(of: [bytes[...]], place: place).elementsEqual(bytes[place]) ? .intact : .broken
  }
}
