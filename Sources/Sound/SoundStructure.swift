import ConvKitFiles

/// What a file of sound says of itself, read without the decoder and checked against the file.
///
/// libsndfile shortens a WAV, AIFF or AU file that ends early without a word, and takes pages out of
/// Ogg and frames out of MP3 that are damaged; what is incomplete is found here.
struct SoundStructure: Equatable {
  /// nil where the decoder decides.
  var channels: Int?
  /// In Hz; nil where the decoder decides.
  var sampleRate: Int?
  /// nil where the file does not say, or only the decoder can tell.
  var frames: Int?
  /// What the decoder has to be shown in place of the file, where it would come to another answer.
  var view: SoundView?

  /// What is wrong with a file.
  enum Fault: Error, Equatable {
    /// As a part of a sentence.
    case broken(String)
    /// What it is instead.
    case otherFormat(String)
  }

  /// - Parameter start: where the content begins.
  /// - Throws: `Fault`, `FileError`.
  init(of source: SoundSource, format: SoundFormat, start: Int) throws {
    self =
      switch format {
      case .wave: try WaveStructure.read(source)
      case .aiff: try AIFFStructure.read(source)
      case .sunAudio: try SunAudioStructure.read(source)
      case .flac: try FLACStructure.read(source, from: start)
      case .vorbis, .opus: try OggStructure.read(source, format: format)
      case .mp3: try MPEGStructure.read(source, from: start)
      case .other: SoundStructure(channels: nil, sampleRate: nil, frames: nil)
      }
  }

  init(channels: Int?, sampleRate: Int?, frames: Int?, view: SoundView? = nil) {
    self.channels = channels
    self.sampleRate = sampleRate
    self.frames = frames
    self.view = view
  }

  /// Of samples that all take the same room.
  ///
  /// - Parameters:
  ///   - declared: in bytes; nil where the writer did not know.
  ///   - available: in bytes, to the end of the file.
  init(
    channels: Int, sampleRate: Int, frameSize: Int, declared: Int?, available: Int
  ) throws(Fault) {
    let size = declared ?? available
    guard size <= available else {
      let frames = available / frameSize
      throw .broken(
        "its header says it has \(size / frameSize) frames, and it ends after \(frames)"
          + Self.time(frames, sampleRate))
    }
    self.init(channels: channels, sampleRate: sampleRate, frames: size / frameSize)
  }

  /// The end of a sentence that says when a frame comes.
  static func time(_ frame: Int, _ sampleRate: Int) -> String {
    sampleRate > 0 ? ", at \(SoundFileError.text(Double(frame) / Double(sampleRate))) s" : ""
  }

  /// A size in bytes that stands for one that the writer did not know, when the file is shorter: all
  /// ones, or close under 2^31, where programs that write to a pipe put it.
  static func isUnknown(_ size: Int) -> Bool { size >= 0x7F00_0000 }

  /// The most chunks or tags that are passed in search of another; real files have tens.
  static let chunkLimit = 10_000
}

extension SoundSource {
  /// Where the first byte lies that is not zero: at the end if there is none.
  func firstNonzero(from start: Int) throws(FileError) -> Int {
    var place = start
    while true {
      let bytes = try bytes(at: place, count: 4096)
      if let index = bytes.firstIndex(where: { $0 != 0 }) { return place + index }
      guard !bytes.isEmpty else { return max(start, size) }
      place += bytes.count
    }
  }
}

extension [UInt8] {
  /// The number that the bytes from `index` on say; there are as many.
  func bigEndian(at index: Int, count: Int) -> Int {
    self[index..<index + count].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The number that the bytes from `index` on say; there are as many.
  func littleEndian(at index: Int, count: Int) -> Int {
    self[index..<index + count].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
