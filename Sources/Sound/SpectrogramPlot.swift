import ConvKitCore
import ConvKitDrawing

/// How loud which frequencies of a clip are when, as a plot for people.
public struct SpectrogramPlot: Sendable {
  public let transform: ShortTimeFourierTransform

  /// Mel bands instead of equally spaced frequencies; nil for these.
  public let bands: Int?

  /// How far below the loudest a level is still told from silence, in decibels.
  public let range: Float

  /// More columns than this are not held: neighbours share one, which shows the loudest of them, so that a
  /// click of a long recording is still seen. No picture is wider.
  private static let mostColumns = 4096

  /// Where frequencies are written beside bands, in hertz: octaves.
  static let marks = [31.25, 62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000, 32000]

  /// - Parameters:
  ///   - bands: 1...4096, or nil.
  ///   - range: above 0.
  public init(transform: ShortTimeFourierTransform, bands: Int? = nil, range: Float = 80) throws {
    self.transform = transform
    self.bands = bands
    self.range = range
    try SpectrumError.check(range > 0 && range <= 1000, "range", "\(range)", "above 0 dB")
  }

  /// The plot of a clip's channels, mixed.
  ///
  /// Costs a transform every hop, and memory for 4,096 columns or, with bands, for every frame.
  ///
  /// - Throws: `SpectrumError` for a clip that is too short or too long.
  public func plot(of clip: SoundClip, title: String) throws -> GridPlot {
    let samples = clip.mixedToMono().samples
    let rate = Double(clip.sampleRate)
    var spectra: (values: [Float], rows: Int)
    let axis: PlotAxis
    if let bands {
      let mel = try MelSpectrogram(sampleRate: rate, transform: transform, bands: bands)
      spectra = Self.pooled(try mel.values(of: samples))
      axis = .warped("hertz", centres: mel.filters.middles, marked: Self.marks)
    } else {
      spectra = try pooledPowers(of: samples)
      axis = .linear("hertz", 0...rate / 2)
    }
    let decibels = try Decibels(of: .power, reference: .loudest, range: range)
    spectra.values.withUnsafeMutableBufferPointer { decibels.replace($0) }
    return GridPlot(
      title: title, x: .linear("seconds", 0...clip.seconds), y: axis, values: spectra.values,
      columns: spectra.values.count / spectra.rows, rows: spectra.rows, unit: "dB",
      map: .sequential(-range...0))
  }

  private static func pooled(_ spectra: Tensor<Float>) -> (values: [Float], rows: Int) {
    let (frames, rows) = (spectra.shape[0], spectra.shape[1])
    let columns = min(frames, mostColumns)
    var values = [Float](repeating: 0, count: columns * rows)
    for frame in 0..<frames {
      let column = frame * columns / frames
      for row in 0..<rows {
        values[column * rows + row] = max(
          values[column * rows + row], spectra.elements[frame * rows + row])
      }
    }
    return (values, rows)
  }

  /// The same of all frequencies, of which only a column's frames are held at a time.
  private func pooledPowers(of samples: [Float]) throws -> (values: [Float], rows: Int) {
    let rows = transform.bins
    let frames = try transform.checkedFrameCount(samples: samples.count, valuesPerFrame: rows)
    let columns = min(frames, Self.mostColumns)
    let workspace = ShortTimeFourierTransform.Workspace(transform)
    var values = [Float](repeating: 0, count: columns * rows)
    var powers = [Float](repeating: 0, count: (frames + columns - 1) / columns * rows + rows)
    samples.withUnsafeBufferPointer { samples in
      for column in 0..<columns {
        let first = (column * frames + columns - 1) / columns
        let end = ((column + 1) * frames + columns - 1) / columns
        powers.withUnsafeMutableBufferPointer {
          workspace.powers(of: samples, frames: first..<end, to: $0)
        }
        for place in 0..<(end - first) * rows {
          let row = column * rows + place % rows
          values[row] = max(values[row], powers[place])
        }
      }
    }
    return (values, rows)
  }
}

extension SoundFrontEnd {
  /// An input as people can see it: a waveform, or how loud the bands are over time.
  ///
  /// - Parameter input: values of the shape of `inputShape`. Channels that are kept apart are averaged.
  package func picture(of input: Tensor<Float>) -> Picture {
    let channels = channels ?? 1
    let seconds = Double(windowLength) / Double(sampleRate)
    let means = stride(from: 0, to: input.elements.count, by: channels).map { place in
      input.elements[place..<place + channels].reduce(0, +) / Float(channels)
    }
    guard let filters = spectrum?.filters else {
      let largest = max(largestMagnitude(of: means), .leastNormalMagnitude)
      return WaveformPlot(
        title: "", samples: means, duration: seconds, range: -largest...largest
      ).picture()
    }
    return GridPlot(
      title: "", x: .linear("seconds", 0...seconds),
      y: .warped("hertz", centres: filters.middles, marked: SpectrogramPlot.marks), values: means,
      columns: frameCount, rows: filters.bands, unit: ""
    ).picture()
  }
}
