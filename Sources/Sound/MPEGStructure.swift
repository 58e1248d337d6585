import ConvKitFiles

/// The frames of a file of MPEG audio, all of them, and the count that its first may hold.
///
/// mpg123 looks for the next frame where one is damaged, and complains on the program's own stderr.
enum MPEGStructure {
  static func read(_ source: SoundSource, from start: Int) throws -> SoundStructure {
    let head = try source.bytes(at: start, count: 200)
    guard let first = MPEGFrame(head) else {
      throw SoundStructure.Fault.broken("no frame begins at byte \(start)")
    }
    let info = MPEGInfo(firstFrame: head, first)
    var frames = 0
    var place = start
    func fault(_ what: String) -> SoundStructure.Fault {
      .broken(what + SoundStructure.time(frames * first.frames, first.sampleRate))
    }
    while true {
      let header = try source.bytes(at: place, count: 4)
      guard let frame = MPEGFrame(header) else {
        // The frame that holds the count is none of those that are counted.
        if let count = info?.frames, frames - 1 < count {
          throw fault("it says it has \(count) frames, and it ends after \(frames - 1)")
        }
        guard try endsWell(source, at: place) else {
          throw fault("no frame begins at byte \(place)")
        }
        break
      }
      guard frame.isAlike(first) else {
        throw fault("its rate, its channels or its layer change")
      }
      guard frame.size <= source.size - place else { throw fault("it ends within a frame") }
      place += frame.size
      frames += 1
    }
    // With the right count the decoder knows how many samples were added, and takes them away. Without
    // one it guesses by the size of the file and the first frame, and stops there; so it is told of a
    // size that no guess falls short with, and comes to the real end.
    let counted = info == nil ? frames : frames - 1
    if info?.frames == counted {
      return SoundStructure(
        channels: first.channels, sampleRate: first.sampleRate, frames: nil,
        view: SoundView(range: start..<place))
    }
    let range = (info == nil ? start : start + first.size)..<place
    return SoundStructure(
      channels: first.channels, sampleRate: first.sampleRate, frames: counted * first.frames,
      view: SoundView(range: range, size: range.count * largestRatio))
  }

  /// Of the sizes of two frames: 8 to 320 kbit/s, and a byte of padding.
  private static let largestRatio = 41

  /// What may stand after the last frame: nothing, or a tag, or zeros.
  private static func endsWell(_ source: SoundSource, at place: Int) throws(FileError) -> Bool {
    let start = try source.firstNonzero(from: place)
    let rest = try source.bytes(at: start, count: 11)
    return rest.isEmpty
      || ["TAG", "ID3", "APETAGEX", "LYRICSBEGIN"].contains {
        rest.starts(with: $0.utf8)
      }
  }
}

/// The header of a frame of MPEG audio (ISO/IEC 11172-3 and 13818-3, and version 2.5).
struct MPEGFrame: Equatable {
  /// Half the rates and, in layer III, half the samples of version 1.
  let isLowRate: Bool
  let layer: Int
  let sampleRate: Int
  let channels: Int
  /// In bytes, with the header.
  let size: Int

  /// Kilobits a second, of version 1 by layer, then of the lower rates by layer.
  private static let bitRates: [[Int]] = [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ]

  /// nil when the bytes begin with no header, or with one of a free bit rate.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 else { return nil }
    let version = bytes[1] >> 3 & 3
    let layer = 4 - Int(bytes[1] >> 1 & 3)
    let bitRate = Int(bytes[2] >> 4)
    let rate = Int(bytes[2] >> 2 & 3)
    guard version != 1, layer != 4, (1...14).contains(bitRate), rate != 3 else { return nil }
    self.layer = layer
    isLowRate = version != 3
    sampleRate = [44_100, 48_000, 32_000][rate] / (version == 3 ? 1 : version == 2 ? 2 : 4)
    channels = bytes[3] >> 6 == 3 ? 1 : 2
    let bits = Self.bitRates[layer - 1 + (isLowRate ? 3 : 0)][bitRate - 1] * 1000
    let padding = Int(bytes[2] >> 1 & 1)
    size =
      switch layer {
      case 1: (12 * bits / sampleRate + padding) * 4
      case 3 where isLowRate: 72 * bits / sampleRate + padding
      default: 144 * bits / sampleRate + padding
      }
  }

  /// How many frames of sound, in the sense of all other formats, it holds.
  var frames: Int { layer == 1 ? 384 : layer == 3 && isLowRate ? 576 : 1152 }

  /// Whether both can stand in one stream.
  func isAlike(_ other: MPEGFrame) -> Bool {
    isLowRate == other.isLowRate && layer == other.layer && sampleRate == other.sampleRate
      && channels == other.channels
  }
}

/// What the Xing or Info frame before the others says.
struct MPEGInfo {
  /// How many frames follow; nil where it does not say.
  let frames: Int?

  /// nil when the first frame is one of sound.
  init?(firstFrame bytes: [UInt8], _ frame: MPEGFrame) {
    guard frame.layer == 3 else { return nil }
    let start = Self.start(frame)
    guard bytes.count >= start + 12, frame.size >= start + 12 else { return nil }
    let tag = bytes[start..<start + 4]
    guard tag.elementsEqual("Xing".utf8) || tag.elementsEqual("Info".utf8) else { return nil }
    frames = bytes[start + 7] & 1 == 0 ? nil : bytes.bigEndian(at: start + 8, count: 4)
  }

  /// Where the tag lies: after the header and the side information.
  private static func start(_ frame: MPEGFrame) -> Int {
    4 + (frame.isLowRate ? (frame.channels == 1 ? 9 : 17) : (frame.channels == 1 ? 17 : 32))
  }
}
