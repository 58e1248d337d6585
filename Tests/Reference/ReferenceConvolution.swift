/// Convolution: every feature is lined up with every patch of the map, multiplied value by value and
/// added up. (The field's name for what is, strictly, a correlation: features are not turned over.)
///
/// With groups, the channels and the features are split into as many equal runs, and a feature reads
/// only the channels of its own run; as many groups as channels is a depthwise convolution.
///
/// Weights are [tap…, input channel within the group, feature], the feature fastest; a bias has one
/// value per feature. Output = scale · sum + bias. Learning uses a scale of 1; the *filtering* of
/// the worked example is the same operation with the scale 1 / (pixels of the feature), an average.
public struct ReferenceConvolution<Scalar: ReferenceScalar>: Sendable {
  public var window: ReferenceWindow
  public var channels: Int
  public var features: Int
  public var groups: Int
  public var scale: Scalar

  public init(
    window: ReferenceWindow, channels: Int, features: Int, groups: Int = 1, scale: Scalar = 1
  ) {
    precondition(!window.overhang, "only a pooling may hang over the edge")
    precondition(
      channels.isMultiple(of: groups) && features.isMultiple(of: groups),
      "\(groups) groups divide neither \(channels) channels nor \(features) features evenly")
    self.window = window
    self.channels = channels
    self.features = features
    self.groups = groups
    self.scale = scale
  }

  /// How many weights there are.
  public var weightCount: Int { window.taps * channels / groups * features }

  /// A channel, and a feature that reads it.
  public struct Link: Equatable, Sendable {
    public let channel: Int
    public let feature: Int
  }

  /// What one tap connects, in the order of its weights: [input channel within the group, feature].
  public var links: [Link] {
    let (channelsOfGroup, featuresOfGroup) = (channels / groups, features / groups)
    return (0..<channelsOfGroup).flatMap { channel in
      (0..<features).map { feature in
        Link(channel: feature / featuresOfGroup * channelsOfGroup + channel, feature: feature)
      }
    }
  }

  @inlinable
  public func forward(
    _ input: Block<Scalar>, weights: [Scalar], bias: [Scalar]? = nil
  ) -> Block<Scalar> {
    checkShapes(input, weights)
    let links = links
    var output = Block<Scalar>(
      repeating: 0, extent: window.outputExtent(of: input.extent), channels: features)
    for reading in window.readings(of: input.extent) {
      for (index, link) in links.enumerated() {
        output[reading.output, link.feature] +=
          input[reading.input, link.channel] * weights[reading.tap * links.count + index]
      }
    }
    for position in 0..<output.positions {
      for feature in 0..<features {
        output[position, feature] = scale * output[position, feature] + (bias?[feature] ?? 0)
      }
    }
    return output
  }

  /// The gradient of the input; as an operation of its own, the transposed convolution.
  @inlinable
  public func inputGradient(
    extent: [Int], weights: [Scalar], outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    let links = links
    var gradient = Block<Scalar>(repeating: 0, extent: extent, channels: channels)
    checkShapes(gradient, weights)
    for reading in window.readings(of: extent) {
      for (index, link) in links.enumerated() {
        gradient[reading.input, link.channel] +=
          outputGradient[reading.output, link.feature]
          * weights[reading.tap * links.count + index]
      }
    }
    return gradient.map { scale * $0 }
  }

  /// The gradient of the weights, laid out as they are.
  @inlinable
  public func weightGradient(
    _ input: Block<Scalar>, outputGradient: Block<Scalar>
  ) -> [Scalar] {
    let links = links
    var gradient = [Scalar](repeating: 0, count: weightCount)
    checkShapes(input, gradient)
    for reading in window.readings(of: input.extent) {
      for (index, link) in links.enumerated() {
        gradient[reading.tap * links.count + index] +=
          input[reading.input, link.channel] * outputGradient[reading.output, link.feature]
      }
    }
    return gradient.map { scale * $0 }
  }

  /// The gradient of the bias: what reached each feature, summed over positions.
  @inlinable
  public func biasGradient(outputGradient: Block<Scalar>) -> [Scalar] {
    sumOverPositions(outputGradient)
  }

  @usableFromInline
  func checkShapes(_ input: Block<Scalar>, _ weights: [Scalar]) {
    precondition(
      input.channels == channels && weights.count == weightCount,
      """
      a convolution of \(channels) channels with \(weightCount) weights received \
      \(input.channels) channels and \(weights.count) weights
      """)
  }
}

/// The sum of each channel over all positions.
@inlinable
func sumOverPositions<Scalar: ReferenceScalar>(_ block: Block<Scalar>) -> [Scalar] {
  var sums = [Scalar](repeating: 0, count: block.channels)
  for position in 0..<block.positions {
    for channel in 0..<block.channels { sums[channel] += block[position, channel] }
  }
  return sums
}
