import CZlib

/// Zip files whose entries are stored or deflated (PKWARE, APPNOTE.TXT 6.3, section 4.3).
enum ZipFile {
  /// An entry.
  struct Part {
    var name: String
    var content: [UInt8]
    var isDeflated: Bool
  }

  static func bytes(_ parts: [Part]) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for part in parts {
      let packed = part.isDeflated ? Deflate.packed(part.content) : part.content
      let name = Array(part.name.utf8)
      // The version that is needed, flags, method and time; sum and sizes; the name's length.
      let fields =
        [20, 0, 0, 0, part.isDeflated ? 8 : 0, 0, 0, 0, 0, 0]
        + number(Gzip.checksum(part.content), 4) + number(packed.count, 4)
        + number(part.content.count, 4) + number(name.count, 2)
      directory += centralMark + [20, 0] + fields + [UInt8](repeating: 0, count: 12)
      directory += number(file.count, 4) + name
      file += localMark + fields + [0, 0] + name + packed
    }
    let count = number(parts.count, 2)
    return file + directory + endMark + [0, 0, 0, 0] + count + count + number(directory.count, 4)
      + number(file.count, 4) + [0, 0]
  }

  /// The entries that unpack; none where the directory does not lead to them.
  static func parts(of file: [UInt8]) -> [Part] {
    records(of: file).compactMap { record in
      record.content.map { content in
        Part(
          name: String(decoding: record.name, as: UTF8.self), content: content,
          isDeflated: record.isDeflated)
      }
    }
  }

  /// With the end and the place of the directory set right, and the sum and the size of every entry that
  /// unpacks.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    var file = file
    guard let directory = directory(of: file), file.count >= endSize else { return file }
    let end = file.count - endSize
    file.replaceSubrange(end..<end + 4, with: endMark)
    file.replaceSubrange(end + 16..<end + 20, with: number(directory, 4))
    file.replaceSubrange(end + 20..<end + 22, with: [0, 0])
    for record in records(of: file) {
      guard let content = record.content else { continue }
      file.replaceSubrange(
        record.place + 16..<record.place + 20, with: number(Gzip.checksum(content), 4))
      file.replaceSubrange(record.place + 24..<record.place + 28, with: number(content.count, 4))
    }
    return file
  }

  /// Whether the directory stands where its end says, and every entry in it unpacks to what it says.
  static func isIntact(_ file: [UInt8]) -> Bool {
    guard file.count >= endSize, file.dropFirst(file.count - endSize).starts(with: endMark),
      // How much stands behind it.
      value(file, file.count - 2, 2) == 0
    else { return false }
    let records = records(of: file)
    return records.count == value(file, file.count - endSize + 10, 2)
      && records.allSatisfy { record in
        guard let content = record.content else { return false }
        return value(file, record.place + 16, 4) == Gzip.checksum(content)
          && value(file, record.place + 24, 4) == content.count
      }
  }

  private static let localMark: [UInt8] = [0x50, 0x4B, 3, 4]
  private static let centralMark: [UInt8] = [0x50, 0x4B, 1, 2]
  private static let endMark: [UInt8] = [0x50, 0x4B, 5, 6]
  private static let (localSize, centralSize, endSize) = (30, 46, 22)

  /// An entry as the directory has it.
  private struct Record {
    /// Where it stands in the directory.
    let place: Int
    let name: ArraySlice<UInt8>
    let isDeflated: Bool
    /// Nil where it does not unpack.
    let content: [UInt8]?
  }

  /// Where the directory begins: where the end says, or at the first entry of one that there is.
  private static func directory(of file: [UInt8]) -> Int? {
    let isOne = { (place: Int) in file.dropFirst(place).starts(with: centralMark) }
    if file.count >= endSize {
      let place = value(file, file.count - endSize + 16, 4)
      if isOne(place) { return place }
    }
    return file.indices.first(where: isOne)
  }

  /// As far as they follow one another.
  private static func records(of file: [UInt8]) -> [Record] {
    guard file.count >= endSize else { return [] }
    var place = value(file, file.count - endSize + 16, 4)
    var records: [Record] = []
    while place + centralSize <= file.count, file[place...].starts(with: centralMark) {
      let nameSize = value(file, place + 28, 2)
      let name = file.dropFirst(place + centralSize).prefix(nameSize)
      let isDeflated = value(file, place + 10, 2) == 8
      records.append(
        Record(
          place: place, name: name, isDeflated: isDeflated,
          content: content(
            of: file, at: value(file, place + 42, 4), packedCount: value(file, place + 20, 4),
            isDeflated: isDeflated)))
      place += centralSize + nameSize + value(file, place + 30, 2) + value(file, place + 32, 2)
    }
    return records
  }

  private static func content(
    of file: [UInt8], at place: Int, packedCount: Int, isDeflated: Bool
  ) -> [UInt8]? {
    guard place + localSize <= file.count, file[place...].starts(with: localMark) else {
      return nil
    }
    let start = place + localSize + value(file, place + 26, 2) + value(file, place + 28, 2)
    guard start + packedCount <= file.count else { return nil }
    let packed = Array(file[start..<start + packedCount])
    return isDeflated ? Deflate.unpacked(packed)?.bytes : packed
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func value(_ file: [UInt8], _ place: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(file[place + $1]) << (8 * $1) }
  }
}
