import ConvKitCore
import ConvKitNetworks
import Testing

@testable import ConvKitTraining

/// What a training does where a batch fails or counts for nothing.
@Suite struct TrainerRepairTests {
  /// Every item has several inputs; those of one item may be spoiled.
  struct Windows: ExampleSource {
    let source = Toy.source(rank: 2)
    var spoiled: Int?
    var count: Int { source.count / 4 }
    func label(of index: Int) -> Int { source.labels[4 * index] }
    func name(of index: Int) -> String { "item \(index)" }
    func inputs(of index: Int, epoch: Int) -> [PlacedInput] {
      (0..<4).map { part in
        let isBad = index == spoiled && part == 3
        return PlacedInput(
          isBad
            ? .values(Tensor(repeating: .nan, shape: [6, 6, 1])) : source.inputs[4 * index + part])
      }
    }
  }

  @Test func aBatchOfSeveralStepsIsLearnedWhollyOrNotAtAll() throws {
    let options = Toy.options {
      $0.batchSize = 2
      $0.epochs = 2
    }
    let compiled = try Toy.compiled(Toy.variedNetwork)
    let whole = try Trainer(compiled, options: options)
    try whole.train(on: Windows())
    // 4 inputs an item and 2 a step.
    #expect(whole.state.optimizer.steps == 2 * 12)

    for spoiled in 0..<6 {
      let trainer = try Trainer(compiled, options: options)
      var before = trainer.state
      #expect(throws: TrainingError.lossNotFinite(example: "item \(spoiled)", epoch: 1)) {
        try trainer.train(on: Windows(spoiled: spoiled), report: { _ in before = trainer.state })
      }
      #expect(trainer.state == before)
      #expect(trainer.state.optimizer.steps == 4 * trainer.state.batch)
      // Mended, it goes on to what it would have been.
      let resumed = try Trainer(compiled, options: options)
      try resumed.resume(from: trainer.state)
      try resumed.train(on: Windows())
      #expect(resumed.state == whole.state)
    }
  }

  @Test func aBatchThatWeighsNothingChangesNothing() throws {
    let options = Toy.options { $0.loss.labelWeights = [0, 1] }
    let trainer = try Trainer(Toy.compiled(Toy.variedNetwork), options: options)
    let before = trainer.state
    let weightless = Toy.examples(Toy.source(rank: 2)).filter { $0.label == 0 }
    let outcomes = try trainer.step(Array(weightless.prefix(5)))
    #expect(outcomes.count == 5 && outcomes.allSatisfy { $0.loss == 0 })
    #expect(trainer.state == before)
    let smoothed = try Trainer(
      Toy.compiled(),
      options: Toy.options {
        $0.loss = CrossEntropy(labelSmoothing: 0.1, labelWeights: [0, 1])
        $0.batchSize = 1
      })
    try smoothed.train(on: Toy.source(rank: 2), validation: Toy.source(rank: 2, seed: 2))
    #expect(smoothed.state.values.isFinite)
    // Only the examples of the other label make steps.
    #expect(smoothed.state.optimizer.steps == 3 * 12)
    #expect(smoothed.state.history.allSatisfy { $0.trainingLoss.isFinite })
  }

  /// Scores that a float holds, and slopes by the values of the first layer that none does.
  @Test func aGradientThatIsNotFiniteStopsBeforeTheUpdate() throws {
    let network = Network {
      Conv(1, size: 1)
      GlobalAveragePool()
      Votes()
    }
    let compiled = try CompiledNetwork(
      network, input: InputShape(extent: [2], content: .values(channels: 1)), labels: 2)
    var values = try compiled.initialValues(seed: 1)
    // Votes of 1e30 and −1e30 for what the convolution leaves of 3e38, next to nothing.
    values.parameters = [1e-38, 0, 1e30, -1e30, 0, 0]
    let source = ExamplesInMemory(
      inputs: [.values(Tensor(repeating: 3e38, shape: [2, 1]))], labels: [1])
    let trainer = try Trainer(compiled, options: Toy.options(), values: values)
    #expect(
      throws: TrainingError.gradientNotFinite(first: "example 1", batch: 1, epoch: 1)
    ) {
      try trainer.train(on: source)
    }
    #expect(trainer.state.values == values)
    #expect(trainer.state.optimizer.steps == 0)
  }

  @Test func aPatienceOfNoneIsOneOfOne() throws {
    func state(_ patience: Int) throws -> TrainingState {
      let trainer = try Trainer(
        Toy.compiled(),
        options: Toy.options {
          $0.epochs = 9
          $0.patience = patience
        })
      let source = Toy.source(rank: 2)
      try trainer.train(
        on: source,
        validation: ExamplesInMemory(inputs: source.inputs, labels: source.labels.map { 1 - $0 }))
      return trainer.state
    }
    let none = try state(0)
    #expect(try none == state(1))
    #expect(none.history.count == 2 && none.epochsWithoutGain == 1)
  }

  /// A state from a file must not be able to stop the program.
  @Test func countersOutOfRangeAreRefused() throws {
    let trainer = try Trainer(Toy.compiled(Toy.variedNetwork), options: Toy.options())
    let start = trainer.state
    func refused(_ change: (inout TrainingState) -> Void) {
      var state = start
      change(&state)
      #expect(throws: TrainingError.otherState) { try trainer.resume(from: state) }
    }
    refused { $0.optimizer.steps = .max }
    refused { $0.optimizer.steps = -1 }
    refused { $0.batch = .max }
    refused { $0.epoch = .min }
    refused { $0.answers = AnswerCount(examples: .max, correct: 1, lossSum: 0) }
    refused { $0.answers = AnswerCount(examples: 1, correct: 2, lossSum: 0) }
    refused { $0.answers = AnswerCount(examples: 1, correct: -1, lossSum: 0) }
    refused { $0.answers = AnswerCount(examples: 0, correct: 0, lossSum: .nan) }
    refused { $0.values.parameters[0] = .nan }
    refused { $0.values.statistics[4] = -1 }
    refused { $0.optimizer.firstMoment[0] = .infinity }
    refused { $0.optimizer.secondMoment[0] = .nan }
    refused { $0.optimizer.secondMoment[0] = -1 }
    #expect(trainer.state == start)
    // More batches than an epoch has.
    var state = start
    state.batch = 6
    try trainer.resume(from: state)
    #expect(throws: TrainingError.otherState) { try trainer.train(on: Toy.source(rank: 2)) }
  }
}
