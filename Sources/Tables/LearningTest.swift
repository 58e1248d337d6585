import ConvKitCore
import ConvKitTraining

/// Whether some model has learnt the labels: against permuted labels, with the best model of each.
struct LearningTest {
  static let permutations = 999
  static let level = 0.01

  /// The log-loss of the shares of the labels.
  static func chanceLoss(_ labels: [Int], count: Int) -> Double {
    var counts = [Int](repeating: 0, count: count)
    for label in labels { counts[label] += 1 }
    return counts.reduce(0) { sum, rows in
      let share = Double(rows) / Double(labels.count)
      return rows == 0 ? sum : sum - share * Elementary.log(share)
    }
  }

  /// - Parameters:
  ///   - outcomes: of the models, by name, on rows that they have not learned from.
  ///   - labels: by row.
  static func evidence(
    _ outcomes: [(name: String, outcome: FoldTrials.Outcome)], labels: [Int], labelCount: Int,
    seed: UInt64
  ) -> LearningEvidence {
    func loss(_ outcome: FoldTrials.Outcome, _ order: [Int]) -> Double {
      var sum = 0.0
      for (row, place) in order.enumerated() { sum -= outcome.logProbabilities[row][labels[place]] }
      return sum / Double(labels.count)
    }
    func best(_ order: [Int]) -> (loss: Double, name: String) {
      var best = (loss: Double.infinity, name: "")
      for (name, outcome) in outcomes {
        let loss = loss(outcome, order)
        if loss < best.loss { best = (loss, name) }
      }
      return best
    }
    let given = best(Array(labels.indices))
    let asGood = (1...permutations).count { number in
      best(
        shuffled(
          count: labels.count,
          using: RandomStream(seed: seed, purpose: .tableRows, epoch: 2, item: number))
      ).loss <= given.loss
    }
    let pValue = Double(asGood + 1) / Double(permutations + 1)
    return LearningEvidence(
      chanceLoss: chanceLoss(labels, count: labelCount), best: given.name, loss: given.loss,
      pValue: pValue, holds: pValue <= level)
  }
}
