import ConvKitCore
import ConvKitNetworks
import ConvKitReference
import Foundation
import Testing

@testable import ConvKitTraining

@Suite struct TrainerTests {
  @Test(arguments: [1, 2, 3, 4], TrainingOptions.Optimizer.allCases)
  func stepsLowerTheLoss(rank: Int, optimizer: TrainingOptions.Optimizer) throws {
    let options = Toy.options {
      $0.optimizer = optimizer
      $0.batchSize = 24
    }
    let trainer = try Trainer(Toy.compiled(rank: rank), options: options)
    let examples = Toy.examples(Toy.source(rank: rank))
    var losses: [Double] = []
    for _ in 0..<25 {
      let outcomes = try trainer.step(examples)
      losses.append(outcomes.reduce(0) { $0 + $1.loss } / 24)
    }
    #expect(losses[24] < losses[0] / 2, "\(losses)")
  }

  @Test(arguments: [1, 2, 3, 4]) func threadsDoNotMatter(rank: Int) throws {
    let source = Toy.source(rank: rank)
    let states = try [1, 2, 3].map { threads in
      let trainer = try Trainer(
        Toy.compiled(Toy.variedNetwork, rank: rank), options: Toy.options(), threads: threads)
      try trainer.train(on: source, validation: Toy.source(rank: rank, count: 9, seed: 2))
      return trainer.state
    }
    for state in states.dropFirst() {
      #expect(state.values.bits == states[0].values.bits)
      #expect(state == states[0])
    }
    let other = try Trainer(
      Toy.compiled(Toy.variedNetwork, rank: rank), options: Toy.options { $0.seed = 8 })
    try other.train(on: source)
    #expect(other.state.values.bits != states[0].values.bits)
  }

  @Test func dropoutAndBatchNormalisationHaveAPart() throws {
    func trained(_ network: Network) throws -> [UInt32] {
      let trainer = try Trainer(Toy.compiled(network), options: Toy.options())
      try trainer.train(on: Toy.source(rank: 2))
      return trainer.state.values.bits
    }
    let varied = try trained(Toy.variedNetwork)
    #expect(try trained(Toy.variedNetwork) == varied)
    var withoutDropout = Toy.variedNetwork
    withoutDropout.layers.remove(at: 3)
    #expect(try trained(withoutDropout) != varied)
    let trainer = try Trainer(Toy.compiled(Toy.variedNetwork), options: Toy.options())
    try trainer.train(on: Toy.source(rank: 2))
    #expect(trainer.state.values.statistics != [0, 0, 0, 0, 1, 1, 1, 1])
  }

  // MARK: when to stop

  private static func swapped(_ source: ExamplesInMemory) -> ExamplesInMemory {
    ExamplesInMemory(inputs: source.inputs, labels: source.labels.map { 1 - $0 })
  }

  @Test(arguments: [1, 2, 4]) func stopsAfterPatience(patience: Int) throws {
    let options = Toy.options {
      $0.epochs = 40
      $0.patience = patience
    }
    let source = Toy.source(rank: 2)
    let trainer = try Trainer(Toy.compiled(), options: options)
    var finished: [EpochResult] = []
    var values: [[UInt32]] = []
    // Learning the right labels makes the wrong ones ever less likely: an early epoch is the best.
    try trainer.train(
      on: source, validation: Self.swapped(source),
      finished: {
        finished.append($0)
        values.append(trainer.state.values.bits)
      })
    let losses = finished.map { $0.validationLoss ?? -1 }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(finished.count == best + 1 + patience)
    #expect(trainer.state.best?.epoch == best + 1)
    #expect(trainer.state.epochsWithoutGain == patience)
    #expect(trainer.bestValues.bits == values[best])
    #expect(trainer.state.values.bits == values.last)
    #expect(trainer.state.history == finished)
  }

  @Test func withoutValidationTheLastEpochIsKept() throws {
    let trainer = try Trainer(Toy.compiled(), options: Toy.options())
    var last: [UInt32] = []
    var reports = 0
    try trainer.train(
      on: Toy.source(rank: 2), report: { _ in reports += 1 },
      finished: { result in
        #expect(result.validationLoss == nil && result.validationAccuracy == nil)
        last = trainer.state.values.bits
      })
    #expect(trainer.state.history.map(\.epoch) == [1, 2, 3])
    #expect(trainer.state.best?.epoch == 3)
    #expect(trainer.bestValues.bits == last)
    // 24 examples in batches of 5, three times.
    #expect(reports == 15)
  }

  @Test func needsExamples() throws {
    let trainer = try Trainer(Toy.compiled(), options: Toy.options())
    #expect(throws: TrainingError.noExamples) {
      try trainer.train(on: ExamplesInMemory(inputs: [], labels: []))
    }
  }

  // MARK: going on

  /// Fails at a given call, as a disk would.
  final class Failing: ExampleSource {
    struct Failure: Error {}
    let source: ExamplesInMemory
    var callsLeft: Int
    init(_ source: ExamplesInMemory, after calls: Int) {
      self.source = source
      callsLeft = calls
    }
    var count: Int { source.count }
    func label(of index: Int) -> Int { source.label(of: index) }
    func name(of index: Int) -> String { source.name(of: index) }
    func inputs(of index: Int, epoch: Int) throws -> [PlacedInput] {
      guard callsLeft > 0 else { throw Failure() }
      callsLeft -= 1
      return source.inputs(of: index, epoch: epoch)
    }
  }

  @Test(arguments: [3, 12, 24, 40, 61], TrainingOptions.Optimizer.allCases)
  func goesOnWhereItStopped(calls: Int, optimizer: TrainingOptions.Optimizer) throws {
    let compiled = try Toy.compiled(Toy.variedNetwork)
    let options = Toy.options {
      $0.optimizer = optimizer
      $0.weightDecay = 0.01
    }
    let source = Toy.source(rank: 2)
    let validation = Toy.source(rank: 2, count: 9, seed: 2)
    let whole = try Trainer(compiled, options: options)
    try whole.train(on: source, validation: validation)

    let stopped = try Trainer(compiled, options: options)
    #expect(throws: Failing.Failure.self) {
      try stopped.train(on: Failing(source, after: calls), validation: validation)
    }
    #expect(stopped.state.epoch == calls / 24 + 1)
    #expect(stopped.state.batch == calls % 24 / 5)
    let written = try JSONEncoder().encode(stopped.state)
    let state = try JSONDecoder().decode(TrainingState.self, from: written)
    #expect(state == stopped.state)
    #expect(state.values.bits == stopped.state.values.bits)
    let resumed = try Trainer(compiled, options: options)
    try resumed.resume(from: state)
    try resumed.train(on: source, validation: validation)
    #expect(resumed.state.values.bits == whole.state.values.bits)
    #expect(resumed.state == whole.state)
  }

  // MARK: what cannot go on

  @Test func aBadExampleIsNamed() throws {
    let good = Toy.source(rank: 2)
    var inputs = good.inputs
    inputs[13] = .values(Tensor(repeating: .nan, shape: [6, 6, 1]))
    let source = ExamplesInMemory(inputs: inputs, labels: good.labels)
    let trainer = try Trainer(Toy.compiled(Toy.variedNetwork), options: Toy.options())
    let start = trainer.state
    #expect(throws: TrainingError.lossNotFinite(example: "example 14", epoch: 1)) {
      try trainer.train(on: source)
    }
    #expect(trainer.state.values.parameters.allSatisfy { $0.isFinite })
    #expect(trainer.state.values.statistics.allSatisfy { $0.isFinite })

    // Nothing of the step that failed is left, the running statistics included.
    try trainer.resume(from: start)
    _ = try trainer.step(Array(Toy.examples(good)[..<5]))
    let before = trainer.state
    #expect(before.values != start.values)
    #expect(throws: TrainingError.lossNotFinite(example: "example 14", epoch: 2)) {
      try trainer.step([Trainer.Example(inputs[13], label: 1, number: 13)], epoch: 2)
    }
    #expect(trainer.state == before)
    #expect(trainer.state.values.bits == before.values.bits)
  }

  @Test func anExplodingRateIsNoticed() throws {
    let options = Toy.options {
      $0.optimizer = .sgd
      $0.learningRate = 1e30
    }
    let trainer = try Trainer(Toy.compiled(), options: options)
    var failure: TrainingError?
    do {
      try trainer.train(on: Toy.source(rank: 2))
    } catch let error as TrainingError {
      failure = error
    }
    guard case .lossNotFinite(let example, let epoch) = failure else {
      Issue.record("went on: \(String(describing: failure))")
      return
    }
    #expect(example.hasPrefix("example "))
    #expect(epoch == 1)
    #expect(trainer.state.optimizer.steps == trainer.state.batch)
  }
}
