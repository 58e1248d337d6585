/// The chunks of an AIFF or AIFF-C file up to its samples and their description.
enum AIFFStructure {
  private struct Common {
    let channels: Int
    let sampleRate: Int
    let frames: Int
    let frameSize: Int
  }

  static func read(_ source: SoundSource) throws -> SoundStructure {
    let isCompressed = try source.bytes(at: 8, count: 4).elementsEqual("AIFC".utf8)
    var common: Common?
    // In bytes, as the chunk says and as the file holds them.
    var sound: (declared: Int, available: Int)?
    var place = 12
    for _ in 0..<SoundStructure.chunkLimit {
      let head = try source.bytes(at: place, count: 8)
      guard head.count == 8 else {
        let missing = common == nil ? "says how it is encoded" : "holds samples"
        throw SoundStructure.Fault.broken("it has no chunk that \(missing)")
      }
      let size = head.bigEndian(at: 4, count: 4)
      place += 8
      if head.starts(with: "COMM".utf8) {
        common = try read(
          common: try source.bytes(at: place, count: min(size, 22)), isCompressed: isCompressed)
      } else if head.starts(with: "SSND".utf8) {
        let start = try source.bytes(at: place, count: min(size, 8))
        guard start.count == 8 else {
          throw SoundStructure.Fault.broken("it ends before its samples")
        }
        let skipped = 8 + start.bigEndian(at: 0, count: 4)
        sound = (max(0, size - skipped), max(0, source.size - place - skipped))
      }
      if let common, let sound {
        return try structure(common, declared: sound.declared, available: sound.available)
      }
      place += size + size % 2
    }
    throw SoundStructure.Fault.broken("it has more than \(SoundStructure.chunkLimit) chunks")
  }

  private static func structure(
    _ common: Common, declared: Int, available: Int
  ) throws(SoundStructure.Fault) -> SoundStructure {
    // Both numbers are of 32 bits and 16 bits at most: the product is far from an overflow.
    let wanted = common.frames * common.frameSize
    let isUnknown = declared > available && SoundStructure.isUnknown(declared)
    guard isUnknown || wanted <= declared else {
      throw .broken(
        "it says it has \(common.frames) frames, and its samples are \(declared / common.frameSize)"
      )
    }
    return try SoundStructure(
      channels: common.channels, sampleRate: common.sampleRate, frameSize: common.frameSize,
      declared: isUnknown ? nil : wanted, available: available)
  }

  private static func read(
    common: [UInt8], isCompressed: Bool
  ) throws(SoundStructure.Fault) -> Common {
    guard common.count >= (isCompressed ? 22 : 18) else {
      throw .broken("it ends before it says how it is encoded")
    }
    let channels = common.bigEndian(at: 0, count: 2)
    let bits = common.bigEndian(at: 6, count: 2)
    let encoding =
      isCompressed ? String(decoding: common[18..<22], as: UTF8.self) : "NONE"
    let size: Int
    switch encoding {
    case "NONE", "twos", "sowt", "raw ", "in24", "in32", "23ni", "42ni":
      guard (1...32).contains(bits) else { throw .broken("its samples have \(bits) bits") }
      size = (bits + 7) / 8
    case "fl32", "FL32": size = 4
    case "fl64", "FL64": size = 8
    case "alaw", "ALAW", "ulaw", "ULAW": size = 1
    default:
      let letters = common[18..<22].map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }
      throw .otherFormat("AIFF-C with “\(String(decoding: letters, as: UTF8.self))” samples")
    }
    guard channels > 0 else { throw .broken("it has no channels") }
    return Common(
      channels: channels, sampleRate: rate(extended: common, at: 8),
      frames: common.bigEndian(at: 2, count: 4), frameSize: channels * size)
  }

  /// The whole part of a number in the 80-bit format of the 68881; one that is no rate of anything
  /// becomes the nearest that an integer can say, or zero.
  private static func rate(extended bytes: [UInt8], at index: Int) -> Int {
    let exponent = bytes.bigEndian(at: index, count: 2)
    let mantissa = bytes[index + 2..<index + 10].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // The sign is the top bit of the exponent; the mantissa has its point after the first bit.
    guard exponent < 0x8000 else { return 0 }
    let value = Double(sign: .plus, exponent: exponent - 16383 - 63, significand: Double(mantissa))
    return Int(exactly: value.rounded(.towardZero)) ?? Int.max
  }
}
