import ConvKitCore

extension SoundFrontEnd {
  /// The least root of a mean square that is brought to 1: 100 dB below full scale.
  private static let leastLevel: Float = 1e-5

  /// The network's input of a window.
  ///
  /// - Parameters:
  ///   - samples: what the clip covers of the window [frame, channel]; at most as many frames as it has.
  ///   - offset: the window's frame that the first of them is.
  ///   - variation: of which the masks and the tone are applied here.
  func input(
    of samples: [Float], offset: Int, variation: SoundVariation = SoundVariation()
  ) -> Input {
    let channels = channels ?? 1
    precondition(
      offset >= 0 && offset * channels + samples.count <= windowLength * channels,
      "\(samples.count) samples from \(offset) on in a window of \(windowLength)")
    let gain = level == .kept ? 1 : 1 / max(Self.leastLevel, rootMeanSquare(samples))
    guard let analysis, let bands = spectrum?.filters.bands else {
      var values = [Float](repeating: 0, count: windowLength * channels)
      for (index, sample) in samples.enumerated() {
        values[offset * channels + index] = sample * gain
      }
      let masked = variation.timeMask.places(of: windowLength)
      for index in masked.lowerBound * channels..<masked.upperBound * channels { values[index] = 0 }
      return .values(Tensor(shape: [windowLength, channels], elements: values))
    }
    let covered = coveredFrames(offset: offset, count: samples.count / channels)
    var values = [Float](repeating: 0, count: frameCount * bands * channels)
    var window = [Float](repeating: 0, count: windowLength)
    var powers = [Float](repeating: 0, count: frameCount * bands)
    for channel in 0..<channels {
      for frame in 0..<samples.count / channels {
        window[offset + frame] = samples[frame * channels + channel] * gain
      }
      powers.withUnsafeMutableBufferPointer { analysis.levels(of: window, to: $0) }
      change(&powers, bands: bands, by: variation)
      normalize(&powers, bands: bands, covered: covered)
      silence(&powers, bands: bands, by: variation)
      guard channels > 1 else {
        values = powers
        break
      }
      for (index, power) in powers.enumerated() { values[index * channels + channel] = power }
    }
    return .values(
      Tensor(shape: inputShape.extent + [values.count / positionCount], elements: values))
  }

  private var positionCount: Int { inputShape.extent.reduce(1, *) }

  /// The frames whose middle the clip covers; at least one.
  private func coveredFrames(offset: Int, count: Int) -> Range<Int> {
    guard let hop = spectrum?.transform.hopLength else { return 0..<0 }
    let first = min(frameCount - 1, (offset + hop - 1) / hop)
    let last = min(frameCount - 1, (offset + count) / hop)
    return first..<max(first, last) + 1
  }

  /// Takes off the mean as `normalization` says and divides by the deviation, over the covered frames;
  /// what lies beside them becomes 0.
  private func normalize(_ powers: inout [Float], bands: Int, covered: Range<Int>) {
    guard normalization != .none else { return }
    let count = Float(covered.count)
    var means = [Float](repeating: 0, count: bands)
    for frame in covered {
      for band in 0..<bands { means[band] += powers[frame * bands + band] }
    }
    for band in 0..<bands { means[band] /= count }
    if normalization == .window {
      let mean = means.reduce(0, +) / Float(bands)
      for band in 0..<bands { means[band] = mean }
    }
    var square: Float = 0
    for frame in covered {
      for band in 0..<bands {
        let difference = powers[frame * bands + band] - means[band]
        powers[frame * bands + band] = difference
        square += difference * difference
      }
    }
    let scale = 1 / ((square / (count * Float(bands))).squareRoot() + Self.leastDeviation)
    for index in powers.indices {
      powers[index] = covered.contains(index / bands) ? powers[index] * scale : 0
    }
  }

  /// What is added to a deviation, so that silence is not raised to noise.
  private static let leastDeviation: Float = 0.1

  /// Makes bands louder or softer.
  private func change(_ powers: inout [Float], bands: Int, by variation: SoundVariation) {
    guard variation.tone != SIMD8() else { return }
    let tone = (0..<bands).map { variation.tone(ofBand: $0, of: bands) / MelAnalysis.step }
    for frame in 0..<frameCount {
      for band in 0..<bands { powers[frame * bands + band] += tone[band] }
    }
  }

  private func silence(_ powers: inout [Float], bands: Int, by variation: SoundVariation) {
    let frames = variation.timeMask.places(of: frameCount)
    for index in frames.lowerBound * bands..<frames.upperBound * bands { powers[index] = 0 }
    let masked = variation.bandMask.places(of: bands)
    guard !masked.isEmpty else { return }
    for frame in 0..<frameCount {
      for band in masked { powers[frame * bands + band] = 0 }
    }
  }
}

/// The root of the mean square; 0 of nothing.
private func rootMeanSquare(_ samples: [Float]) -> Float {
  var sums = SIMD8<Float>()
  samples.withUnsafeBufferPointer { samples in
    for index in samples.indices { sums[index & 7] += samples[index] * samples[index] }
  }
  return (sums.sum() / Float(max(1, samples.count))).squareRoot()
}
