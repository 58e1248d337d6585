import ConvKitCore
import ConvKitNetworks

/// Trains a network: a short loop over `step`.
public final class Trainer {
  public let compiled: CompiledNetwork
  public let options: TrainingOptions
  private let runner: NetworkRunner
  private var optimizer: Optimizer
  /// Without values and what the optimiser remembers, which the runner and the optimiser hold.
  private var progress: TrainingState
  /// Of the step at work, and of all steps that the items at work make: used again.
  private let batch: StepBatch
  private var examples: [Example] = []

  /// - Parameters:
  ///   - values: to start from; nil for what the seed gives.
  ///   - threads: taken as given; nil for one a core. The result does not depend on it.
  public init(
    _ compiled: CompiledNetwork, options: TrainingOptions = TrainingOptions(),
    values: NetworkValues? = nil, threads: Int? = nil
  ) throws {
    precondition(options.flaw == nil, options.flaw ?? "")
    precondition(
      [0, compiled.labelCount].contains(options.loss.labelWeights.count),
      "a weight for each of \(compiled.labelCount) labels or none, received"
        + " \(options.loss.labelWeights.count)")
    self.compiled = compiled
    self.options = options
    let values = try values ?? compiled.initialValues(seed: options.seed)
    runner = try NetworkRunner(compiled, values: values, threads: threads)
    optimizer = Optimizer(options, parameterCount: values.parameterCount)
    progress = TrainingState(values: .empty, optimizer: .empty)
    batch = StepBatch(options.loss)
  }

  /// All that is needed to go on from here.
  public var state: TrainingState {
    var state = progress
    state.values = runner.values
    state.optimizer = optimizer.state
    return state
  }

  /// Goes on from where another training of the same network and options was.
  ///
  /// - Throws: `TrainingError.otherState` when the state is not one of such a training.
  public func resume(from state: TrainingState) throws {
    guard state.fits(self.state), compiled.hasUsableStatistics(state.values) else {
      throw TrainingError.otherState
    }
    restore(state)
  }

  private func restore(_ state: TrainingState) {
    progress = state
    progress.values = .empty
    progress.optimizer = .empty
    runner.values = state.values
    optimizer.state = state.optimizer
  }

  /// What the best epoch so far has learned, or what is learned now where none is done.
  public var bestValues: NetworkValues { progress.best?.values ?? runner.values }

  /// One example of a batch.
  public struct Example: Sendable {
    public let input: Input
    public let label: Int
    /// By which its random values are drawn, such as its place in the training examples.
    public let number: Int

    public init(_ input: Input, label: Int, number: Int) {
      self.input = input
      self.label = label
      self.number = number
    }
  }

  /// What a step found of an example, before the update.
  public struct Outcome: Sendable {
    public let loss: Double
    public let answer: Int
  }

  /// One step: forward, loss, back, update.
  ///
  /// A batch whose labels all weigh nothing updates nothing, and its losses are 0.
  ///
  /// - Parameters:
  ///   - examples: 1 to `options.batchSize`.
  ///   - learningRate: of this step; nil for that of the options, whatever their schedule.
  /// - Returns: by example.
  /// - Throws: `TrainingError.lossNotFinite` or `gradientNotFinite`, before anything is updated;
  ///   `InputError`; `ShapeError`.
  public func step(
    _ examples: [Example], epoch: Int = 1, learningRate: Double? = nil
  ) throws -> [Outcome] {
    try take(examples[...], epoch: epoch, learningRate: learningRate ?? options.fullLearningRate)
    return examples.indices.map { batch[$0] }
  }

  /// A step whose outcomes are left in `batch`. From the second of a size on, it takes nothing from
  /// the heap.
  func take(
    _ examples: ArraySlice<Example>, epoch: Int, learningRate: Double
  ) throws {
    batch.take(examples)
    runner.copyStatistics(into: &batch.statistics)
    try runner.findGradients(
      of: batch.inputs, examples: batch.numbers, batchSize: options.batchSize,
      step: StepKey(seed: options.seed, epoch: epoch), loss: batch)
    if let bad = batch.firstWithoutFiniteLoss {
      runner.statistics = batch.statistics
      throw TrainingError.lossNotFinite(
        example: "example \(batch.numbers[bad] + 1)", epoch: epoch)
    }
    guard batch.normalizer > 0 else {
      runner.statistics = batch.statistics
      return
    }
    guard runner.gradientSquares.isFinite else {
      runner.statistics = batch.statistics
      throw TrainingError.gradientNotFinite(
        first: "example \(batch.numbers[0] + 1)", batch: progress.batch + 1, epoch: epoch)
    }
    optimizer.step(runner, rate: learningRate)
  }

  /// Trains until the epochs are done or the validation loss has not fallen for `patience` epochs.
  /// `bestValues` are then those of the best epoch: by the validation loss, or the last where
  /// nothing validates.
  ///
  /// Goes on from `state`. `report` is called after every batch and `finished` after every epoch;
  /// what they throw stops the training, which can go on from there.
  public func train(
    on source: any ExampleSource, validation: (any ExampleSource)? = nil,
    report: (TrainingProgress) throws -> Void = { _ in },
    finished: (EpochResult) throws -> Void = { _ in }
  ) throws {
    guard source.count > 0 else { throw TrainingError.noExamples }
    // A first epoch is always without a best one before it, so a patience of 0 is one of 1.
    while progress.epoch <= options.epochs, progress.epochsWithoutGain < max(1, options.patience) {
      try runEpoch(source, report)
      let validated = try validation.map(evaluate)
      let result = EpochResult(
        epoch: progress.epoch, trainingLoss: progress.answers.loss,
        trainingAccuracy: progress.answers.accuracy, validationLoss: validated?.loss,
        validationAccuracy: validated?.accuracy)
      try finish(result)
      try finished(result)
    }
  }

  private func runEpoch(
    _ source: any ExampleSource, _ report: (TrainingProgress) throws -> Void
  ) throws {
    let epoch = progress.epoch
    let batches = batches(of: source, epoch: epoch)
    guard progress.batch <= batches.count else { throw TrainingError.otherState }
    while progress.batch < batches.count {
      let chosen = batches[progress.batch]
      let rate =
        options.fullLearningRate
        * options.schedule.factor(
          step: (epoch - 1) * batches.count + progress.batch, stepsPerEpoch: batches.count,
          epochs: options.epochs, warmUp: options.warmUp)
      try learn(chosen, from: source, epoch: epoch, learningRate: rate)
      progress.batch += 1
      try report(
        TrainingProgress(
          epoch: epoch, epochs: options.epochs,
          examplesDone: min(progress.batch * options.batchSize, source.count),
          examples: source.count, loss: progress.answers.loss,
          accuracy: progress.answers.accuracy))
    }
  }

  /// The indices of the examples of an epoch, batch by batch.
  ///
  /// Where inputs differ in extent, the shuffled examples are sorted by length, some batches at a time,
  /// so that those of one batch are about as long; then the full batches are shuffled.
  func batches(of source: any ExampleSource, epoch: Int) -> [ArraySlice<Int>] {
    let count = source.count
    var order = shuffled(
      count: count, using: RandomStream(seed: options.seed, purpose: .order, epoch: epoch))
    var starts = Array(stride(from: 0, to: count, by: options.batchSize))
    if compiled.inputShape.varies {
      // By hand, for the product of two numbers that a user may choose.
      let sorted = options.batchSize.multipliedReportingOverflow(by: Self.batchesSorted)
      let atOnce = sorted.overflow ? count : sorted.partialValue
      for start in stride(from: 0, to: count, by: atOnce) {
        // By place where they are as long: sorting need not keep the order of equals.
        let part = order[start..<min(start + atOnce, count)].enumerated()
          .map { (length: source.length(of: $1), place: $0, index: $1) }
          .sorted { ($0.length, $0.place) < ($1.length, $1.place) }
        order.replaceSubrange(start..<start + part.count, with: part.map(\.index))
      }
      let full = count / options.batchSize
      let places = shuffled(
        count: full, using: RandomStream(seed: options.seed, purpose: .order, epoch: epoch, item: 1)
      )
      starts.replaceSubrange(0..<full, with: places.map { $0 * options.batchSize })
    }
    return starts.map { order[$0..<min($0 + options.batchSize, count)] }
  }

  /// Batches whose examples are sorted together. All of an epoch would be most alike in length, but every
  /// batch would have the same neighbours in each.
  private static let batchesSorted = 16

  /// Learns from a batch of examples, wholly or not at all: an item of many inputs may make more
  /// than one step of it, and a state between these would be none to go on from.
  ///
  /// - Returns: the mean loss of its inputs.
  @discardableResult func learn(
    _ chosen: ArraySlice<Int>, from source: any ExampleSource, epoch: Int, learningRate: Double
  ) throws -> Double {
    let inputs = try runner.inputs(of: chosen, from: source, epoch: epoch)
    examples.removeAll(keepingCapacity: true)
    for (index, inputs) in zip(chosen, inputs) {
      let label = source.label(of: index)
      for input in inputs {
        examples.append(Example(input.input, label: label, number: index))
      }
    }
    let isOneStep = examples.count <= options.batchSize
    let before = isOneStep ? nil : state
    var lossSum = 0.0
    do {
      for part in stride(from: 0, to: examples.count, by: options.batchSize) {
        let places = part..<min(part + options.batchSize, examples.count)
        try take(examples[places], epoch: epoch, learningRate: learningRate)
        for (place, example) in places.enumerated() {
          let outcome = batch[place]
          lossSum += outcome.loss
          progress.answers.add(
            isCorrect: outcome.answer == examples[example].label, loss: outcome.loss)
        }
      }
      return lossSum / Double(examples.count)
    } catch {
      // The example is looked for with the values that it spoiled.
      let named = try name(error as? TrainingError, chosen, source, epoch) ?? error
      if let before { restore(before) }
      throw named
    }
  }

  /// An error of a step with the name of its example.
  private func name(
    _ error: TrainingError?, _ chosen: ArraySlice<Int>, _ source: any ExampleSource, _ epoch: Int
  ) throws -> TrainingError? {
    switch error {
    case .lossNotFinite:
      .lossNotFinite(
        example: try firstWithoutFiniteLoss(chosen, source, epoch), epoch: epoch)
    case .gradientNotFinite(_, let batch, _):
      .gradientNotFinite(first: chosen.first.map(source.name) ?? "", batch: batch, epoch: epoch)
    default: error
    }
  }

  /// The name of the example that spoils a batch: the first whose own scores are not finite, or the
  /// first of the batch where only together they are not.
  private func firstWithoutFiniteLoss(
    _ chosen: ArraySlice<Int>, _ source: any ExampleSource, _ epoch: Int
  ) throws -> String {
    for index in chosen {
      let scores = try runner.scores(of: source.inputs(of: index, epoch: epoch).map(\.input))
      if scores.contains(where: { $0.contains { !$0.isFinite } }) { return source.name(of: index) }
    }
    return chosen.first.map(source.name) ?? ""
  }

  private func finish(_ result: EpochResult) throws {
    let values = runner.values
    guard values.isFinite else { throw TrainingError.valuesNotFinite(epoch: result.epoch) }
    let isBest =
      result.validationLoss.map { loss in
        guard let best = progress.best, let old = progress.history[best.epoch - 1].validationLoss
        else { return true }
        return loss < old
      } ?? true
    progress.history.append(result)
    if isBest { progress.best = TrainingState.Best(epoch: result.epoch, values: values) }
    progress.epoch += 1
    progress.batch = 0
    progress.answers = AnswerCount()
  }

  /// How well the network as it is now answers for examples; several inputs of one example vote
  /// together.
  public func evaluate(_ source: any ExampleSource) throws -> Evaluation {
    try runner.evaluate(source, loss: options.loss)
  }

  /// How well `bestValues` answer for examples; training then goes on from the values as they are.
  ///
  /// - Parameter each: called with every example's index and the mean of its inputs' scores.
  package func evaluateBest(
    _ source: any ExampleSource, each: (_ index: Int, _ scores: [Float]) -> Void
  ) throws -> Evaluation {
    let values = runner.values
    runner.values = bestValues
    defer { runner.values = values }
    return try runner.evaluate(source, loss: options.loss, each: each)
  }
}

extension NetworkRunner {
  /// Inputs that are scored at a time: enough to keep every core busy.
  private static let batchOfScores = 256
  /// Examples whose inputs are asked for at a time.
  private static let batchOfExamples = 64

  /// How well the network answers for examples. The scores of an example's inputs are averaged.
  ///
  /// - Parameter each: called with every example's index and that average.
  /// - Throws: `TrainingError.scoresNotFinite`, and what the source throws.
  package func evaluate(
    _ source: any ExampleSource, loss: CrossEntropy,
    report: (_ examplesDone: Int) -> Void = { _ in },
    each: (_ index: Int, _ scores: [Float]) -> Void = { _, _ in }
  ) throws -> Evaluation {
    var evaluation = Evaluation(labelCount: compiled.labelCount)
    var start = 0
    while start < source.count {
      var inputs: [Input] = []
      var counts: [Int] = []
      while start + counts.count < source.count, inputs.count < Self.batchOfScores {
        let next = start + counts.count
        // As many as fit, should they have as many inputs as those before.
        let fitting =
          counts.isEmpty
          ? workers.count
          : (Self.batchOfScores - inputs.count) * counts.count / max(1, inputs.count)
        let chosen = next..<min(next + max(1, min(fitting, Self.batchOfExamples)), source.count)
        for placed in try self.inputs(of: chosen, from: source, epoch: 0) {
          inputs += placed.map(\.input)
          counts.append(placed.count)
        }
      }
      let scores = try self.scores(of: inputs)
      var first = 0
      for (number, count) in counts.enumerated() {
        let mean = VoteMean(scores[first..<first + count]).votes
        let truth = source.label(of: start + number)
        let value = mean.withUnsafeBufferPointer {
          CrossEntropy(labelSmoothing: loss.labelSmoothing).loss(
            scores: $0, label: truth, normalizer: 1, gradient: nil)
        }
        guard value.isFinite else {
          throw TrainingError.scoresNotFinite(example: source.name(of: start + number))
        }
        evaluation.add(truth: truth, answer: indexOfLargest(mean), loss: value)
        each(start + number, mean)
        first += count
      }
      start += counts.count
      report(start)
    }
    return evaluation
  }
}
