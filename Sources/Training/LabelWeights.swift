import ConvKitCore

/// How much the examples of a label count, where some labels have many more than others.
public enum LabelWeights: String, Codable, CaseIterable, Sendable {
  /// Every example counts the same.
  case none
  /// Every label counts the same.
  case balanced

  /// A weight for each label, or empty for equal ones.
  public func weights(counts: [Int]) -> [Float] {
    switch self {
    case .none: []
    case .balanced: CrossEntropy.balancedWeights(counts: counts)
    }
  }
}

extension CrossEntropy {
  /// Weights n / (K · n_k) with which all labels count the same, as scikit-learn's "balanced".
  ///
  /// - Parameter counts: the examples of each label. One without any weighs nothing and is not
  ///   among the K.
  public static func balancedWeights(counts: [Int]) -> [Float] {
    let all = counts.reduce(0, +)
    let labels = counts.count { $0 > 0 }
    return counts.map { $0 > 0 ? Float(Double(all) / (Double(labels) * Double($0))) : 0 }
  }
}
