import ConvKitCore
import Foundation
import Testing

@testable import ConvKitSound

/// What a spectrum must be, whoever computes it.
@Suite struct SpectrumTests {
  /// Odd lengths, primes, powers of two, and such as fill no vector.
  static let frameLengths = [2, 3, 4, 7, 12, 16, 28, 30, 32, 50, 97, 100, 256, 400, 1000, 2048]

  private func sine(_ frequency: Double, rate: Double, count: Int) -> [Float] {
    (0..<count).map { Float(sin(2 * Double.pi * frequency * Double($0) / rate)) }
  }

  @Test func everyBinIsTheSumThatDefinesIt() throws {
    for length in Self.frameLengths where length <= 400 {
      for window in WindowFunction.allCases {
        let transform = try ShortTimeFourierTransform(
          frameLength: length, window: window, isCentred: false)
        let samples = GoldenSignal.noise(length, seed: UInt64(length))
        let spectrum = try transform.spectrum(of: samples)
        #expect(spectrum.shape == [1, length / 2 + 1])
        let weights = window.weights(length: length)
        // Errors of single precision grow with the root of the energy, which is below `length`.
        let bound = 1e-6 * Double(length).squareRoot()
        for bin in 0..<transform.bins {
          var (real, imaginary) = (0.0, 0.0)
          for place in 0..<length {
            let angle = 2 * Double.pi * Double(bin * place % length) / Double(length)
            real += Double(samples[place]) * weights[place] * cos(angle)
            imaginary -= Double(samples[place]) * weights[place] * sin(angle)
          }
          let found = spectrum.elements[bin]
          #expect(abs(Double(found.x) - real) <= bound, "\(length), \(window), bin \(bin)")
          #expect(abs(Double(found.y) - imaginary) <= bound, "\(length), \(window), bin \(bin)")
        }
      }
    }
  }

  @Test func aSinePeaksInItsBin() throws {
    let rate = 8000.0
    for length in [64, 100, 255, 256, 1000, 2048] {
      for bin in [3, length / 8, length / 3, length / 2 - 3] {
        let transform = try ShortTimeFourierTransform(frameLength: length, isCentred: false)
        let frequencies = transform.frequencies(sampleRate: rate)
        // A third of a bin beside the middle is still nearest to it.
        let frequency = frequencies[bin] + rate / Double(length) / 3
        let powers = try transform.powers(of: sine(frequency, rate: rate, count: 3 * length))
        for frame in 0..<powers.shape[0] {
          let row = powers.elements[frame * transform.bins..<(frame + 1) * transform.bins]
          #expect(row.firstIndex(of: row.max()!)! - row.startIndex == bin, "\(length), \(bin)")
        }
      }
    }
  }

  @Test func energyIsKept() throws {
    for length in Self.frameLengths {
      for window in [WindowFunction.rectangular, .hann] {
        let transform = try ShortTimeFourierTransform(
          frameLength: length, window: window, isCentred: false)
        let samples = GoldenSignal.noise(length, seed: 5)
        let powers = try transform.powers(of: samples)
        // Bins above half the rate mirror those below.
        var sum = 2 * powers.elements.reduce(0) { $0 + Double($1) } - Double(powers.elements[0])
        if length.isMultiple(of: 2) { sum -= Double(powers.elements[length / 2]) }
        let energy = zip(samples, window.weights(length: length)).reduce(0) {
          $0 + (Double($1.0) * $1.1) * (Double($1.0) * $1.1)
        }
        #expect(abs(sum / Double(length) - energy) <= 1e-6 * energy, "\(length), \(window)")
      }
    }
  }

  @Test func powersAndMagnitudesAreThoseOfTheSpectrum() throws {
    for length in Self.frameLengths {
      let transform = try ShortTimeFourierTransform(frameLength: length)
      let samples = GoldenSignal.noise(3 * length + 5)
      let spectrum = try transform.spectrum(of: samples)
      let powers = try transform.powers(of: samples)
      let magnitudes = try transform.magnitudes(of: samples)
      #expect(powers.elements == spectrum.elements.map { $0.x * $0.x + $0.y * $0.y })
      #expect(magnitudes.elements == powers.elements.map { $0.squareRoot() })
      #expect(magnitudes.shape == spectrum.shape)
    }
  }

  @Test func theInverseGivesTheSoundBack() throws {
    var random = RandomStream(seed: 3, purpose: .tests)
    var tried = 0
    for length in Self.frameLengths where length >= 4 {
      for isCentred in [true, false] {
        for window in WindowFunction.allCases {
          let windowLength = Int.random(in: length / 2 + 1...length, using: &random)
          // No sample lies between two windows, or where all are nearly 0.
          let hop = max(1, windowLength / Int.random(in: 3...5, using: &random))
          let transform = try ShortTimeFourierTransform(
            frameLength: length, hopLength: hop, windowLength: windowLength, window: window,
            isCentred: isCentred, padding: EdgePadding.allCases.randomElement(using: &random)!)
          let count = Int.random(in: 4 * length...6 * length, using: &random)
          let samples = GoldenSignal.noise(count, seed: UInt64(count))
          let back = try transform.samples(
            of: transform.spectrum(of: samples), count: isCentred ? count : nil)
          // Beyond the last whole hop there is no frame; without centring the ends fade.
          let ends = isCentred ? 0..<count - length : length..<back.count - length
          for place in ends {
            #expect(abs(back[place] - samples[place]) <= 1e-5, "\(transform) at \(place)")
          }
          tried += ends.count
        }
      }
    }
    #expect(tried > 10_000)
  }

  @Test func aSoundThatFitsItsFramesComesBackWhole() throws {
    for (length, hop) in [(256, 64), (400, 100), (2048, 512), (255, 51)] {
      let transform = try ShortTimeFourierTransform(frameLength: length, hopLength: hop)
      let samples = GoldenSignal.noise(hop * 40)
      let back = try transform.samples(of: transform.spectrum(of: samples), count: samples.count)
      for (found, expected) in zip(back, samples) { #expect(abs(found - expected) <= 1e-5) }
      #expect(back.count == samples.count)
      let longer = try transform.samples(
        of: transform.spectrum(of: samples), count: samples.count + 5 * length)
      #expect(longer.count == samples.count + 5 * length)
      #expect(longer.suffix(4 * length).allSatisfy { $0 == 0 })
    }
  }

  @Test func theSpectrumOfASumIsTheSumOfTheSpectra() throws {
    for length in [30, 97, 256, 1000] {
      let transform = try ShortTimeFourierTransform(frameLength: length)
      let (a, b) = (GoldenSignal.noise(2500, seed: 1), GoldenSignal.noise(2500, seed: 2))
      let (ofA, ofB) = (try transform.spectrum(of: a), try transform.spectrum(of: b))
      let both = try transform.spectrum(of: zip(a, b).map { $0 + 3 * $1 })
      let bound = 1e-5 * Float(length).squareRoot()
      for place in both.elements.indices {
        let gap = both.elements[place] - (ofA.elements[place] + 3 * ofB.elements[place])
        #expect(abs(gap.x) <= bound && abs(gap.y) <= bound)
      }
    }
  }

  @Test func aSoundShiftedByHopsHasItsFramesShifted() throws {
    for length in [97, 256, 400] {
      let transform = try ShortTimeFourierTransform(frameLength: length, isCentred: false)
      let samples = GoldenSignal.noise(4000)
      let shift = 3
      let whole = try transform.spectrum(of: samples)
      let later = try transform.spectrum(of: Array(samples[(shift * transform.hopLength)...]))
      #expect(later.shape[0] == whole.shape[0] - shift)
      #expect(Array(whole.elements[(shift * transform.bins)...]) == later.elements)
    }
  }

  @Test func frameCountsAreLibrosas() throws {
    // Samples, and the frames of 8 and of 9 samples, 2 apart; 0 where librosa refuses.
    let centred: [(Int, Int, Int)] = [(0, 1, 0), (1, 1, 1), (2, 2, 1), (3, 2, 2), (5, 3, 3)]
    let plain: [(Int, Int, Int)] = [(0, 0, 0), (7, 0, 0), (8, 1, 0), (9, 1, 1), (10, 2, 1)]
    for (isCentred, table) in [(true, centred), (false, plain)] {
      let even = try ShortTimeFourierTransform(frameLength: 8, isCentred: isCentred)
      let odd = try ShortTimeFourierTransform(frameLength: 9, isCentred: isCentred)
      for (samples, ofEight, ofNine) in table {
        #expect(even.frameCount(samples: samples) == ofEight, "\(samples)")
        #expect(odd.frameCount(samples: samples) == ofNine, "\(samples)")
        for (transform, frames) in [(even, ofEight), (odd, ofNine)] {
          let sound = [Float](repeating: 1, count: samples)
          if frames > 0 {
            #expect(try transform.powers(of: sound).shape == [frames, 5])
          } else {
            #expect(
              throws: SpectrumError.tooShort(
                samples: samples, needed: isCentred ? 1 : transform.frameLength)
            ) { try transform.powers(of: sound) }
          }
        }
      }
    }
    for padding in EdgePadding.allCases where padding != .zeros {
      let transform = try ShortTimeFourierTransform(frameLength: 8, padding: padding)
      #expect(transform.frameCount(samples: 0) == 0)
      #expect(transform.frameCount(samples: 1) == 1)
    }
    let transform = try ShortTimeFourierTransform()
    #expect(transform.times(frames: 3, sampleRate: 22_050) == [0, 512 / 22_050, 1024 / 22_050])
  }

  @Test func paddingGoesOnAsNumpysDoes() {
    let places = -5..<8
    let expected: [(EdgePadding, [Int?])] = [
      (.zeros, [nil, nil, nil, nil, nil, 0, 1, 2, nil, nil, nil, nil, nil]),
      (.edge, [0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2]),
      (.reflected, [1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1]),
      (.symmetric, [1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1]),
    ]
    for (padding, sources) in expected {
      #expect(places.map { padding.source(of: $0, count: 3) } == sources, "\(padding)")
    }
    #expect(EdgePadding.reflected.source(of: -4, count: 1) == 0)
  }

  @Test func whatIsNoSoundIsRefused() throws {
    let transform = try ShortTimeFourierTransform(frameLength: 16)
    for bad in [Float.nan, .infinity, -.infinity] {
      var samples = GoldenSignal.noise(100)
      samples[41] = bad
      #expect(throws: SpectrumError.notFinite(sample: 41)) { try transform.spectrum(of: samples) }
      #expect(throws: SpectrumError.notFinite(sample: 41)) { try transform.powers(of: samples) }
    }
    let fine = try ShortTimeFourierTransform(frameLength: 1 << 20, hopLength: 1)
    #expect(throws: SpectrumError.self) {
      try fine.powers(of: [Float](repeating: 0, count: 1 << 20))
    }
    #expect(
      throws: SpectrumError.wrongShape(
        found: [2, 8], expected: "[frames, 9] with at least one frame")
    ) {
      try transform.samples(of: Tensor(repeating: .zero, shape: [2, 8]))
    }
    #expect(throws: SpectrumError.self) {
      try transform.samples(of: Tensor(repeating: .zero, shape: [0, 9]))
    }
  }
}
