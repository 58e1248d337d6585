import ConvKitCore

/// How loud a sound is in bands of pitch, frame by frame.
public struct MelSpectrogram: Equatable, Sendable {
  public let transform: ShortTimeFourierTransform
  public let filters: MelFilters
  /// What is added up in a band.
  public let quantity: SpectralQuantity

  /// - Parameters:
  ///   - sampleRate: 1...10⁷ samples a second: that of the sounds.
  ///   - transform: without it, librosa's: 2048 samples, a hop of 512, Hann, centred.
  ///   - bands: 1...4096.
  ///   - lowest: hertz, from 0.
  ///   - highest: hertz, above `lowest` and up to half the rate, which it is when left out.
  /// - Throws: `SpectrumError.setting`.
  public init(
    sampleRate: Double = 22_050, transform: ShortTimeFourierTransform? = nil, bands: Int = 128,
    lowest: Double = 0, highest: Double? = nil, scale: MelScale = .slaney,
    normalization: MelFilters.Normalization = .area, quantity: SpectralQuantity = .power
  ) throws {
    self.transform = try transform ?? ShortTimeFourierTransform()
    filters = try MelFilters(
      sampleRate: sampleRate, frameLength: self.transform.frameLength, bands: bands,
      lowest: lowest, highest: highest, scale: scale, normalization: normalization)
    self.quantity = quantity
  }

  /// The sums [frame, band] of a sound.
  ///
  /// - Throws: `SpectrumError` for a sound that is too short or too long or not finite.
  public func values(of samples: [Float]) throws -> Tensor<Float> {
    let frames = try transform.checkedFrameCount(
      samples: samples.count, valuesPerFrame: filters.bands)
    try ShortTimeFourierTransform.checkFinite(samples)
    let workspace = Workspace(self)
    let count = frames * filters.bands
    let elements = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      samples.withUnsafeBufferPointer { workspace.values(of: $0, to: buffer) }
      filled = count
    }
    return Tensor(shape: [frames, filters.bands], elements: elements)
  }
}

extension MelSpectrogram: Codable {
  private enum CodingKeys: CodingKey {
    case sampleRate, transform, bands, lowest, highest, scale, normalization, quantity
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `SpectrumError.setting` for one
  ///   that `init` refuses or that there is not.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      sampleRate: values.decode(Double.self, forKey: .sampleRate),
      transform: values.decode(ShortTimeFourierTransform.self, forKey: .transform),
      bands: values.decode(Int.self, forKey: .bands),
      lowest: values.decode(Double.self, forKey: .lowest),
      highest: values.decode(Double.self, forKey: .highest),
      scale: values.decodeChoice(MelScale.self, forKey: .scale),
      normalization: values.decodeChoice(MelFilters.Normalization.self, forKey: .normalization),
      quantity: values.decodeChoice(SpectralQuantity.self, forKey: .quantity))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(filters.sampleRate, forKey: .sampleRate)
    try values.encode(transform, forKey: .transform)
    try values.encode(filters.bands, forKey: .bands)
    try values.encode(filters.lowest, forKey: .lowest)
    try values.encode(filters.highest, forKey: .highest)
    try values.encode(filters.scale, forKey: .scale)
    try values.encode(filters.normalization, forKey: .normalization)
    try values.encode(quantity, forKey: .quantity)
  }
}
