/// Flattening: every value becomes a channel of a single position, [position…, channel] in order.
public struct ReferenceFlatten: Sendable {
  public init() {}

  public func forward<Scalar>(_ input: Block<Scalar>) -> Block<Scalar> { Block(input.values) }

  public func inputGradient<Scalar>(
    extent: [Int], channels: Int, outputGradient: Block<Scalar>
  ) -> Block<Scalar> {
    Block(extent: extent, channels: channels, values: outputGradient.values)
  }
}

/// Concatenation: at every position, the channels of all branches, one branch after the other.
public struct ReferenceConcatenation: Sendable {
  public init() {}

  /// - Precondition: at least one branch, all of one extent.
  public func forward<Scalar>(_ branches: [Block<Scalar>]) -> Block<Scalar> {
    let extent = branches[0].extent
    precondition(
      branches.allSatisfy { $0.extent == extent },
      "branches of extents \(branches.map(\.extent)) do not line up")
    var values: [Scalar] = []
    for position in 0..<branches[0].positions {
      for branch in branches {
        for channel in 0..<branch.channels { values.append(branch[position, channel]) }
      }
    }
    let channels = branches.map(\.channels).reduce(0, +)
    return Block(extent: extent, channels: channels, values: values)
  }

  /// - Parameter channels: how many channels each branch brought.
  public func inputGradients<Scalar>(
    channels: [Int], outputGradient: Block<Scalar>
  ) -> [Block<Scalar>] {
    var first = 0
    return channels.map { count in
      defer { first += count }
      var gradient = Block<Scalar>(repeating: 0, extent: outputGradient.extent, channels: count)
      for position in 0..<gradient.positions {
        for channel in 0..<count {
          gradient[position, channel] = outputGradient[position, first + channel]
        }
      }
      return gradient
    }
  }
}

/// The sum that ends a residual block: what went through its layers, plus what went around them.
public struct ReferenceResidualSum: Sendable {
  public init() {}

  public func forward<Scalar>(
    _ through: Block<Scalar>, _ around: Block<Scalar>
  ) -> Block<Scalar> {
    through.combined(with: around, +)
  }

  /// Both ways receive the whole gradient.
  public func inputGradients<Scalar>(
    outputGradient: Block<Scalar>
  ) -> (through: Block<Scalar>, around: Block<Scalar>) {
    (outputGradient, outputGradient)
  }
}
