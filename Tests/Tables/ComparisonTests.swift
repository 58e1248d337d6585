import ConvKitCore
import ConvKitTraining
import Testing

@testable import ConvKitTables

@Suite struct ComparisonTests {
  /// Variance 2.5 of five differences, times 1/5 + 1/4.
  @Test func theErrorIsCorrected() {
    let error = RivalTest.correctedError([1, 2, 3, 4, 5], ratio: 0.25)
    #expect(abs(error - (2.5 * 0.45).squareRoot()) < 1e-12)
    #expect(RivalTest.correctedError([7, 7, 7], ratio: 0.5) == 0)
  }

  @Test func aRivalIsMatchedWithinOneError() {
    func rival(_ difference: Double) -> RivalEvidence.Rival {
      .init(name: "dense network", loss: 0.5, difference: difference, error: 0.1)
    }
    #expect(rival(-1).isMatched && rival(0.1).isMatched && !rival(0.11).isMatched)
    #expect(!RivalEvidence(loss: 1, rivals: [rival(0), rival(0.2)]).holds)
  }

  private func outcome(_ probabilities: [[Double]]) -> FoldTrials.Outcome {
    FoldTrials.Outcome(losses: [1], probabilities: probabilities)
  }

  @Test func answersBetterThanChanceAreLearnt() {
    let labels = (0..<40).map { $0 % 2 }
    let good = outcome(labels.map { $0 == 0 ? [0.7, 0.3] : [0.2, 0.8] })
    let blind = outcome(labels.map { _ in [0.9, 0.1] })
    let found = LearningTest.evidence(
      [("blind", blind), ("good", good)], labels: labels, seed: 0)
    #expect(found.best == "good" && found.holds && found.pValue == 0.001)
    #expect(abs(found.probability - 0.75) < 1e-12)
    #expect(abs(found.chance - 0.5) < 1e-12)
    #expect(!LearningTest.evidence([("blind", blind)], labels: labels, seed: 0).holds)
  }

  /// Answers by chance: of 300 tables more than 10 would pass at 0.01 once in 1,000 times.
  @Test func theLevelOfLearningIsKept() {
    let labels = (0..<40).map { $0 % 3 }
    let passed = (0..<300).count { number in
      var random = RandomStream(seed: 9, purpose: .tests, item: number)
      let models = (0..<3).map { model in
        (
          name: "\(model)",
          outcome: outcome(
            labels.map { _ in
              let values = (0..<3).map { _ in Double(random.uniform()) }
              let sum = values.reduce(0, +)
              return values.map { $0 / sum }
            })
        )
      }
      return LearningTest.evidence(models, labels: labels, seed: 0).holds
    }
    #expect(passed <= 10)
  }

  @Test func aClearOrderBeatsAll() {
    func order(_ losses: [Double]) -> OrderEvidence {
      OrderEvidence(loss: 0.5, permutedLosses: losses, planned: 39)
    }
    let clear = order([Double](repeating: 0.6, count: 39))
    #expect(clear.isClear && clear.pValue == 0.025 && !clear.isEarly)
    let early = order([0.6, 0.5])
    #expect(early.asGood == 1 && early.isEarly && !early.isClear)
  }
}
