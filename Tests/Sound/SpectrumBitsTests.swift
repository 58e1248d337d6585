import ConvKitCore
import Testing

@testable import ConvKitSound

/// The same bits whatever else is computed, on whichever thread and with whichever kernels.
@Suite struct SpectrumBitsTests {
  /// Of every size of batch, and an odd one.
  private static let frameLengths = [16, 97, 100, 128, 200, 256, 300, 333, 512, 1024, 2048]

  private static func mel(_ length: Int, quantity: SpectralQuantity = .power) throws
    -> MelSpectrogram
  {
    try MelSpectrogram(
      sampleRate: 8000, transform: ShortTimeFourierTransform(frameLength: length), bands: 24,
      quantity: quantity)
  }

  private static func values(
    _ spectrogram: MelSpectrogram, _ samples: [Float], _ instructionSet: InstructionSet
  ) -> [UInt32] {
    let workspace = MelSpectrogram.Workspace(spectrogram, instructionSet: instructionSet)
    let frames = spectrogram.transform.frameCount(samples: samples.count)
    var values = [Float](repeating: .nan, count: frames * spectrogram.filters.bands)
    values.withUnsafeMutableBufferPointer { values in
      samples.withUnsafeBufferPointer { workspace.values(of: $0, to: values) }
    }
    return values.map(\.bitPattern)
  }

  @Test func aFrameDependsOnItsSamplesAlone() throws {
    for length in Self.frameLengths {
      let transform = try ShortTimeFourierTransform(frameLength: length, isCentred: false)
      let samples = GoldenSignal.noise(length + 40 * transform.hopLength)
      let powers = try transform.powers(of: samples)
      let spectrum = try transform.spectrum(of: samples)
      let bins = transform.bins
      for frame in 0..<powers.shape[0] {
        let start = frame * transform.hopLength
        let alone = Array(samples[start..<start + length])
        let places = frame * bins..<(frame + 1) * bins
        #expect(try transform.powers(of: alone).elements == Array(powers.elements[places]))
        #expect(try transform.spectrum(of: alone).elements == Array(spectrum.elements[places]))
      }
    }
  }

  @Test func aBandDependsOnItsFrameAlone() throws {
    for length in Self.frameLengths {
      let transform = try ShortTimeFourierTransform(frameLength: length, isCentred: false)
      let mel = try MelSpectrogram(sampleRate: 8000, transform: transform, bands: 24)
      let cepstral = try CepstralCoefficients(
        spectrogram: mel, decibels: Decibels(range: nil), count: 9)
      let samples = GoldenSignal.noise(length + 20 * transform.hopLength)
      let values = try mel.values(of: samples).elements
      let coefficients = try cepstral.coefficients(of: samples).elements
      for frame in 0...20 {
        let start = frame * transform.hopLength
        let alone = Array(samples[start..<start + length])
        #expect(try mel.values(of: alone).elements == Array(values[frame * 24..<frame * 24 + 24]))
        #expect(
          try cepstral.coefficients(of: alone).elements
            == Array(coefficients[frame * 9..<frame * 9 + 9]))
      }
    }
  }

  /// A clip before it, also one of denormal numbers, leaves nothing behind.
  @Test func aWorkspaceForgets() throws {
    for length in Self.frameLengths {
      let spectrogram = try Self.mel(length)
      let workspace = MelSpectrogram.Workspace(spectrogram)
      func values(_ samples: [Float]) -> [Float] {
        let frames = spectrogram.transform.frameCount(samples: samples.count)
        var values = [Float](repeating: .nan, count: frames * 24)
        values.withUnsafeMutableBufferPointer { values in
          samples.withUnsafeBufferPointer { workspace.values(of: $0, to: values) }
        }
        return values
      }
      let sounds = [
        GoldenSignal.noise(1777), [], [Float](repeating: .leastNonzeroMagnitude, count: 900),
        [Float](repeating: .nan, count: 1200), GoldenSignal.noise(3, seed: 7),
        GoldenSignal.noise(1777),
      ]
      for sound in sounds where !sound.contains(where: \.isNaN) {
        let first = values(sound)
        for other in sounds { _ = values(other) }
        #expect(values(sound) == first)
        #expect(first.allSatisfy { !$0.isNaN })
      }
    }
  }

  @Test func everyInstructionSetGivesTheSameBits() throws {
    for length in Self.frameLengths {
      for quantity in SpectralQuantity.allCases {
        let spectrogram = try Self.mel(length, quantity: quantity)
        let samples = GoldenSignal.noise(5 * length + 3)
        let expected = Self.values(spectrogram, samples, InstructionSet.available[0])
        for other in InstructionSet.available {
          #expect(Self.values(spectrogram, samples, other) == expected, "\(length), \(other.name)")
        }
      }
    }
    let values = (0..<1000).map {
      Float(sign: .plus, exponent: $0 / 4 - 126, significand: 1 + Float($0 % 4) * 0.23)
    }
    let levels = InstructionSet.available.map { set in
      var levels = [Float](repeating: 0, count: values.count)
      set.kernels.pointee.decibels(values.count, 1e-30, values, &levels)
      return levels.map(\.bitPattern)
    }
    #expect(levels.allSatisfy { $0 == levels[0] })
  }

  @Test func everyThreadGivesTheSameBits() throws {
    // A length that nothing else has planned, so that the threads also meet in the planner.
    let samples = GoldenSignal.noise(6000)
    let workers = try Workers(count: 4)
    for length in [334, 336, 338, 339] {
      nonisolated(unsafe) var results = [[Float]](repeating: [], count: 16)
      results.withUnsafeMutableBufferPointer { results in
        nonisolated(unsafe) let results = results
        workers.run(items: 16) { _, item in
          results[item] = (try? Self.mel(length).values(of: samples).elements) ?? []
        }
      }
      let here = try Self.mel(length).values(of: samples).elements
      for result in results { #expect(result == here) }
    }
  }
}
