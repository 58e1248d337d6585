import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitSound

/// What a file is, and what it may leave open.
@Suite struct SoundFileTests {
  let folder: SoundFolder
  init() throws { folder = try SoundFolder() }

  static let three = [Int16](arrayLiteral: 100, -200, 300).flatMap(\.littleEndianBytes)
  static let threeExpected: [Float] = [100 / 32768, -200 / 32768, 300 / 32768]

  @Test func chunksAroundTheSamplesArePassed() throws {
    let fixture = WaveFixture(
      data: Self.three, before: WaveFixture.chunk("note", [1, 2, 3]),
      after: WaveFixture.chunk("LIST", [4, 5, 6, 7]))
    #expect(try folder.clip(fixture.bytes).samples == Self.threeExpected)
    let late = AIFFFixture(
      frames: 3, data: [100, -200, 300].flatMap { (value: Int16) in value.bigEndianBytes },
      isSoundFirst: true)
    #expect(try folder.clip(late.bytes).samples == Self.threeExpected)
  }

  /// Writers to a pipe, and writers that were stopped, leave such sizes.
  @Test(arguments: [0xFFFF_FFFF, 0x7FFF_F000, 0x8000_0000, 0] as [UInt32])
  func sizesThatNobodyKnewAreThoseOfTheFile(size: UInt32) throws {
    let wave = WaveFixture(dataSize: size, fileSize: size == 0 ? 0 : size &+ 36, data: Self.three)
    #expect(try folder.clip(wave.bytes).samples == Self.threeExpected)
    let big = [100, -200, 300].flatMap { (value: Int16) in value.bigEndianBytes }
    let sun = SunAudioFixture(dataSize: size, data: big)
    #expect(try folder.clip(sun.bytes).samples == Self.threeExpected)
    if size != 0 {
      let aiff = AIFFFixture(frames: 0x7FFF_0000, data: big, soundSize: size)
      #expect(try folder.clip(aiff.bytes).samples == Self.threeExpected)
    }
  }

  @Test func longWaveFilesSayTheirSizeApart() throws {
    func file(_ size: UInt64) -> [UInt8] {
      var bytes = WaveFixture(dataSize: .max, fileSize: .max, data: Self.three).bytes
      bytes.replaceSubrange(0..<4, with: Array("RF64".utf8))
      let sizes = UInt64(0).littleEndianBytes + size.littleEndianBytes + UInt64(3).littleEndianBytes
      bytes.insert(contentsOf: WaveFixture.chunk("ds64", sizes + [0, 0, 0, 0]), at: 12)
      return bytes
    }
    #expect(try folder.clip(file(6)).samples == Self.threeExpected)
    #expect(try folder.reason(file(8))?.contains("it says it has 4 frames") != true)
    #expect(try folder.reason(file(8))?.contains("4 frames, and it ends after 3") == true)
    #expect(try folder.reason(file(1 << 63)) == "its table of sizes is wrong")
  }

  @Test func extensibleWaveFilesSayTheirEncodingLater() throws {
    var bytes = WaveFixture(encoding: 0xFFFE, data: Self.three).bytes
    let rest: [UInt8] =
      [22, 0, 16, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    bytes.insert(contentsOf: rest, at: 36)
    bytes[16] = 40
    #expect(try folder.clip(bytes).samples == Self.threeExpected)
    bytes[44] = 2
    #expect(
      try folder.fault(bytes)
        == .otherFormat(name: folder.path("clip"), format: "WAV with MS ADPCM samples"))
  }

  @Test func theLengthOfSomeFLACFilesIsFoundAtTheEnd() throws {
    let samples = soundFixture(frames: 6000)
    var bytes = try folder.encoded(.flac, samples)
    for index in 21...25 { bytes[index] &= index == 21 ? 0xF0 : 0 }
    let path = try folder.file(bytes)
    #expect(try SoundFile.properties(path: path).frames == nil)
    #expect(try SoundFile.read(path: path).frames == 6000)
    var limits = SoundLimits()
    limits.samples = 6000
    #expect(try SoundFile.read(path: path, limits: limits).frames == 6000)
    limits.samples = 5999
    #expect(throws: SoundFileError.tooLong(name: path, seconds: nil, channels: 1, limit: 5999)) {
      try SoundFile.read(path: path, limits: limits)
    }
  }

  @Test(arguments: [SoundFormat.mp3, .flac])
  func tagsInFrontArePassed(format: SoundFormat) throws {
    let bytes = try folder.encoded(format, soundFixture(frames: 5000), sampleRate: 16000)
    let tag: [UInt8] =
      Array("ID3".utf8) + [3, 0, 0, 0, 0, 2, 1] + [UInt8](repeating: 0, count: 257)
    #expect(try folder.clip(tag + bytes) == folder.clip(bytes))
  }

  @Test func otherContainersAreNamed() throws {
    let files: [([UInt8], String)] = [
      (Array("riff\u{2E}".utf8) + [0x91, 0xCF, 0x11], "Sony Wave64"),
      (Array("caff".utf8) + [0, 1, 0, 0], "CAF"),
      (Array("RIFX".utf8) + [0, 0, 0, 9], "big-endian WAV (RIFX)"),
      ([0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC], "AAC"),
      ([0, 0, 0, 0x20] + Array("ftypM4A ".utf8), "MP4"),
      (
        Array("OggS".utf8) + [UInt8](repeating: 0, count: 22) + [1, 9]
          + Array("\u{7F}FLAC\u{1}\0\0\u{1}".utf8), "Ogg with FLAC"
      ),
      (WaveFixture(encoding: 0x55, data: [0, 0]).bytes, "WAV with MP3 samples"),
      (
        AIFFFixture(compression: "ima4", frames: 1, data: [0, 0]).bytes,
        "AIFF-C with “ima4” samples"
      ),
      (SunAudioFixture(encoding: 23, data: [0, 0]).bytes, "AU with samples of encoding 23"),
    ]
    for (bytes, format) in files {
      #expect(
        try folder.fault(bytes) == .otherFormat(name: folder.path("clip"), format: format))
    }
  }

  @Test func whatIsNoSoundIsRefused() throws {
    let name = folder.path("clip")
    let text = Array("label,path\n".utf8)
    #expect(try folder.fault(text) == .notSound(name: name, start: Array(text.prefix(8))))
    #expect(try folder.fault([]) == .notSound(name: name, start: []))
    #expect(try folder.fault([])?.descriptionWithoutName.hasPrefix("it is empty") == true)
    #expect(try folder.fault([0x89, 0x50]) == .notSound(name: name, start: [0x89, 0x50]))
  }

  @Test func pipesAndFoldersAreNotWaitedFor() throws {
    let pipe = folder.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: FileError.notAFile(path: pipe, found: "a named pipe")) {
      try SoundFile.read(path: pipe)
    }
    #expect(throws: FileError.notAFile(path: folder.path, found: "a folder")) {
      try SoundFile.read(path: folder.path)
    }
    #expect(throws: FileError.missing(path: folder.path("none"))) {
      try SoundFile.read(path: folder.path("none"))
    }
  }

  @Test func aClipIsAsLongAsTheLimit() throws {
    var limits = SoundLimits()
    limits.samples = 3
    let bytes = WaveFixture(data: Self.three).bytes
    #expect(try folder.clip(bytes, limits: limits).frames == 3)
    limits.samples = 2
    #expect(
      try folder.fault(bytes, limits: limits)
        == .tooLong(name: folder.path("clip"), seconds: 3 / 8000, channels: 1, limit: 2))
  }

  @Test func theMeanOfTheChannelsIsRoundedOnce() {
    let most = Float.greatestFiniteMagnitude
    let clip = SoundClip(sampleRate: 8000, channels: 2, samples: [0.5, -0.25, most, most, 1, 1])
    #expect(
      clip.mixedToMono() == SoundClip(sampleRate: 8000, channels: 1, samples: [0.125, most, 1]))
    #expect(clip.mixedToMono().mixedToMono() == clip.mixedToMono())
  }
}

@Suite struct OtherContainerTests {
  /// A CAF file of two frames of 16 bits: a description, then the data with their edit count.
  private static let caf: [UInt8] =
    Array("caff".utf8) + [0, 1, 0, 0] + Array("desc".utf8) + [0, 0, 0, 0, 0, 0, 0, 32]
    + [0x40, 0xBF, 0x40, 0, 0, 0, 0, 0] + Array("lpcm".utf8)
    + [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 16]
    + Array("data".utf8) + [0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0x40, 0, 0xC0, 0]

  @Test func theyAreReadWhereThatIsAskedFor() throws {
    let folder = try SoundFolder()
    let path = try folder.file(Self.caf, "a.caf")
    #expect(throws: SoundFileError.otherFormat(name: path, format: "CAF")) {
      try SoundFile.read(path: path)
    }
    let clip = try SoundFile.read(path: path, limits: SoundLimits(acceptsOtherContainers: true))
    #expect(clip == SoundClip(sampleRate: 8000, channels: 1, samples: [0.5, -0.5]))
  }
}
