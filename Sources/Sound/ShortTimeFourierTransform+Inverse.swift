import ConvKitCore

extension ShortTimeFourierTransform {
  /// The sound that has this spectrum, or comes nearest to having it.
  ///
  /// Every frame is transformed back and windowed once more, the frames are added where they overlap,
  /// and the sum is divided by that of the squared windows. A sample on which no window lies is 0.
  /// `padding` does not matter.
  ///
  /// - Parameters:
  ///   - spectrum: [frame, bin].
  ///   - count: how many samples to return: those that frames do not reach are 0. Without it, as many as
  ///     the frames cover, less half a frame at both ends if they are centred.
  /// - Throws: `SpectrumError.wrongShape`, or `SpectrumError.tooLarge`.
  public func samples(
    of spectrum: Tensor<SIMD2<Float>>, count: Int? = nil
  ) throws -> [Float] {
    guard spectrum.shape.count == 2, spectrum.shape[0] > 0, spectrum.shape[1] == bins else {
      throw SpectrumError.wrongShape(
        found: spectrum.shape, expected: "[frames, \(bins)] with at least one frame")
    }
    let available = spectrum.shape[0]
    guard available <= Self.valueLimit / hopLength, count ?? 0 <= Self.valueLimit else {
      throw SpectrumError.tooLarge(
        frames: available, values: hopLength, limit: Self.valueLimit)
    }
    let whole = frameLength + hopLength * (available - 1)
    let length = max(0, count ?? whole - 2 * reach)
    // Frames of which something is returned.
    let frames = min(available, (length + 2 * reach + hopLength - 1) / hopLength)
    var sum = [Float](repeating: 0, count: length)
    var weight = sum

    let bin = AlignedFloats(count: fourier.outputStep)
    let frame = AlignedFloats(count: fourier.inputStep)
    let scale = 1 / Float(frameLength)
    for number in 0..<frames {
      for place in 0..<bins {
        let value = spectrum.elements[number * bins + place]
        bin.floats[2 * place] = value.x
        bin.floats[2 * place + 1] = value.y
      }
      fourier.executeInverse(bin, frame)
      let start = number * hopLength - reach + lead
      for i in max(0, -start)..<max(0, -start, min(windowLength, length - start)) {
        let factor = weights.elements[i]
        sum[start + i] += factor * scale * frame.floats[lead + i]
        weight[start + i] += factor * factor
      }
    }
    for place in 0..<length where weight[place] > Float.leastNormalMagnitude {
      sum[place] /= weight[place]
    }
    return sum
  }
}
