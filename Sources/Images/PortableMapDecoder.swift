import ConvKitDrawing

/// The way from the bytes of a portable bitmap, graymap or pixmap (P1 to P6) to a picture.
///
/// Written after the format descriptions of Netpbm. A file holds one picture: more after it is an
/// error, for then its header does not say what the file is.
enum PortableMapDecoder {
  struct Header: Equatable {
    /// The digit after the P: 1 to 3 are plain text, 4 to 6 binary.
    var kind: UInt8
    var width: Int
    var height: Int
    /// The sample that means full brightness; of a bitmap 1.
    var largest: Int
    /// Where the samples begin.
    var start: Int

    var isPlain: Bool { kind <= 3 }
    var isBitmap: Bool { kind == 1 || kind == 4 }
    var channels: Int { kind == 3 || kind == 6 ? 3 : 1 }
  }

  /// The header; its size is not above the limit.
  static func header(of bytes: [UInt8], name: String, pixelLimit: Int) throws -> Header {
    var reader = Reader(bytes: bytes, position: 2)
    let kind = bytes[1] - UInt8(ascii: "0")
    let header: Header
    do throws(Reader.Fault) {
      let (width, height) = (try reader.number("width"), try reader.number("height"))
      let largest = kind == 1 || kind == 4 ? 1 : try reader.number("largest value")
      guard 1...65535 ~= largest else {
        throw Reader.Fault(reason: "its largest value is \(largest), not 1 to 65535")
      }
      if kind > 3 { try reader.skipOneSpace() }
      header = Header(
        kind: kind, width: width, height: height, largest: largest, start: reader.position)
    } catch {
      throw PictureFileError.broken(name: name, format: .portableMap, reason: error.reason)
    }
    try PictureFile.check(
      width: header.width, height: header.height, name: name, format: .portableMap,
      pixelLimit: pixelLimit)
    return header
  }

  static func picture(from bytes: [UInt8], name: String, pixelLimit: Int) throws -> Picture {
    let header = try header(of: bytes, name: name, pixelLimit: pixelLimit)
    do throws(Reader.Fault) {
      let count = try sampleCount(of: header, in: bytes)
      // Rounded to the nearest, as the PNG reader does.
      let levels = (0...header.largest).map {
        UInt8((2 * $0 * 255 + header.largest) / (2 * header.largest))
      }
      var reader = Reader(bytes: bytes, position: header.start)
      var pixels: [SIMD4<UInt8>] = []
      pixels.reserveCapacity(header.width * header.height)
      if header.kind == 4 {
        reader.appendPackedBits(of: header, to: &pixels)
      } else {
        var samples = SIMD4<UInt8>(repeating: 255)
        for place in 0..<count {
          let sample = try reader.sample(of: header)
          guard sample <= header.largest else {
            throw Reader.Fault(
              reason: "a value of \(sample) is above its largest, \(header.largest)")
          }
          // A bitmap's 1 is ink.
          let level = levels[header.isBitmap ? 1 - sample : sample]
          guard header.channels == 3 else {
            pixels.append(.grey(level))
            continue
          }
          samples[place % 3] = level
          if place % 3 == 2 { pixels.append(samples) }
        }
      }
      try reader.checkEnd(isPlain: header.isPlain)
      return Picture(width: header.width, height: header.height, pixels: pixels)
    } catch {
      throw PictureFileError.broken(name: name, format: .portableMap, reason: error.reason)
    }
  }

  /// How many samples there are, after checking that the file can hold them.
  private static func sampleCount(of header: Header, in bytes: [UInt8]) throws(Reader.Fault) -> Int
  {
    // No product overflows: a limit of 2³¹ pixels has been checked, a pixel takes at most 6 bytes.
    let count = header.width * header.height * header.channels
    let needed =
      switch header.kind {
      case 1: count
      // A digit, and white space before the next.
      case 2, 3: 2 * count - 1
      case 4: (header.width + 7) / 8 * header.height
      default: header.largest > 255 ? 2 * count : count
      }
    guard needed <= bytes.count - header.start else {
      throw Reader.Fault(
        reason: "\(bytes.count - header.start) bytes after the header cannot hold its "
          + "\(header.width)×\(header.height) pixels")
    }
    return count
  }
}

/// A place in a portable map that moves on.
private struct Reader {
  struct Fault: Error {
    var reason: String
  }

  let bytes: [UInt8]
  var position: Int

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || 0x09...0x0D ~= byte
  }

  private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

  /// Moves to the next thing that is neither white space nor a comment, which is all from # to the end
  /// of its line.
  private mutating func skipSpace() {
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "#") {
        while position < bytes.count && bytes[position] != 0x0A && bytes[position] != 0x0D {
          position += 1
        }
      } else if Self.isSpace(bytes[position]) {
        position += 1
      } else {
        return
      }
    }
  }

  /// A decimal number that ends at white space, a comment or the end.
  mutating func number(_ what: String) throws(Fault) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, Self.isDigit(bytes[position]) {
      // Ten digits are more than any size or sample has, and cannot overflow.
      guard position - start < 10 else {
        throw Fault(reason: "its \(what) has more than ten digits")
      }
      value = value * 10 + Int(bytes[position] - 0x30)
      position += 1
    }
    guard position > start else {
      throw Fault(
        reason: position < bytes.count
          ? "something else stands where its \(what) should be" : "it ends before its \(what)")
    }
    guard position == bytes.count || Self.isSpace(bytes[position]) || bytes[position] == 0x23 else {
      throw Fault(reason: "its \(what) is not a whole number")
    }
    return value
  }

  mutating func skipOneSpace() throws(Fault) {
    guard position < bytes.count, Self.isSpace(bytes[position]) else {
      throw Fault(reason: "no white space ends its header")
    }
    position += 1
  }

  /// The next sample of any kind but packed bits. A binary one is there: the length has been checked.
  mutating func sample(of header: PortableMapDecoder.Header) throws(Fault) -> Int {
    switch header.kind {
    case 1:
      skipSpace()
      guard position < bytes.count, bytes[position] == 0x30 || bytes[position] == 0x31 else {
        throw Fault(reason: "a pixel is not 0 or 1")
      }
      position += 1
      return Int(bytes[position - 1] - 0x30)
    case 2, 3: return try number("next value")
    case _ where header.largest > 255:
      position += 2
      return Int(bytes[position - 2]) << 8 | Int(bytes[position - 1])
    default:
      position += 1
      return Int(bytes[position - 1])
    }
  }

  /// Rows of eight pixels a byte, the first in the highest bit; a row begins with a byte.
  mutating func appendPackedBits(
    of header: PortableMapDecoder.Header, to pixels: inout [SIMD4<UInt8>]
  ) {
    let rowBytes = (header.width + 7) / 8
    for row in 0..<header.height {
      for column in 0..<header.width {
        let byte = bytes[position + row * rowBytes + column / 8]
        pixels.append(byte >> (7 - column % 8) & 1 == 1 ? .black : .white)
      }
    }
    position += rowBytes * header.height
  }

  /// Only white space may follow; in plain text also comments.
  mutating func checkEnd(isPlain: Bool) throws(Fault) {
    if isPlain { skipSpace() }
    guard bytes[position...].allSatisfy(Self.isSpace) else {
      throw Fault(reason: "it goes on after its pixels")
    }
  }
}
