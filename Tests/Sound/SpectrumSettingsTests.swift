import ConvKitCore
import ConvKitSound
import Foundation
import Testing

@Suite struct SpectrumSettingsTests {
  private func expectRoundTrip<Value: Codable & Equatable>(_ value: Value) throws {
    let encoded = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(Value.self, from: encoded) == value)
  }

  @Test func settingsAreWrittenAndReadAgain() throws {
    let transforms = [
      try ShortTimeFourierTransform(),
      try ShortTimeFourierTransform(
        frameLength: 333, hopLength: 7, windowLength: 120, window: .blackman, isCentred: false,
        padding: .symmetric),
    ]
    for transform in transforms {
      try expectRoundTrip(transform)
      let spectrogram = try MelSpectrogram(
        sampleRate: 8000.5, transform: transform, bands: 30, lowest: 20, highest: 3900.25,
        scale: .htk, normalization: .none, quantity: .magnitude)
      try expectRoundTrip(spectrogram)
      for reference in [Decibels.Reference.loudest, .value(0.125)] {
        for range in [nil, 60] as [Float?] {
          let decibels = try Decibels(of: .magnitude, reference: reference, range: range)
          try expectRoundTrip(decibels)
          try expectRoundTrip(
            CepstralCoefficients(
              spectrogram: spectrogram, decibels: decibels, count: 11, lifter: 22))
        }
      }
    }
    #expect(transforms[0] != transforms[1])
    #expect(transforms[1].hopLength == 7 && transforms[1].windowLength == 120)
  }

  @Test func defaultsAreLibrosas() throws {
    let cepstral = try CepstralCoefficients()
    let transform = cepstral.spectrogram.transform
    #expect(transform.frameLength == 2048 && transform.hopLength == 512)
    #expect(transform.windowLength == 2048 && transform.window == .hann)
    #expect(transform.isCentred && transform.padding == .zeros)
    let filters = cepstral.spectrogram.filters
    #expect(filters.sampleRate == 22_050 && filters.bands == 128)
    #expect(filters.lowest == 0 && filters.highest == 11_025)
    #expect(filters.scale == .slaney && filters.normalization == .area)
    #expect(cepstral.spectrogram.quantity == .power)
    #expect(cepstral.count == 20 && cepstral.lifter == 0)
    let decibels = cepstral.decibels
    #expect(decibels.quantity == .power && decibels.reference == .value(1))
    #expect(decibels.least == 1e-10 && decibels.range == 80)
    #expect(try Decibels(of: .magnitude).least == 1e-5)
    #expect(try ShortTimeFourierTransform(frameLength: 2).hopLength == 1)
  }

  private static let transform = """
    {"frameLength": 64, "hopLength": 16, "windowLength": 64, "window": "hann", "isCentred": true, \
    "padding": "zeros"}
    """

  private static let decibels = """
    {"quantity": "power", "reference": "loudest", "least": 1e-10, "range": 80}
    """

  private static let spectrogram = """
    {"sampleRate": 8000, "transform": \(transform), "bands": 20, "lowest": 0, "highest": 4000, \
    "scale": "slaney", "normalization": "area", "quantity": "power"}
    """

  private static let cepstral = """
    {"spectrogram": \(spectrogram), "decibels": \(decibels), "count": 13, "lifter": 0}
    """

  /// A setting, and values that it cannot have.
  private static let hostile: [(name: String, good: String, bad: [String])] = [
    ("frameLength", "64", ["0", "1", "-64", "1048577", "9223372036854775807"]),
    ("hopLength", "16", ["0", "-1", "1048577", "9223372036854775807"]),
    ("windowLength", "64", ["0", "65", "-9223372036854775808"]),
    ("window", "\"hann\"", ["\"kaiser\"", "\"\""]),
    ("padding", "\"zeros\"", ["\"wrap\""]),
    ("sampleRate", "8000", ["0", "-8000", "1e300", "0.5"]),
    ("bands", "20", ["0", "-1", "4097", "9223372036854775807"]),
    ("lowest", "0", ["-1", "4000", "1e308"]),
    ("highest", "4000", ["0", "-1", "4001", "1e308"]),
    ("scale", "\"slaney\"", ["\"bark\""]),
    ("normalization", "\"area\"", ["\"slaney\""]),
    ("quantity", "\"power\"", ["\"energy\""]),
    ("reference", "\"loudest\"", ["\"quietest\"", "0", "-1", "1e38"]),
    ("least", "1e-10", ["0", "-1", "1e-38", "1e38"]),
    ("range", "80", ["-1"]),
    ("count", "13", ["0", "21", "-3"]),
    ("lifter", "0", ["-1", "0.5", "1e7"]),
  ]

  @Test func hostileSettingsAreRefusedByName() throws {
    func decode(_ json: String) throws {
      _ = try JSONDecoder().decode(CepstralCoefficients.self, from: Data(json.utf8))
    }
    try decode(Self.cepstral)
    for (name, good, bad) in Self.hostile {
      let setting = "\"\(name)\": \(good)"
      #expect(Self.cepstral.contains(setting))
      for value in bad {
        let json = Self.cepstral.replacingOccurrences(of: setting, with: "\"\(name)\": \(value)")
        let error = #expect(throws: SpectrumError.self, "\(name) \(value)") { try decode(json) }
        guard case .setting(let found, _, let expected) = error else {
          Issue.record("\(name) \(value): \(String(describing: error))")
          continue
        }
        #expect(found == name && !expected.isEmpty)
        #expect(error!.description.contains(name) && error!.category == .badData)
      }
      #expect(throws: DecodingError.self, "\(name) of another type") {
        try decode(Self.cepstral.replacingOccurrences(of: setting, with: "\"\(name)\": [1]"))
      }
    }
  }

  @Test func numbersThatJSONCannotHoldAreRefused() {
    #expect(throws: SpectrumError.self) { try MelFilters(sampleRate: .nan) }
    #expect(throws: SpectrumError.self) { try MelFilters(sampleRate: 8000, lowest: .nan) }
    #expect(throws: SpectrumError.self) { try MelFilters(sampleRate: 8000, highest: .infinity) }
    #expect(throws: SpectrumError.self) { try Decibels(least: .nan) }
    #expect(throws: SpectrumError.self) { try Decibels(reference: .value(.nan)) }
    #expect(throws: SpectrumError.self) { try Decibels(range: .infinity) }
    #expect(throws: SpectrumError.self) { try CepstralCoefficients(lifter: .nan) }
  }

  /// The largest settings there are, over a scale so fine that corners round to one frequency.
  @Test func extremesAreTaken() throws {
    let filters = try MelFilters(
      sampleRate: 1e7, frameLength: 1 << 20, bands: 4096, lowest: 0, highest: 1e-9)
    #expect(filters.emptyBands.count == 4096)
    let narrow = try MelFilters(
      sampleRate: 1e7, frameLength: 2, bands: 4096, lowest: 4_999_999.9999, scale: .htk)
    #expect(narrow.emptyBands.count >= 4095)
    let transform = try ShortTimeFourierTransform(frameLength: 1 << 20)
    #expect(try transform.powers(of: [1]).elements.count == transform.bins)
    #expect(transform.frameCount(samples: .max / 2) > 0)
  }
}
