import Foundation

/// The probabilities that scores stand for: each exp(score), divided by the sum of all.
///
/// There is no exp for every scalar: it and log are taken in Double and rounded once.
public func referenceSoftmax<Scalar: ReferenceScalar>(_ scores: [Scalar]) -> [Scalar] {
  // Only differences of scores matter; taking the largest off keeps exp from overflowing.
  let largest = scores.max() ?? 0
  let powers = scores.map { Scalar(exp(Double($0 - largest))) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

/// The logarithms of the probabilities, without the detour that would turn a small one into log 0.
public func referenceLogSoftmax<Scalar: ReferenceScalar>(_ scores: [Scalar]) -> [Scalar] {
  let largest = scores.max() ?? 0
  let sum = scores.map { Scalar(exp(Double($0 - largest))) }.reduce(0, +)
  let logSum = Scalar(log(Double(sum)))
  return scores.map { $0 - largest - logSum }
}

/// Softmax with cross-entropy, the loss of classification: how surprised the scores are by the
/// right label.
///
/// As PyTorch's `CrossEntropyLoss(weight:, label_smoothing:, reduction: 'mean')` defines it (the
/// formulas of its documentation; for both together `cross_entropy_loss_label_smoothing` in
/// aten/src/ATen/native/LossNLL.cpp). With p the probabilities, y the right label, w the weights of
/// the labels, K their number and s the smoothing, over the examples n of a batch:
///
///     loss = Σₙ [ (1 − s) · w[yₙ] · −log pₙ[yₙ]  +  s/K · Σₖ w[k] · −log pₙ[k] ]  /  Σₙ w[yₙ]
///
/// Both parts are divided by the weights of the *right labels*: the smoothed part too, although it
/// weighs all labels. Without label weights every w is 1, and the divisor is the size of the batch.
public struct ReferenceCrossEntropy<Scalar: ReferenceScalar>: Sendable {
  /// The share of the target that is spread evenly over all labels, in 0...1.
  public var labelSmoothing: Scalar

  /// A weight for each label, or nil for 1 everywhere.
  public var labelWeights: [Scalar]?

  public init(labelSmoothing: Scalar = 0, labelWeights: [Scalar]? = nil) {
    self.labelSmoothing = labelSmoothing
    self.labelWeights = labelWeights
  }

  /// - Parameters:
  ///   - scores: [example][label].
  ///   - labels: the right label of each example.
  public func loss(scores: [[Scalar]], labels: [Int]) -> Scalar {
    var sum: Scalar = 0
    for (scores, target) in zip(scores, targets(labels, count: scores[0].count)) {
      for (logProbability, target) in zip(referenceLogSoftmax(scores), target) {
        sum -= target * logProbability
      }
    }
    return sum
  }

  /// The gradient of `loss` with respect to the scores, [example][label].
  ///
  /// The gradient of −Σₖ tₖ log pₖ is p · Σₖ tₖ − t: what was said, minus what should have been.
  public func scoreGradients(scores: [[Scalar]], labels: [Int]) -> [[Scalar]] {
    zip(scores, targets(labels, count: scores[0].count)).map { scores, target in
      let whole = target.reduce(0, +)
      return zip(referenceSoftmax(scores), target).map { probability, target in
        probability * whole - target
      }
    }
  }

  /// The factor of each −log p in the loss, [example][label].
  private func targets(_ labels: [Int], count: Int) -> [[Scalar]] {
    let weights = labelWeights ?? [Scalar](repeating: 1, count: count)
    precondition(weights.count == count, "\(weights.count) label weights for \(count) labels")
    let divisor = labels.map { weights[$0] }.reduce(0, +)
    return labels.map { right in
      (0..<count).map { label in
        let share = labelSmoothing / Scalar(count) + (label == right ? 1 - labelSmoothing : 0)
        return share * weights[label] / divisor
      }
    }
  }
}
