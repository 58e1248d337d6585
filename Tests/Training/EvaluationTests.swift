import ConvKitCore
import ConvKitNetworks
import Testing

@testable import ConvKitTraining

@Suite struct EvaluationTests {
  /// Worked by hand:
  ///
  ///     truth \ answer   a  b  c
  ///     a                3  1  0
  ///     b                2  2  0
  ///     c                1  0  0
  @Test func workedTable() {
    var evaluation = Evaluation(labelCount: 3)
    let answers = [(0, 0), (0, 0), (0, 0), (0, 1), (1, 0), (1, 0), (1, 1), (1, 1), (2, 0)]
    for (number, (truth, answer)) in answers.enumerated() {
      evaluation.add(truth: truth, answer: answer, loss: Double(number))
    }
    #expect(evaluation.confusion == [[3, 1, 0], [2, 2, 0], [1, 0, 0]])
    #expect(evaluation.examples == 9)
    #expect(evaluation.correct == 5)
    #expect(evaluation.accuracy == 5.0 / 9)
    #expect(evaluation.loss == 4)
    let labels = evaluation.perLabel
    #expect(labels.map(\.precision) == [3.0 / 6, 2.0 / 3, 0])
    #expect(labels.map(\.recall) == [3.0 / 4, 2.0 / 4, 0])
    #expect(labels.map(\.support) == [4, 4, 1])
    for (found, expected) in zip(labels.map(\.f1), [0.6, 4.0 / 7, 0]) {
      #expect((found - expected).magnitude < 1e-15)
    }
  }

  @Test func nothingIsZero() {
    let evaluation = Evaluation(labelCount: 2)
    #expect(evaluation.accuracy == 0 && evaluation.loss == 0)
    #expect(evaluation.perLabel.allSatisfy { $0.precision == 0 && $0.recall == 0 && $0.f1 == 0 })
  }

  @Test func largestIsTheFirstOfEquals() {
    #expect(indexOfLargest([1, 3, 3, 2]) == 1)
    #expect(indexOfLargest([-1]) == 0)
  }

  /// Every example has the two inputs of a pair.
  struct Pairs: ExampleSource {
    let inputs: [Input]
    var count: Int { inputs.count / 2 }
    func label(of index: Int) -> Int { 0 }
    func name(of index: Int) -> String { "pair \(index)" }
    func inputs(of index: Int, epoch: Int) -> [PlacedInput] {
      [PlacedInput(inputs[2 * index]), PlacedInput(inputs[2 * index + 1])]
    }
  }

  @Test func severalInputsVoteTogether() throws {
    // More than are scored at a time.
    let pairs = Pairs(inputs: Toy.source(rank: 1, count: 600).inputs)
    let compiled = try Toy.compiled(rank: 1)
    let trainer = try Trainer(compiled, options: Toy.options())
    let scores = try NetworkRunner(compiled, values: trainer.state.values).scores(of: pairs.inputs)
    func expected(_ score: (_ first: [Float], _ second: [Float]) -> [Float]) -> Evaluation {
      var expected = Evaluation(labelCount: 2)
      for pair in 0..<pairs.count {
        let votes = score(scores[2 * pair], scores[2 * pair + 1])
        let loss = votes.withUnsafeBufferPointer {
          CrossEntropy().loss(scores: $0, label: 0, normalizer: 1, gradient: nil)
        }
        expected.add(truth: 0, answer: votes[0] >= votes[1] ? 0 : 1, loss: loss)
      }
      return expected
    }
    let found = try trainer.evaluate(pairs)
    #expect(found.examples == 300)
    #expect(found == expected { zip($0, $1).map { ($0 + $1) / 2 } })
    #expect(found != expected { first, _ in first })
  }

  @Test func orderIsAPermutation() {
    for count in [0, 1, 2, 17, 1000] {
      let order = shuffled(count: count, using: RandomStream(seed: 1, purpose: .order, epoch: 1))
      #expect(order.sorted() == Array(0..<count))
      #expect(
        order == shuffled(count: count, using: RandomStream(seed: 1, purpose: .order, epoch: 1)))
      if count >= 17 {
        #expect(order != Array(0..<count))
        #expect(
          order != shuffled(count: count, using: RandomStream(seed: 1, purpose: .order, epoch: 2)))
        #expect(
          order != shuffled(count: count, using: RandomStream(seed: 2, purpose: .order, epoch: 1)))
      }
    }
  }

  /// Of three examples each of the six orders comes up: 600 ± 5 standard deviations (22.4) of 3600.
  @Test func ordersAreEquallyLikely() {
    var counts: [[Int]: Int] = [:]
    for epoch in 0..<3600 {
      let random = RandomStream(seed: 5, purpose: .order, epoch: epoch)
      counts[shuffled(count: 3, using: random), default: 0] += 1
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { (488...712).contains($0) }, "\(counts)")
  }
}
