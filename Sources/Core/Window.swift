/// The border of positions that a window may reach into beyond the input.
///
/// Convolution reads zeros there; pooling looks only at the positions that exist.
public enum Padding: Equatable, Sendable {
  /// None: only windows that lie inside.
  case valid
  /// As much as gives ⌈extent / stride⌉ positions, the odd one on the high side.
  case same
  /// So many positions before and after, an axis at a time.
  case each(low: PerAxis, high: PerAxis)
}

/// What slides over the input of a convolution or a pooling: size, step and border of a window.
public struct Window: Equatable, Sendable {
  /// Taps along each axis.
  public var size: PerAxis
  /// Positions from one window to the next.
  public var stride: PerAxis
  /// Positions from one tap to the next.
  public var dilation: PerAxis
  public var padding: Padding
  /// Whether the last window may hang over the high edge. It must still start inside.
  public var overhang: Bool

  public init(
    size: PerAxis, stride: PerAxis = 1, dilation: PerAxis = 1, padding: Padding = .valid,
    overhang: Bool = false
  ) {
    self.size = size
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    self.overhang = overhang
  }

  /// Where this window stands over an input of `extent`.
  ///
  /// - Throws: `ShapeError` when a knob names another number of axes, is out of range, or no window
  ///   fits.
  public func geometry(over extent: [Int]) throws -> Geometry {
    let rank = extent.count
    func values(_ knob: PerAxis, _ name: String, atLeast least: Int) throws -> [Int] {
      guard let values = knob.values(rank: rank) else {
        throw ShapeError(
          received: "a \(name) of \(knob) for an input of \(rank) axes (\(extent.asExtent))",
          needed: "one number, or \(rank) of them",
          remedy: "Write the \(name) as a single number to mean every axis.")
      }
      // The upper limit keeps every product of two knobs and an extent inside an Int.
      guard values.allSatisfy({ least...Self.largestKnob ~= $0 }) else {
        throw ShapeError(
          received: "a \(name) of \(knob)",
          needed: "numbers from \(least) to \(Self.largestKnob)",
          remedy: "Correct the \(name).")
      }
      return values
    }
    guard extent.allSatisfy({ 1...Self.largestKnob ~= $0 }) else {
      throw ShapeError(
        received: "an input of \(extent.asExtent)",
        needed: "from 1 to \(Self.largestKnob) positions along every axis",
        remedy: "Check the extent of the input.")
    }
    let sizes = try values(size, "size", atLeast: 1)
    let strides = try values(stride, "stride", atLeast: 1)
    let dilations = try values(dilation, "dilation", atLeast: 1)
    var lows = Array(repeating: 0, count: rank)
    var highs = lows
    if case .each(let low, let high) = padding {
      lows = try values(low, "padding", atLeast: 0)
      highs = try values(high, "padding", atLeast: 0)
    }

    var axes: [Geometry.Axis] = []
    for axis in 0..<rank {
      let (length, stride) = (extent[axis], strides[axis])
      let span = dilations[axis] * (sizes[axis] - 1) + 1
      var (low, high) = (lows[axis], highs[axis])
      if padding == .same {
        let positions = (length + stride - 1) / stride
        let total = max(0, (positions - 1) * stride + span - length)
        low = total / 2
        high = total - low
      }
      let room = length + low + high - span
      guard room >= 0 || overhang else {
        throw ShapeError(
          received: "an input of \(extent.asExtent), too small for a window that spans \(span)"
            + " positions along axis \(axis + 1)",
          needed: "at least \(span - low - high) positions along that axis",
          remedy: "Use a smaller size, padding `same`, fewer poolings before it, or larger inputs.")
      }
      var positions = (max(0, room) + (overhang ? stride - 1 : 0)) / stride + 1
      // A last window that starts beyond the input would see padding alone.
      if overhang, (positions - 1) * stride >= length + low { positions -= 1 }
      axes.append(
        Geometry.Axis(
          extent: length, size: sizes[axis], stride: stride, dilation: dilations[axis], low: low,
          positions: positions))
    }
    // There are at most as many windows as positions.
    try checkThatFewEnough(sizes, "taps in a window of \(size)")
    try checkThatFewEnough(
      axes.map { $0.low + $0.extent + $0.high },
      "positions in an input of \(extent.asExtent) with its padding")
    return Geometry(axes: axes)
  }

  /// Everything below multiplies counts of several axes without a look at overflow.
  private func checkThatFewEnough(_ counts: [Int], _ what: String) throws {
    var product = 1
    for count in counts {
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      guard !overflow, next <= Self.largestCount else {
        throw ShapeError(
          received: "more than \(Self.largestCount) \(what)",
          needed: "at most \(Self.largestCount)",
          remedy: "Use a smaller size, dilation or padding, or smaller inputs.")
      }
      product = next
    }
  }

  /// 2^30: no machine holds an axis that long.
  private static let largestKnob = 1 << 30

  /// 2^31: the taps of a pooling are numbered in 32 bits.
  private static let largestCount = 1 << 31
}

extension Window: Codable {
  enum CodingKeys: CodingKey {
    case size, stride, dilation, padding, overhang
  }

  /// Knobs that are left out have their defaults; a pooling's stride is its size.
  package init(from decoder: any Decoder, strideIsSize: Bool) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    size = try container.decode(PerAxis.self, forKey: .size)
    stride =
      try container.decodeIfPresent(PerAxis.self, forKey: .stride) ?? (strideIsSize ? size : 1)
    dilation = try container.decodeIfPresent(PerAxis.self, forKey: .dilation) ?? 1
    padding = try container.decodeIfPresent(Padding.self, forKey: .padding) ?? .valid
    overhang = try container.decodeIfPresent(Bool.self, forKey: .overhang) ?? false
  }

  public init(from decoder: any Decoder) throws {
    try self.init(from: decoder, strideIsSize: false)
  }

  package func encode(to encoder: any Encoder, strideIsSize: Bool) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(size, forKey: .size)
    if stride != (strideIsSize ? size : 1) { try container.encode(stride, forKey: .stride) }
    if dilation != 1 { try container.encode(dilation, forKey: .dilation) }
    if padding != .valid { try container.encode(padding, forKey: .padding) }
    if overhang { try container.encode(overhang, forKey: .overhang) }
  }

  public func encode(to encoder: any Encoder) throws {
    try encode(to: encoder, strideIsSize: false)
  }
}

/// In JSON "valid", "same", a number or a list (the same before and after), or {"low", "high"}.
extension Padding: Codable {
  enum CodingKeys: CodingKey {
    case low, high
  }

  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: CodingKeys.self) {
      self = .each(
        low: try container.decode(PerAxis.self, forKey: .low),
        high: try container.decode(PerAxis.self, forKey: .high))
      return
    }
    let container = try decoder.singleValueContainer()
    switch try? container.decode(String.self) {
    case "valid": self = .valid
    case "same": self = .same
    case .some(let name):
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "padding \"\(name)\" is not \"valid\", \"same\", a number or a list")
    case nil:
      let amount = try container.decode(PerAxis.self)
      self = .each(low: amount, high: amount)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .each(let low, let high) where low != high:
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(low, forKey: .low)
      try container.encode(high, forKey: .high)
    case .each(let low, _):
      var container = encoder.singleValueContainer()
      try container.encode(low)
    case .same, .valid:
      var container = encoder.singleValueContainer()
      try container.encode(self == .same ? "same" : "valid")
    }
  }
}
