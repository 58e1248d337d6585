/// A signal over time as a picture: what its amplitude is, when.
///
/// Every column of pixels is filled from the smallest to the largest of the samples that fall on it,
/// and joined to the column before, so that no peak is lost however long the signal is.
public struct WaveformPlot: Sendable, Equatable {
  /// A line above the picture; cut where it is too long, left out when empty.
  public var title: String
  /// [sample].
  public var samples: [Float]
  /// From the first sample to the end of the last, in seconds.
  public var duration: Double
  /// The amplitudes at the bottom and at the top. What lies outside is cut off there.
  public var range: ClosedRange<Float>

  /// - Precondition: `duration` and `range` are finite, `duration` is not below zero, and `range` has
  ///   more than one value.
  public init(
    title: String, samples: [Float], duration: Double, range: ClosedRange<Float> = -1...1
  ) {
    precondition(duration.isFinite && duration >= 0, "a signal of \(duration) seconds")
    precondition(
      range.lowerBound.isFinite && range.upperBound.isFinite
        && range.lowerBound < range.upperBound, "amplitudes from \(range)")
    self.title = title
    self.samples = samples
    self.duration = duration
    self.range = range
  }

  /// The line is so many pixels thick, for one pixel is hard to see.
  private static let thickness = 2

  /// Of Okabe and Ito's colours, which the plots of lines have too.
  private static let blue = SIMD4<UInt8>.rgb(0, 114, 178)

  /// The plot in pixels. A column with a NaN among its samples has from bottom to top a colour of its
  /// own; a signal without samples has its axes and says so.
  ///
  /// - Parameters:
  ///   - width: of the plotted area, in pixels, as `height`.
  /// - Precondition: `width` is at least 1, `height` at least 2.
  public func picture(width: Int = 960, height: Int = 200) -> Picture {
    precondition(width >= 1 && height >= Self.thickness, "a plot of \(width)×\(height) pixels")
    var frame = PlotFrame(
      title: title, x: .linear("seconds", 0...duration),
      y: .linear("amplitude", Double(range.lowerBound)...Double(range.upperBound)),
      height: height, width: width, right: 3 * PlotFrame.letterWidth)
    guard !samples.isEmpty else {
      frame.writeInstead("no samples")
      return frame.picture
    }
    if range.contains(0) {
      frame.picture.fill(
        row: frame.row + row(of: 0, height: height), column: frame.column,
        height: Self.thickness, width: width, with: .grey(210))
    }
    var before = 0
    for column in 0..<width {
      let first = column * samples.count / width
      let end = max(first + 1, (column + 1) * samples.count / width)
      draw(min(before, first)..<end, new: first..<end, column: column, in: &frame)
      before = end - 1
    }
    return frame.picture
  }

  /// One column of pixels: the samples that fall on it and before them the one it is joined to.
  private func draw(_ joined: Range<Int>, new: Range<Int>, column: Int, in frame: inout PlotFrame) {
    var (low, high) = (Float.infinity, -Float.infinity)
    for sample in joined where !samples[sample].isNaN {
      low = min(low, samples[sample])
      high = max(high, samples[sample])
    }
    let isNumber = !samples[new].contains(where: \.isNaN)
    let top = isNumber ? row(of: high, height: frame.height) : 0
    let end =
      isNumber ? row(of: low, height: frame.height) + Self.thickness : frame.height
    frame.picture.fill(
      row: frame.row + top, column: frame.column + column, height: end - top, width: 1,
      with: isNumber ? Self.blue : ColourMap.notANumber)
  }

  /// The upper row of the line, from the top of the area, where an amplitude lies.
  private func row(of value: Float, height: Int) -> Int {
    let inside = Double(min(max(value, range.lowerBound), range.upperBound))
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    return Int(((high - inside) / (high - low) * Double(height - Self.thickness)).rounded())
  }
}
