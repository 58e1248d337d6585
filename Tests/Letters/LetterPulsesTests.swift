import Testing

@testable import ConvKitLetters

private let difficulties = [Difficulty.translation, .scaling, .loudness, .noise]

@Suite struct LetterPulsesTests {
  /// A change of any sample is a change of every result that was measured with them.
  @Test func theSamplesAreTheRecordedOnes() {
    let samples = (0..<200).flatMap { LetterPulses(seed: 1).clip($0).samples }
    #expect(checksum(samples) == 14_546_449_906_150_815_032)
  }

  @Test(arguments: [256, 255, 32])
  func withoutADifficultyTheLetterStandsInTheMiddle(size: Int) throws {
    let letters = LetterPulses(seed: 3, size: size, difficulty: [])
    let (x, o) = (letters.clip(0).samples, letters.clip(1).samples)
    #expect(x.count == size && o.count == size)
    // The X crosses zero in the middle: the same before and behind it, with the other sign.
    #expect(x == x.reversed().map { -$0 })
    #expect(x[..<(size / 2)].allSatisfy { $0 >= 0 })
    // The O rises to the middle and falls back.
    #expect(o == o.reversed())
    let rising = o[...((size - 1) / 2)]
    #expect(zip(rising, rising.dropFirst()).allSatisfy(<=) && o.allSatisfy { $0 >= 0 })
    // 18 of 28 parts of the clip are not silent, but for samples at the ends that round to zero.
    for samples in [x, o] {
      let heard = samples.count { $0 != 0 }
      #expect(abs(heard - size * 18 / 28) <= 2, "\(heard)")
    }
    // Between two samples the peak may be missed by the cosine of half a step.
    let peak = try #require(x.max())
    #expect(peak <= 9830 && peak > 9700 && o.max() ?? 0 <= 9830)
  }

  @Test(arguments: 0..<16, [256, 32])
  func nothingLeavesTheClip(choice: Int, size: Int) {
    let difficulty = Difficulty((0..<4).filter { choice >> $0 & 1 == 1 }.map { difficulties[$0] })
    let letters = LetterPulses(seed: 8, size: size, difficulty: difficulty)
    for index in 0..<100 {
      let pulse = letters.drawing(index).pulse
      // The pulse alone, in a clip with 10 more samples on either side.
      let wide = pulse.samples(size + 20)
      guard Array(wide[10..<size + 10]) == pulse.samples(size),
        (wide[..<10] + wide[(size + 10)...]).allSatisfy({ $0 == 0 })
      else {
        Issue.record("clip \(index)")
        return
      }
    }
  }

  @Test(arguments: [128, 256])
  func rangesAreReachedAndKept(size: Int) {
    let unit = Double(size) / 28
    func drawings(_ difficulty: Difficulty) -> [(pulse: LetterPulse, noise: [Double])] {
      let letters = LetterPulses(seed: 2, size: size, difficulty: difficulty)
      return (0..<4000).map { letters.drawing($0) }
    }
    expectRange(drawings(.translation).map { $0.pulse.later / unit }, -4...4, "later")
    // Even the longest pulse fits: 11.7 of 14.
    expectRange(drawings(.scaling).map { $0.pulse.halfLength / unit / 9 }, 0.5...1.3, "scale")
    expectRange(drawings(.loudness).map(\.pulse.peak), 0.06...0.6, "peak")
    let shares = drawings(.noise).map { drawing in
      let mean = drawing.noise.reduce(0) { $0 + $1 * $1 } / Double(size)
      return mean.squareRoot() / drawing.pulse.peak
    }
    #expect(shares.allSatisfy { $0 < 0.25 * 1.2 } && shares.contains { $0 < 0.001 })
    // The mean share is 0.125; the mean of 4000 is within four of its deviations, 0.25/√12/√4000.
    let mean = shares.reduce(0, +) / 4000
    #expect(abs(mean - 0.125) < 4 * 0.0012, "\(mean)")
  }

  @Test func difficultiesShareTheirDraws() {
    let all = LetterPulses(seed: 4, difficulty: .all)
    let loudness = LetterPulses(seed: 4, difficulty: .loudness)
    for index in 0..<50 {
      #expect(all.drawing(index).pulse.peak == loudness.drawing(index).pulse.peak)
      #expect(all.drawing(index).noise.count == 256 && loudness.drawing(index).noise.isEmpty)
    }
  }

  /// Byte for byte as the format is defined.
  @Test func aWaveFileIsSpelledOut() {
    let bytes = WaveEncoder.file(of: [1, -2, 0x1234], sampleRate: 2000)
    let header: [UInt8] =
      Array("RIFF".utf8) + [42, 0, 0, 0] + Array("WAVEfmt ".utf8)
      + [16, 0, 0, 0, 1, 0, 1, 0, 0xD0, 0x07, 0, 0, 0xA0, 0x0F, 0, 0, 2, 0, 16, 0]
      + Array("data".utf8) + [6, 0, 0, 0]
    #expect(header.count == 44)
    #expect(bytes == header + [1, 0, 0xFE, 0xFF, 0x34, 0x12])
  }
}
