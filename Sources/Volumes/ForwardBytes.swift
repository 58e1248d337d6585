import ConvKitFiles

/// The bytes of a file, from the first to the last.
protocol ForwardBytes: ~Copyable {
  /// Of the whole; nil where only reading tells.
  var size: Int? { get }

  /// The next bytes: fewer than `count` only at the end.
  mutating func read(upTo count: Int) throws -> [UInt8]

  /// Passes bytes. Gives their number: fewer than `count` only at the end.
  mutating func skip(_ count: Int) throws -> Int
}

extension Gzip: ForwardBytes {
  var size: Int? { nil }

  mutating func skip(_ count: Int) throws -> Int {
    var passed = 0
    while passed < count {
      let piece = try read(upTo: min(1 << 18, count - passed))
      if piece.isEmpty { break }
      passed += piece.count
    }
    return passed
  }
}

/// Of a file on the disk: what is passed is not read.
struct FileBytes: ForwardBytes, ~Copyable {
  private let file: SeekableFile
  private var place = 0

  init(path: String) throws { file = try SeekableFile(path: path) }

  var size: Int? { file.size }

  mutating func read(upTo count: Int) throws -> [UInt8] {
    let count = min(count, file.size - place)
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try file.read(
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]),
        at: place)
    }
    place += bytes.count
    return bytes
  }

  mutating func skip(_ count: Int) throws -> Int {
    let passed = min(count, file.size - place)
    place += passed
    return passed
  }
}

/// Of a file in memory.
struct BytesInMemory: ForwardBytes {
  private var rest: ArraySlice<UInt8>
  let size: Int?

  init(_ bytes: [UInt8]) {
    rest = bytes[...]
    size = bytes.count
  }

  mutating func read(upTo count: Int) -> [UInt8] {
    let piece = rest.prefix(count)
    rest = rest.dropFirst(count)
    return Array(piece)
  }

  mutating func skip(_ count: Int) -> Int {
    let passed = min(count, rest.count)
    rest = rest.dropFirst(passed)
    return passed
  }
}
