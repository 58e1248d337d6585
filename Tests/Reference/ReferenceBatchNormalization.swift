/// Batch normalisation: each channel is shifted and scaled to mean 0 and variance 1, then by what
/// was learned: output = scale · (value − mean) / √(variance + epsilon) + shift.
///
/// In training, mean and variance are those of the batch: of a channel over all positions of all
/// examples. In evaluation they are the running ones. The variance that normalises is the biased
/// one (divided by n), the one that enters the running variance the unbiased one (by n − 1), and
/// running = (1 − momentum) · running + momentum · observed: all as PyTorch has it.
public struct ReferenceBatchNormalization<Scalar: ReferenceScalar>: Equatable, Sendable {
  /// One value per channel, as in the following three.
  public var scale: [Scalar]
  public var shift: [Scalar]
  public var runningMean: [Scalar]
  public var runningVariance: [Scalar]

  /// The share of a batch in the running statistics.
  public var momentum: Scalar = 0.1

  /// Keeps a channel that does not vary from being divided by zero.
  public var epsilon: Scalar = 1e-5

  /// With the values before any training: scale 1, shift 0, running mean 0, running variance 1.
  public init(channels: Int) {
    scale = Array(repeating: 1, count: channels)
    shift = Array(repeating: 0, count: channels)
    runningMean = shift
    runningVariance = scale
  }

  /// Normalises a batch by its own statistics, and moves the running ones towards them.
  ///
  /// - Precondition: the batch has more than one position in all; one alone has no variance.
  public mutating func train(_ batch: [Block<Scalar>]) -> [Block<Scalar>] {
    let observed = Statistics(of: batch)
    let unbiased = Scalar(observed.count) / Scalar(observed.count - 1)
    for channel in scale.indices {
      runningMean[channel] += momentum * (observed.mean[channel] - runningMean[channel])
      runningVariance[channel] +=
        momentum * (unbiased * observed.variance[channel] - runningVariance[channel])
    }
    return batch.map { scaledAndShifted(normalised($0, by: observed)) }
  }

  /// Normalises one example by the running statistics.
  public func evaluate(_ input: Block<Scalar>) -> Block<Scalar> {
    scaledAndShifted(normalised(input, by: running))
  }

  /// The gradients of `train`. Every value of the batch had its part in the mean and the variance,
  /// so the gradient of one input depends on all of them.
  public func trainingGradients(
    _ batch: [Block<Scalar>], outputGradients: [Block<Scalar>]
  ) -> (inputs: [Block<Scalar>], scale: [Scalar], shift: [Scalar]) {
    let observed = Statistics(of: batch)
    let normalisedBatch = batch.map { normalised($0, by: observed) }
    let (scaleGradient, shiftGradient) = parameterGradients(normalisedBatch, outputGradients)
    let count = Scalar(observed.count)
    let inputs = zip(normalisedBatch, outputGradients).map { normalised, outputGradient in
      var gradient = outputGradient
      for position in 0..<gradient.positions {
        for channel in scale.indices {
          // What the shared mean and the shared variance take back.
          let throughMean = shiftGradient[channel] / count
          let throughVariance = normalised[position, channel] * scaleGradient[channel] / count
          gradient[position, channel] =
            scale[channel] * reciprocalDeviation(observed, channel)
            * (outputGradient[position, channel] - throughMean - throughVariance)
        }
      }
      return gradient
    }
    return (inputs, scaleGradient, shiftGradient)
  }

  /// The gradients of `evaluate`, where mean and variance are constants.
  public func evaluationGradients(
    _ input: Block<Scalar>, outputGradient: Block<Scalar>
  ) -> (input: Block<Scalar>, scale: [Scalar], shift: [Scalar]) {
    let (scaleGradient, shiftGradient) = parameterGradients(
      [normalised(input, by: running)], [outputGradient])
    var gradient = outputGradient
    for position in 0..<gradient.positions {
      for channel in scale.indices {
        gradient[position, channel] *= scale[channel] * reciprocalDeviation(running, channel)
      }
    }
    return (gradient, scaleGradient, shiftGradient)
  }
}

extension ReferenceBatchNormalization {
  /// Mean and biased variance of each channel, over `count` positions.
  struct Statistics {
    var count: Int
    var mean: [Scalar]
    var variance: [Scalar]

    init(count: Int, mean: [Scalar], variance: [Scalar]) {
      self.count = count
      self.mean = mean
      self.variance = variance
    }

    /// In two passes: first the mean, then the squares of the differences from it.
    init(of batch: [Block<Scalar>]) {
      let count = batch.map(\.positions).reduce(0, +)
      precondition(count > 1, "a batch of one position has no variance to normalise by")
      let zeros = [Scalar](repeating: 0, count: batch[0].channels)
      let mean = batch.map(sumOverPositions).reduce(zeros) { zip($0, $1).map(+) }
        .map { $0 / Scalar(count) }
      var squares = zeros
      for block in batch {
        for position in 0..<block.positions {
          for channel in squares.indices {
            let difference = block[position, channel] - mean[channel]
            squares[channel] += difference * difference
          }
        }
      }
      self.init(count: count, mean: mean, variance: squares.map { $0 / Scalar(count) })
    }
  }

  private var running: Statistics {
    Statistics(count: 0, mean: runningMean, variance: runningVariance)
  }

  private func reciprocalDeviation(_ statistics: Statistics, _ channel: Int) -> Scalar {
    1 / (statistics.variance[channel] + epsilon).squareRoot()
  }

  /// (value − mean) / √(variance + epsilon).
  private func normalised(_ input: Block<Scalar>, by statistics: Statistics) -> Block<Scalar> {
    precondition(input.channels == scale.count)
    var output = input
    for position in 0..<input.positions {
      for channel in scale.indices {
        output[position, channel] =
          (input[position, channel] - statistics.mean[channel])
          * reciprocalDeviation(statistics, channel)
      }
    }
    return output
  }
  private func scaledAndShifted(_ normalised: Block<Scalar>) -> Block<Scalar> {
    var output = normalised
    for position in 0..<output.positions {
      for channel in scale.indices {
        output[position, channel] = scale[channel] * output[position, channel] + shift[channel]
      }
    }
    return output
  }

  /// The shift meets every output directly, the scale through the normalised value.
  private func parameterGradients(
    _ normalised: [Block<Scalar>], _ outputGradients: [Block<Scalar>]
  ) -> (scale: [Scalar], shift: [Scalar]) {
    var scaleGradient = [Scalar](repeating: 0, count: scale.count)
    var shiftGradient = scaleGradient
    for (normalised, outputGradient) in zip(normalised, outputGradients) {
      for position in 0..<outputGradient.positions {
        for channel in scale.indices {
          shiftGradient[channel] += outputGradient[position, channel]
          scaleGradient[channel] +=
            outputGradient[position, channel] * normalised[position, channel]
        }
      }
    }
    return (scaleGradient, shiftGradient)
  }
}
