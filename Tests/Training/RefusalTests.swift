import ConvKitCore
import ConvKitNetworks
import ConvKitTraining
import Testing

/// What a damaged state or an example without finite scores must not do to a training.
struct RefusalTests {
  private static let network = Network {
    Conv(2, size: 3)
    ReLU()
    GlobalMaxPool()
    Votes()
  }

  private static func trainer(
    _ change: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> Trainer {
    var options = TrainingOptions()
    options.epochs = 2
    change(&options)
    let shape = InputShape(extent: [8], content: .values(channels: 1))
    return try Trainer(
      CompiledNetwork(network, input: shape, labels: 2), options: options, threads: 1)
  }

  private static func examples(_ values: [Float]) -> ExamplesInMemory {
    ExamplesInMemory(
      inputs: values.map { .values(Tensor(repeating: $0, shape: [8, 1])) },
      labels: values.indices.map { $0 % 2 })
  }

  @Test func aStateOfOtherOptionsOrAnotherNetworkIsRefused() throws {
    let trainer = try Self.trainer()
    let untouched = trainer.state
    let otherOptimizer = try Self.trainer { $0.optimizer = .sgd }.state
    #expect(throws: TrainingError.otherState) { try trainer.resume(from: otherOptimizer) }
    var shifted = untouched
    shifted.epoch = 3
    #expect(throws: TrainingError.otherState) { try trainer.resume(from: shifted) }
    var short = untouched
    short.optimizer.firstMoment.removeLast()
    #expect(throws: TrainingError.otherState) { try trainer.resume(from: short) }
    let trained = try Self.trainer()
    try trained.train(on: Self.examples([0, 1]))
    var astray = trained.state
    astray.best?.epoch = 99
    #expect(throws: TrainingError.otherState) { try trainer.resume(from: astray) }
    #expect(trainer.state == untouched)
    try trainer.resume(from: untouched)
  }

  @Test func aValidationExampleWithoutFiniteScoresIsNamed() throws {
    let trainer = try Self.trainer()
    #expect(throws: TrainingError.scoresNotFinite(example: "example 2")) {
      try trainer.train(
        on: Self.examples([0, 1, 0.5, -1]), validation: Self.examples([0, .infinity]))
    }
  }

  /// A training that is done goes on, with more epochs, as if it had never stopped.
  @Test func trainingOnEndsInTheSameValues() throws {
    let data = Self.examples([0, 1, 0.5, -1])
    // Validating on the other way round makes the first epoch the best one.
    let validation = ExamplesInMemory(
      inputs: data.inputs, labels: data.labels.map { 1 - $0 })
    let whole = try Self.trainer { $0.epochs = 4 }
    try whole.train(on: data, validation: validation)
    let first = try Self.trainer { $0.epochs = 2 }
    try first.train(on: data, validation: validation)
    let second = try Self.trainer { $0.epochs = 4 }
    try second.resume(from: first.state)
    try second.train(on: data, validation: validation)
    #expect(second.state == whole.state)
    #expect(second.bestValues == whole.bestValues)
  }
}
