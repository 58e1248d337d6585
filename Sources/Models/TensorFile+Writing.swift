import ConvKitFiles

extension TensorFile {
  /// The file's bytes: the same for the same tensors and texts, in whatever order they were added.
  ///
  /// Elements of the largest types come first and each type's in the bytewise order of their names,
  /// and the header is padded with spaces to a multiple of 64 bytes, so that every element lies at a
  /// multiple of its size.
  public func encoded() -> [UInt8] {
    var pieces = encodedPieces()
    var bytes = pieces.removeFirst()
    bytes.reserveCapacity(pieces.reduce(bytes.count) { $0 + $1.count })
    for piece in pieces { bytes += piece }
    return Array(bytes)
  }

  /// Writes the file, replacing an earlier one only when this one is complete.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    let pieces = encodedPieces()
    try AtomicFile.write(to: path) { writer throws in
      for piece in pieces { try writer.append(piece) }
    }
  }

  /// The header and then the tensors.
  private func encodedPieces() -> [ArraySlice<UInt8>] {
    let sorted = entries.sorted { a, b in
      a.elementType.bits != b.elementType.bits
        ? a.elementType.bits > b.elementType.bits : FileName.precedes(a.name, b.name)
    }
    var metadata = metadata
    metadata["format"] = metadata["format"] ?? "pt"

    if seal != .none { metadata[Self.sealKey] = String(decoding: Self.noDigits, as: UTF8.self) }

    var header = "{\(quoted(Self.metadataKey)):{"
    var digitsEnd: Int?
    for (key, text) in metadata.sorted(by: { FileName.precedes($0.key, $1.key) }) {
      if !header.hasSuffix("{") { header += "," }
      header += "\(quoted(key)):\(quoted(text))"
      // Behind 8 bytes of length and before the closing quote.
      if key == Self.sealKey { digitsEnd = 8 + header.utf8.count - 1 }
    }
    header += "}"
    var end = 0
    for entry in sorted {
      let begin = end
      end += entry.bytes.count
      let shape = entry.shape.map(String.init).joined(separator: ",")
      header += ",\(quoted(entry.name)):{\"dtype\":\"\(entry.elementType.rawValue)\","
      header += "\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
    }
    header += "}"

    let unpadded = 8 + header.utf8.count
    let length = (unpadded + 63) / 64 * 64 - 8
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    bytes += header.utf8
    bytes += repeatElement(UInt8(ascii: " "), count: 8 + length - bytes.count)
    if seal != .none, let digitsEnd {
      let place = digitsEnd - Self.noDigits.count..<digitsEnd
      bytes.replaceSubrange(
        place, with: Self.digits(of: [bytes[...]] + sorted.map(\.bytes), place: place))
    }
    return [bytes[...]] + sorted.map(\.bytes)
  }

  /// A text as JSON has it.
  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
