import ConvKitFiles

extension VolumeFrontEnd: Codable {
  private enum CodingKeys: String, CodingKey {
    case extent, channels, series, fit, spacing, orientation, resampling, normalization, mean,
      deviation
    case valueLimit
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `VolumeFrontEndError.setting` for
  ///   a value that `init` refuses.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      extent: values.decode(SIMD3<Int>.self, forKey: .extent),
      channels: values.decode(Int.self, forKey: .channels),
      series: values.decode(SeriesChoice.self, forKey: .series),
      fit: values.decode(Fit.self, forKey: .fit),
      spacing: values.decode(SIMD3<Double>.self, forKey: .spacing),
      orientation: values.decode(Volume.Orientation.self, forKey: .orientation),
      resampling: values.decode(VolumeResampling.self, forKey: .resampling),
      normalization: values.decode(Normalization.self, forKey: .normalization),
      mean: values.decode([Float].self, forKey: .mean),
      deviation: values.decode([Float].self, forKey: .deviation),
      valueLimit: values.decode(Int.self, forKey: .valueLimit))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(extent, forKey: .extent)
    try values.encode(channels, forKey: .channels)
    try values.encode(series, forKey: .series)
    try values.encode(fit, forKey: .fit)
    try values.encode(spacing, forKey: .spacing)
    try values.encode(orientation, forKey: .orientation)
    try values.encode(resampling, forKey: .resampling)
    try values.encode(normalization, forKey: .normalization)
    try values.encode(mean, forKey: .mean)
    try values.encode(deviation, forKey: .deviation)
    try values.encode(valueLimit, forKey: .valueLimit)
  }
}

/// A place as a number from 0, or `only` or `all`.
extension SeriesChoice: Codable, LosslessStringConvertible {
  public init?(_ description: String) {
    switch description {
    case "only": self = .only
    case "all": self = .all
    default:
      // One spelling of each: no sign, no zero in front.
      guard let place = Int(description), place >= 0, String(place) == description else {
        return nil
      }
      self = .one(place)
    }
  }

  public var description: String {
    switch self {
    case .only: "only"
    case .one(let place): "\(place)"
    case .all: "all"
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let choice = SeriesChoice(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "“\(FileName.excerpt(text))” is no choice of a series: “only”, “all” or a place from 0")
    }
    self = choice
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
