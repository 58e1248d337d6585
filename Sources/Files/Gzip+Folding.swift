import CZlib

extension Gzip {
  /// Packs bytes into a gzip file of one member, without a name and a time: the same version of zlib gives
  /// the same bytes.
  package static func fold(_ bytes: [UInt8]) -> [UInt8] {
    // At a place of its own, for zlib's state remembers the address.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer {
      deflateEnd(stream)
      stream.deallocate()
    }
    // Eight is the memory level that zlib takes by itself. Fails as `inflateInit2_` does.
    let result = deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib \(FileContent.zlibVersion) does not start: \(result)")
    var folded: [UInt8] = []
    var position = 0
    var isDone = false
    while !isDone {
      let piece = [UInt8](unsafeUninitializedCapacity: piece) { output, filled in
        bytes.withUnsafeBufferPointer { input in
          // zlib counts in 32 bits.
          let available = min(input.count - position, 1 << 30)
          stream.pointee.next_in = input.baseAddress.map {
            UnsafeMutablePointer(mutating: $0 + position)
          }
          stream.pointee.avail_in = UInt32(available)
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          let isLast = position + available == input.count
          isDone = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_END
          position += available - Int(stream.pointee.avail_in)
          filled = output.count - Int(stream.pointee.avail_out)
        }
      }
      folded += piece
    }
    return folded
  }
}
