import ConvKit

/// The checksum in the header of a model: 32 hexadecimal digits of the file's own fingerprint, for
/// which zeros stand in their place.
enum ModelChecksum {
  private static let key = Array(#""convkit.checksum":""#.utf8)
  private static let count = 32

  /// With the digits that belong there; as it is where the header has no place for them.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    guard let place = place(in: file) else { return file }
    var file = file
    file.replaceSubrange(place, with: digits(of: file, place))
    return file
  }

  /// Whether the header lies within the file and has the digits that belong there.
  static func isIntact(_ file: [UInt8]) -> Bool {
    guard let place = place(in: file) else { return false }
    return file[place].elementsEqual(digits(of: file, place))
  }

  private static func digits(of file: [UInt8], _ place: Range<Int>) -> [UInt8] {
    let zeros = repeatElement(UInt8(ascii: "0"), count: count)
    let fingerprint = Fingerprint(
      file[..<place.lowerBound], Array(zeros)[...], file[place.upperBound...])
    return Array(fingerprint.hexadecimal.utf8)
  }

  /// Where the digits stand; nil where the header does not lie within the file or has none.
  private static func place(in file: [UInt8]) -> Range<Int>? {
    guard file.count > 8 else { return nil }
    let length = file[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(file.count - 8) else { return nil }
    let end = 8 + Int(length) - key.count - count
    return (8..<max(8, end)).first { file[$0...].starts(with: key) }
      .map { $0 + key.count..<$0 + key.count + count }
  }
}
