/// Softmax and the cross-entropy that training lowers.
///
/// The definition is that of PyTorch's `CrossEntropyLoss` with the mean taken over the batch: the
/// loss of label y is (1 − s)·w_y·(−ln p_y) + s/K · Σ_c w_c·(−ln p_c), with s the smoothing and w the
/// weights, and a batch's losses are divided by the sum of the weights of its labels.
public struct CrossEntropy: Codable, Equatable, Sendable {
  /// The share of the truth that is spread evenly over all labels (Szegedy et al. 2016), from 0
  /// to below 1.
  public var labelSmoothing: Double

  /// A weight for every label, or empty for equal weights.
  public var labelWeights: [Float]

  public init(labelSmoothing: Double = 0, labelWeights: [Float] = []) {
    precondition(
      (0..<1).contains(labelSmoothing), "smoothing from 0 to below 1, received \(labelSmoothing)")
    self.labelSmoothing = labelSmoothing
    self.labelWeights = labelWeights
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    labelSmoothing = try container.decode(Double.self, forKey: .labelSmoothing)
    labelWeights = try container.decode([Float].self, forKey: .labelWeights)
    guard (0..<1).contains(labelSmoothing), labelWeights.allSatisfy({ $0.isFinite && $0 >= 0 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .labelSmoothing, in: container,
        debugDescription: "smoothing is from 0 to below 1, and weights are not negative")
    }
  }

  package func weight(of label: Int) -> Double {
    labelWeights.isEmpty ? 1 : Double(labelWeights[label])
  }

  /// What the losses of a batch with these labels are divided by.
  // Of an array, for a generic sequence of another module may take from the heap at every element.
  package func normalizer(labels: [Int]) -> Double {
    labels.reduce(0) { $0 + weight(of: $1) }
  }

  /// One example's part of the batch's loss.
  ///
  /// - Parameters:
  ///   - scores: one for every label.
  ///   - gradient: receives the slope of the batch's loss by each score, or nil. Left as it is when
  ///     the loss is NaN.
  /// - Returns: NaN when a score is not a finite number.
  package func loss(
    scores: UnsafeBufferPointer<Float>, label: Int, normalizer: Double,
    gradient: UnsafeMutablePointer<Float>?
  ) -> Double {
    var largest = -Float.infinity
    for score in scores {
      guard score.isFinite else { return .nan }
      largest = max(largest, score)
    }
    var total = 0.0
    for score in scores { total += Elementary.exp(Double(score) - Double(largest)) }
    let logarithm = Elementary.log(total) + Double(largest)

    let share = labelSmoothing / Double(scores.count)
    let weightOfLabel = weight(of: label) * (1 - labelSmoothing)
    var loss = weightOfLabel * (logarithm - Double(scores[label]))
    var weights = weightOfLabel
    if share > 0 {
      for other in scores.indices {
        loss += share * weight(of: other) * (logarithm - Double(scores[other]))
        weights += share * weight(of: other)
      }
    }
    if let gradient {
      for other in scores.indices {
        let probability = Elementary.exp(Double(scores[other]) - Double(largest)) / total
        var slope = weights * probability
        if share > 0 { slope -= share * weight(of: other) }
        if other == label { slope -= weightOfLabel }
        gradient[other] = Float(slope / normalizer)
      }
    }
    return loss / normalizer
  }

  /// The probabilities that scores stand for; they add up to 1.
  public static func softmax(_ scores: [Float]) -> [Float] {
    let largest = Double(scores.max() ?? 0)
    let powers = scores.map { Elementary.exp(Double($0) - largest) }
    let total = powers.reduce(0, +)
    return powers.map { Float($0 / total) }
  }
}
