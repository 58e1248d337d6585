import ConvKitCore
import ConvKitSound
import Foundation
import Testing

/// Against librosa 0.11, over signals and settings.
@Suite struct LibrosaTests {
  private let goldens: LibrosaGoldens

  init() throws { goldens = try LibrosaGoldens.read() }

  private func describe(_ golden: LibrosaGoldens.Spectrogram) -> Comment {
    "\(golden.signal), \(golden.spectrogram.transform), \(golden.spectrogram.filters.bands) bands"
  }

  /// Within `bound` times the largest value, in each value, in the largest and, by value, in the sum.
  private func expectAlike(
    _ found: Tensor<Float>, _ golden: LibrosaGoldens.Result, within bound: Double,
    _ comment: Comment, location: SourceLocation = #_sourceLocation
  ) {
    #expect(found.shape == golden.shape, comment, sourceLocation: location)
    guard found.shape == golden.shape else { return }
    let allowed = bound * golden.largest
    for (place, value) in zip(golden.places, golden.values) {
      #expect(
        abs(Double(found.elements[place]) - value) <= allowed, comment, sourceLocation: location)
    }
    #expect(
      abs(Double(found.elements.max()!) - golden.largest) <= allowed, comment,
      sourceLocation: location)
    let sum = found.elements.reduce(0) { $0 + Double($1) }
    #expect(abs(sum - golden.sum) <= bound * golden.sum, comment, sourceLocation: location)
  }

  /// Within 0.01 dB down to 80 dB below the loudest, and what lies lower there lies lower here.
  private func expectAlike(
    levels found: Tensor<Float>, _ golden: LibrosaGoldens.Result, _ comment: Comment,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(found.shape == golden.shape, comment, sourceLocation: location)
    guard found.shape == golden.shape else { return }
    let bottom = golden.largest - 80
    for (place, value) in zip(golden.places, golden.values) {
      let level = Double(found.elements[place])
      #expect(
        value < bottom ? level < bottom + 0.01 : abs(level - value) <= 0.01, comment,
        sourceLocation: location)
    }
    #expect(
      abs(Double(found.elements.max()!) - golden.largest) <= 0.01, comment,
      sourceLocation: location)
  }

  private func compare(_ golden: LibrosaGoldens.Spectrogram) throws -> Bool {
    guard let samples = try GoldenSignal.samples(golden.signal, count: golden.length) else {
      return false
    }
    let comment = describe(golden)
    #expect(samples.count == golden.length, comment)
    let powers = try golden.spectrogram.transform.powers(of: samples)
    expectAlike(powers, golden.powers, within: 1e-4, comment)
    expectAlike(levels: try Decibels().levels(of: powers), golden.binLevels, comment)
    let bands = try golden.spectrogram.values(of: samples)
    expectAlike(bands, golden.bands, within: 1e-4, comment)
    expectAlike(levels: golden.decibels.levels(of: bands), golden.levels, comment)
    let cepstral = try CepstralCoefficients(
      spectrogram: golden.spectrogram, decibels: Decibels(of: golden.spectrogram.quantity),
      count: golden.count, lifter: golden.lifter)
    let coefficients = try cepstral.coefficients(of: samples)
    #expect(coefficients.shape == golden.cepstrum.shape, comment)
    for (place, value) in zip(golden.cepstrum.places, golden.cepstrum.values) {
      #expect(abs(Double(coefficients.elements[place]) - value) <= 1e-2, comment)
    }
    return true
  }

  @Test func spectrogramsOfMadeSignalsAreLibrosas() throws {
    let made = goldens.spectrograms.filter { !$0.signal.hasSuffix(".wav") }
    #expect(made.count == 180)
    for golden in made { #expect(try compare(golden)) }
  }

  @Test func spectrogramsOfSpokenDigitsAreLibrosas() throws {
    guard FileManager.default.fileExists(atPath: GoldenSignal.recordings.path) else {
      print("skipped: there is no \(GoldenSignal.recordings.path)")
      return
    }
    let spoken = goldens.spectrograms.filter { $0.signal.hasSuffix(".wav") }
    #expect(Set(spoken.map(\.signal)).count == 20)
    for golden in spoken { #expect(try compare(golden)) }
  }

  @Test func everyValueOfSmallSpectrogramsIsLibrosas() throws {
    #expect(goldens.small.count == 9)
    for golden in goldens.small {
      #expect(golden.powers.values.count == golden.powers.shape.reduce(1, *))
      #expect(try compare(golden))
    }
  }

  @Test func filtersAreLibrosas() throws {
    for golden in goldens.filters {
      let filters = try MelFilters(
        sampleRate: golden.sampleRate, frameLength: golden.frameLength, bands: golden.bands,
        lowest: golden.lowest, highest: golden.highest, scale: golden.scale,
        normalization: golden.normalization)
      let weights = filters.weights
      #expect(weights.shape == [golden.bands, golden.frameLength / 2 + 1])
      var empty: [Int] = []
      for band in 0..<golden.bands {
        let row = weights.elements[band * filters.bins..<(band + 1) * filters.bins].map(Double.init)
        let largest = row.max()!
        #expect(abs(largest - golden.largest[band]) <= 1e-6 * golden.largest[band])
        #expect(abs(row.reduce(0, +) - golden.sums[band]) <= 1e-6 * golden.sums[band])
        if largest == 0 { empty.append(band) }
        // Two neighbours of a middle that lies between them may be equally bright.
        #expect(row[golden.brightest[band]] >= largest * (1 - 1e-6))
        #expect(row.count { $0 > 1e-12 * max(largest, 1) } == golden.counts[band])
      }
      #expect(filters.emptyBands == empty)
    }
    let narrow = try MelFilters(sampleRate: 8000, frameLength: 64, bands: 40)
    #expect(!narrow.emptyBands.isEmpty)
  }

  @Test func inversesAreLibrosas() throws {
    #expect(goldens.inverses.count == 48)
    for golden in goldens.inverses {
      var spectrum = try golden.transform.spectrum(of: GoldenSignal.noise(golden.length))
      let bins = spectrum.shape[1]
      for place in spectrum.elements.indices where place % bins % 3 == 0 {
        spectrum.elements[place] = .zero
      }
      let samples = try golden.transform.samples(of: spectrum, count: golden.count)
      #expect(samples.count == golden.samples)
      for (place, value) in zip(golden.places, golden.values) {
        #expect(abs(Double(samples[place]) - value) <= 1e-5, "\(golden.transform) at \(place)")
      }
    }
  }

  @Test func scalesAreLibrosas() throws {
    let scale = goldens.scale
    func expectClose(_ found: Double, _ expected: Double) {
      #expect(abs(found - expected) <= 1e-10 * max(1, expected))
    }
    for (place, hertz) in scale.hertz.enumerated() {
      expectClose(MelScale.slaney.mels(ofHertz: hertz), scale.slaney[place])
      expectClose(MelScale.htk.mels(ofHertz: hertz), scale.htk[place])
      expectClose(MelScale.slaney.hertz(ofMels: scale.slaney[place]), hertz)
      expectClose(MelScale.htk.hertz(ofMels: scale.htk[place]), hertz)
    }
    for (kind, expected) in [
      (MelScale.slaney, scale.slaneyMiddles), (.htk, scale.htkMiddles),
    ] {
      let found = kind.frequencies(count: 12, lowest: 50, highest: 7000)
      #expect(found.count == 12)
      for (found, expected) in zip(found, expected) { expectClose(found, expected) }
    }
  }
}
