extension TableFrontEnd: Codable {
  private enum CodingKeys: String, CodingKey {
    case columns, shape, label, hasHeader
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `TableFrontEndError.setting` for a value
  ///   that `init` refuses.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      columns: values.decode([Column].self, forKey: .columns),
      shape: values.decode([Int].self, forKey: .shape),
      label: values.decodeIfPresent(TableLabel.self, forKey: .label),
      hasHeader: values.decode(Bool.self, forKey: .hasHeader))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(columns, forKey: .columns)
    try values.encode(shape, forKey: .shape)
    try values.encodeIfPresent(label, forKey: .label)
    try values.encode(hasHeader, forKey: .hasHeader)
  }
}

/// Of a column of numbers three numbers, of a category its levels and lists of as many numbers as it has
/// positions.
extension TableFrontEnd.Column: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, place, levels, isOpen, median, mean, deviation
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    source = TableColumn(
      name: try values.decode(String.self, forKey: .name),
      place: try values.decode(Int.self, forKey: .place))
    guard let levels = try values.decodeIfPresent([String].self, forKey: .levels) else {
      content = .numbers(
        TableFrontEnd.Scale(
          median: try values.decode(Double.self, forKey: .median),
          mean: try values.decode(Double.self, forKey: .mean),
          deviation: try values.decode(Double.self, forKey: .deviation)))
      return
    }
    let medians = try values.decode([Double].self, forKey: .median)
    let means = try values.decode([Double].self, forKey: .mean)
    let deviations = try values.decode([Double].self, forKey: .deviation)
    guard medians.count == means.count, means.count == deviations.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .mean, in: values,
        debugDescription: "the lists of medians, means and deviations differ in length")
    }
    content = .category(
      levels: levels, isOpen: try values.decode(Bool.self, forKey: .isOpen),
      scales: medians.indices.map {
        TableFrontEnd.Scale(median: medians[$0], mean: means[$0], deviation: deviations[$0])
      })
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(source.name, forKey: .name)
    try values.encode(source.place, forKey: .place)
    switch content {
    case .numbers(let scale):
      try values.encode(scale.median, forKey: .median)
      try values.encode(scale.mean, forKey: .mean)
      try values.encode(scale.deviation, forKey: .deviation)
    case .category(let levels, let isOpen, let scales):
      try values.encode(levels, forKey: .levels)
      try values.encode(isOpen, forKey: .isOpen)
      try values.encode(scales.map(\.median), forKey: .median)
      try values.encode(scales.map(\.mean), forKey: .mean)
      try values.encode(scales.map(\.deviation), forKey: .deviation)
    }
  }
}
