import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitSound

struct SoundAugmentationTests {
  private func stream(_ item: Int) -> RandomStream {
    RandomStream(seed: 3, purpose: .augmentation, item: item)
  }

  private func clip(_ count: Int, channels: Int = 1) -> SoundClip {
    SoundClip(
      sampleRate: 8000, channels: channels, samples: GoldenSignal.noise(count * channels))
  }

  @Test func listsAreRead() throws {
    let list = try SoundAugmentation(" time-mask=0.2, band-mask ,shift")
    #expect(list[.timeMask] == 0.2 && list[.bandMask] == 0.15 && list[.shift] == 0.1)
    #expect(list[.gain] == nil && list[.speed] == nil)
    // Always in the same order.
    #expect(list.description == "shift=0.1,time-mask=0.2,band-mask=0.15")
    #expect(try SoundAugmentation(list.description) == list)
    #expect(
      SoundAugmentation.usual.description
        == "shift=0.1,noise=0.3,speed=1.15,time-mask=0.12,band-mask=0.15,tone=6.0")
    #expect(try SoundAugmentation(SoundAugmentation.usual.description) == .usual)
    #expect(try SoundAugmentation("none") == .none)
    #expect(try !SoundAugmentation(SoundAugmentationKind.exampleList).isNone)
    let stored = try JSONEncoder().encode([list, .usual, .none])
    #expect(
      try JSONDecoder().decode([SoundAugmentation].self, from: stored) == [list, .usual, .none])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([SoundAugmentation].self, from: Data(#"["turn"]"#.utf8))
    }
  }

  @Test(arguments: [
    "timeMask", "time_mask", "", "shift,", "turn=15", "none,shift", "shift,shift", "time-mask=0",
    "time-mask=1.1", "speed=1", "speed=4.1", "speed=fast", "gain=61", "gain=-1", "noise=nan",
    "tone=inf", "shift=", "shift=0.1=0.1",
  ])
  func otherListsAreRefused(list: String) {
    let error = #expect(throws: AugmentationError<SoundAugmentationKind>.self) {
      try SoundAugmentation(list)
    }
    #expect(error?.category == .wrongCall)
  }

  @Test func refusalsSayWhatThereIs() {
    typealias Fault = AugmentationError<SoundAugmentationKind>
    #expect(
      Fault.unknown(name: "turn").description.contains(
        "shift, gain, noise, speed, time-mask, band-mask, tone, such as “shift,speed=1.2”"))
    #expect(
      Fault.strength(.speed, found: "9").description.contains(
        "it takes a factor, above 1 and at most 4 (1.15 without one)"))
    #expect(Fault.twice(.timeMask).description.contains("“time-mask”"))
  }

  @Test(arguments: SoundFrontEnd.Form.allCases) func theSameStreamGivesTheSameBits(
    form: SoundFrontEnd.Form
  ) throws {
    let frontEnd = try SoundFrontEnd.small(form, level: .normalized)
    let clip = clip(700)
    var versions: [PlacedInput] = []
    for item in 0..<8 {
      let version = frontEnd.input(of: clip, variedBy: .usual, random: stream(item))
      #expect(version == frontEnd.input(of: clip, variedBy: .usual, random: stream(item)))
      #expect(version.tensor.shape == frontEnd.inputs(of: clip)[0].tensor.shape)
      #expect(version.values.allSatisfy { $0.isFinite })
      #expect(!versions.contains(version))
      versions.append(version)
    }
  }

  @Test(arguments: SoundFrontEnd.Form.allCases, [1, 300, 799, 800])
  func withNoneAClipIsAsItIs(form: SoundFrontEnd.Form, count: Int) throws {
    let frontEnd = try SoundFrontEnd.small(form, level: .normalized)
    let clip = clip(count)
    for item in 0..<4 {
      #expect(
        frontEnd.input(of: clip, variedBy: .none, random: stream(item)).input
          == frontEnd.inputs(of: clip)[0].input)
    }
  }

  @Test(arguments: SoundFrontEnd.Form.allCases, SoundAugmentationKind.allCases)
  func everyKindChangesWhatItSays(form: SoundFrontEnd.Form, kind: SoundAugmentationKind) throws {
    let clip = clip(600, channels: 2)
    for level in SoundFrontEnd.Level.allCases {
      let frontEnd = try SoundFrontEnd.small(form, channels: 2, level: level)
      let plain = frontEnd.inputs(of: clip)[0].values
      let augmentation = try SoundAugmentation(kind.rawValue)
      let differences = (0..<20).map { item -> Float in
        let varied = frontEnd.input(of: clip, variedBy: augmentation, random: stream(item)).values
        return zip(varied, plain).reduce(0) { max($0, abs($1.0 - $1.1)) }
      }
      let isWithoutEffect =
        kind == .gain && level == .normalized
        || form == .waveform && (kind == .tone || kind == .bandMask)
      if isWithoutEffect {
        #expect(differences.allSatisfy { $0 < 1e-4 })
      } else {
        // A mask may be shorter than half a frame or band.
        #expect(differences.count { $0 > 0.01 } > 5, "\(differences)")
      }
    }
  }

  /// What a variation makes of a window that the clip fills, beside the window as it is.
  private func inputs(
    _ form: SoundFrontEnd.Form, normalization: SoundFrontEnd.Normalization = .none,
    _ variation: SoundVariation
  ) throws -> (varied: [Float], plain: [Float]) {
    let frontEnd = try SoundFrontEnd.small(form, normalization: normalization)
    func values(_ variation: SoundVariation) -> [Float] {
      PlacedInput(frontEnd.input(of: clip(800).samples, offset: 0, variation: variation)).values
    }
    return (values(variation), values(SoundVariation()))
  }

  @Test(arguments: SoundFrontEnd.Normalization.allCases)
  func masksSilenceFramesAndBands(normalization: SoundFrontEnd.Normalization) throws {
    for form in [SoundFrontEnd.Form.frames, .spectrogram] {
      var variation = SoundVariation()
      // A quarter of 11 frames is 3 of them, of 8 bands 2.
      variation.timeMask = SoundVariation.Mask(position: 1, share: 0.25)
      variation.bandMask = SoundVariation.Mask(position: 0, share: 0.25)
      let (varied, plain) = try inputs(form, normalization: normalization, variation)
      for place in plain.indices {
        let isMasked = place / 8 >= 8 || place % 8 < 2
        #expect(varied[place] == (isMasked ? 0 : plain[place]))
        #expect(plain[place] != 0)
      }
    }
  }

  @Test func aMaskSilencesSamples() throws {
    var variation = SoundVariation()
    variation.timeMask = SoundVariation.Mask(position: 0.5, share: 0.25)
    let (varied, plain) = try inputs(.waveform, variation)
    #expect(varied == plain[..<300] + [Float](repeating: 0, count: 200) + plain[500...])
  }

  @Test func aToneIsSoManyDecibels() throws {
    var variation = SoundVariation()
    variation.tone = SIMD8(6, 0, 0, 0, -12, 0, 0, 0)
    let (varied, plain) = try inputs(.spectrogram, variation)
    // Its five places lie 7/4 bands apart, and between them it runs straight.
    let decibels: [Float] = [6, 6 * (1 - 4 / 7), 0, 0, 0, 0, -12 * (1 - 4 / 7), -12]
    for place in plain.indices {
      #expect(abs(varied[place] - plain[place] - decibels[place % 8] / 17.5) < 1e-5)
    }
  }

  @Test func aToneOfAllBandsIsTakenOffAgain() throws {
    var variation = SoundVariation()
    variation.tone = SIMD8(repeating: 6)
    for normalization in [SoundFrontEnd.Normalization.window, .band] {
      let (varied, plain) = try inputs(.spectrogram, normalization: normalization, variation)
      for (a, b) in zip(varied, plain) { #expect(abs(a - b) < 1e-5) }
    }
    // And one that differs by band, where every band's own mean is.
    variation.tone = SIMD8(6, -6, 3, 2, 1, 0, 0, 0)
    let (varied, plain) = try inputs(.spectrogram, normalization: .band, variation)
    for (a, b) in zip(varied, plain) { #expect(abs(a - b) < 1e-5) }
  }
}
