/// A cyclic redundancy check of up to 32 bits, most significant bit first, from zero.
struct CyclicChecksum {
  private let table: [UInt32]
  private let bits: UInt32

  init(bits: UInt32, polynomial: UInt32) {
    self.bits = bits
    table = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte) << 24) { value, _ in
        value << 1 ^ (value >> 31 == 0 ? 0 : polynomial << (32 - bits))
      }
    }
  }

  func value(of bytes: some Sequence<UInt8>) -> Int {
    let value = bytes.reduce(UInt32(0)) { value, byte in
      value << 8 ^ table[Int(UInt8(value >> 24) ^ byte)]
    }
    return Int(value >> (32 - bits))
  }
}

/// The pages of an Ogg file (RFC 3533), wherever they lie.
enum OggPages {
  private static let signature = Array("OggS".utf8)
  private static let checksum = CyclicChecksum(bits: 32, polynomial: 0x04C1_1DB7)
  private static let serial = 14..<18
  private static let number = 18..<22
  private static let checksumPlace = 22..<26

  /// With the signature at the start, and every page with its number and its checksum.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    var file = signature + file.dropFirst(signature.count)
    for (index, page) in pages(of: file).enumerated() {
      write(index, to: &file, page, number)
      write(value(of: file[page]), to: &file, page, checksumPlace)
    }
    return file
  }

  static func areIntact(_ file: [UInt8]) -> Bool {
    file.starts(with: signature)
      && pages(of: file).allSatisfy { page in
        let place = page.lowerBound + checksumPlace.lowerBound
        return file[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
          == value(of: file[page])
      }
  }

  static func withSerial(_ serial: Int, _ file: [UInt8]) -> [UInt8] {
    var file = file
    for page in pages(of: file) { write(serial, to: &file, page, Self.serial) }
    return repaired(file)
  }

  private static func value(of page: ArraySlice<UInt8>) -> Int {
    let place = page.startIndex + checksumPlace.lowerBound
    var page = page
    page.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0])
    return checksum.value(of: page)
  }

  private static func write(
    _ value: Int, to file: inout [UInt8], _ page: Range<Int>, _ field: Range<Int>
  ) {
    for (index, place) in field.enumerated() {
      file[page.lowerBound + place] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
  }

  /// Those that are whole; what lies between them is passed.
  private static func pages(of file: [UInt8]) -> [Range<Int>] {
    var pages: [Range<Int>] = []
    var place = 0
    while place + 27 <= file.count {
      let table = file[(place + 27)...].prefix(Int(file[place + 26]))
      let size = 27 + table.count + table.reduce(0) { $0 + Int($1) }
      if file[place...].starts(with: signature) && size <= file.count - place {
        pages.append(place..<place + size)
        place += size
      } else {
        place += 1
      }
    }
    return pages
  }
}

/// The frames of a FLAC file (RFC 9639, section 9).
enum FLACFrames {
  private static let signature = Array("fLaC".utf8)
  private static let ofHeader = CyclicChecksum(bits: 8, polynomial: 0x07)
  private static let ofFrame = CyclicChecksum(bits: 16, polynomial: 0x8005)

  /// With the signature, and the two checksums of every frame that is found.
  static func repaired(_ file: [UInt8], of seed: [UInt8]) -> [UInt8] {
    var file = signature + file.dropFirst(signature.count)
    for frame in frames(of: file, like: seed) {
      file[frame.header.upperBound] = UInt8(ofHeader.value(of: file[frame.header]))
      let value = ofFrame.value(of: file[frame.whole.dropLast(2)])
      file[frame.whole.upperBound - 2] = UInt8(value >> 8)
      file[frame.whole.upperBound - 1] = UInt8(value & 0xFF)
    }
    return file
  }

  static func areIntact(_ file: [UInt8], of seed: [UInt8]) -> Bool {
    file.starts(with: signature)
      && frames(of: file, like: seed).allSatisfy { frame in
        // With its own checksum behind it, what is checked gives zero.
        ofHeader.value(of: file[frame.header] + [file[frame.header.upperBound]]) == 0
          && ofFrame.value(of: file[frame.whole]) == 0
      }
  }

  /// A frame, and its header without the checksum.
  private typealias Frame = (header: Range<Int>, whole: Range<Int>)

  /// Where a header stands whose checksum is right, or that begins as one of the seed does. The last
  /// frame goes to the end.
  private static func frames(of file: [UInt8], like seed: [UInt8]) -> [Frame] {
    let known = Set(headers(of: seed) { _ in false }.map { Array(seed[$0.prefix(4)]) })
    let found = headers(of: file) { known.contains(Array(file[$0.prefix(4)])) }
    let ends = found.dropFirst().map(\.lowerBound) + [file.count]
    return zip(found, ends).map { ($0, $0.lowerBound..<$1) }.filter {
      $0.whole.upperBound - $0.header.upperBound > 3
    }
  }

  private static func headers(
    of file: [UInt8], or accepts: (Range<Int>) -> Bool
  ) -> [Range<Int>] {
    var headers: [Range<Int>] = []
    // After the block that every file begins with.
    var place = 42
    while place + 6 < file.count {
      if let header = header(in: file, at: place),
        ofHeader.value(of: file[header]) == Int(file[header.upperBound]) || accepts(header)
      {
        headers.append(header)
        place = header.upperBound
      } else {
        place += 1
      }
    }
    return headers
  }

  /// What would be a header there: the numbers of its fields are possible, and a byte follows.
  private static func header(in file: [UInt8], at place: Int) -> Range<Int>? {
    guard file[place] == 0xFF, file[place + 1] & 0xFE == 0xF8 else { return nil }
    let (size, rate) = (file[place + 2] >> 4, file[place + 2] & 15)
    guard size != 0, rate != 15, file[place + 3] >> 4 < 11, file[place + 3] & 1 == 0 else {
      return nil
    }
    // The number of the frame is coded as UTF-8 codes characters, in up to seven bytes.
    let lead = (~file[place + 4]).leadingZeroBitCount
    guard lead != 1, lead != 8 else { return nil }
    var end = place + 4 + max(1, lead)
    end += size == 6 ? 1 : size == 7 ? 2 : 0
    end += rate == 12 ? 1 : rate == 13 || rate == 14 ? 2 : 0
    return end < file.count ? place..<end : nil
  }
}
