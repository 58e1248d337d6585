import ConvKitFiles

/// The formats that sound is read from.
public enum SoundFormat: String, Sendable, CaseIterable {
  /// RIFF or RF64, with samples of PCM (8 to 32 bits), floating point, A-law or µ-law.
  case wave = "WAV"
  /// AIFF and AIFF-C, with the same samples.
  case aiff = "AIFF"
  /// Of Sun and NeXT, with the same samples.
  case sunAudio = "AU"
  case flac = "FLAC"
  case vorbis = "Ogg Vorbis"
  case opus = "Opus"
  /// MPEG audio of version 1, 2 or 2.5, layer III and the older layers.
  case mp3 = "MP3"
  /// Another container that libsndfile knows, such as CAF or W64; see
  /// `SoundLimits.acceptsOtherContainers`.
  case other = "another format of sound"
}

extension SoundFormat {
  /// The format that the first bytes of a source say, and where its content begins: after the ID3 tags
  /// that may stand before MP3 and FLAC.
  ///
  /// - Throws: `SoundFileError` for what is not read, `FileError`.
  static func recognise(
    _ source: SoundSource, _ limits: SoundLimits
  ) throws -> (format: SoundFormat, start: Int) {
    do {
      return try recognise(source)
    } catch SoundFileError.otherFormat where limits.acceptsOtherContainers {
      return (.other, 0)
    }
  }

  private static func recognise(
    _ source: SoundSource
  ) throws -> (format: SoundFormat, start: Int) {
    let head = try source.bytes(at: 0, count: FileContent.sniffed)
    switch FileContent(start: head) {
    case .wave: return (.wave, 0)
    case .aiff: return (.aiff, 0)
    case .sunAudio: return (.sunAudio, 0)
    case .flac: return (.flac, 0)
    case .ogg: return (try insideOgg(head, name: source.path), 0)
    case .mpegAudio:
      let start = try ID3Tag.end(in: source)
      let isFLAC = try source.bytes(at: start, count: 4).elementsEqual("fLaC".utf8)
      return (isFLAC ? .flac : .mp3, start)
    default:
      guard let other = otherContainer(head) else {
        throw SoundFileError.notSound(name: source.path, start: Array(head.prefix(8)))
      }
      throw SoundFileError.otherFormat(name: source.path, format: other)
    }
  }

  /// By the first packet, which begins after the table of the first page.
  private static func insideOgg(_ head: [UInt8], name: String) throws -> SoundFormat {
    let table = head.count > 26 ? Int(head[26]) : 0
    let packet = head.dropFirst(27 + table)
    if packet.starts(with: "\u{1}vorbis".utf8) { return .vorbis }
    if packet.starts(with: "OpusHead".utf8) { return .opus }
    let others: [(start: [UInt8], name: String)] = [
      (Array("\u{7F}FLAC".utf8), "FLAC"), (Array("Speex   ".utf8), "Speex"),
      ([0x80] + Array("theora".utf8), "Theora"), (Array("fishead\0".utf8), "Skeleton"),
    ]
    let other = others.first { packet.starts(with: $0.start) }?.name ?? "an unknown content"
    throw SoundFileError.otherFormat(name: name, format: "Ogg with \(other)")
  }

  /// Containers of sound that libsndfile or others read, and that are refused by name.
  private static func otherContainer(_ head: [UInt8]) -> String? {
    let magics: [(offset: Int, start: String, name: String)] = [
      (0, "RIFX", "big-endian WAV (RIFX)"), (0, "riff\u{2E}", "Sony Wave64"), (0, "caff", "CAF"),
      (0, "dns.", "little-endian AU"), (0, "Creative Voice File", "VOC"),
      (0, "NIST_1A", "NIST SPHERE"), (8, "8SVX", "8SVX"), (0, "MAC ", "Monkey's Audio"),
      (0, "wvpk", "WavPack"), (0, "TTA1", "TTA"), (0, "MPCK", "Musepack"), (0, "MP+", "Musepack"),
      (0, "#!AMR", "AMR"), (4, "ftyp", "MP4"), (0, "ADIF", "AAC"), (0, "BW64", "BW64"),
      (0, "MThd", "MIDI"), (0, "DSD ", "DSD"),
    ]
    if let magic = magics.first(where: {
      head.dropFirst($0.offset).starts(with: $0.start.utf8)
    }) {
      return magic.name
    }
    // An ADTS header, which MPEG audio forbids by its layer of zero.
    return head.count > 6 && head[0] == 0xFF && head[1] & 0xF6 == 0xF0 ? "AAC" : nil
  }
}

/// The tags that stand before some files of MP3 and FLAC.
enum ID3Tag {
  /// The most that a tag may say it has: 2^28 bytes, which its four times seven bits can say.
  private static let headerSize = 10

  /// Where the content begins: zero without a tag. Several tags are passed, and zeros after them.
  static func end(in source: SoundSource) throws(FileError) -> Int {
    var place = 0
    while true {
      let header = try source.bytes(at: place, count: headerSize)
      guard header.count == headerSize, header.starts(with: "ID3".utf8) else { break }
      let size = header[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
      let hasFooter = header[3] == 4 && header[5] & 0x10 != 0
      place += headerSize + size + (hasFooter ? headerSize : 0)
    }
    return place == 0 ? 0 : try source.firstNonzero(from: place)
  }
}
