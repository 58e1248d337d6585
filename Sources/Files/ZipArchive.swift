import CZlib

/// A zip file in memory, as far as NumPy writes them: entries that are stored or deflated, not encrypted,
/// in one part (PKWARE, APPNOTE.TXT 6.3, sections 4.3 and 4.5.3).
///
/// What an entry is and where it lies is read off the directory at the end alone: the headers in front of
/// the entries may leave their sizes open.
struct ZipArchive {
  struct Entry: Equatable {
    let name: String
    /// How many bytes it takes in the file, and how many it unfolds to.
    let packedSize, size: Int
    let isDeflated: Bool
    let checksum: UInt32
    /// Where its header begins.
    fileprivate let place: Int
  }

  /// In the order of the directory.
  let entries: [Entry]

  private let bytes: [UInt8]

  /// The most entries: an archive of a data set has a dozen arrays.
  static let mostEntries = 4096

  /// Data that are all zeros, as most masks nearly are, become a 1032nd at most ("zlib Technical Details").
  private static let mostPacked = 1032

  /// - Throws: `ZipError`.
  init(_ bytes: [UInt8]) throws {
    guard let end = Self.endOfDirectory(bytes) else { throw ZipError.noDirectory }
    self.bytes = bytes
    let directory = try Self.directory(bytes, end)
    guard directory.count <= Self.mostEntries else {
      throw ZipError.tooMany(count: directory.count, limit: Self.mostEntries)
    }
    var entries: [Entry] = []
    var place = directory.place
    for _ in 0..<directory.count {
      entries.append(try Self.entry(bytes, at: &place))
    }
    self.entries = entries
  }

  /// What an entry unfolds to; its sum is checked.
  ///
  /// - Throws: `ZipError`, `.tooLarge` before anything is allocated for more than `limit` bytes.
  func content(of entry: Entry, limit: Int) throws -> [UInt8] {
    // zlib counts in 32 bits.
    let limit = entry.isDeflated ? min(limit, Int(UInt32.max)) : limit
    guard entry.size <= limit else {
      throw ZipError.tooLarge(name: entry.name, size: entry.size, limit: limit)
    }
    let content = try start(of: entry, count: entry.size)
    guard content.count == entry.size, Self.checksum(content) == entry.checksum else {
      throw ZipError.damaged(name: entry.name)
    }
    return content
  }

  /// The first bytes that an entry unfolds to: `count` of them, or all that there are. No sum is checked.
  ///
  /// - Throws: `ZipError`.
  func start(of entry: Entry, count: Int) throws -> [UInt8] {
    let header = Self.headerSize
    guard let fields = Self.field(bytes, at: entry.place, count: header),
      Self.number(fields, 0, 4) == 0x0403_4B50
    else { throw ZipError.cut }
    // The directory's numbers are below 2⁶², so that this sum cannot overflow.
    let start = entry.place + header + Self.number(fields, 26, 2) + Self.number(fields, 28, 2)
    guard let packed = Self.field(bytes, at: start, count: entry.packedSize) else {
      throw ZipError.cut
    }
    let count = min(count, entry.size)
    return entry.isDeflated
      ? try Self.inflated(packed, entry, count: count) : Array(packed.prefix(count))
  }

  private static func inflated(
    _ packed: ArraySlice<UInt8>, _ entry: Entry, count: Int
  ) throws -> [UInt8] {
    // What no data can unfold to is not allocated; zlib counts in 32 bits.
    guard entry.size / mostPacked <= packed.count, count <= UInt32.max, packed.count <= UInt32.max
    else { throw ZipError.damaged(name: entry.name) }
    guard count > 0 else { return [] }
    // At a place of its own, for zlib's state remembers the address.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer {
      inflateEnd(stream)
      stream.deallocate()
    }
    // The negative window means that there is no header. Fails only without memory for some forty kilobytes,
    // or with another zlib than at compile time.
    var result = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib \(FileContent.zlibVersion) does not start: \(result)")
    let content = [UInt8](unsafeUninitializedCapacity: count) { output, filled in
      packed.withUnsafeBufferPointer { input in
        stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(count)
        result = inflate(stream, Z_SYNC_FLUSH)
        filled = count - Int(stream.pointee.avail_out)
      }
    }
    guard content.count == count, result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR
    else { throw ZipError.damaged(name: entry.name) }
    return content
  }

  private static func checksum(_ content: [UInt8]) -> UInt32 {
    content.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
  }
}

// MARK: the directory

extension ZipArchive {
  private static let headerSize = 30

  /// Where the record that ends a zip file begins: the last place that looks like it. A comment of at most
  /// 65,535 bytes may stand behind it.
  private static func endOfDirectory(_ bytes: [UInt8]) -> Int? {
    let size = 22
    guard bytes.count >= size else { return nil }
    let last = bytes.count - size
    for place in stride(from: last, through: max(0, last - 65_535), by: -1)
    where bytes[place] == 0x50 {
      guard let record = field(bytes, at: place, count: size), number(record, 0, 4) == 0x0605_4B50,
        place + size + number(record, 20, 2) == bytes.count
      else { continue }
      return place
    }
    return nil
  }

  /// Where the directory begins and how many entries it has. Where they do not fit into the fields of the
  /// first versions, a record in front of the last has them.
  private static func directory(_ bytes: [UInt8], _ end: Int) throws -> (place: Int, count: Int) {
    guard let record = field(bytes, at: end, count: 22) else { throw ZipError.cut }
    let (count, place) = (number(record, 10, 2), number(record, 16, 4))
    guard count == 0xFFFF || place == 0xFFFF_FFFF else { return (place, count) }
    guard let locator = field(bytes, at: end - 20, count: 20), number(locator, 0, 4) == 0x0706_4B50,
      let start = size(locator, 8), let wide = field(bytes, at: start, count: 56),
      number(wide, 0, 4) == 0x0606_4B50, let count = size(wide, 32), let place = size(wide, 48)
    else { throw ZipError.cut }
    return (place, count)
  }

  /// The entry whose record begins at a place, which is moved behind it.
  private static func entry(_ bytes: [UInt8], at place: inout Int) throws -> Entry {
    guard let record = field(bytes, at: place, count: 46), number(record, 0, 4) == 0x0201_4B50
    else {
      throw ZipError.cut
    }
    let (nameSize, extraSize) = (number(record, 28, 2), number(record, 30, 2))
    guard let name = field(bytes, at: place + 46, count: nameSize),
      let extra = field(bytes, at: place + 46 + nameSize, count: extraSize)
    else { throw ZipError.cut }
    let printable = String(decoding: name, as: UTF8.self)
    guard number(record, 8, 2) & 1 == 0 else { throw ZipError.encrypted(name: printable) }
    let method = number(record, 10, 2)
    guard method == 0 || method == 8 else {
      throw ZipError.method(name: printable, number: method)
    }
    let sizes = try wideSizes(
      [number(record, 24, 4), number(record, 20, 4), number(record, 42, 4)], extra)
    place += 46 + nameSize + extraSize + number(record, 32, 2)
    return Entry(
      name: printable, packedSize: sizes[1], size: sizes[0], isDeflated: method == 8,
      checksum: UInt32(number(record, 16, 4)), place: sizes[2])
  }

  /// The size, the packed size and the place of an entry, of which those that do not fit into 32 bits
  /// stand in the extra field 1, in this order.
  private static func wideSizes(_ short: [Int], _ extra: ArraySlice<UInt8>) throws -> [Int] {
    guard short.contains(0xFFFF_FFFF) else { return short }
    var rest = extra
    while rest.count >= 4 {
      let (kind, count) = (number(rest, 0, 2), number(rest, 2, 2))
      var values = rest.dropFirst(4).prefix(count)
      guard values.count == count else { break }
      rest = rest.dropFirst(4 + count)
      guard kind == 1 else { continue }
      return try short.map { value in
        guard value == 0xFFFF_FFFF else { return value }
        guard values.count >= 8, let wide = size(values, 0) else { throw ZipError.cut }
        values = values.dropFirst(8)
        return wide
      }
    }
    throw ZipError.cut
  }

  /// Some bytes of the file; nil where it has not so many.
  private static func field(_ bytes: [UInt8], at place: Int, count: Int) -> ArraySlice<UInt8>? {
    guard place >= 0, count >= 0, place <= bytes.count, count <= bytes.count - place else {
      return nil
    }
    return bytes[place..<place + count]
  }

  /// A number of at most 4 bytes, the lowest first.
  private static func number(_ bytes: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[bytes.startIndex + offset + $1]) << (8 * $1) }
  }

  /// A number of 8 bytes; nil for one that no file can have as a size.
  private static func size(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> Int? {
    let high = number(bytes, offset + 4, 4)
    return high < 1 << 30 ? high << 32 | number(bytes, offset, 4) : nil
  }
}

/// What can be wrong with a zip file.
public enum ZipError: Error, Equatable, CustomStringConvertible {
  /// The record that ends every zip file is not there: the file is cut, or something else.
  case noDirectory
  /// A place in the file that it does not have.
  case cut
  case tooMany(count: Int, limit: Int)
  case encrypted(name: String)
  /// Packed otherwise than by "deflate".
  case method(name: String, number: Int)
  /// An entry that does not unfold to what the directory says.
  case damaged(name: String)
  case tooLarge(name: String, size: Int, limit: Int)

  /// Completes "The file …".
  public var description: String {
    switch self {
    case .noDirectory: "is cut short, or is no zip file: its directory is missing"
    case .cut: "is a damaged zip file: it names places that it does not have"
    case .tooMany(let count, let limit): "has \(count) entries; at most \(limit) are read here"
    case .encrypted(let name): "has the encrypted entry “\(FileName.excerpt(name))”"
    case .method(let name, let number):
      """
      has the entry “\(FileName.excerpt(name))”, packed by a method that is not read here (\(number)); \
      only “deflate” is
      """
    case .damaged(let name): "has the damaged entry “\(FileName.excerpt(name))”"
    case .tooLarge(let name, let size, let limit):
      """
      has the entry “\(FileName.excerpt(name))” of \(size) bytes, and at most \(limit) are read here
      """
    }
  }
}
