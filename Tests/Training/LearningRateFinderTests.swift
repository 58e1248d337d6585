import ConvKitCore
import Testing

@testable import ConvKitTraining

@Suite struct LearningRateFinderTests {
  @Test func findsARateThatLearns() throws {
    let compiled = try Toy.compiled()
    let source = Toy.source(rank: 2)
    let options = Toy.options { $0.optimizer = .sgd }
    var reports = 0
    let curve = try LearningRateFinder.find(compiled, options: options, on: source, threads: 1) {
      step, _ in
      #expect(step == reports)
      reports += 1
    }
    #expect(reports == curve.points.count)
    #expect(curve.points.first?.rate == 1e-7)
    #expect(curve.points.count > 50 && curve.points.count <= 100)
    #expect(zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.rate < $1.rate })
    let suggestion = try #require(curve.suggestion)
    #expect(suggestion > 1e-4 && suggestion < 3, "\(suggestion)")
    // The same again, from the same values.
    #expect(try LearningRateFinder.find(compiled, options: options, on: source) == curve)
  }

  @Test func ratesHaveEqualRatios() {
    #expect((LearningRateFinder.rate(step: 99) - 10).magnitude < 1e-12)
    let ratio = LearningRateFinder.rate(step: 1) / 1e-7
    for step in 1..<100 {
      let found = LearningRateFinder.rate(step: step) / LearningRateFinder.rate(step: step - 1)
      #expect((found / ratio - 1).magnitude < 1e-12)
    }
  }

  /// fastai's `valley`, run in Python on the points 10 to 74 of this curve, gives place 36 of them.
  @Test func valleyIsFastais() {
    let points = (0..<80).map { index in
      let loss = (index - 60) * (index - 60) + 7 * index % 13 * 10
      return LearningRateCurve.Point(rate: Double(index), loss: Double(loss))
    }
    #expect(LearningRateFinder.valley(points) == 46)
    #expect(LearningRateFinder.valley([]) == nil)
    #expect(
      LearningRateFinder.valley((0..<80).map { .init(rate: 1, loss: Double($0)) }) == nil,
      "a loss that only rises has no valley")
  }

  @Test func whatCannotBeginIsThrown() throws {
    #expect(throws: TrainingError.noExamples) {
      try LearningRateFinder.find(
        Toy.compiled(), options: Toy.options(), on: ExamplesInMemory(inputs: [], labels: []))
    }
    let bad = ExamplesInMemory(
      inputs: [.values(Tensor(repeating: .nan, shape: [6, 6, 1]))], labels: [0])
    #expect(throws: TrainingError.lossNotFinite(example: "example 1", epoch: 1)) {
      try LearningRateFinder.find(Toy.compiled(), options: Toy.options(), on: bad)
    }
  }
}
