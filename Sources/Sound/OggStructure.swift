import ConvKitFiles

/// The pages of an Ogg file (RFC 3533), all of them.
///
/// libogg passes a page whose checksum is wrong, or that is missing, without a word, and what follows
/// it moves; a file that lacks its last page is one that was cut.
enum OggStructure {
  private static let headerSize = 27

  static func read(_ source: SoundSource, format: SoundFormat) throws -> SoundStructure {
    var place = 0
    var number = 0
    var serial = 0
    var structure: SoundStructure?
    // In samples of `clock` Hz.
    var reached = 0
    var clock = 48_000
    func fault(_ what: String) -> SoundStructure.Fault {
      .broken("\(what)\(SoundStructure.time(reached, clock))")
    }
    while true {
      let header = try source.bytes(at: place, count: headerSize + 255)
      guard header.count > headerSize, header.starts(with: "OggS\0".utf8) else {
        throw fault(
          header.isEmpty
            ? "it ends before the page that is marked as its last"
            : "no page begins where page \(number) should")
      }
      let flags = header[5]
      let table = header.dropFirst(headerSize).prefix(Int(header[26]))
      let size = headerSize + table.count + table.reduce(0) { $0 + Int($1) }
      guard table.count == Int(header[26]), size <= source.size - place else {
        throw fault("it ends within page \(number)")
      }
      let page = try source.bytes(at: place, count: size)
      guard page.count == size, OggChecksum.isRight(page) else {
        throw fault("the checksum of page \(number) is wrong")
      }
      let isFirst = flags & 2 != 0
      if structure != nil, isFirst || page.littleEndian(at: 14, count: 4) != serial {
        throw SoundStructure.Fault.otherFormat("Ogg of several streams")
      }
      if structure == nil {
        serial = page.littleEndian(at: 14, count: 4)
        structure = try identification(
          Array(page[(headerSize + table.count)...]), format: format)
        if format == .vorbis, let rate = structure?.sampleRate { clock = rate }
      }
      guard page.littleEndian(at: 18, count: 4) == number else {
        throw fault("page \(number) is missing")
      }
      // All ones where no packet ends.
      if page[13] < 0x80 { reached = page.littleEndian(at: 6, count: 8) }
      place += size
      number += 1
      if flags & 4 != 0, let structure {
        guard try !source.bytes(at: place, count: 4).elementsEqual("OggS".utf8) else {
          throw SoundStructure.Fault.otherFormat("Ogg of several streams")
        }
        return structure
      }
    }
  }

  /// What the first packet says; the number of frames is for the decoder to find.
  private static func identification(
    _ packet: [UInt8], format: SoundFormat
  ) throws(SoundStructure.Fault) -> SoundStructure {
    guard packet.count >= (format == .opus ? 19 : 30) else {
      throw .broken("its first packet is cut")
    }
    // Opus decodes at 48 kHz or a part of it, which the library chooses.
    let channels = Int(packet[format == .opus ? 9 : 11])
    guard channels > 0 else { throw .broken("it has no channels") }
    return SoundStructure(
      channels: channels,
      sampleRate: format == .opus ? nil : packet.littleEndian(at: 12, count: 4), frames: nil)
  }
}

/// The CRC of Ogg's pages: 32 bits, polynomial 04C11DB7, most significant bit first, from zero.
enum OggChecksum {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte) << 24) { value, _ in
      value << 1 ^ (value & 0x8000_0000 == 0 ? 0 : 0x04C1_1DB7)
    }
  }

  /// Of a page whose own checksum, the bytes 22 to 25, counts as zero.
  static func value(of page: [UInt8]) -> UInt32 {
    var value: UInt32 = 0
    for (index, byte) in page.enumerated() {
      let byte = (22..<26).contains(index) ? 0 : byte
      value = value << 8 ^ table[Int(UInt8(truncatingIfNeeded: value >> 24) ^ byte)]
    }
    return value
  }

  static func isRight(_ page: [UInt8]) -> Bool {
    Int(value(of: page)) == page.littleEndian(at: 22, count: 4)
  }
}
