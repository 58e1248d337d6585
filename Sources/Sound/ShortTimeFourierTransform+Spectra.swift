import ConvKitCore

extension ShortTimeFourierTransform {
  /// The spectrum [frame, bin]: how much of each frequency there is, and in which phase; the real part
  /// is `x`, the imaginary one `y`.
  ///
  /// - Throws: `SpectrumError` for a sound that is too short or too long or not finite.
  public func spectrum(of samples: [Float]) throws -> Tensor<SIMD2<Float>> {
    let frames = try checkedFrameCount(samples: samples.count, valuesPerFrame: 2 * bins)
    try Self.checkFinite(samples)
    let workspace = Workspace(self)
    let elements = [SIMD2<Float>](unsafeUninitializedCapacity: frames * bins) { buffer, count in
      samples.withUnsafeBufferPointer { workspace.spectrum(of: $0, to: buffer) }
      count = frames * bins
    }
    return Tensor(shape: [frames, bins], elements: elements)
  }

  /// The squared magnitudes of the spectrum [frame, bin].
  ///
  /// - Throws: as `spectrum(of:)`.
  public func powers(of samples: [Float]) throws -> Tensor<Float> {
    let frames = try checkedFrameCount(samples: samples.count, valuesPerFrame: bins)
    try Self.checkFinite(samples)
    let workspace = Workspace(self)
    let elements = [Float](unsafeUninitializedCapacity: frames * bins) { buffer, count in
      samples.withUnsafeBufferPointer { workspace.powers(of: $0, frames: 0..<frames, to: buffer) }
      count = frames * bins
    }
    return Tensor(shape: [frames, bins], elements: elements)
  }

  /// The magnitudes of the spectrum [frame, bin].
  ///
  /// - Throws: as `spectrum(of:)`.
  public func magnitudes(of samples: [Float]) throws -> Tensor<Float> {
    var spectrogram = try powers(of: samples)
    for place in spectrogram.elements.indices {
      spectrogram.elements[place].formSquareRoot()
    }
    return spectrogram
  }

  /// - Throws: `SpectrumError.notFinite`.
  static func checkFinite(_ samples: [Float]) throws {
    if let sample = samples.firstIndex(where: { !$0.isFinite }) {
      throw SpectrumError.notFinite(sample: sample)
    }
  }
}
