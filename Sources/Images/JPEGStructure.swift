/// What the markers of a JPEG file say, read without decoding anything.
///
/// The size, and how many scans there are, is known before the library allocates; a progressive file of
/// few bytes can otherwise keep it busy for hours, one pass over all pixels for each scan.
struct JPEGStructure: Equatable {
  /// What is wrong with the markers, as a part of a sentence.
  struct Fault: Error, Equatable {
    var reason: String
  }

  /// The most scans that a file may have. libjpeg's own progressive files have 10, and mozjpeg, which
  /// looks for the best, chooses among 64; the library itself stops only at 500.
  static let scanLimit = 100

  /// Of the picture as it is stored, before it is turned upright.
  private(set) var width = 0
  private(set) var height = 0
  /// The number of components, and of blocks of 8×8 values that the smallest of them has.
  private(set) var components = 0
  private(set) var fewestBlocks = 0
  /// Arithmetic coding can say more than one block with a bit; Huffman coding cannot.
  private(set) var isArithmetic = false
  private(set) var orientation = Orientation.upright
  /// Adobe's programs leave a marker, and write the inks of CMYK inverted.
  private(set) var hasAdobeMarker = false

  /// Reads the markers up to the first scan, or to the end of the picture when `isWhole`.
  ///
  /// - Precondition: the bytes begin with a start marker, FF D8.
  init(of bytes: [UInt8], isWhole: Bool) throws(Fault) {
    var position = 2
    var scans = 0
    var hasOrientation = false
    while true {
      // As libjpeg does: what stands between a segment and the next marker is skipped. So are the
      // data of a scan, in which FF is followed by 00.
      while position < bytes.count && bytes[position] != 0xFF { position += 1 }
      while position < bytes.count && bytes[position] == 0xFF { position += 1 }
      guard position < bytes.count else {
        throw Fault(reason: "it ends before the marker of its end")
      }
      let marker = bytes[position]
      position += 1
      switch marker {
      case 0x00, 0x01, 0xD0...0xD7: continue
      case 0xD8: throw Fault(reason: "a second picture begins inside the first")
      case 0xD9:
        guard scans > 0 else { throw Fault(reason: "it ends before its pixels") }
        return
      default: break
      }

      guard position + 2 <= bytes.count else { throw Fault(reason: "it ends within a marker") }
      let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
      guard length >= 2, position + length <= bytes.count else {
        throw Fault(reason: "a segment is longer than the file")
      }
      let content = bytes[position + 2..<position + length]
      position += length
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard components == 0 else { throw Fault(reason: "it has two frames") }
        isArithmetic = marker >= 0xC9
        try readFrame(content)
      case 0xE1 where !hasOrientation && content.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]):
        hasOrientation = true  // "Exif"
        orientation = Orientation(exif: content.dropFirst(6)) ?? .upright
      case 0xEE where content.starts(with: [0x41, 0x64, 0x6F, 0x62, 0x65]) && content.count >= 12:
        hasAdobeMarker = true  // "Adobe"
      case 0xDA:
        guard components > 0 else { throw Fault(reason: "its pixels come before its size") }
        guard isWhole else { return }
        scans += 1
        guard scans <= Self.scanLimit else {
          throw Fault(reason: "it has more than \(Self.scanLimit) scans")
        }
      default: break
      }
    }
  }

  private mutating func readFrame(_ content: ArraySlice<UInt8>) throws(Fault) {
    let content = Array(content)
    guard content.count >= 6, content[5] > 0, content.count == 6 + 3 * Int(content[5]) else {
      throw Fault(reason: "its frame has another length than it needs")
    }
    height = Int(content[1]) << 8 | Int(content[2])
    width = Int(content[3]) << 8 | Int(content[4])
    components = Int(content[5])
    let factors = (0..<components).map { component in
      let byte = Int(content[7 + 3 * component])
      return (across: byte >> 4, down: byte & 15)
    }
    guard factors.allSatisfy({ 1...4 ~= $0.across && 1...4 ~= $0.down }) else {
      throw Fault(reason: "its sampling factors are not 1 to 4")
    }
    let (widest, tallest) = factors.reduce((1, 1)) { (max($0.0, $1.across), max($0.1, $1.down)) }
    fewestBlocks =
      factors.map { factor in
        let (across, down) = (8 * widest, 8 * tallest)
        return (width * factor.across + across - 1) / across
          * ((height * factor.down + down - 1) / down)
      }.min() ?? 0
  }
}
