import CZlib

extension FileContent {
  /// What a gzip or zip file packs, by the first bytes of both: of a zip file, of its first entry.
  ///
  /// - Parameter start: the first bytes of the packed file; `sniffed` of them are enough.
  /// - Returns: nil when nothing can be unpacked or nothing known begins like it.
  package static func packed(in start: [UInt8]) -> FileContent? {
    guard
      let inside = start.starts(with: [0x1F, 0x8B])
        ? inflated(start, gzipFormat) : firstEntry(start)
    else { return nil }
    return FileContent(start: inside)
  }

  /// The version of the zlib in use.
  package static var zlibVersion: String { String(cString: CZlib.zlibVersion()) }

  /// zlib's names for what it inflates: a gzip file (16 more than the window), or bare data.
  private static let (gzipFormat, bareFormat): (Int32, Int32) = (15 + 16, -15)

  /// The first bytes of the first entry of a zip file (APPNOTE.TXT 4.3.7).
  private static func firstEntry(_ start: [UInt8]) -> [UInt8]? {
    func number(at offset: Int) -> Int { Int(start[offset]) | Int(start[offset + 1]) << 8 }
    let header = 30
    guard start.count > header, start.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return nil }
    var data = start.dropFirst(header + number(at: 26) + number(at: 28))
    // 0 where the size stands behind the data.
    let size = number(at: 18) | number(at: 20) << 16
    if size > 0 { data = data.prefix(size) }
    switch number(at: 8) {
    case 0: return Array(data)
    case 8: return inflated(Array(data), bareFormat)
    default: return nil
    }
  }

  /// At most `sniffed` bytes of what `packed` unfolds to.
  private static func inflated(_ packed: [UInt8], _ format: Int32) -> [UInt8]? {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, format, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { inflateEnd(&stream) }
    var packed = packed
    let unfolded = [UInt8](unsafeUninitializedCapacity: sniffed) { output, count in
      packed.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(sniffed)
        // The end of the input cuts the stream short, which is no error here: what came out counts.
        _ = inflate(&stream, Z_SYNC_FLUSH)
        count = sniffed - Int(stream.avail_out)
      }
    }
    return unfolded.isEmpty ? nil : unfolded
  }
}
