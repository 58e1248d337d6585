import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitSound

/// What a front end can be, given or read from a model file.
struct SoundFrontEndSettingsTests {
  private func frontEnd(
    _ form: SoundFrontEnd.Form = .waveform, rate: Int = 8000, window: Int = 8000,
    channels: Int? = nil, silence: Double? = nil, spectrum: MelSpectrogram? = nil
  ) throws -> SoundFrontEnd {
    try SoundFrontEnd(
      form: form, sampleRate: rate, windowLength: window, channels: channels, silence: silence,
      spectrum: spectrum)
  }

  private func spectrum(
    frame: Int = 256, hop: Int = 80, bands: Int = 8, isCentred: Bool = true
  ) throws -> MelSpectrogram {
    try MelSpectrogram(
      sampleRate: 8000,
      transform: ShortTimeFourierTransform(
        frameLength: frame, hopLength: hop, isCentred: isCentred), bands: bands)
  }

  private func expectRefused(
    _ name: String, _ found: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ make: () throws -> SoundFrontEnd
  ) {
    let error = #expect(throws: SoundFrontEndError.self, sourceLocation: sourceLocation) {
      try make()
    }
    guard case .setting(name, found, let expected) = error else {
      Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
      return
    }
    #expect(error?.category == .badData)
    #expect(
      error?.description == "the sound setting \(name) is \(found); it must be \(expected)")
  }

  @Test func settingsThatCannotBeAreRefusedByName() throws {
    for rate in [0, -1, 99, 768_001, .max, .min] {
      expectRefused("sampleRate", "\(rate)") { try frontEnd(rate: rate) }
    }
    for window in [0, -1, 1 << 24 + 1, .max, .min] {
      expectRefused("windowLength", "\(window)") { try frontEnd(window: window) }
      expectRefused("windowLength", "\(window)") {
        try frontEnd(.frames, window: window, spectrum: spectrum())
      }
    }
    for channels in [0, -1, 65, .max, .min] {
      expectRefused("channels", "\(channels)") { try frontEnd(channels: channels) }
    }
    for silence in [0, -1, 200.1, .infinity, .nan] {
      expectRefused("silence", "\(silence)") { try frontEnd(silence: silence) }
    }
    expectRefused("spectrum", "none") { try frontEnd(.frames) }
    expectRefused("spectrum", "none") { try frontEnd(.spectrogram) }
    expectRefused("spectrum", "one") { try frontEnd(spectrum: spectrum()) }
    expectRefused("spectrum's rate", "8000.0") {
      try frontEnd(.frames, rate: 16_000, spectrum: spectrum())
    }
  }

  @Test func windowsHoldAFrame() throws {
    // Frames that reach beyond the ends of a window need no more than a sample of it.
    #expect(
      try frontEnd(.frames, window: 1, spectrum: spectrum()).inputShape.extent == [1])
    let inside = try spectrum(isCentred: false)
    #expect(try frontEnd(.frames, window: 256, spectrum: inside).inputShape.extent == [1])
    for window in [1, 255] {
      expectRefused("windowLength", "\(window)") {
        try frontEnd(.spectrogram, window: window, spectrum: inside)
      }
    }
  }

  /// Where they do not, there is no axis to draw them on.
  @Test func bandsLieApart() throws {
    let narrow = try MelSpectrogram(
      sampleRate: 8000, transform: ShortTimeFourierTransform(frameLength: 256), bands: 8,
      lowest: 100, highest: 100.0.nextUp)
    expectRefused("highest", "\(100.0.nextUp)") { try frontEnd(.frames, spectrum: narrow) }
  }

  @Test func inputsFitIntoMemory() throws {
    let (window, dense) = (1 << 24, try spectrum(hop: 1, bands: 4096))
    expectRefused("size", "16777217×4096") {
      try frontEnd(.frames, window: window, spectrum: dense)
    }
    expectRefused("size", "16777216×17") { try frontEnd(window: window, channels: 17) }
    #expect(try frontEnd(window: window, channels: 16).inputShape.extent == [window])
  }

  static let several = Result {
    try [
      SoundFrontEnd.small(), .small(.frames, channels: 2, level: .normalized, silence: 40.5),
      .small(.spectrogram, normalization: .band), .small(.spectrogram, normalization: .window),
      SoundFrontEnd(
        form: .waveform, sampleRate: 44_100, windowLength: 7, readsAnyContainer: true),
    ]
  }

  private func text(_ frontEnd: SoundFrontEnd) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(frontEnd), as: UTF8.self)
  }

  private func decoded(_ text: String) throws -> SoundFrontEnd {
    try JSONDecoder().decode(SoundFrontEnd.self, from: Data(text.utf8))
  }

  @Test func whatIsStoredIsReadAgain() throws {
    let all = try Self.several.get()
    for (index, frontEnd) in all.enumerated() {
      let read = try decoded(text(frontEnd))
      #expect(all.map { $0 == read } == all.indices.map { $0 == index })
      #expect(try text(read) == text(frontEnd))
    }
  }

  @Test func everySettingTellsTwoApart() throws {
    let stored = try text(.small(.frames, channels: 2, level: .normalized, silence: 40))
    let one = try decoded(stored)
    for (old, new) in [
      (#""form":"frames""#, #""form":"spectrogram""#),
      (#""windowLength":800"#, #""windowLength":801"#),
      (#""channels":2"#, #""channels":3"#), (#""channels":2,"#, ""),
      (#""level":"normalized""#, #""level":"kept""#), (#""silence":40"#, #""silence":41"#),
      (#""silence":40,"#, ""), (#""bands":8"#, #""bands":9"#),
      (#""normalization":"none""#, #""normalization":"band""#),
      (#""readsAnyContainer":false"#, #""readsAnyContainer":true"#),
    ] {
      let changed = stored.replacing(old, with: new)
      try #require(changed != stored, "\(old) in \(stored)")
      #expect(try decoded(changed) != one, "\(new)")
    }
  }

  /// A model file that lies gives an error, whatever is in it.
  @Test func hostileSettingsAreErrors() throws {
    let stored = try text(.small(.frames, channels: 2, silence: 40))
    for (old, new) in [
      (#""form":"frames""#, #""form":"smell""#), (#""form":"frames""#, #""form":7"#),
      (#""form":"frames""#, #""form":"waveform""#), (#""level":"kept""#, #""level":"loud""#),
      (#""normalization":"none""#, #""normalization":"all""#),
      (#""normalization":"none""#, #""normalization":null"#),
      (#""windowLength":800"#, #""windowLength":0"#),
      (#""windowLength":800"#, #""windowLength":-800"#),
      (#""windowLength":800"#, #""windowLength":9223372036854775807"#),
      (#""windowLength":800"#, #""windowLength":1e300"#),
      (#""windowLength":800"#, #""windowLength":0.5"#),
      (#""channels":2"#, #""channels":0"#), (#""channels":2"#, #""channels":-1"#),
      (#""channels":2"#, #""channels":1000000000000"#), (#""silence":40"#, #""silence":0"#),
      (#""silence":40"#, #""silence":-1e308"#), (#""silence":40"#, #""silence":"loud""#),
      (#""sampleRate":8000"#, #""sampleRate":0"#), (#""sampleRate":8000"#, #""sampleRate":-8000"#),
      (#""sampleRate":8000"#, #""sampleRate":9223372036854775807"#),
      (#""sampleRate":8000"#, #""sampleRate":"fast""#),
      (#""bands":8"#, #""bands":0"#), (#""bands":8"#, #""bands":4611686018427387904"#),
      (#""frameLength":256"#, #""frameLength":1"#),
      (#""frameLength":256"#, #""frameLength":-9223372036854775808"#),
      (#""frameLength":256"#, #""frameLength":1099511627776"#),
      (#""hopLength":80"#, #""hopLength":0"#), (#""hopLength":80"#, #""hopLength":-80"#),
      (#""spectrum":{"#, #""spectre":{"#), (#""readsAnyContainer":false"#, #""reads":false"#),
    ] {
      let changed = stored.replacing(old, with: new)
      try #require(changed != stored, "\(old) in \(stored)")
      #expect(throws: (any Error).self, "\(new)") { try decoded(changed) }
    }
  }
}
