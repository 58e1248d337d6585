import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import Testing

@testable import ConvKitModels
@testable import ConvKitTraining

/// Trainings that are interrupted and go on, through the library alone.
@Suite struct CheckpointTests {
  /// A small training of generated tensors.
  struct Job: CustomTestStringConvertible, Sendable {
    let name: String
    var rank = 2
    var validates = true
    var change: @Sendable (inout TrainingOptions) -> Void = { _ in }
    var testDescription: String { name }

    static let network = Network {
      Conv(2, size: 3, padding: .same)
      BatchNorm()
      ReLU()
      Dropout(0.25)
      MaxPool(2)
      Flatten()
      Votes()
    }

    func source(count: Int, seed: UInt64) -> ExamplesInMemory {
      let extent = Array(repeating: 4, count: rank)
      let inputs = (0..<count).map { item in
        var random = RandomStream(seed: seed, purpose: .tests, item: item)
        let values = (0..<extent.reduce(1, *)).map { position in
          (position % 2 == item % 2 ? 1 : 0) + random.uniform(in: -0.5...0.5)
        }
        return Input.values(Tensor(shape: extent + [1], elements: values))
      }
      return ExamplesInMemory(inputs: inputs, labels: (0..<count).map { $0 % 2 })
    }

    var options: TrainingOptions {
      var options = TrainingOptions()
      options.epochs = 3
      options.batchSize = 4
      options.learningRate = 0.02
      options.seed = 3
      change(&options)
      return options
    }

    func compiled() throws -> CompiledNetwork {
      try CompiledNetwork(
        Self.network,
        input: InputShape(
          extent: Array(repeating: 4, count: rank), content: .values(channels: 1)), labels: 2)
    }

    func identity() throws -> TrainingIdentity {
      try TrainingIdentity(
        dataSet: TrainingIdentity.fingerprint(of: source(count: 10, seed: 1)),
        network: Self.network, options: options)
    }

    struct Interrupted: Error {}

    /// Trains until it is done, or until `calls` reports.
    func train(path: String?, resumes: Bool = true, calls: Int = .max) throws -> TrainingState {
      let trainer = try Trainer(compiled(), options: options, threads: 1)
      // An early epoch is the best: the labels are the wrong ones.
      let other = source(count: 6, seed: 2)
      let validation =
        validates
        ? ExamplesInMemory(inputs: other.inputs, labels: other.labels.map { 1 - $0 }) : nil
      var left = calls
      func count() throws {
        guard left > 0 else { throw Interrupted() }
        left -= 1
      }
      if let path {
        try trainer.train(
          on: source(count: 10, seed: 1), validation: validation,
          keeping: CheckpointPlan(path: path, identity: identity(), resumes: resumes),
          failed: { Issue.record("\($0)") }, report: { _ in try count() },
          finished: { _ in try count() })
      } else {
        try trainer.train(on: source(count: 10, seed: 1), validation: validation)
      }
      return trainer.state
    }
  }

  private static let jobs = [
    Job(name: "1D", rank: 1), Job(name: "2D"), Job(name: "3D", rank: 3),
    Job(
      name: "descent",
      change: {
        $0.optimizer = .sgd
        $0.weightDecay = 0.01
        $0.gradientNorm = 0.5
      }),
    Job(name: "cosine", change: { $0.schedule = .cosine(floor: 0.1) }),
    Job(
      name: "one cycle",
      change: {
        $0.schedule = .oneCycle
        $0.warmUp = 0.5
        $0.optimizer = .adamw
      }),
    Job(
      name: "early stopping",
      change: {
        $0.epochs = 9
        $0.patience = 1
        $0.loss = CrossEntropy(labelSmoothing: 0.1, labelWeights: [1, 2])
      }),
    Job(name: "without validation", validates: false),
  ]

  /// Interrupted at every report, of a batch or of an epoch, and gone on from there.
  @Test(arguments: jobs) func goesOnToTheSameBytes(job: Job) throws {
    let folder = try TemporaryFolder()
    let whole = try Checkpoint(identity: job.identity(), state: job.train(path: nil)).encoded()
    if job.name == "early stopping" {
      #expect(try Checkpoint(TensorFile(bytes: whole)).state.history.count < 9)
    }
    var calls = 0
    while true {
      let path = "\(folder.path)/\(calls).checkpoint"
      do {
        let state = try job.train(path: path, calls: calls)
        #expect(try Checkpoint(identity: job.identity(), state: state).encoded() == whole)
        break
      } catch is Job.Interrupted {
        let state = try job.train(path: path)
        #expect(
          try Checkpoint(identity: job.identity(), state: state).encoded() == whole, "\(calls)")
        calls += 1
      }
    }
    // 3 batches and an end for each epoch, at least 2 epochs.
    #expect(calls >= 8)
  }

  /// Once more after every single report.
  @Test func goesOnManyTimes() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.checkpoint"
    let job = Job(name: "2D")
    let whole = try job.train(path: nil)
    var interruptions = 0
    while true {
      do {
        // The first report passes, the second one throws.
        let state = try job.train(path: path, calls: 1)
        #expect(state == whole)
        break
      } catch is Job.Interrupted {
        interruptions += 1
      }
    }
    #expect(interruptions >= 4)
    // Done, it stays done; and without going on it begins anew.
    #expect(try job.train(path: path) == whole)
    #expect(try job.train(path: path, resumes: false) == whole)
  }

  @Test func readsWhatItWrote() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.checkpoint"
    let job = Job(name: "2D")
    for calls in [0, 1, 4, 6] {
      #expect(throws: Job.Interrupted.self) {
        try job.train(path: path, resumes: false, calls: calls)
      }
      let checkpoint = try Checkpoint.read(path: path)
      #expect(checkpoint.identity == (try job.identity()))
      #expect(
        try checkpoint.encoded() == BoundedFile.read(path: path, limit: 1 << 20), "\(calls)")
      #expect(checkpoint.state.history.count == calls / 4)
    }
    #expect(throws: FileError.missing(path: "/nowhere")) { try Checkpoint.read(path: "/nowhere") }
  }

  @Test func anotherTrainingIsRefusedByName() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.checkpoint"
    _ = try Job(name: "2D").train(path: path, resumes: false)
    let before = try BoundedFile.read(path: path, limit: 1 << 20)
    func refusal(_ job: Job) throws -> [String] {
      do {
        _ = try job.train(path: path)
        Issue.record("\(job.name) goes on")
        return []
      } catch let error as CheckpointOfOtherTraining {
        #expect(error.description.contains("x.checkpoint"))
        return error.differences
      }
    }
    #expect(
      try refusal(Job(name: "epochs", change: { $0.epochs = 20 })) == [
        "the option epochs is 20 here and 3 there"
      ])
    #expect(
      try refusal(
        Job(
          name: "both",
          change: {
            $0.optimizer = .sgd
            $0.learningRate = nil
          })) == [
          "the option learning-rate is 0.01 here and 0.02 there",
          "the option optimizer is sgd here and adam there",
        ])
    let data = try refusal(Job(name: "rank", rank: 1))
    #expect(
      data.count == 1 && data[0].hasPrefix("the data set is another or divided otherwise ("),
      "\(data)")
    #expect(try BoundedFile.read(path: path, limit: 1 << 20) == before)
  }

  @Test func differencesAreNamed() throws {
    let options = TrainingOptions()
    let fingerprint = Fingerprint([1])
    func identity(
      _ network: Network = Job.network, _ further: [String: String] = [:]
    ) throws -> TrainingIdentity {
      try TrainingIdentity(
        dataSet: fingerprint, network: network, options: options, further: further)
    }
    let here = try identity()
    #expect(here.difference(from: here).isEmpty)
    #expect(
      here.difference(from: try identity(Network { Votes() })) == ["the network is another"])
    #expect(
      here.difference(from: try identity(Job.network, ["augment": "shift"])) == [
        "the option augment is not given here and shift there"
      ])
    let first = Job(name: "a").source(count: 4, seed: 1)
    let swapped = ExamplesInMemory(inputs: first.inputs, labels: [1, 0, 1, 0])
    #expect(
      try TrainingIdentity.fingerprint(of: first) != TrainingIdentity.fingerprint(of: swapped))
  }

  /// A checkpoint that cannot be written is told, and stops nothing.
  @Test func aFailedWriteStopsNothing() throws {
    let job = Job(name: "2D")
    let trainer = try Trainer(job.compiled(), options: job.options, threads: 1)
    var failures: [any ReportableError] = []
    try trainer.train(
      on: job.source(count: 10, seed: 1), validation: nil,
      keeping: CheckpointPlan(
        path: "/nowhere/x.checkpoint", identity: job.identity(), resumes: true),
      failed: { failures.append($0) })
    #expect(failures.count == 3)
    #expect(failures.allSatisfy { $0.category == .cannotCreate }, "\(failures)")
    #expect(trainer.state.history.count == 3)
  }
}
