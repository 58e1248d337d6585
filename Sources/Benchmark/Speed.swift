import ArgumentParser
import ConvKit
import ConvKitWorkloads
import FoundationEssentials

/// Times whole steps of the nine networks, as ../shared/peers/workloads.md lays down.
struct Speed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times training and answering with nine networks; the default.",
    discussion: """
      Prints one JSON object a line: {"workload", "phase", "samples_per_s", "ms", \
      "best_ms", "config"}. Figures are the median over --seconds of repeats after three that do \
      not count, and the best.

      Example: ../shared/peers/compare -- .build/release/convkit-bench
      """)

  enum Phase: String, CaseIterable, ExpressibleByArgument {
    case train, infer, single
  }

  @Option(parsing: .upToNextOption, help: "Networks; all unless given.")
  var only = Workload.all.map(\.name)

  @Option(parsing: .upToNextOption, help: "One step of training, a batch, or a single example.")
  var phase = Phase.allCases

  @Option(help: "Threads to compute with; as many as there are cores unless given.")
  var threads: Int?

  @Option(help: "How long each figure is measured.")
  var seconds = 1.5

  func validate() throws {
    if let stray = only.first(where: { Workload.named($0) == nil }) {
      throw ValidationError("There is no network \"\(stray)\".")
    }
    if let threads, threads < 1 { throw ValidationError("--threads takes at least 1.") }
    guard seconds.isFinite, seconds >= 0 else {
      throw ValidationError("--seconds takes 0 or more.")
    }
  }

  func run() throws {
    for workload in only.compactMap(Workload.named) {
      for phase in phase {
        let (times, samples) = try measure(workload, phase)
        let milliseconds = times[times.count / 2]
        let row = Row(
          workload: workload.name, phase: phase.rawValue,
          samplesPerSecond: (Double(samples) / milliseconds * 1e4).rounded() / 10,
          ms: rounded(milliseconds), bestMilliseconds: rounded(times[0]),
          config: try InstructionSet.requested().name)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(row), as: UTF8.self))
      }
    }
  }

  private struct Row: Encodable {
    let workload: String
    let phase: String
    let samplesPerSecond: Double
    let ms: Double
    let bestMilliseconds: Double
    let config: String

    enum CodingKeys: String, CodingKey {
      case workload, phase, ms, config
      case bestMilliseconds = "best_ms"
      case samplesPerSecond = "samples_per_s"
    }
  }

  private func rounded(_ milliseconds: Double) -> Double { (milliseconds * 1e4).rounded() / 1e4 }

  private func measure(
    _ workload: Workload, _ phase: Phase
  ) throws -> (milliseconds: [Double], samples: Int) {
    let compiled = try CompiledNetwork(
      workload.network, input: workload.input, labels: workload.labels)
    let inputs = workload.randomInputs(count: phase == .single ? 1 : workload.batch)
    switch phase {
    case .train:
      var options = TrainingOptions()
      options.batchSize = workload.batch
      let trainer = try Trainer(compiled, options: options, threads: threads)
      let examples = inputs.enumerated().map { number, input in
        Trainer.Example(input, label: number % workload.labels, number: number)
      }
      return (try timed { _ = try trainer.step(examples) }, inputs.count)
    case .infer, .single:
      let runner = try NetworkRunner(
        compiled, values: compiled.initialValues(seed: 0), threads: threads)
      return (try timed { _ = try runner.scores(of: inputs) }, inputs.count)
    }
  }

  /// The milliseconds of every repeat, ascending.
  private func timed(_ step: () throws -> Void) rethrows -> [Double] {
    for _ in 0..<3 { try step() }
    let clock = ContinuousClock()
    var times: [Duration] = []
    let begin = clock.now
    while begin.duration(to: clock.now) < .seconds(seconds) || times.count < 5 {
      times.append(try clock.measure(step))
    }
    return times.sorted().map { $0 / .milliseconds(1) }
  }
}

extension Workload {
  /// Inputs of independent values between -1 and 1, or of any tokens.
  func randomInputs(count: Int) -> [Input] {
    (0..<count).map { number in
      var random = RandomStream(seed: 0, purpose: .order, item: number)
      let positions = input.extent.reduce(1, *)
      switch input.content {
      case .values(let channels):
        let values = (0..<positions * channels).map { _ in random.uniform(in: -1...1) }
        return .values(Tensor(shape: input.extent + [channels], elements: values))
      case .tokens(let vocabulary):
        let tokens = (0..<positions).map { _ in
          Int32(random.next() % UInt64(vocabulary))
        }
        return .tokens(Tensor(shape: input.extent, elements: tokens))
      }
    }
  }
}
