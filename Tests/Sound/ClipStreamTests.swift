import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitSound

/// From files to samples and to windows of them.
struct ClipStreamTests {
  private let folder: ClipFolder

  init() throws { folder = try ClipFolder() }

  private func level(_ samples: some Collection<Float>) -> Double {
    (samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count)).squareRoot()
  }

  private func silence(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

  @Test(arguments: [
    (801, [0, 1]), (1200, [0, 400]), (2000, [0, 400, 800, 1200]),
    (2100, [0, 400, 800, 1200, 1300]),
  ])
  func windowsBeginHalfAWindowApart(count: Int, starts: [Int]) throws {
    let samples = GoldenSignal.noise(count)
    let inputs = try SoundFrontEnd.small().inputs(of: folder.clip(samples))
    #expect(inputs.map(\.values) == starts.map { Array(samples[$0..<$0 + 800]) })
    // The last one ends where the clip does.
    #expect(
      inputs.map(\.place)
        == starts.map {
          Double($0) / 8000...Double($0) / 8000 + Double(800) / 8000
        })
    #expect(starts.last == count - 800)
  }

  @Test func everyWindowHasItsOwnLevel() throws {
    let samples = sine(500, count: 800) + sine(500, count: 800).map { $0 / 16 }
    let inputs = try SoundFrontEnd.small(level: .normalized).inputs(of: folder.clip(samples))
    #expect(inputs.count == 3)
    for input in inputs { #expect(abs(level(input.values) - 1) < 1e-5) }
  }

  /// Three ways to a clip's inputs, whatever has to be done to it.
  @Test(arguments: SoundFrontEnd.Form.allCases, [8000, 11_025, 44_100])
  func allWaysLeadToTheSameBits(form: SoundFrontEnd.Form, rate: Int) throws {
    for (channels, kept) in [(1, nil), (2, nil), (2, 2)] as [(Int, Int?)] {
      for trim in [nil, 20] as [Double?] {
        let middle = GoldenSignal.noise(rate / 2 * channels)
        let item = try folder.clip(
          silence(rate / 10 * channels) + middle, rate: rate, channels: channels)
        let frontEnd = try SoundFrontEnd.small(
          form, channels: kept, level: .normalized, silence: trim, normalization: .none)
        let inputs = try frontEnd.inputs(of: item)
        #expect(inputs.count >= 9)
        var streamed: [PlacedInput] = []
        try frontEnd.forEachInput(of: item) { streamed.append($0) }
        #expect(streamed == inputs)
        let clip = try frontEnd.clip(of: item)
        #expect(clip.sampleRate == 8000 && clip.channels == kept ?? 1)
        #expect(frontEnd.inputs(of: clip).map(\.input) == inputs.map(\.input))
        // Places of the first count from the file's beginning, of the second from the clip's.
        let cut = try #require(inputs[0].place).lowerBound
        #expect((cut == 0) == (trim == nil), "\(cut)")
        for (one, other) in zip(inputs, frontEnd.inputs(of: clip)) {
          let (place, own) = try (#require(one.place), #require(other.place))
          #expect(abs(place.lowerBound - own.lowerBound - cut) < 1e-9)
          #expect(abs(place.upperBound - own.upperBound - cut) < 1e-9)
        }
      }
    }
  }

  /// Blocks are of 16,384 samples.
  @Test(arguments: [16_383, 16_384, 16_385, 32_768, 40_000], [1, 2])
  func blocksJoinWithoutASeam(frames: Int, channels: Int) throws {
    let samples = GoldenSignal.noise(frames * channels)
    let item = try folder.clip(samples, channels: channels)
    let clip = try SoundFrontEnd.small(channels: channels).clip(of: item)
    #expect(clip == SoundClip(sampleRate: 8000, channels: channels, samples: samples))
    let other = SoundClip(sampleRate: 12_000, channels: channels, samples: samples)
    let fast = try folder.clip(samples, rate: 12_000, channels: channels, "fast.wav")
    #expect(
      try SoundFrontEnd.small(channels: channels).clip(of: fast) == other.resampled(to: 8000))
  }

  @Test func otherRatesAreConvertedAndMentioned() throws {
    let frontEnd = try SoundFrontEnd.small()
    let item = try folder.clip(sine(440, rate: 16_000, count: 8000), rate: 16_000, "fast.wav")
    let clip = try frontEnd.clip(of: item)
    #expect(clip.frames == 4000)
    // But for the ends, where the tone begins and ends suddenly.
    for (found, expected) in zip(clip.samples, sine(440, count: 4000)).dropFirst(200).dropLast(200)
    {
      #expect(abs(found - expected) < 1e-3)
    }
    #expect(
      frontEnd.conversion(of: item)
        == "has 16000 samples a second and was converted to the model's 8000")
    #expect(try frontEnd.conversion(of: folder.clip([0, 1])) == nil)
    #expect(try frontEnd.conversion(of: folder.file([1], "broken.wav")) == nil)
    #expect(frontEnd.conversion(of: .text("meow")) == nil)
    #expect(frontEnd.conversion(of: .file("\(folder.path)/missing")) == nil)
  }

  /// A sample of 48 kHz is a sixth of one of 8 kHz.
  @Test(arguments: [1, 2, 3, 7]) func nextToNothingIsAnInput(count: Int) throws {
    let item = try folder.clip(Array(repeating: 0.5, count: count), rate: 48_000)
    for form in SoundFrontEnd.Form.allCases {
      for trim in [nil, 40] as [Double?] {
        let frontEnd = try SoundFrontEnd.small(
          form, level: .normalized, silence: trim,
          normalization: form == .waveform ? .none : .band)
        let inputs = try frontEnd.inputs(of: item)
        #expect(inputs.count == 1 && inputs[0].values.allSatisfy { $0.isFinite })
        let clip = try frontEnd.clip(of: item)
        #expect(clip.frames == (count + 3) / 6)
        for number in 0..<5 {
          let varied = frontEnd.input(
            of: clip, variedBy: .usual,
            random: RandomStream(seed: 1, purpose: .augmentation, item: number))
          #expect(varied.values.count == inputs[0].values.count)
          #expect(varied.values.allSatisfy { $0.isFinite })
        }
      }
    }
  }

  @Test func silenceAroundAClipIsCutOff() throws {
    let tone = sine(500, count: 2400).map { $0 + 0.01 }
    let item = try folder.clip(silence(2000) + tone + silence(1630))
    let frontEnd = try SoundFrontEnd.small(window: 1200, silence: 40)
    #expect(try frontEnd.clip(of: item).samples == tone)
    let inputs = try frontEnd.inputs(of: item)
    #expect(inputs.map(\.values) == [0, 600, 1200].map { Array(tone[$0..<$0 + 1200]) })
    for (place, start) in zip(inputs.map(\.place), [0.25, 0.325, 0.4]) {
      let place = try #require(place)
      #expect(abs(place.lowerBound - start) < 1e-9 && abs(place.upperBound - start - 0.15) < 1e-9)
    }
    // 10 ms are heard or not as a whole.
    let late = try folder.clip(silence(2039) + tone + silence(1), "late.wav")
    #expect(
      try frontEnd.clip(of: late).samples == silence(39) + tone + silence(1))
  }

  @Test func howSoftSilenceIsCanBeChosen() throws {
    // 60 dB below the tone.
    let soft = sine(500, count: 1600).map { $0 / 1000 }
    let item = try folder.clip(soft + sine(500, count: 1600) + soft)
    func frames(_ silence: Double?) throws -> Int {
      try SoundFrontEnd.small(silence: silence).clip(of: item).frames
    }
    #expect(try [nil, 59, 61].map(frames) == [4800, 1600, 4800])
  }

  @Test func silenceInsideAClipStays() throws {
    let tone = sine(500, count: 800).map { $0 + 0.01 }
    let clip = tone + silence(4000) + tone
    let item = try folder.clip(silence(800) + clip + silence(800))
    #expect(try SoundFrontEnd.small(silence: 40).clip(of: item).samples == clip)
  }

  @Test func aSilentClipIsKeptWhole() throws {
    let item = try folder.clip(silence(1000))
    let inputs = try SoundFrontEnd.small(silence: 40).inputs(of: item)
    #expect(inputs.map(\.place) == [0...0.1, 0.025...0.125])
    #expect(inputs.allSatisfy { $0.values == silence(800) })
  }

  @Test func trimmedPlacesAreThoseOfTheFileAtAnyRate() throws {
    let item = try folder.clip(
      silence(12_000) + sine(500, rate: 48_000, count: 24_000) + silence(12_000), rate: 48_000)
    let inputs = try SoundFrontEnd.small(window: 8000, silence: 30).inputs(of: item)
    try #require(inputs.count == 1)
    let place = try #require(inputs[0].place)
    // To the 10 ms in which it begins and ends.
    #expect(abs(place.lowerBound - 0.25) < 0.0101 && abs(place.upperBound - 0.75) < 0.0101)
  }

  @Test func whatTheTakerThrowsEndsTheReading() throws {
    struct Stop: Error {}
    let item = try folder.clip(GoldenSignal.noise(4000))
    var count = 0
    #expect(throws: Stop.self) {
      try SoundFrontEnd.small().forEachInput(of: item) { _ in
        count += 1
        if count == 3 { throw Stop() }
      }
    }
    #expect(count == 3)
  }
}
