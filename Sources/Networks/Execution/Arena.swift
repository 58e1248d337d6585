import ConvKitCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One block of zeroed memory in which everything of an execution lies.
final class Arena {
  let base: UnsafeMutableRawPointer
  private let byteCount: Int

  /// - Throws: `MemoryError` when the system does not have as much.
  init(byteCount: Int) throws {
    // Pages are mapped as they are first touched, so what is never used takes no memory.
    let length = max(byteCount, 1)
    guard
      let base = mmap(
        nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | noReserve, -1, 0),
      base != MAP_FAILED
    else { throw MemoryError(byteCount: length) }
    self.base = base
    self.byteCount = length
  }

  deinit { munmap(base, byteCount) }
}

#if canImport(Glibc)
  private let noReserve = MAP_NORESERVE
#else
  private let noReserve: Int32 = 0
#endif

/// The memory of a network cannot be had.
public struct MemoryError: ReportableError {
  public let byteCount: Int
  public var category: ErrorCategory { .inputOutput }
  public var description: String {
    "The network needs \(byteCount >> 20) MiB of memory, which the system refused. Use a smaller"
      + " input, fewer features or a smaller batch."
  }
}

/// Lays out parts of an arena one after the other, each on a line of the cache.
struct ArenaLayout {
  /// Floats; 16 fill a line of the cache.
  private(set) var count = 0

  /// Vectors are read whole, up to two of AVX-512 past the end of a list.
  private static let slack = 32

  /// The offset, in floats, of a part of `floats` floats.
  mutating func add(_ floats: Int) -> Int {
    let offset = count
    count = (offset + floats + Self.slack + 15) / 16 * 16
    return offset
  }

  var byteCount: Int { count * MemoryLayout<Float>.stride }
}
