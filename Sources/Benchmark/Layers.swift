import ArgumentParser
import ConvKit
import ConvKitWorkloads
import FoundationEssentials

/// Times single layers as networks run them, as a share of what the machine's arithmetic can do.
struct Layers: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times each convolution and dense layer of the nine networks, pass by pass.",
    discussion: """
      Prints for each layer and pass GFLOP/s, the share of this machine's peak of fused \
      multiply-adds, measured at the start, and the bytes that a run over so many examples must \
      move: its inputs, outputs and weights, each once. A figure is the median of the repeats in \
      --seconds, by the processor time of the thread; "best" is the fastest of them. Layers of \
      one shape are timed once. With --threads N every thread runs examples of its own; "scaling" \
      then says how many times as fast as one thread they are, over how many times as high the \
      peak is.

      Example: convkit-bench layers --only vgg-32 --pass forward
      """)

  @Option(
    parsing: .upToNextOption,
    help: """
      Networks; also "mobile" for layers of networks for small devices, and "shapes" for each width \
      and knob. All networks unless given.
      """)
  var only = Workload.all.map(\.name)

  @Option(parsing: .upToNextOption, help: "forward, input (gradient) or feature (gradient).")
  var pass = LayerPass.allCases

  @Option(help: "Threads that run examples of their own at the same time.")
  var threads = 1

  @Option(help: "How long each figure is measured.")
  var seconds = 0.2

  @Flag(help: "Whole training steps of the networks instead of their layers.")
  var steps = false

  func validate() throws {
    if let stray = only.first(where: { !LayerProblem.lists.contains($0) }) {
      throw ValidationError(
        "There is no list \"\(stray)\"; there are \(LayerProblem.lists.joined(separator: ", ")).")
    }
    guard threads >= 1 else { throw ValidationError("--threads takes at least 1.") }
    guard seconds.isFinite, seconds >= 0 else {
      throw ValidationError("--seconds takes 0 or more.")
    }
  }

  func run() throws {
    let instructionSet = try InstructionSet.requested()
    let stopwatches = try Set([1, threads]).sorted().map {
      try Stopwatch(threads: $0, seconds: seconds)
    }
    // The peak is the denominator of everything, so it is measured longest.
    let peaks = try Set([1, threads]).sorted().map {
      try Stopwatch(threads: $0, seconds: max(seconds, 1)).peak(instructionSet).best
    }
    for (stopwatch, peak) in zip(stopwatches, peaks) {
      print(
        "peak of \(instructionSet.name) on \(stopwatch.workers.count) threads:"
          + " \(fixed(peak, 1)) GFLOP/s")
    }
    if steps {
      for workload in only.compactMap(Workload.named) {
        try printStep(of: workload, peak: peaks[peaks.count - 1])
      }
      return
    }
    print(
      "\(columns(["network layer", "shape", "pass"], [24, 44, 16]))"
        + " GFLOP/s  share   best  runs of      MB   GB/s" + (threads > 1 ? "  scaling" : ""))
    var results: [LayerResult] = []
    for name in only {
      var seen: Set<String> = []
      for problem in try LayerProblem.list(name)
      where seen.insert("\(problem.shapeDescription) \(problem.rectify)").inserted {
        let runs = (0..<threads).map { _ in LayerRun(problem, instructionSet: instructionSet) }
        for pass in pass where pass != .inputGradient || problem.needsInputGradient {
          let operations = 2 * problem.multiplyAdds * runs[0].examples
          let rates = stopwatches.map { stopwatch in
            Rate(operations: operations, times: stopwatch.times { runs[$0].run(pass) })
          }
          let result = LayerResult(
            problem: problem, pass: pass, rates: rates, peaks: peaks, operations: operations,
            bytes: runs[0].bytes(pass), examples: runs[0].examples)
          print(result.line)
          results.append(result)
        }
      }
    }
    print("")
    for line in LayerClass.allCases.flatMap({ $0.summary(of: results) }) { print(line) }
  }

  /// A training step on as many threads, after three that do not count.
  private func printStep(of workload: Workload, peak: Double) throws {
    let compiled = try CompiledNetwork(
      workload.network, input: workload.input, labels: workload.labels)
    var options = TrainingOptions()
    options.batchSize = workload.batch
    let trainer = try Trainer(compiled, options: options, threads: threads)
    let examples = workload.randomInputs(count: workload.batch).enumerated().map { number, input in
      Trainer.Example(input, label: number % workload.labels, number: number)
    }
    let passes = try LayerProblem.layers(of: workload).map { problem in
      2 * problem.multiplyAdds * (problem.needsInputGradient ? 3 : 2)
    }
    for _ in 0..<3 { _ = try trainer.step(examples) }
    let clock = ContinuousClock()
    let begin = clock.now
    var times: [Double] = []
    while times.count < 5 || begin.duration(to: clock.now) < .seconds(max(seconds, 1)) {
      times.append(try clock.measure { _ = try trainer.step(examples) } / .seconds(1))
    }
    let rate = Rate(operations: passes.reduce(0, +) * workload.batch, times: [times.sorted()])
    print(
      columns([workload.name, "training step"], [24, 16])
        + "\(fixed(rate.median, 1, width: 8)) GFLOP/s \(percent(rate.median / peak)) of the peak,"
        + " best \(percent(rate.best / peak))")
  }
}

/// What one pass of one layer showed.
struct LayerResult {
  let problem: LayerProblem
  let pass: LayerPass
  /// On one thread and on as many as were asked for, where that is more.
  let rates: [Rate]
  /// GFLOP/s on as many threads.
  let peaks: [Double]
  let operations: Int
  let bytes: Int
  let examples: Int

  var name: String { "\(problem.origin) \(problem.layer)" }
  var share: Double { rates[rates.count - 1].median / peaks[peaks.count - 1] }
  var bestShare: Double { rates[rates.count - 1].best / peaks[peaks.count - 1] }

  /// How many times as fast more threads are, over how many times as high the peak is.
  var scaling: Double? {
    rates.count > 1 ? rates[1].median / rates[0].median / (peaks[1] / peaks[0]) : nil
  }

  var line: String {
    let rate = rates[rates.count - 1].median
    return columns([name, problem.shapeDescription, pass.rawValue], [24, 44, 16])
      + "\(fixed(rate, 1, width: 8)) \(percent(share)) \(percent(bestShare))"
      + " \(fixed(Double(examples), 0, width: 7)) \(fixed(Double(bytes) / 1e6, 2, width: 8))"
      + fixed(rate * Double(bytes) / Double(operations), 1, width: 7)
      + (scaling.map { fixed($0, 2, width: 9) } ?? "")
  }
}

/// Kinds of layers of which one thing is asked.
enum LayerClass: String, CaseIterable {
  case threeTaps = "3-tap layers with at least 16 inputs and 32 features"
  case first = "first layers with at least 16 features"
  case depthwise = "depthwise layers"
  case other = "all others"

  init(_ problem: LayerProblem) {
    guard case .convolution(let shape, let geometry) = problem.operation else {
      self = .other
      return
    }
    if shape.groups > 1 {
      self = shape.isDepthwise ? .depthwise : .other
    } else if geometry.axes.allSatisfy({ $0.size == 3 }), shape.inputChannels >= 16,
      shape.features >= 32
    {
      self = .threeTaps
    } else if !problem.needsInputGradient, shape.features >= 16 {
      self = .first
    } else {
      self = .other
    }
  }

  /// The least share of each pass, and whose it is.
  func summary(of results: [LayerResult]) -> [String] {
    LayerPass.allCases.compactMap { pass in
      let members = results.filter { $0.pass == pass && LayerClass($0.problem) == self }
      guard let least = members.min(by: { $0.share < $1.share }) else { return nil }
      let scalings = members.compactMap(\.scaling)
      return "\(rawValue), \(pass.rawValue): at least\(percent(least.share)) (\(least.name)),"
        + " best\(percent(members.map(\.bestShare).min() ?? 0)), of \(members.count)"
        + (scalings.min().map { "; scaling at least\(fixed($0, 2, width: 5))" } ?? "")
    }
  }
}

extension LayerPass: ExpressibleByArgument {
  init?(argument: String) {
    guard
      let pass = Self.allCases.first(where: { $0.rawValue.split(separator: " ")[0] == argument })
    else { return nil }
    self = pass
  }

  static var allValueStrings: [String] {
    allCases.map { String($0.rawValue.split(separator: " ")[0]) }
  }
}

private func fixed(_ value: Double, _ places: Int, width: Int = 0) -> String {
  let scale = (0..<places).reduce(1) { product, _ in product * 10 }
  let scaled = Int((value * Double(scale)).rounded())
  let digits = String(scaled % scale)
  let decimals = String(repeating: "0", count: max(0, places - digits.count)) + digits
  let text = "\(scaled / scale)" + (places > 0 ? "." + decimals : "")
  return String(repeating: " ", count: max(0, width - text.count)) + text
}

private func percent(_ share: Double) -> String { fixed(share * 100, 0, width: 4) + " %" }

/// Left-aligned.
private func columns(_ cells: [String], _ widths: [Int]) -> String {
  zip(cells, widths).map { cell, width in
    cell + String(repeating: " ", count: max(1, width - cell.count))
  }.joined()
}
