import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitSound

struct SoundFrontEndFittingTests {
  private let folder: ClipFolder

  init() throws { folder = try ClipFolder() }

  /// Clips of silence, so many samples long.
  private func clips(
    _ counts: [Int], rate: Int = 8000, channels: Int = 1, _ name: String = ""
  ) throws -> [Item] {
    try counts.enumerated().map { number, count in
      try folder.clip(
        [Float](repeating: 0, count: count * channels), rate: rate, channels: channels,
        "\(name)\(rate)-\(channels)-\(number).wav")
    }
  }

  @Test func theRateIsThatOfMostClips() throws {
    let (slow, fast) = (
      try clips([800, 800]), try clips([3200, 3200, 3200], rate: 16_000)
    )
    #expect(try SoundFrontEnd.fitted(to: slow + fast).sampleRate == 16_000)
    // Of two that are as frequent the lower one, in whatever order they come.
    #expect(try SoundFrontEnd.fitted(to: slow + fast.dropLast()).sampleRate == 8000)
    #expect(try SoundFrontEnd.fitted(to: fast.dropLast() + slow).sampleRate == 8000)
  }

  @Test func theWindowHoldsNineteenOfTwentyClips() throws {
    let usual = try clips(Array(repeating: 4000, count: 19))
    let long = try clips([16_000, 16_001], "long")
    #expect(try SoundFrontEnd.fitted(to: usual + long.prefix(1)).windowLength == 4000)
    #expect(try SoundFrontEnd.fitted(to: usual.dropLast() + long).windowLength == 16_000)
    // In seconds, of whatever rate.
    let fast = try clips([8820], rate: 44_100)
    var choices = SoundFrontEnd.Choices()
    choices.sampleRate = 8000
    #expect(try SoundFrontEnd.fitted(to: fast, choices: choices).windowLength == 1600)
  }

  @Test(arguments: [(1, 800), (799, 800), (801, 801), (80_000, 80_000), (100_000, 80_000)])
  func theWindowIsATenthOfASecondToTenSeconds(count: Int, window: Int) throws {
    #expect(try SoundFrontEnd.fitted(to: clips([count])).windowLength == window)
  }

  @Test func whatIsNotChosenSuitsClips() throws {
    let frontEnd = try SoundFrontEnd.fitted(to: clips([4000]))
    #expect(frontEnd.form == .spectrogram && frontEnd.channels == nil && frontEnd.silence == nil)
    #expect(frontEnd.level == .normalized && !frontEnd.readsAnyContainer)
    let spectrum = try #require(frontEnd.spectrum)
    // Frames of 32 ms every 10 ms.
    #expect(spectrum.transform.frameLength == 256 && spectrum.transform.hopLength == 80)
    #expect(spectrum.filters.bands == 64 && spectrum.filters.scale == .slaney)
    #expect(spectrum.filters.lowest == 20 && spectrum.filters.highest == 4000)
    #expect(frontEnd.inputShape == InputShape(extent: [51, 64], content: .values(channels: 1)))
  }

  /// Rates whose 32 ms are no length that is transformed fast.
  @Test(arguments: [100, 1000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
  func framesAreOfALengthThatIsFast(rate: Int) throws {
    let spectrum = try #require(
      try SoundFrontEnd.fitted(to: clips([rate], rate: rate)).spectrum)
    var rest = spectrum.transform.frameLength
    #expect(rest.isMultiple(of: 2))
    let wanted = 0.032 * Double(rate)
    #expect(Double(rest) < wanted + 0.5)
    #expect(Double(rest) >= (rate < 2000 ? 2 : wanted * 8 / 9), "\(rest) of \(wanted)")
    for factor in [2, 3, 5] { while rest.isMultiple(of: factor) { rest /= factor } }
    #expect(rest == 1)
  }

  @Test func choicesWin() throws {
    var choices = SoundFrontEnd.Choices()
    choices.form = .frames
    choices.sampleRate = 16_000
    choices.window = 0.25
    choices.frame = 0.064
    choices.hop = 0.02
    choices.bands = 32
    choices.scale = .htk
    choices.lowest = 50
    choices.highest = 3000
    choices.level = .kept
    choices.normalization = .band
    choices.silence = 30
    choices.readsAnyContainer = true
    let found = try SoundFrontEnd.fitted(to: clips([4000]), choices: choices)
    let expected = try SoundFrontEnd(
      form: .frames, sampleRate: 16_000, windowLength: 4000, level: .kept, silence: 30,
      spectrum: MelSpectrogram(
        sampleRate: 16_000,
        transform: ShortTimeFourierTransform(frameLength: 1024, hopLength: 320), bands: 32,
        lowest: 50, highest: 3000, scale: .htk),
      normalization: .band, readsAnyContainer: true)
    #expect(found == expected)
    choices.form = .waveform
    let waveform = try SoundFrontEnd.fitted(to: clips([4000]), choices: choices)
    #expect(waveform.spectrum == nil && waveform.normalization == .none)
    #expect(waveform.inputShape == InputShape(extent: [4000], content: .values(channels: 1)))
  }

  /// A window shorter than a frame is as long as one.
  @Test func aWindowHoldsAFrame() throws {
    var choices = SoundFrontEnd.Choices()
    choices.window = 0.001
    #expect(try SoundFrontEnd.fitted(to: clips([4000]), choices: choices).windowLength == 256)
    choices.form = .waveform
    #expect(try SoundFrontEnd.fitted(to: clips([4000]), choices: choices).windowLength == 8)
  }

  @Test func asManyChannelsAsMostClipsHaveAreKept() throws {
    var choices = SoundFrontEnd.Choices()
    choices.keepsChannels = true
    let (mono, stereo) = (try clips([800, 800]), try clips([800, 800, 800], channels: 2))
    #expect(try SoundFrontEnd.fitted(to: mono + stereo, choices: choices).channels == 2)
    #expect(try SoundFrontEnd.fitted(to: stereo + mono).channels == nil)
    #expect(
      try SoundFrontEnd.fitted(to: mono + stereo.prefix(1), choices: choices).channels == 1)
  }

  @Test func whatCannotBeReadIsPassedOver() throws {
    let good = try clips([4000])
    let bad: [Item] = [
      .text("meow"), .array(NumberArray(shape: [1], bytes: [1])), .file("\(folder.path)/missing"),
      try folder.file([1, 2, 3], "noise.wav"),
    ]
    #expect(try SoundFrontEnd.fitted(to: bad + good) == .fitted(to: good))
    let error = #expect(throws: SoundFrontEndError.self) { try SoundFrontEnd.fitted(to: bad) }
    #expect(
      error == .nothingReadable(count: 4, first: SoundFrontEndError.notAFile.description))
    #expect(error?.description.contains("none of the 4 clips") == true)
    let nothing = #expect(throws: SoundFrontEndError.self) { try SoundFrontEnd.fitted(to: []) }
    #expect(nothing == .nothingReadable(count: 0, first: ""))
    #expect(nothing?.description.contains("at least one") == true)
    #expect(nothing?.category == .badData)
  }

  @Test func choicesThatCannotBeAreRefusedByName() throws {
    let items = try clips([4000])
    let settings: [(String, @Sendable (inout SoundFrontEnd.Choices) -> Void)] = [
      ("window", { $0.window = 0 }), ("window", { $0.window = -1 }),
      ("window", { $0.window = .nan }), ("window", { $0.window = .infinity }),
      ("window", { $0.window = 1e300 }), ("frame", { $0.frame = 0 }),
      ("frame", { $0.frame = -.infinity }), ("frame", { $0.frame = .nan }),
      ("frameLength", { $0.frame = 200 }), ("hop", { $0.hop = 0 }), ("hop", { $0.hop = 1e10 }),
      ("bands", { $0.bands = 0 }), ("bands", { $0.bands = 1 << 40 }),
      ("lowest", { $0.lowest = -1 }), ("lowest", { $0.lowest = 4000 }),
      ("highest", { $0.highest = 20 }), ("highest", { $0.highest = 4001 }),
      ("highest", { $0.highest = .nan }), ("silence", { $0.silence = 0 }),
    ]
    for (name, choose) in settings {
      var choices = SoundFrontEnd.Choices()
      choose(&choices)
      let error = #expect(throws: (any Error).self) {
        try SoundFrontEnd.fitted(to: items, choices: choices)
      }
      let text = (error as? any ReportableError)?.description
      #expect(text?.hasPrefix("the sound setting \(name) is ") == true, "\(name): \(text ?? "")")
    }
    for rate in [0, -1, 99, 768_001, .max, .min] {
      for form in SoundFrontEnd.Form.allCases {
        var choices = SoundFrontEnd.Choices()
        choices.sampleRate = rate
        choices.form = form
        #expect(throws: SoundFrontEndError.self) {
          try SoundFrontEnd.fitted(to: items, choices: choices)
        }
      }
    }
  }

  @Test func decodingReadsWhateverCanBeRead() throws {
    let frontEnd = try SoundFrontEnd.decoding(SoundFrontEnd.Choices())
    #expect(try !frontEnd.inputs(of: clips([10], rate: 44_100, channels: 3)[0]).isEmpty)
    #expect(throws: SoundFileError.self) { try frontEnd.inputs(of: folder.file([1], "bad.wav")) }
  }
}
