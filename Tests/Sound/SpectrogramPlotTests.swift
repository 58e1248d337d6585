import ConvKitCore
import ConvKitDrawing
import Testing

@testable import ConvKitSound

struct SpectrogramPlotTests {
  private func clip(_ samples: [Float], channels: Int = 1) -> SoundClip {
    SoundClip(sampleRate: 8000, channels: channels, samples: samples)
  }

  private func plot(
    _ clip: SoundClip, bands: Int? = nil, hop: Int = 80, isCentred: Bool = true,
    range: Float = 80
  ) throws -> GridPlot {
    try SpectrogramPlot(
      transform: ShortTimeFourierTransform(
        frameLength: 256, hopLength: hop, isCentred: isCentred), bands: bands, range: range
    ).plot(of: clip, title: "tone")
  }

  private func loudestRow(_ plot: GridPlot, column: Int) -> Int {
    let values = plot.values[column * plot.rows..<(column + 1) * plot.rows]
    return values.indices.max { values[$0] < values[$1] }.map { $0 - column * plot.rows } ?? -1
  }

  @Test func aToneIsALine() throws {
    let clip = clip(sine(1000, count: 8000))
    let plot = try plot(clip)
    #expect(plot.title == "tone" && plot.unit == "dB")
    #expect(plot.columns == 101 && plot.rows == 129)
    #expect(plot.x == .linear("seconds", 0...1) && plot.y == .linear("hertz", 0...4000))
    #expect(plot.map == .sequential(-80...0))
    // 1000 Hz are bin 32 of 128; the first and the last frames see the tone begin and end.
    for column in 2..<99 { #expect(loudestRow(plot, column: column) == 32) }
    #expect(plot.values.max() == 0 && plot.values.min() == -80)
  }

  @Test func bandsLieAsTheEarHasThem() throws {
    let plot = try plot(clip(sine(1000, count: 8000)), bands: 20)
    #expect(plot.columns == 101 && plot.rows == 20)
    let middles = try MelFilters(sampleRate: 8000, frameLength: 256, bands: 20).middles
    #expect(plot.y == .warped("hertz", centres: middles, marked: SpectrogramPlot.marks))
    let nearest = middles.indices.min { abs(middles[$0] - 1000) < abs(middles[$1] - 1000) }
    for column in 2..<99 { #expect(loudestRow(plot, column: column) == nearest) }
    #expect(plot.values.allSatisfy { -80...0 ~= $0 })
  }

  @Test func channelsAreMixed() throws {
    let mono = sine(1000, count: 1600)
    let stereo = clip(mono.flatMap { [2 * $0, 0] }, channels: 2)
    #expect(try plot(stereo) == plot(clip(mono)))
  }

  /// Of more frames than columns, and of one that is not a multiple of the other.
  @Test(arguments: [nil, 16] as [Int?]) func aClickOfALongClipIsSeen(bands: Int?) throws {
    var samples = [Float](repeating: 0, count: 8000 * 12)
    samples[56_789] = 1
    let plot = try plot(clip(samples), bands: bands, hop: 10)
    #expect(plot.columns == 4096)
    let loud = (0..<plot.columns).filter { column in
      plot.values[column * plot.rows..<(column + 1) * plot.rows].contains { $0 > -80 }
    }
    // Frames reach 128 samples either way.
    let (first, last) = (try #require(loud.first), try #require(loud.last))
    let width = 96_001.0 / 4096
    #expect(abs(Double(first) - (56_789 - 128) / width) <= 2)
    #expect(abs(Double(last) - (56_789 + 128) / width) <= 2)
    #expect(loud.count == last - first + 1)
  }

  @Test(arguments: [nil, 16] as [Int?]) func silenceIsAPlotToo(bands: Int?) throws {
    for count in [1, 100, 5000] {
      let plot = try plot(clip([Float](repeating: 0, count: count)), bands: bands)
      #expect(plot.values.allSatisfy { $0.isFinite && -80...0 ~= $0 })
      #expect(plot.columns == count / 80 + 1)
      let picture = plot.picture()
      #expect(picture.width > 100 && picture.height > 100)
    }
  }

  @Test func whatCannotBeDrawnIsRefused() throws {
    let short = clip([Float](repeating: 0.5, count: 255))
    for bands in [nil, 16] as [Int?] {
      #expect(throws: SpectrumError.tooShort(samples: 255, needed: 256)) {
        try plot(short, bands: bands, isCentred: false)
      }
    }
    for range in [0, -1, 1001, .nan, .infinity] as [Float] {
      #expect(throws: SpectrumError.self) { try plot(short, range: range) }
    }
    for bands in [0, -1, 4097, .max] {
      #expect(throws: SpectrumError.self) { try plot(short, bands: bands) }
    }
  }

  @Test(arguments: SoundFrontEnd.Form.allCases) func inputsAreDrawn(
    form: SoundFrontEnd.Form
  ) throws {
    for channels in [nil, 2] as [Int?] {
      let frontEnd = try SoundFrontEnd.small(form, channels: channels)
      func picture(_ samples: [Float]) -> Picture {
        let clip = SoundClip(sampleRate: 8000, channels: channels ?? 1, samples: samples)
        return frontEnd.picture(of: frontEnd.inputs(of: clip)[0].tensor)
      }
      let silent = picture([Float](repeating: 0, count: 800))
      let tone = picture(sine(500, count: 800))
      #expect(tone.width > 100 && tone.height > 50)
      #expect(tone != silent && tone != picture(sine(3000, count: 800)))
    }
    // The same sound in both channels is drawn as it is alone.
    let alone = try SoundFrontEnd.small(form)
    let both = try SoundFrontEnd.small(form, channels: 2)
    let samples = sine(500, count: 800)
    let one = SoundClip(sampleRate: 8000, channels: 1, samples: samples)
    let two = SoundClip(sampleRate: 8000, channels: 2, samples: samples.flatMap { [$0, $0] })
    #expect(
      alone.picture(of: alone.inputs(of: one)[0].tensor)
        == both.picture(of: both.inputs(of: two)[0].tensor))
  }
}
