import ConvKitCore
import Foundation
import Testing

@testable import ConvKitSound

private func stream(_ item: Int) -> RandomStream {
  RandomStream(seed: 7, purpose: .augmentation, item: item)
}

private func clip(_ samples: [Float], channels: Int = 1) -> SoundClip {
  SoundClip(sampleRate: 8000, channels: channels, samples: samples)
}

struct SoundVariationTests {
  @Test func withoutAugmentationAShortClipStandsInTheMiddle() {
    let part = SoundVariation(drawnFor: .none, from: stream(0))
      .part(of: clip([1, 2, 3, 4]), length: 11)
    #expect(part == SoundVariation.Part(samples: [1, 2, 3, 4], offset: 3))
  }

  @Test func channelsStayTogether() {
    let part = SoundVariation().part(of: clip([1, 2, 3, 4], channels: 2), length: 3)
    #expect(part == SoundVariation.Part(samples: [1, 2, 3, 4], offset: 0))
  }

  @Test func aLongClipIsCutAtAPlaceThatIsDrawn() {
    let samples = (0..<100).map(Float.init)
    var firsts: Set<Float> = []
    for item in 0..<50 {
      let part = SoundVariation(drawnFor: .none, from: stream(item))
        .part(of: clip(samples), length: 90)
      #expect(part.offset == 0 && part.samples.count == 90)
      #expect(part.samples == Array(samples[Int(part.samples[0])..<Int(part.samples[0]) + 90]))
      firsts.insert(part.samples[0])
    }
    #expect(firsts.count > 5 && firsts.allSatisfy { 0...10 ~= $0 })
  }

  @Test func shiftMovesEitherWayAndCutsWhatLeavesTheWindow() {
    let samples: [Float] = [1, 2, 3, 4, 5, 6]
    var variation = SoundVariation()
    variation.shift = 0.5
    #expect(
      variation.part(of: clip(samples), length: 8)
        == SoundVariation.Part(samples: [1, 2, 3], offset: 5))
    variation.shift = -0.5
    #expect(
      variation.part(of: clip(samples), length: 8)
        == SoundVariation.Part(samples: [4, 5, 6], offset: 0))
    // However far, something of the clip is left.
    variation.shift = -1
    #expect(variation.part(of: clip(samples), length: 8).samples == [6])
  }

  @Test func gainMultiplies() throws {
    let augmentation = try SoundAugmentation("gain=6")
    var gains: [Float] = []
    for item in 0..<200 {
      let variation = SoundVariation(drawnFor: augmentation, from: stream(item))
      gains.append(variation.gain)
      let part = variation.part(of: clip([1, -0.5]), length: 2)
      #expect(part.samples == [variation.gain, -0.5 * variation.gain])
    }
    // 6 dB are a factor of 1.9953.
    #expect(gains.allSatisfy { 1 / 1.9954...1.9954 ~= $0 })
    #expect(try #require(gains.min()) < 0.6 && #require(gains.max()) > 1.7)
  }

  @Test func speedKeepsATimeAndRaisesAPitch() {
    // 10 periods in 1,000 samples; at double speed in 500.
    let samples = (0..<1000).map { Float(sin(2 * Double.pi * Double($0) / 100)) }
    var variation = SoundVariation()
    variation.speed = 2
    let part = variation.part(of: clip(samples), length: 1000)
    #expect(part.samples.count == 500 && part.offset == 250)
    for (index, sample) in part.samples.enumerated() {
      #expect(abs(sample - samples[2 * index]) < 1e-6)
    }
    variation.speed = 0.8
    let slower = variation.part(of: clip(samples), length: 2000)
    #expect(slower.samples.count == 1250)
    // A cubic through samples 1/100 of a period apart is within (2π/100)⁴ · 3/128 of the sine inside.
    for (index, sample) in slower.samples.enumerated() where 2..<1240 ~= index {
      #expect(abs(Double(sample) - sin(2 * Double.pi * 0.8 * Double(index) / 100)) < 1e-5)
    }
  }

  @Test func speedIsFasterAsOftenAsSlower() throws {
    let augmentation = try SoundAugmentation("speed=1.5")
    let speeds = (0..<400).map { SoundVariation(drawnFor: augmentation, from: stream($0)).speed }
    #expect(speeds.allSatisfy { 1 / 1.5 - 1e-9...1.5 + 1e-9 ~= $0 })
    #expect(160...240 ~= speeds.count { $0 > 1 })
  }

  @Test func noiseHasItsDeviation() {
    var variation = SoundVariation()
    variation.noise = 0.5
    variation.noiseSeed = 3
    // A root mean square of 2, so the noise has a deviation of 1.
    let samples = [Float](repeating: 2, count: 20_000)
    let part = variation.part(of: clip(samples), length: 20_000)
    let noise = part.samples.map { Double($0) - 2 }
    let mean = noise.reduce(0, +) / 20_000
    let variance = noise.reduce(0) { $0 + $1 * $1 } / 20_000
    // Four standard errors: 1/√n, and √(κ−1)/√n with a kurtosis of 2.7 for a sum of four.
    #expect(abs(mean) < 4 / 141.4)
    #expect(abs(variance - 1) < 4 * 1.304 / 141.4)
    #expect(variation.part(of: clip(samples), length: 20_000) == part)
  }

  @Test func masksCoverAShareAnywhere() {
    let mask = SoundVariation.Mask(position: 1, share: 0.25)
    #expect(mask.places(of: 40) == 30..<40)
    #expect(SoundVariation.Mask(position: 0, share: 0.25).places(of: 40) == 0..<10)
    #expect(SoundVariation.Mask(position: 0.5, share: 1).places(of: 3) == 0..<3)
    #expect(SoundVariation.Mask().places(of: 40).isEmpty)
    #expect(mask.places(of: 0).isEmpty)
  }

  @Test func oneKindDoesNotChangeWhatAnotherDoes() throws {
    let all = try SoundAugmentation(
      SoundAugmentationKind.allCases.map(\.rawValue).joined(separator: ","))
    for item in 0..<20 {
      let together = SoundVariation(drawnFor: all, from: stream(item))
      for kind in SoundAugmentationKind.allCases {
        let one = SoundVariation(drawnFor: try SoundAugmentation(kind.rawValue), from: stream(item))
        switch kind {
        case .shift: #expect(one.shift == together.shift && one.shift != 0)
        case .gain: #expect(one.gain == together.gain && one.gain != 1)
        case .noise: #expect(one.noise == together.noise && one.noiseSeed == together.noiseSeed)
        case .speed: #expect(one.speed == together.speed && one.speed != 1)
        case .tone: #expect(one.tone == together.tone && one.tone != SIMD8())
        case .timeMask: #expect(one.timeMask == together.timeMask && one.timeMask.share > 0)
        case .bandMask: #expect(one.bandMask == together.bandMask && one.bandMask.share > 0)
        }
      }
    }
  }
}
