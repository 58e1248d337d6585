import CZlib

/// The chunks of a PNG file (PNG specification, 5.3): length, kind, data, checksum of the last two.
enum PNGChunks {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(kind.utf8) + data
    return bigEndian(data.count) + body + bigEndian(checksum(body[...]))
  }

  /// With the signature and every checksum set right, as far as the lengths lead to them; so is that
  /// of the pixels, if they unpack.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    var file = signature + file.dropFirst(signature.count)
    if let (places, checksum) = pixelChecksum(in: file) {
      for (place, byte) in zip(places, checksum) { file[place] = byte }
    }
    for body in bodies(of: file) {
      file.replaceSubrange(
        body.upperBound..<body.upperBound + 4, with: bigEndian(checksum(file[body])))
    }
    return file
  }

  /// Whether the signature and all checksums are right, as far as the lengths lead to them.
  static func areIntact(_ file: [UInt8]) -> Bool {
    file.starts(with: signature)
      && bodies(of: file).allSatisfy { body in
        file[body.upperBound..<body.upperBound + 4].elementsEqual(bigEndian(checksum(file[body])))
      }
      && pixelChecksum(in: file).map { intact($0, $1, in: file) } ?? true
  }

  /// Where the checksum of the unpacked pixels stands (RFC 1950), and what it should be; nil where
  /// they do not unpack to their end.
  private static func pixelChecksum(in file: [UInt8]) -> (places: [Int], checksum: [UInt8])? {
    let places = bodies(of: file).filter { file[$0].starts(with: Array("IDAT".utf8)) }
      .flatMap { $0.dropFirst(4) }
    // Behind zlib's header of two bytes.
    guard let (bytes, used) = Deflate.unpacked(places.dropFirst(2).map { file[$0] }) else {
      return nil
    }
    let checksum = Int(adler32(1, bytes, UInt32(bytes.count)))
    return (Array(places.dropFirst(2 + used).prefix(4)), bigEndian(checksum))
  }

  private static func intact(_ places: [Int], _ bytes: [UInt8], in file: [UInt8]) -> Bool {
    zip(places, bytes).allSatisfy { file[$0] == $1 }
  }

  /// Kind and data of each chunk that is whole.
  private static func bodies(of file: [UInt8]) -> [Range<Int>] {
    var bodies: [Range<Int>] = []
    var place = signature.count
    while place + 12 <= file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - place - 12 else { break }
      bodies.append(place + 4..<place + 8 + length)
      place += 12 + length
    }
    return bodies
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> Int { Gzip.checksum(Array(bytes)) }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}

/// Gzip files of one member (RFC 1952).
enum Gzip {
  private static let headerCount = 10

  static func checksum(_ bytes: [UInt8]) -> Int { Int(crc32(0, bytes, UInt32(bytes.count))) }

  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3] + Deflate.packed(bytes) + tail(of: bytes)
  }

  /// With the checksum and the size set right, if it unpacks at all.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    guard let (bytes, used) = unpacked(file) else { return file }
    return file.prefix(used) + tail(of: bytes)
  }

  static func isIntact(_ file: [UInt8]) -> Bool {
    guard let (bytes, used) = unpacked(file) else { return false }
    return file.dropFirst(used).prefix(8).elementsEqual(tail(of: bytes))
  }

  private static func tail(of bytes: [UInt8]) -> [UInt8] {
    [checksum(bytes), bytes.count].flatMap { value in
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
  }

  /// What a plain member unfolds to, and where its data end.
  static func unpacked(_ file: [UInt8]) -> (bytes: [UInt8], used: Int)? {
    guard file.starts(with: [0x1F, 0x8B, 8, 0]) else { return nil }
    return Deflate.unpacked(Array(file.dropFirst(headerCount))).map { ($0, headerCount + $1) }
  }
}

/// Bare packed data, without a header or a checksum (RFC 1951).
enum Deflate {
  /// More than any mutant of a small seed unfolds to by accident.
  private static let limit = 1 << 20

  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(UInt(bytes.count))
    var zlib = [UInt8](repeating: 0, count: Int(count))
    // The buffer is as large as zlib asks for, so that this cannot fail.
    compress2(&zlib, &count, bytes, UInt(bytes.count), 9)
    // Between zlib's two bytes of header and its checksum of four.
    return Array(zlib[2..<Int(count) - 4])
  }

  /// What the data unfold to and how many bytes of them were used; nil where they do not come to
  /// their end.
  static func unpacked(_ data: [UInt8]) -> (bytes: [UInt8], used: Int)? {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, size) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var data = data
    var result = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      data.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(limit)
        result = inflate(&stream, Z_FINISH)
        count = limit - Int(stream.avail_out)
      }
    }
    return result == Z_STREAM_END ? (bytes, data.count - Int(stream.avail_in)) : nil
  }
}
