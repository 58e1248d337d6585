import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitSound

struct SoundFrontEndTests {
  private let folder: ClipFolder

  init() throws { folder = try ClipFolder() }

  @Test func shapesOfTheThreeForms() throws {
    // A frame every 80 samples, the first in the middle of sample 0.
    for (channels, count) in [(nil, 1), (1, 1), (2, 2)] as [(Int?, Int)] {
      #expect(
        try SoundFrontEnd.small(.waveform, channels: channels).inputShape
          == InputShape(extent: [800], content: .values(channels: count)))
      #expect(
        try SoundFrontEnd.small(.spectrogram, channels: channels).inputShape
          == InputShape(extent: [11, 8], content: .values(channels: count)))
      #expect(
        try SoundFrontEnd.small(.frames, channels: channels).inputShape
          == InputShape(extent: [11], content: .values(channels: 8 * count)))
    }
  }

  @Test(arguments: SoundFrontEnd.Form.allCases, [nil, 1, 2] as [Int?])
  func inputsHaveTheirShape(form: SoundFrontEnd.Form, channels: Int?) throws {
    let clip = try folder.clip(GoldenSignal.noise(2000), channels: channels ?? 2)
    let frontEnd = try SoundFrontEnd.small(form, channels: channels)
    let shape = frontEnd.inputShape
    guard case .values(let count) = shape.content else { return }
    for input in try frontEnd.inputs(of: clip) {
      #expect(input.tensor.shape == shape.extent + [count])
    }
  }

  @Test(arguments: [(1, 399), (300, 250), (301, 249), (799, 0), (800, 0)])
  func aShortClipStandsInTheMiddleOfSilence(count: Int, offset: Int) throws {
    let samples = GoldenSignal.noise(count)
    let inputs = try SoundFrontEnd.small().inputs(of: folder.clip(samples))
    let silence = [Float](repeating: 0, count: 800)
    #expect(
      inputs.map(\.values) == [silence[..<offset] + samples + silence[(offset + count)...]])
    #expect(inputs.map(\.place) == [0...Double(count) / 8000])
  }

  @Test func levelsBecomeOne() throws {
    // A root mean square of 1/4 over the clip, whatever silence stands around it; all exact.
    let samples = (0..<300).map { Float($0.isMultiple(of: 3) ? -0.25 : 0.25) }
    let values = try SoundFrontEnd.small(level: .normalized).values(of: folder.clip(samples))
    #expect(Array(values[250..<550]) == samples.map { 4 * $0 })
    #expect(try SoundFrontEnd.small().values(of: folder.clip(samples))[250] == -0.25)
  }

  /// What `input` is to be of a window, by the functions that librosa's values hold.
  private func expected(_ window: [Float]) throws -> [Double] {
    let spectrum = try #require(try SoundFrontEnd.small(.spectrogram).spectrum)
    return try spectrum.values(of: window).elements.map {
      (10 * log10(Double($0) + 1e-4) + 13) / 17.5
    }
  }

  /// A thousandth of a decibel.
  private static let bound = 0.001 / 17.5

  private func largestDifference(_ values: [Float], _ expected: [Double]) throws -> Double {
    try #require(values.count == expected.count)
    return zip(values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
  }

  @Test(arguments: [800, 500]) func bandsAreInDecibels(count: Int) throws {
    let samples = GoldenSignal.noise(count).map { 0.1 * $0 }
    let silence = [Float](repeating: 0, count: (800 - count) / 2)
    let kept = try SoundFrontEnd.small(.spectrogram).values(of: folder.clip(samples))
    #expect(try largestDifference(kept, expected(silence + samples + silence)) < Self.bound)

    let square = samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
    let loud = samples.map { Float(Double($0) / square.squareRoot()) }
    let normalized = try SoundFrontEnd.small(.spectrogram, level: .normalized)
      .values(of: folder.clip(samples))
    #expect(try largestDifference(normalized, expected(silence + loud + silence)) < Self.bound)
    #expect(try largestDifference(kept, expected(silence + loud + silence)) > 0.5)
  }

  @Test(arguments: [nil, 2] as [Int?]) func framesAreTheSameNumbers(channels: Int?) throws {
    let clip = try folder.clip(GoldenSignal.noise(1000), channels: channels ?? 1)
    for normalization in SoundFrontEnd.Normalization.allCases {
      let picture = try SoundFrontEnd.small(
        .spectrogram, window: 1000, channels: channels, normalization: normalization)
      let frames = try SoundFrontEnd.small(
        .frames, window: 1000, channels: channels, normalization: normalization)
      #expect(try picture.values(of: clip) == frames.values(of: clip))
    }
  }

  @Test func keptChannelsStayApart() throws {
    let (left, right) = (GoldenSignal.noise(500), sine(700, count: 500))
    let both = zip(left, right).flatMap { [$0, $1] }
    let clip = try folder.clip(both, channels: 2)
    let waveform = try SoundFrontEnd.small(channels: 2).values(of: clip)
    #expect(Array(waveform[300..<1300]) == both)
    let together = try SoundFrontEnd.small(.spectrogram, channels: 2, normalization: .band)
      .values(of: clip)
    let alone = try SoundFrontEnd.small(.spectrogram, normalization: .band)
    for (channel, samples) in [left, right].enumerated() {
      let one = try alone.values(of: folder.clip(samples, "\(channel).wav"))
      #expect(stride(from: channel, to: together.count, by: 2).map { together[$0] } == one)
    }
  }

  @Test func otherwiseChannelsAreMixed() throws {
    // Multiples of 1/256, whose means are exact.
    let samples = GoldenSignal.noise(1200).map { ($0 * 256).rounded() / 256 }
    let means = stride(from: 0, to: 1200, by: 2).map { (samples[$0] + samples[$0 + 1]) / 2 }
    let values = try SoundFrontEnd.small().values(of: folder.clip(samples, channels: 2))
    #expect(Array(values[100..<700]) == means)
  }

  /// Files of floating point go beyond full scale, up to where the sum of two is no number any more.
  @Test func theLoudestSamplesStayFinite() throws {
    let samples = [Float](repeating: 3e38, count: 1600)
    for form in SoundFrontEnd.Form.allCases {
      let values = try SoundFrontEnd.small(form, level: .normalized)
        .values(of: folder.clip(samples, channels: 2))
      #expect(values.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: SoundFrontEnd.Form.allCases) func loudnessDoesNotMatter(
    form: SoundFrontEnd.Form
  ) throws {
    let samples = GoldenSignal.noise(700)
    let frontEnd = try SoundFrontEnd.small(form, level: .normalized)
    let values = try frontEnd.values(of: folder.clip(samples))
    // A power of two changes no mantissa.
    #expect(try frontEnd.values(of: folder.clip(samples.map { $0 / 4 })) == values)
    let other = try frontEnd.values(of: folder.clip(samples.map { 0.3 * $0 }))
    #expect(try largestDifference(other, values.map(Double.init)) < 1e-4)
    let kept = try SoundFrontEnd.small(form)
    #expect(
      try kept.values(of: folder.clip(samples.map { $0 / 4 }))
        != kept.values(of: folder.clip(samples)))
  }

  @Test func silenceStaysSilence() throws {
    let clip = try folder.clip([Float](repeating: 0, count: 600))
    for level in SoundFrontEnd.Level.allCases {
      #expect(
        try SoundFrontEnd.small(level: level).values(of: clip) == [Float](repeating: 0, count: 800))
      for form in [SoundFrontEnd.Form.frames, .spectrogram] {
        let values = try SoundFrontEnd.small(form, level: level).values(of: clip)
        // 10 log10 of 1e-4 alone.
        let silent = [Double](repeating: (-40 + 13) / 17.5, count: 88)
        #expect(try largestDifference(values, silent) < Self.bound)
        for normalization in [SoundFrontEnd.Normalization.window, .band] {
          let normal = try SoundFrontEnd.small(form, level: level, normalization: normalization)
            .values(of: clip)
          // A mean of equal numbers is off by some roundings, and divided by 0.1.
          #expect(normal.allSatisfy { $0.magnitude < 1e-4 })
        }
      }
    }
    // A hiss 100 dB below full scale is raised to a level of 1, and no fainter one is.
    let hiss = (0..<800).map { Float($0.isMultiple(of: 2) ? 1e-7 : -1e-7) }
    let faint = try SoundFrontEnd.small(level: .normalized).values(of: folder.clip(hiss))
    #expect(faint.allSatisfy { abs($0.magnitude - 0.01) < 1e-6 })
  }

  @Test(arguments: [SoundFrontEnd.Normalization.window, .band])
  func spectraAreNormalizedWhereTheClipIs(normalization: SoundFrontEnd.Normalization) throws {
    // 400 samples from 200 on: the frames with a middle at 240, 320, … 560 and at the very end, 600.
    let clip = try folder.clip(zip(GoldenSignal.noise(400), sine(900, count: 400)).map(+))
    let plain = try SoundFrontEnd.small(.spectrogram).values(of: clip).map(Double.init)
    let values = try SoundFrontEnd.small(.spectrogram, normalization: normalization)
      .values(of: clip)
    let covered = 3...7
    func mean(_ places: [Int]) -> Double {
      places.reduce(0) { $0 + plain[$1] } / Double(places.count)
    }
    let all = covered.flatMap { frame in (0..<8).map { 8 * frame + $0 } }
    let means = (0..<8).map { band in
      mean(normalization == .window ? all : covered.map { 8 * $0 + band })
    }
    let square = all.reduce(0) { $0 + (plain[$1] - means[$1 % 8]) * (plain[$1] - means[$1 % 8]) }
    let deviation = (square / Double(all.count)).squareRoot()
    let expected = plain.indices.map {
      covered.contains($0 / 8) ? (plain[$0] - means[$0 % 8]) / (deviation + 0.1) : 0
    }
    #expect(try largestDifference(values, expected) < 1e-5)
    for frame in 0..<11 where !covered.contains(frame) {
      #expect(values[8 * frame..<8 * frame + 8].allSatisfy { $0 == 0 })
    }
    if normalization == .band {
      for band in 0..<8 {
        #expect(abs(covered.reduce(0) { $0 + values[8 * $1 + band] }) < 1e-4)
      }
    }
    #expect(abs(all.reduce(0) { $0 + values[$1] }) < 1e-4)
  }

  @Test func whatIsNoFileIsRefused() throws {
    let frontEnd = try SoundFrontEnd.small()
    let array = NumberArray(shape: [2, 3], bytes: [1, 1, 1, 1, 1, 1])
    #expect(throws: SoundFrontEndError.notAFile) { try frontEnd.inputs(of: .text("meow")) }
    #expect(throws: SoundFrontEndError.notASound(shape: [2, 3])) {
      try frontEnd.inputs(of: .array(array))
    }
    #expect(throws: SoundFrontEndError.notAFile) { try frontEnd.clip(of: .text("meow")) }
    #expect(SoundFrontEndError.notAFile.category == .wrongCall)
    #expect(SoundFrontEndError.notASound(shape: [2, 3]).description.contains("[2, 3]"))
    #expect(throws: FileError.self) { try frontEnd.inputs(of: .file("\(folder.path)/missing")) }
    #expect(throws: SoundFileError.self) { try frontEnd.inputs(of: folder.file([1, 2], "a.wav")) }
  }

  @Test func otherChannelsThanThoseKeptAreRefused() throws {
    let item = try folder.clip(sine(500, count: 800))
    let error = #expect(throws: SoundFrontEndError.self) {
      try SoundFrontEnd.small(channels: 2).inputs(of: item)
    }
    #expect(
      error
        == .otherChannels(name: "\(folder.path)/clip.wav", found: 1, expected: 2))
    #expect(error?.descriptionWithoutName == "it has 1 channel, and the model keeps 2 apart")
    #expect(error?.description.contains("/clip.wav has 1 channel") == true)
  }
}
