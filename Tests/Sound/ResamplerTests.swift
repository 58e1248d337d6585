import ConvKitCore
import Foundation
import Testing

@testable import ConvKitSound

@Suite struct ResamplerTests {
  static let pairs = [
    (44100, 16000), (48000, 8000), (22050, 16000), (8000, 16000), (16000, 22050), (48000, 1000),
    odd,
  ]

  /// Rates without a common divisor, for which libsamplerate is at work.
  static let odd = (96001, 47981)

  @Test func ratesWithTooManyPlacesBetweenFramesHaveNoTable() {
    #expect(PolyphaseFilter.between(Self.odd.0, Self.odd.1) == nil)
    for (from, to) in Self.pairs where (from, to) != Self.odd {
      #expect(PolyphaseFilter.between(from, to) != nil, "\(from) to \(to)")
    }
  }

  private func tone(_ frequency: Double, rate: Int, frames: Int) -> [Float] {
    (0..<frames).map { Float(sin(2 * Double.pi * frequency * Double($0) / Double(rate))) }
  }

  /// The largest value away from the ends, where the silence before and after is heard too.
  private func level(_ samples: some Collection<Float>) -> Float {
    let margin = samples.count / 4
    return samples.dropFirst(margin).dropLast(margin).map(abs).max() ?? 0
  }

  /// Up to 0.9 of the new limit a tone comes out as it went in: aligned and as loud. The bound of
  /// 0.1 dB is 0.0116; that it holds for the difference says more, for it holds the phase too, and that
  /// no image of the tone came along. Images alone are 80 dB down: 0.0001 of the tone.
  @Test(arguments: pairs)
  func tonesStayAsTheyAre(from: Int, to: Int) throws {
    let limit = Double(min(from, to)) / 2
    for share in [0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9] {
      let frequency = share * limit
      let clip = SoundClip(
        sampleRate: from, channels: 1, samples: tone(frequency, rate: from, frames: from / 8))
      let result = try clip.resampled(to: to)
      #expect(result.sampleRate == to)
      let ideal = tone(frequency, rate: to, frames: result.frames)
      let difference = level(zip(result.samples, ideal).map { $0 - $1 })
      #expect(difference < 0.0001, "\(frequency) Hz")
    }
  }

  /// From 1.1 of the new limit on nothing is left of a tone: at most 80 dB below it.
  @Test(arguments: pairs.filter { $0.0 > $0.1 })
  func tonesAboveTheLimitVanish(from: Int, to: Int) throws {
    let limit = Double(to) / 2
    for share in [1.1, 1.15, 1.3, 1.7, 2.1, 2.6, 5.5] where share * limit < Double(from) / 2 {
      let samples = tone(share * limit, rate: from, frames: from / 8)
      let clip = SoundClip(sampleRate: from, channels: 1, samples: samples)
      #expect(level(try clip.resampled(to: to).samples) < 0.0001, "\(share * limit) Hz")
    }
  }

  @Test func theBlocksChangeNothing() throws {
    let samples = soundFixture(frames: 5000, channels: 2)
    for (from, to) in [(44100, 16000), (8000, 16000), (16000, 16000), (8000, 100), Self.odd] {
      let whole = try SoundClip(sampleRate: from, channels: 2, samples: samples).resampled(to: to)
      let resampler = try Resampler(from: from, to: to, channels: 2)
      for frames in [1, 7, 640, 4999] {
        var output: [Float] = []
        for start in stride(from: 0, to: samples.count, by: 2 * frames) {
          let end = min(start + 2 * frames, samples.count)
          try resampler.process(
            Array(samples[start..<end]), isLast: end == samples.count, appendingTo: &output)
        }
        #expect(output == whole.samples, "\(from) to \(to) Hz in blocks of \(frames)")
      }
    }
  }

  @Test func channelsDoNotMix() throws {
    let samples = soundFixture(frames: 3000, channels: 3)
    let together = try SoundClip(sampleRate: 22050, channels: 3, samples: samples)
      .resampled(to: 16000)
    for channel in 0..<3 {
      let alone = try SoundClip(
        sampleRate: 22050, channels: 1,
        samples: stride(from: channel, to: samples.count, by: 3).map { samples[$0] }
      ).resampled(to: 16000)
      let one = stride(from: channel, to: together.samples.count, by: 3).map {
        together.samples[$0]
      }
      #expect(one == alone.samples)
    }
  }

  @Test func theLengthIsTheShareOfTheRatesRounded() throws {
    for (count, from, to, expected) in [
      (44100, 44100, 16000, 16000), (1, 48000, 8000, 0), (3, 48000, 8000, 1), (2, 48000, 8000, 0),
      (1, 8000, 16000, 2), (1001, 22050, 16000, 726), (0, 8000, 16000, 0), (1, 100, 25600, 256),
    ] {
      let clip = SoundClip(
        sampleRate: from, channels: 1, samples: [Float](repeating: 0.5, count: count))
      #expect(try clip.resampled(to: to).frames == expected, "\(count) from \(from) to \(to) Hz")
    }
  }

  @Test func ratesThatAreTooFarApartAreRefused() throws {
    #expect(throws: ResamplingError.tooFarApart(from: 100, to: 25601)) {
      try Resampler(from: 100, to: 25601, channels: 1)
    }
    #expect(throws: ResamplingError.tooFarApart(from: 25601, to: 100)) {
      try Resampler(from: 25601, to: 100, channels: 1)
    }
    _ = try Resampler(from: 25600, to: 100, channels: 128)
  }
}
