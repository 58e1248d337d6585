import Testing

@testable import ConvKitDrawing

@Suite struct WaveformPlotTests {
  private static let blue = SIMD4<UInt8>.rgb(0, 114, 178)

  /// The first and the last blue row of each column of the plotted area, which begins below the title
  /// at row 70 and beside the numbers at column 86.
  private func strokes(_ picture: Picture, width: Int, height: Int) -> [ClosedRange<Int>?] {
    (0..<width).map { column in
      let rows = (0..<height).filter { picture[70 + $0, 86 + column] == Self.blue }
      guard let first = rows.first, let last = rows.last else { return nil }
      // Without a gap.
      return last - first + 1 == rows.count ? first...last : nil
    }
  }

  @Test func everySampleIsAsHighAsItsAmplitude() {
    // 202 rows, the line two thick: 1 is at row 0, 0 at 100 and −1 at 200.
    let plot = WaveformPlot(title: "four", samples: [0, 1, -1, 0.5], duration: 1)
    let picture = plot.picture(width: 4, height: 202)
    #expect(
      strokes(picture, width: 4, height: 202) == [100...101, 0...101, 0...201, 50...201])
  }

  @Test func fewSamplesAreSteps() {
    let plot = WaveformPlot(title: "two", samples: [0.5, -0.5], duration: 1)
    let picture = plot.picture(width: 10, height: 202)
    let right = [50...51, 50...51, 50...51, 50...51, 50...51, 50...151]
    #expect(
      strokes(picture, width: 10, height: 202)
        == right + [ClosedRange<Int>](repeating: 150...151, count: 4))
  }

  @Test func noPeakIsLost() {
    // Not the last of its column of pixels, or the next would be joined to it.
    var samples = [Float](repeating: 0, count: 1_000_003)
    samples[700_500] = 0.75
    let picture = WaveformPlot(title: "peak", samples: samples, duration: 60).picture()
    let strokes = strokes(picture, width: 960, height: 200)
    let peaks = strokes.indices.filter { strokes[$0] != 99...100 }
    #expect(peaks == [700_500 * 960 / 1_000_003])
    // (1 − 0.75) / 2 of 198 rows.
    #expect(strokes[peaks.first ?? 0] == 25...100)
  }

  @Test func whatIsOutsideIsCutOffAndNaNIsSeen() {
    let samples: [Float] = [.infinity, -7, .nan, 0.1]
    let picture = WaveformPlot(title: "odd", samples: samples, duration: 1)
      .picture(width: 4, height: 202)
    #expect(strokes(picture, width: 4, height: 202) == [0...1, 0...201, nil, 90...91])
    #expect((0..<202).allSatisfy { picture[70 + $0, 88] == ColourMap.notANumber })
    #expect(picture[69, 86] == PlotFrame.ink && picture[70 + 202, 86] == PlotFrame.ink)
  }

  @Test func marksAreOfTimeAndAmplitude() {
    let picture = WaveformPlot(title: "half a second", samples: [0], duration: 0.5).picture()
    // Marks of two pixels, every 0.5 of the amplitude's 200 rows and every 0.1 s of 960 columns.
    for place in 0...4 { #expect(picture[70 + 50 * place, 81] == PlotFrame.ink, "\(place)") }
    for place in 0...5 { #expect(picture[274, 86 + 192 * place] == PlotFrame.ink, "\(place)") }
    #expect(picture[70 + 25, 81] == .white && picture[274, 86 + 96] == .white)
  }

  @Test func nothingAndVeryLittleHaveAPictureToo() {
    #expect(WaveformPlot(title: "", samples: [], duration: 0).picture().width > 960)
    let least = WaveformPlot(title: "", samples: [1], duration: 0, range: 2...3)
      .picture(width: 1, height: 2)
    #expect(least.pixels.contains(Self.blue))
  }
}
