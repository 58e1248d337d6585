/// The chunks of a WAV file up to its samples.
enum WaveStructure {
  private struct Format {
    let channels: Int
    let sampleRate: Int
    let frameSize: Int
    /// As they stand in the chunk.
    let bytes: [UInt8]
  }

  static func read(_ source: SoundSource) throws -> SoundStructure {
    let isLong = try source.bytes(at: 0, count: 4).elementsEqual("RF64".utf8)
    var format: Format?
    var longSize: Int?
    // After "RIFF", the size and "WAVE".
    var place = 12
    for _ in 0..<SoundStructure.chunkLimit {
      let head = try source.bytes(at: place, count: 8)
      guard head.count == 8 else {
        let missing = format == nil ? "says how it is encoded" : "holds samples"
        throw SoundStructure.Fault.broken("it has no chunk that \(missing)")
      }
      let size = head.littleEndian(at: 4, count: 4)
      place += 8
      if head.starts(with: "data".utf8) {
        guard let format else {
          throw SoundStructure.Fault.broken("its samples come before it says how they are encoded")
        }
        let declared = isLong && size == 0xFFFF_FFFF ? longSize ?? size : size
        let isUnknown = try isUnknown(declared, at: place, source)
        var structure = try SoundStructure(
          channels: format.channels, sampleRate: format.sampleRate, frameSize: format.frameSize,
          declared: isUnknown ? nil : declared, available: source.size - place)
        if isUnknown { structure.view = view(of: format, samples: place..<source.size) }
        return structure
      } else if head.starts(with: "fmt ".utf8) {
        format = try read(format: try source.bytes(at: place, count: min(size, 40)))
      } else if isLong && head.starts(with: "ds64".utf8) {
        let sizes = try source.bytes(at: place, count: min(size, 16))
        // More than 2^63 bytes are in no file.
        guard sizes.count == 16, sizes[15] < 0x80 else {
          throw SoundStructure.Fault.broken("its table of sizes is wrong")
        }
        longSize = sizes.littleEndian(at: 8, count: 8)
      }
      place += size + size % 2
    }
    throw SoundStructure.Fault.broken("it has more than \(SoundStructure.chunkLimit) chunks")
  }

  /// Whether a size of samples stands for one that was not known.
  private static func isUnknown(_ size: Int, at place: Int, _ source: SoundSource) throws -> Bool {
    if size > source.size - place { return SoundStructure.isUnknown(size) }
    // A writer that was stopped leaves zero in both places; a file of no samples has a size of its own
    // that is right, give or take a byte that fills up.
    let whole = try source.bytes(at: 4, count: 4).littleEndian(at: 0, count: 4) + 8
    return size == 0 && source.size > place && abs(whole - source.size) > 1
  }

  /// The same samples with a size. libsndfile reads nothing where a writer left zero.
  private static func view(of format: Format, samples: Range<Int>) -> SoundView? {
    // "WAVE" and the heads of two chunks stand before the samples, beside the format.
    let before = 4 + 8 + format.bytes.count + 8
    // A file of 4 GiB and more is left to the library, which knows what all ones mean.
    guard samples.count + before <= 0xFFFF_FFFF else { return nil }
    let head =
      Array("RIFF".utf8) + littleEndian(before + samples.count) + Array("WAVEfmt ".utf8)
      + littleEndian(format.bytes.count) + format.bytes + Array("data".utf8)
      + littleEndian(samples.count)
    return SoundView(head: head, range: samples)
  }

  private static func littleEndian(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private static func read(format: [UInt8]) throws(SoundStructure.Fault) -> Format {
    guard format.count >= 16 else { throw .broken("it ends before it says how it is encoded") }
    var encoding = format.littleEndian(at: 0, count: 2)
    // Extensible: the encoding begins a longer identifier.
    if encoding == 0xFFFE {
      guard format.count == 40 else { throw .broken("its description of the samples is cut") }
      encoding = format.littleEndian(at: 24, count: 2)
    }
    let channels = format.littleEndian(at: 2, count: 2)
    let block = format.littleEndian(at: 12, count: 2)
    let bits = format.littleEndian(at: 14, count: 2)
    let isRight =
      switch encoding {
      case 1: (1...32).contains(bits)
      case 3: bits == 32 || bits == 64
      case 6, 7: bits == 8
      default: throw .otherFormat("WAV with \(name(of: encoding)) samples")
      }
    guard isRight else { throw .broken("its samples have \(bits) bits") }
    guard channels > 0 else { throw .broken("it has no channels") }
    guard block == channels * ((bits + 7) / 8) else {
      throw .broken("\(channels) channels of \(bits) bits do not fit into frames of \(block) bytes")
    }
    return Format(
      channels: channels, sampleRate: format.littleEndian(at: 4, count: 4), frameSize: block,
      bytes: format)
  }

  /// Numbers of RFC 2361.
  private static func name(of encoding: Int) -> String {
    switch encoding {
    case 0x02: "MS ADPCM"
    case 0x11: "IMA ADPCM"
    case 0x31: "GSM 6.10"
    case 0x40: "G.721 ADPCM"
    case 0x55: "MP3"
    default: "an encoding of number \(encoding) in its"
    }
  }
}
