import Testing

@testable import ConvKitSound

/// Samples of every encoding, exactly.
@Suite struct SoundSampleTests {
  let folder: SoundFolder
  init() throws { folder = try SoundFolder() }

  /// Of G.711: the codes of the smallest and the largest values, in steps of 1/32768.
  static let aLaw: (codes: [UInt8], steps: [Float]) = (
    [0xD5, 0x55, 0xAA, 0x2A], [8, -8, 32256, -32256]
  )
  static let muLaw: (codes: [UInt8], steps: [Float]) = (
    [0xFF, 0x80, 0x00, 0xFE], [0, 32124, -32124, 8]
  )
  static let sixteen: [Int16] = [-32768, -1, 0, 1, 32767]
  static let sixteenExpected = sixteen.map { Float($0) / 32768 }
  static let twentyFour: [Int32] = [-0x80_0000, -1, 0, 1, 0x7F_FFFF]
  static let twentyFourExpected = twentyFour.map { Float($0) / 0x80_0000 }
  static let thirtyTwo: [Int32] = [.min, -1, 0, 1, 0x4000_0000]
  static let thirtyTwoExpected = thirtyTwo.map { Float(Double($0) / 0x8000_0000) }
  static let floats: [Float] = [-1, 0, 0.1, 1.5, -3e30, .leastNonzeroMagnitude]

  @Test func wave() throws {
    #expect(
      try folder.clip(WaveFixture(bits: 8, data: [0, 127, 128, 129, 255]).bytes).samples
        == [-1, -1 / 128, 0, 1 / 128, 127 / 128])
    #expect(
      try folder.clip(WaveFixture(data: Self.sixteen.flatMap(\.littleEndianBytes)).bytes).samples
        == Self.sixteenExpected)
    let three = Self.twentyFour.flatMap { $0.littleEndianBytes.prefix(3) }
    #expect(
      try folder.clip(WaveFixture(bits: 24, data: three).bytes).samples == Self.twentyFourExpected)
    #expect(
      try folder.clip(
        WaveFixture(bits: 32, data: Self.thirtyTwo.flatMap(\.littleEndianBytes)).bytes
      ).samples == Self.thirtyTwoExpected)
    #expect(
      try folder.clip(
        WaveFixture(
          encoding: 3, bits: 32, data: Self.floats.flatMap(\.bitPattern.littleEndianBytes)
        ).bytes
      ).samples == Self.floats)
    #expect(
      try folder.clip(
        WaveFixture(
          encoding: 3, bits: 64,
          data: [0.1, -2, 1e-50].flatMap { (value: Double) in value.bitPattern.littleEndianBytes }
        ).bytes
      ).samples == [0.1, -2, 0])
    for (encoding, law) in [(UInt16(6), Self.aLaw), (7, Self.muLaw)] {
      #expect(
        try folder.clip(WaveFixture(encoding: encoding, bits: 8, data: law.codes).bytes).samples
          == law.steps.map { $0 / 32768 })
    }
  }

  @Test func aiff() throws {
    func samples(
      _ data: [UInt8], _ count: Int, bits: UInt16 = 16, _ compression: String? = nil
    ) throws -> [Float] {
      let fixture = AIFFFixture(
        compression: compression, bits: bits, frames: UInt32(count), data: data)
      return try folder.clip(fixture.bytes).samples
    }
    #expect(
      try samples([0x80, 0xFF, 0, 1, 0x7F], 5, bits: 8) == [-1, -1 / 128, 0, 1 / 128, 127 / 128])
    #expect(try samples(Self.sixteen.flatMap(\.bigEndianBytes), 5) == Self.sixteenExpected)
    #expect(
      try samples(Self.sixteen.flatMap(\.littleEndianBytes), 5, "sowt") == Self.sixteenExpected)
    #expect(try samples(Self.sixteen.flatMap(\.bigEndianBytes), 5, "NONE") == Self.sixteenExpected)
    #expect(
      try samples(Self.twentyFour.flatMap { $0.bigEndianBytes.suffix(3) }, 5, bits: 24)
        == Self.twentyFourExpected)
    #expect(
      try samples(Self.thirtyTwo.flatMap(\.bigEndianBytes), 5, bits: 32)
        == Self.thirtyTwoExpected)
    #expect(
      try samples(Self.floats.flatMap(\.bitPattern.bigEndianBytes), 6, bits: 32, "fl32")
        == Self.floats)
    #expect(
      try samples(Self.aLaw.codes, 4, "alaw") == Self.aLaw.steps.map { $0 / 32768 })
    #expect(
      try samples(Self.muLaw.codes, 4, "ulaw") == Self.muLaw.steps.map { $0 / 32768 })
  }

  @Test func sunAudio() throws {
    func samples(_ encoding: UInt32, _ data: [UInt8]) throws -> [Float] {
      try folder.clip(SunAudioFixture(encoding: encoding, data: data).bytes).samples
    }
    #expect(try samples(1, Self.muLaw.codes) == Self.muLaw.steps.map { $0 / 32768 })
    #expect(try samples(2, [0x80, 0, 0x7F]) == [-1, 0, 127 / 128])
    #expect(try samples(3, Self.sixteen.flatMap(\.bigEndianBytes)) == Self.sixteenExpected)
    #expect(
      try samples(4, Self.twentyFour.flatMap { $0.bigEndianBytes.suffix(3) })
        == Self.twentyFourExpected)
    #expect(try samples(5, Self.thirtyTwo.flatMap(\.bigEndianBytes)) == Self.thirtyTwoExpected)
    #expect(try samples(6, Self.floats.flatMap(\.bitPattern.bigEndianBytes)) == Self.floats)
    #expect(try samples(7, (-0.75).bitPattern.bigEndianBytes) == [-0.75])
    #expect(try samples(27, Self.aLaw.codes) == Self.aLaw.steps.map { $0 / 32768 })
  }

  /// What was written comes back. The writer makes 16 bits of it and takes 1 for 32767 of them, the reader
  /// 32768 for 1: up to a step and a half. With loss it is up to 0.15, which no other sound would keep: its
  /// parts are 0.5 and 0.3.
  @Test(arguments: SoundFormat.known)
  func everyFormatGivesItsSamples(format: SoundFormat) throws {
    let samples = soundFixture(frames: 5000, channels: 2)
    let rate = format == .opus || format == .mp3 ? 16000 : 8000
    let bytes = try folder.encoded(format, samples, channels: 2, sampleRate: rate)
    let path = try folder.file(bytes)
    let properties = try SoundFile.properties(path: path)
    #expect(
      properties
        == SoundProperties(format: format, sampleRate: rate, channels: 2, frames: 5000))
    let clip = try SoundFile.read(path: path)
    #expect(clip.sampleRate == rate && clip.channels == 2 && clip.frames == 5000)
    let isLossy = format == .vorbis || format == .opus || format == .mp3
    let bound: Float = isLossy ? 0.15 : 1.5 / 32768
    let farthest = zip(clip.samples, samples).map { abs($0 - $1) }.max()
    #expect(try #require(farthest) <= bound)
  }
}
