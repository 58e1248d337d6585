import ConvKitCore
import ConvKitTraining

/// Whether some model has learnt the labels: against permuted labels, with the best model of each.
///
/// Counted is the mean probability that a model gives to the labels of rows which it has not learned from. A
/// loss without bounds would hang on the few that a model is surest of and wrong.
///
/// The models are not trained anew on permuted labels. As each row helps to predict the others and these help
/// to predict it, the true gain varies more than those of labels that are permuted afterwards, by at most
/// twice the variance; so permuted gains count √2 times. Of 1,000 tables with labels by chance some 30 then
/// pass at 0.05 (without it some 100).
enum LearningTest {
  static let permutations = 999
  static let level = 0.05

  /// - Parameters:
  ///   - outcomes: of the models, by name.
  ///   - labels: by row.
  static func evidence(
    _ outcomes: [(name: String, outcome: FoldTrials.Outcome)], labels: [Int], seed: UInt64
  ) -> LearningEvidence {
    func probability(_ outcome: FoldTrials.Outcome, _ order: [Int]) -> Double {
      var sum = 0.0
      for (row, place) in order.enumerated() { sum += outcome.probabilities[row][labels[place]] }
      return sum / Double(labels.count)
    }
    let chances = outcomes.map { chance($0.outcome, labels) }
    /// The best gain over chance, and whose it is.
    func best(_ order: [Int]) -> (gain: Double, model: Int) {
      var best = (gain: -Double.infinity, model: 0)
      for model in outcomes.indices {
        let gain = probability(outcomes[model].outcome, order) - chances[model]
        if gain > best.gain { best = (gain, model) }
      }
      return best
    }
    let given = best(Array(labels.indices))
    let asGood = (1...permutations).count { number in
      best(
        shuffled(
          count: labels.count,
          using: RandomStream(seed: seed, purpose: .tableRows, epoch: 2, item: number))
      ).gain * 2.0.squareRoot() >= given.gain
    }
    let pValue = Double(asGood + 1) / Double(permutations + 1)
    return LearningEvidence(
      best: outcomes[given.model].name, probability: given.gain + chances[given.model],
      chance: chances[given.model], pValue: pValue, holds: pValue <= level)
  }

  /// The mean over all permutations of the labels.
  private static func chance(_ outcome: FoldTrials.Outcome, _ labels: [Int]) -> Double {
    guard let first = outcome.probabilities.first else { return 0 }
    var counts = [Double](repeating: 0, count: first.count)
    for label in labels { counts[label] += 1 }
    let rows = Double(labels.count)
    return outcome.probabilities.reduce(0) { sum, probabilities in
      sum + zip(probabilities, counts).reduce(0) { $0 + $1.0 * $1.1 } / (rows * rows)
    }
  }
}
