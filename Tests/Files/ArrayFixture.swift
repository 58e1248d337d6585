import CZlib

/// A `.npy` file of the first version.
///
/// - Parameter type: as NumPy writes it, `<f4`.
func npy(_ type: String, _ shape: [Int], _ bytes: [UInt8], fortran: Bool = false) -> [UInt8] {
  let sizes = shape.map { "\($0)," }.joined(separator: " ")
  return npy(
    header:
      "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(sizes)), }",
    bytes)
}

func npy(header: String, _ bytes: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
  let text = Array(header.utf8) + [0x0A]
  return [0x93] + Array("NUMPY".utf8) + [version, 0]
    + lowestFirst(text.count, version == 1 ? 2 : 4) + text + bytes
}

/// A part of a zip file, and what its headers say of it.
struct ZipPart {
  var name: String
  var content: [UInt8]
  var isDeflated = false
  /// Whether the sizes and the place stand in an extra field.
  var isWide = false
  /// What the directory says in place of what is true.
  var size, packedSize, place: Int?
  var checksum: Int?
  var method: Int?
  var flags = 0

  init(_ name: String, _ content: [UInt8], isDeflated: Bool = false) {
    self.name = name
    self.content = content
    self.isDeflated = isDeflated
  }
}

/// A zip file.
///
/// - Parameter isWide: whether the number of parts and the place of the directory stand in a record of
///   their own.
func zipped(_ parts: [ZipPart], isWide: Bool = false, comment: [UInt8] = []) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  for part in parts {
    let packed = part.isDeflated ? deflated(part.content) : part.content
    let start = part.place ?? file.count
    let name = Array(part.name.utf8)
    let checksum = part.checksum ?? Int(crc32_z(0, part.content, part.content.count))
    let method = part.method ?? (part.isDeflated ? 8 : 0)
    file += [0x50, 0x4B, 3, 4, 20, 0] + lowestFirst(part.flags, 2) + lowestFirst(method, 2)
    file += [0, 0, 0, 0] + lowestFirst(checksum, 4) + lowestFirst(packed.count, 4)
    file +=
      lowestFirst(part.content.count, 4) + lowestFirst(name.count, 2) + [0, 0] + name + packed
    let sizes = [
      part.size ?? part.content.count, part.packedSize ?? packed.count, start,
    ]
    // A field of another kind stands in front.
    let extra =
      part.isWide
      ? [9, 9, 1, 0, 7] + lowestFirst(1, 2) + lowestFirst(24, 2)
        + sizes.flatMap { lowestFirst($0, 8) } : []
    let short = part.isWide ? [Int](repeating: 0xFFFF_FFFF, count: 3) : sizes
    directory += [0x50, 0x4B, 1, 2, 20, 0, 20, 0] + lowestFirst(part.flags, 2)
    directory += lowestFirst(method, 2) + [0, 0, 0, 0] + lowestFirst(checksum, 4)
    directory += lowestFirst(short[1], 4) + lowestFirst(short[0], 4) + lowestFirst(name.count, 2)
    directory += lowestFirst(extra.count, 2) + [UInt8](repeating: 0, count: 10)
    directory += lowestFirst(short[2], 4) + name + extra
  }
  let (start, count) = (file.count, parts.count)
  file += directory
  if isWide {
    let record = file.count
    file += [0x50, 0x4B, 6, 6] + lowestFirst(44, 8) + [45, 0, 45, 0] + lowestFirst(0, 8)
    file += lowestFirst(count, 8) + lowestFirst(count, 8) + lowestFirst(directory.count, 8)
    file += lowestFirst(start, 8)
    file += [0x50, 0x4B, 6, 7, 0, 0, 0, 0] + lowestFirst(record, 8) + [1, 0, 0, 0]
  }
  let short = isWide ? (0xFFFF, 0xFFFF_FFFF) : (count, start)
  return file + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + lowestFirst(short.0, 2) + lowestFirst(short.0, 2)
    + lowestFirst(directory.count, 4) + lowestFirst(short.1, 4) + lowestFirst(comment.count, 2)
    + comment
}

/// Packed as in a zip file: without the header and the sums of gzip.
func deflated(_ bytes: [UInt8]) -> [UInt8] { Array(gzipped(bytes).dropFirst(10).dropLast(8)) }

/// The bytes of a number, the lowest first.
func lowestFirst(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// The same up to a byte that more may stand behind.
func flushed(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  return withUnsafeMutablePointer(to: &stream) { stream in
    precondition(
      deflateInit2_(stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
    defer { deflateEnd(stream) }
    let bound = Int(deflateBound(stream, UInt(bytes.count))) + 16
    var bytes = bytes
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      bytes.withUnsafeMutableBufferPointer { input in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(bound)
        precondition(deflate(stream, Z_FULL_FLUSH) == Z_OK)
        count = bound - Int(stream.pointee.avail_out)
      }
    }
  }
}
