import ConvKitCore

/// What a spectrogram tells of each frequency.
public enum SpectralQuantity: String, Codable, Sendable, CaseIterable {
  /// The magnitude of the spectrum.
  case magnitude
  /// Its square.
  case power
}

/// Levels on a logarithmic scale, as loudness is heard: ten times the power is 10 dB more, ten times
/// the magnitude 20.
public struct Decibels: Equatable, Sendable {
  /// What has 0 dB.
  public enum Reference: Equatable, Sendable {
    /// A power or a magnitude above 0.
    case value(Float)
    /// The largest value.
    case loudest
  }

  /// What is given.
  public let quantity: SpectralQuantity
  public let reference: Reference
  /// What a smaller value counts as: silence would be −∞ dB.
  public let least: Float
  /// How far below the loudest a level can lie, in decibels; nil for any depth.
  public let range: Float?

  /// - Parameters:
  ///   - least: 10⁻³⁵...10³⁵ of powers, 10⁻¹⁷...10¹⁷ of magnitudes; without it, 10⁻¹⁰ of powers and
  ///     10⁻⁵ of magnitudes.
  ///   - range: from 0; nil leaves the quiet as quiet as it is.
  /// - Throws: `SpectrumError.setting`.
  public init(
    of quantity: SpectralQuantity = .power, reference: Reference = .value(1), least: Float? = nil,
    range: Float? = 80
  ) throws {
    self.quantity = quantity
    self.reference = reference
    self.least = least ?? (quantity == .power ? 1e-10 : 1e-5)
    self.range = range
    let (smallest, largest): (Float, Float) = quantity == .power ? (1e-35, 1e35) : (1e-17, 1e17)
    try SpectrumError.check(
      smallest...largest ~= self.least, "least", "\(self.least)", "\(smallest) to \(largest)")
    if case .value(let value) = reference {
      try SpectrumError.check(
        value > 0 && value <= largest, "reference", "\(value)", "above 0 and up to \(largest)")
    }
    if let range {
      try SpectrumError.check(
        range >= 0 && range.isFinite, "range", "\(range)", "a number of decibels from 0")
    }
  }

  /// The levels of values, in decibels, of whatever shape. A NaN stays one.
  public func levels(of values: Tensor<Float>) -> Tensor<Float> {
    var levels = values
    levels.elements.withUnsafeMutableBufferPointer { replace($0) }
    return levels
  }

  /// Puts the levels in the place of the values; takes nothing from the heap.
  package func replace(_ values: UnsafeMutableBufferPointer<Float>) {
    guard let start = values.baseAddress, !values.isEmpty else { return }
    var least = least
    if quantity == .magnitude {
      least *= least
      for place in values.indices { values[place] *= values[place] }
    }
    let kernels = ShortTimeFourierTransform.Workspace.instructionSet.kernels
    kernels.pointee.decibels(values.count, least, start, start)
    var shift: Float = 0
    let loudest = largest(of: values)
    switch reference {
    case .loudest: shift = loudest
    case .value(1): break
    case .value(var value):
      if quantity == .magnitude { value *= value }
      kernels.pointee.decibels(1, least, &value, &shift)
    }
    let bottom = range.map { loudest - shift - $0 } ?? -.infinity
    if shift == 0 && bottom == -.infinity { return }
    for place in values.indices {
      let level = values[place] - shift
      // A NaN is not below.
      values[place] = level < bottom ? bottom : level
    }
  }

  /// The largest, eight at a time; a NaN does not count.
  private func largest(of values: UnsafeMutableBufferPointer<Float>) -> Float {
    let whole = values.count / 8 * 8
    var largest = SIMD8<Float>(repeating: -.infinity)
    for place in stride(from: 0, to: whole, by: 8) {
      let eight = UnsafeRawPointer(values.baseAddress! + place).loadUnaligned(
        as: SIMD8<Float>.self)
      largest.replace(with: eight, where: eight .> largest)
    }
    var result = largest.max()
    for place in whole..<values.count where values[place] > result { result = values[place] }
    return result
  }
}

extension Decibels: Codable {
  private enum CodingKeys: CodingKey {
    case quantity, reference, least, range
  }

  /// The reference is a number or the word "loudest"; no range is left out.
  ///
  /// - Throws: the decoder's error for a missing or mistyped value, `SpectrumError.setting` for one
  ///   that `init` refuses or that there is not.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let reference: Reference
    if let number = try? values.decode(Float.self, forKey: .reference) {
      reference = .value(number)
    } else {
      _ = try values.decodeChoice(LoudestReference.self, forKey: .reference)
      reference = .loudest
    }
    try self.init(
      of: values.decodeChoice(SpectralQuantity.self, forKey: .quantity), reference: reference,
      least: values.decode(Float.self, forKey: .least),
      range: values.decodeIfPresent(Float.self, forKey: .range))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(quantity, forKey: .quantity)
    switch reference {
    case .value(let value): try values.encode(value, forKey: .reference)
    case .loudest: try values.encode(LoudestReference.loudest.rawValue, forKey: .reference)
    }
    try values.encode(least, forKey: .least)
    try values.encodeIfPresent(range, forKey: .range)
  }

  private enum LoudestReference: String, CaseIterable {
    case loudest
  }
}
