import CSndFile
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitSound

extension SoundFormat {
  /// Those that are read without being asked for.
  static let known = allCases.filter { $0 != .other }
}

/// A folder of a test's own for files of sound, removed with what was put into it.
final class SoundFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a file and gives its path. The name says nothing of the format.
  func file(_ bytes: [UInt8], _ name: String = "clip") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  func clip(_ bytes: [UInt8], limits: SoundLimits = SoundLimits()) throws -> SoundClip {
    try SoundFile.read(path: try file(bytes), limits: limits)
  }

  /// The error that comes of reading the bytes; a test fails when there is none.
  func fault(_ bytes: [UInt8], limits: SoundLimits = SoundLimits()) throws -> SoundFileError? {
    let path = try file(bytes)
    return #expect(throws: SoundFileError.self) {
      try SoundFile.read(path: path, limits: limits)
    }
  }

  /// What a broken file is said to be; nil for any other error, and for none.
  func reason(_ bytes: [UInt8]) throws -> String? {
    guard case .broken(_, _, let reason) = try fault(bytes) else { return nil }
    return reason
  }

  /// A file that libsndfile's own writers make of the samples [frame, channel].
  func encoded(
    _ format: SoundFormat, _ samples: [Float], channels: Int = 1, sampleRate: Int = 8000
  ) throws -> [UInt8] {
    let kind =
      switch format {
      case .wave: SF_FORMAT_WAV | SF_FORMAT_PCM_16
      case .aiff: SF_FORMAT_AIFF | SF_FORMAT_PCM_16
      case .sunAudio: SF_FORMAT_AU | SF_FORMAT_PCM_16
      case .flac: SF_FORMAT_FLAC | SF_FORMAT_PCM_16
      case .vorbis: SF_FORMAT_OGG | SF_FORMAT_VORBIS
      case .opus: SF_FORMAT_OGG | SF_FORMAT_OPUS
      case .mp3: SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III
      case .other: SF_FORMAT_CAF | SF_FORMAT_PCM_16
      }
    var info = SF_INFO()
    info.samplerate = CInt(sampleRate)
    info.channels = CInt(channels)
    info.format = CInt(kind)
    let path = path("encoded")
    let file = try #require(sf_open(path, CInt(SFM_WRITE), &info))
    let count = sf_count_t(samples.count / channels)
    #expect(sf_writef_float(file, samples, count) == count)
    #expect(sf_close(file) == 0)
    return try BoundedFile.read(path: path, limit: 1 << 24)
  }
}

/// Two tones and a slow beat, within ±0.8: nothing that two frames or channels have in common.
func soundFixture(frames: Int, channels: Int = 1) -> [Float] {
  (0..<frames * channels).map { index in
    let (time, channel) = (Double(index / channels), Double(index % channels + 1))
    return Float(0.5 * sin(time * 0.21 * channel) + 0.3 * cos(time * 0.013 + channel))
  }
}

extension FixedWidthInteger {
  /// All bytes, the lowest first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self($0 * 8)) }
  }

  /// All bytes, the highest first.
  var bigEndianBytes: [UInt8] { littleEndianBytes.reversed() }
}

/// A WAV file, right unless told otherwise.
struct WaveFixture {
  var encoding: UInt16 = 1
  var bits: UInt16 = 16
  var channels: UInt16 = 1
  var sampleRate: UInt32 = 8000
  /// Of a frame, in bytes; nil for what is right.
  var frameSize: UInt16?
  /// nil for the size of the data.
  var dataSize: UInt32?
  /// nil for the size of the file.
  var fileSize: UInt32?
  var data: [UInt8] = []
  /// Chunks as they stand before and after the samples.
  var before: [UInt8] = []
  var after: [UInt8] = []

  var bytes: [UInt8] {
    let frame = frameSize ?? channels &* ((bits + 7) / 8)
    var format = encoding.littleEndianBytes + channels.littleEndianBytes
    format += sampleRate.littleEndianBytes
    format += (sampleRate &* UInt32(frame)).littleEndianBytes
    format += frame.littleEndianBytes + bits.littleEndianBytes
    let content =
      Self.chunk("fmt ", format) + before + Array("data".utf8)
      + (dataSize ?? UInt32(data.count)).littleEndianBytes + data + after
    return Array("RIFF".utf8) + (fileSize ?? UInt32(content.count + 4)).littleEndianBytes
      + Array("WAVE".utf8) + content
  }

  static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    Array(name.utf8) + UInt32(content.count).littleEndianBytes + content
      + (content.count % 2 == 0 ? [] : [0])
  }
}

/// An AIFF file, or AIFF-C when it has a compression, right unless told otherwise.
struct AIFFFixture {
  var compression: String?
  var bits: UInt16 = 16
  var channels: UInt16 = 1
  /// 8000 Hz, as an 80-bit number.
  var sampleRate: [UInt8] = [0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0]
  var frames: UInt32
  var data: [UInt8]
  var soundSize: UInt32?
  var isSoundFirst = false

  var bytes: [UInt8] {
    var common = channels.bigEndianBytes + frames.bigEndianBytes + bits.bigEndianBytes + sampleRate
    if let compression { common += Array(compression.utf8) + [0, 0] }
    let description = Array("COMM".utf8) + UInt32(common.count).bigEndianBytes + common
    let sound =
      Array("SSND".utf8) + (soundSize ?? UInt32(data.count + 8)).bigEndianBytes
      + [UInt8](repeating: 0, count: 8) + data + (data.count % 2 == 0 ? [] : [0])
    let content = isSoundFirst ? sound + description : description + sound
    return Array("FORM".utf8) + UInt32(content.count + 4).bigEndianBytes
      + Array((compression == nil ? "AIFF" : "AIFC").utf8) + content
  }
}

/// An AU file, right unless told otherwise.
struct SunAudioFixture {
  var encoding: UInt32 = 3
  var channels: UInt32 = 1
  var sampleRate: UInt32 = 8000
  var start: UInt32 = 28
  var dataSize: UInt32?
  var data: [UInt8]

  var bytes: [UInt8] {
    Array(".snd".utf8) + start.bigEndianBytes + (dataSize ?? UInt32(data.count)).bigEndianBytes
      + encoding.bigEndianBytes + sampleRate.bigEndianBytes + channels.bigEndianBytes
      + [0, 0, 0, 0] + data
  }
}
