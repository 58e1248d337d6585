import CZlib
import ConvKitCore

/// Unfolds a gzip file in memory, piece by piece: all of its members, one behind the other (RFC 1952).
///
/// zlib checks the sums and lengths. Memory grows with what really came out, never with what a file
/// claims, and no more comes out than was asked for.
package struct Gzip: ~Copyable {
  private let packed: [UInt8]
  private var position = 0
  private var isAtEnd = false
  /// At a place of its own, for zlib's state remembers the address.
  private let stream: UnsafeMutablePointer<z_stream>

  /// How much is unfolded at once: zlib's own tools take 16 to 256 KiB.
  static let piece = 1 << 16

  /// zlib's name for a gzip file: 16 more than the largest window.
  static let format: Int32 = 15 + 16

  /// - Throws: `GzipError.notGzip`.
  package init(_ packed: [UInt8]) throws {
    guard packed.starts(with: [0x1F, 0x8B]) else { throw GzipError.notGzip }
    self.packed = packed
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Fails only without memory for some forty kilobytes, or with another zlib than at compile time.
    let result = inflateInit2_(
      stream, Self.format, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib \(FileContent.zlibVersion) does not start: \(result)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The next `count` bytes, fewer only at the end of the last member.
  ///
  /// - Throws: `GzipError`.
  package mutating func read(upTo count: Int) throws -> [UInt8] {
    var unfolded: [UInt8] = []
    while unfolded.count < count, !isAtEnd {
      unfolded += try readPiece(upTo: min(Self.piece, count - unfolded.count))
    }
    return unfolded
  }

  /// All bytes.
  ///
  /// - Throws: `GzipError`, `.tooLarge` as soon as more than `limit` bytes came out.
  static func unfold(_ packed: [UInt8], limit: Int) throws -> [UInt8] {
    var gzip = try Gzip(packed)
    let unfolded = try gzip.read(upTo: limit)
    guard try gzip.read(upTo: 1).isEmpty else { throw GzipError.tooLarge(limit: limit) }
    return unfolded
  }

  /// Some of the next bytes, at most `count`; none may come out of a piece of headers.
  private mutating func readPiece(upTo count: Int) throws -> [UInt8] {
    var result = Z_OK
    var taken = 0
    let unfolded = [UInt8](unsafeUninitializedCapacity: count) { output, filled in
      packed.withUnsafeBufferPointer { input in
        // zlib counts in 32 bits.
        let available = min(input.count - position, 1 << 30)
        stream.pointee.next_in = input.baseAddress.map {
          UnsafeMutablePointer(mutating: $0 + position)
        }
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(count)
        result = inflate(stream, Z_NO_FLUSH)
        taken = available - Int(stream.pointee.avail_in)
        filled = count - Int(stream.pointee.avail_out)
      }
    }
    position += taken
    switch result {
    case Z_OK where taken > 0 || !unfolded.isEmpty: break
    case Z_STREAM_END: try beginNextMember()
    case Z_OK, Z_BUF_ERROR: throw GzipError.cut
    default: throw GzipError.damaged(reason: stream.pointee.msg.map { String(cString: $0) })
    }
    return unfolded
  }

  private mutating func beginNextMember() throws {
    let rest = packed.count - position
    if rest == 0 {
      isAtEnd = true
    } else if packed[position...].starts(with: [0x1F, 0x8B]) {
      inflateReset(stream)
    } else {
      throw GzipError.trailing(count: rest)
    }
  }
}

/// What can be wrong with a gzip file.
public enum GzipError: Error, Equatable, CustomStringConvertible {
  case notGzip
  /// The file ends before its content does.
  case cut
  /// Bytes that are no further member behind the last.
  case trailing(count: Int)
  /// What zlib said, if anything.
  case damaged(reason: String?)
  case tooLarge(limit: Int)

  /// Completes "The file …".
  public var description: String {
    switch self {
    case .notGzip: "does not begin as a gzip file does"
    case .cut: "ends in the middle of its packed content"
    case .trailing(let count):
      "has \(count) \(count == 1 ? "byte" : "bytes") behind the end of its packed content"
    case .damaged(let reason):
      "is damaged" + (reason.map { ": \(FileName.printable($0))" } ?? "")
    case .tooLarge(let limit): "unfolds to more than \(limit) bytes, which is all that is read here"
    }
  }
}
