import ConvKitFiles
import Testing

@testable import ConvKitSound

/// Files that are not what they say.
@Suite struct HostileSoundTests {
  let folder: SoundFolder
  init() throws { folder = try SoundFolder() }

  /// A clip that is cut anywhere is never taken for a shorter one.
  @Test(.timeLimit(.minutes(1)), arguments: SoundFormat.known)
  func cutFilesAreRefused(format: SoundFormat) throws {
    let samples = soundFixture(frames: 8000)
    let bytes = try folder.encoded(format, samples, sampleRate: 16000)
    #expect(try folder.clip(bytes).frames == 8000)
    for count in stride(from: 0, to: bytes.count, by: 64) {
      let fault = try folder.fault(Array(bytes.prefix(count)))
      let isNamed: Bool
      switch fault {
      case .broken(_, format, _): isNamed = true
      case .notSound: isNamed = count < 12
      default: isNamed = false
      }
      #expect(isNamed, "\(format.rawValue) of \(count) bytes: \(String(describing: fault))")
    }
  }

  @Test func aCutFileSaysWhere() throws {
    let wave = WaveFixture(data: [UInt8](repeating: 1, count: 16000)).bytes
    #expect(
      try folder.reason(Array(wave.prefix(44 + 8000)))
        == "its header says it has 8000 frames, and it ends after 4000, at 0.500 s")
    let aiff = AIFFFixture(frames: 8000, data: [UInt8](repeating: 1, count: 8000), soundSize: 16008)
    #expect(
      try folder.reason(aiff.bytes)
        == "its header says it has 8000 frames, and it ends after 4000, at 0.500 s")
    let sun = SunAudioFixture(dataSize: 16000, data: [UInt8](repeating: 1, count: 8000))
    #expect(
      try folder.reason(sun.bytes)
        == "its header says it has 8000 frames, and it ends after 4000, at 0.500 s")
  }

  @Test func headersThatLieAreRefused() throws {
    let name = folder.path("clip")
    let data: [UInt8] = [0, 0, 1, 0]
    #expect(try folder.reason(WaveFixture(channels: 0, data: data).bytes) == "it has no channels")
    #expect(
      try folder.fault(WaveFixture(bits: 8, channels: .max, data: data).bytes)
        == .tooManyChannels(name: name, channels: 65535, limit: 64))
    for rate in [0, 99, 768_001, 4_000_000_000] as [UInt32] {
      let expected = SoundFileError.rateOutOfRange(
        name: name, sampleRate: Int(rate), limits: 100...768_000)
      #expect(try folder.fault(WaveFixture(sampleRate: rate, data: data).bytes) == expected)
      #expect(try folder.fault(SunAudioFixture(sampleRate: rate, data: data).bytes) == expected)
    }
    for rate in [100, 768_000] as [UInt32] {
      #expect(
        try folder.clip(WaveFixture(sampleRate: rate, data: data).bytes).sampleRate == Int(rate))
    }
    #expect(
      try folder.reason(WaveFixture(channels: 2, frameSize: 3, data: data).bytes)
        == "2 channels of 16 bits do not fit into frames of 3 bytes")
    #expect(try folder.reason(WaveFixture(bits: 0, data: data).bytes) == "its samples have 0 bits")
    #expect(try folder.reason(WaveFixture(data: []).bytes) == "it has no samples")
    // A chunk follows, and the file has the size it says: nothing was left open.
    #expect(
      try folder.reason(WaveFixture(data: [], after: WaveFixture.chunk("LIST", data)).bytes)
        == "it has no samples")
    #expect(
      try folder.fault(SunAudioFixture(channels: .max, data: data).bytes)
        == .tooManyChannels(name: name, channels: 0xFFFF_FFFF, limit: 64))
    #expect(
      try folder.reason(SunAudioFixture(start: 20, data: data).bytes)
        == "its samples begin within its header, at byte 20")
    #expect(
      try folder.reason(AIFFFixture(frames: 3, data: data).bytes)
        == "it says it has 3 frames, and its samples are 2")
    for (extended, rate) in [
      ([0x7F, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0], Int.max),
      ([0xC0, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0], 0),
    ] as [([UInt8], Int)] {
      #expect(
        try folder.fault(AIFFFixture(sampleRate: extended, frames: 2, data: data).bytes)
          == .rateOutOfRange(name: name, sampleRate: rate, limits: 100...768_000))
    }
  }

  /// The first of the mutants that ended in a trap: a chunk that ends beyond the file.
  @Test func aChunkMayNotEndBeyondTheFile() throws {
    let wave = WaveFixture(data: [0, 0], before: Array("note".utf8) + [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(try folder.reason(wave.bytes) == "it has no chunk that holds samples")
    let many = WaveFixture(
      data: [0, 0],
      before: Array(repeating: WaveFixture.chunk("note", []), count: 10_000).flatMap { $0 })
    #expect(try folder.reason(many.bytes) == "it has more than 10000 chunks")
  }

  @Test func aSampleThatIsNotFiniteIsRefusedWithItsPlace() throws {
    for (value, isNaN) in [(Float.nan, true), (.infinity, false), (-.infinity, false)] {
      var samples = soundFixture(frames: 4000, channels: 2)
      samples[2 * 2000 + 1] = value
      let data = samples.flatMap(\.bitPattern.littleEndianBytes)
      let fault = try folder.fault(
        WaveFixture(encoding: 3, bits: 32, channels: 2, data: data).bytes)
      #expect(
        fault
          == .notFinite(
            name: folder.path("clip"), isNaN: isNaN, frame: 2000, channel: 1, seconds: 0.25))
      #expect(
        fault?.descriptionWithoutName
          == "it has a sample that is \(isNaN ? "no number (NaN)" : "infinite"), at 0.250 s "
          + "(frame 2000 from zero, channel 2)")
    }
    // Finite as a double, and not as a Float.
    let large = WaveFixture(encoding: 3, bits: 64, data: (1e300).bitPattern.littleEndianBytes)
    #expect(
      try folder.fault(large.bytes)
        == .notFinite(name: folder.path("clip"), isNaN: false, frame: 0, channel: 0, seconds: 0))
  }

  @Test func aLengthThatFLACDoesNotKeepIsRefused() throws {
    var bytes = try folder.encoded(.flac, soundFixture(frames: 6000))
    bytes.replaceSubrange(22...25, with: UInt32(6001).bigEndianBytes)
    #expect(
      try folder.reason(bytes) == "it should have 6001 frames, and it ends early, at 0.750 s")
    bytes.replaceSubrange(22...25, with: UInt32(0x7FFF_FFFF).bigEndianBytes)
    guard case .tooLong = try folder.fault(bytes) else {
      Issue.record("2^31 frames are not too long")
      return
    }
    // Under the limit and far beyond what the file holds: it costs no more memory than the file.
    bytes.replaceSubrange(22...25, with: UInt32(99_000_000).bigEndianBytes)
    #expect(try folder.reason(bytes)?.contains("it ends early") == true)
  }

  @Test func aChangedByteOfAFLACFrameIsFound() throws {
    let bytes = try folder.encoded(.flac, soundFixture(frames: 12_000))
    var changed = bytes
    changed[bytes.count / 2] ^= 0x10
    #expect(try folder.reason(changed)?.contains("libsndfile: ") == true)
  }

  @Test(arguments: [SoundFormat.vorbis, .opus])
  func everyPageOfOggHasToBeThere(format: SoundFormat) throws {
    let bytes = try folder.encoded(
      format, soundFixture(frames: 100_000), sampleRate: 16000)
    let starts = bytes.indices.filter { bytes[$0...].starts(with: "OggS".utf8) }
    try #require(starts.count >= 4)
    let (third, fourth) = (starts[2], starts[3])
    var changed = bytes
    changed[third + 60] ^= 1
    #expect(try folder.reason(changed)?.contains("the checksum of page 2 is wrong") == true)
    let without = Array(bytes[..<third] + bytes[fourth...])
    #expect(try folder.reason(without)?.contains("page 2 is missing") == true)
    let cut = Array(bytes[..<fourth])
    #expect(
      try folder.reason(cut)?.contains("it ends before the page that is marked as its last") == true
    )
    #expect(
      try folder.fault(bytes + bytes)
        == .otherFormat(name: folder.path("clip"), format: "Ogg of several streams"))
  }

  @Test func everyFrameOfMP3HasToBeThere() throws {
    let bytes = try folder.encoded(.mp3, soundFixture(frames: 20_000), sampleRate: 16000)
    var place = 0
    var starts: [Int] = []
    while let frame = MPEGFrame(Array(bytes.dropFirst(place).prefix(4))) {
      starts.append(place)
      place += frame.size
    }
    try #require(place == bytes.count && starts.count > 20)
    let tag = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
    #expect(try folder.clip(bytes + tag) == folder.clip(bytes))
    let without = Array(bytes[..<starts[5]] + bytes[starts[6]...])
    #expect(
      try folder.reason(without)?.contains(
        "it says it has \(starts.count - 1) frames, and it ends after \(starts.count - 2)") == true)
    var changed = bytes
    changed[starts[5]] = 0
    #expect(try folder.reason(changed)?.contains("and it ends after 4, at") == true)
    // Without the frame that counts the others.
    let bare = Array(bytes[starts[1]...])
    #expect(try folder.clip(bare).frames == (starts.count - 1) * 576)
    // Two files in one: the first count is of the first alone.
    #expect(try folder.clip(bytes + bare).frames == 2 * (starts.count - 1) * 576)
    #expect(try folder.reason(bare.dropLast(1))?.contains("it ends within a frame") == true)
    var other = bare
    other[starts[5] - starts[1] + 2] ^= 0b1100
    #expect(try folder.reason(other)?.contains("change") == true)
  }
}
