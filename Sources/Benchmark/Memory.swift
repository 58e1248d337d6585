import ArgumentParser
import ConvKit
import ConvKitWorkloads
import FoundationEssentials

/// Holds the plan of a training's memory against what the system counts.
struct Memory: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares the planned memory of training with the resident one.",
    discussion: """
      Every line is of a process of its own, in MiB: what `summary --plan` adds up to, by how much \
      resident memory grew from before compiling to the peak of three steps, that peak, and the \
      inputs of the batch.

      Example: convkit-bench memory --only vgg-32 --batch 32 256 1024
      """)

  @Option(parsing: .upToNextOption, help: "Networks.")
  var only = ["vgg-32", "voxel-32", "voxel-64"]

  @Option(parsing: .upToNextOption, help: "Examples in a batch; that of the network unless given.")
  var batch: [Int] = []

  @Option(help: "Threads to compute with; as many as there are cores unless given.")
  var threads: Int?

  @Flag(help: .hidden)
  var child = false

  func validate() throws {
    if let stray = only.first(where: { Workload.named($0) == nil }) {
      throw ValidationError("There is no network \"\(stray)\".")
    }
    guard batch.allSatisfy({ 1...TrainingOptions.largestCount ~= $0 }) else {
      throw ValidationError("--batch takes numbers from 1 to \(TrainingOptions.largestCount).")
    }
    if let threads, threads < 1 { throw ValidationError("--threads takes at least 1.") }
  }

  func run() throws {
    let workloads = only.compactMap(Workload.named)
    if child {
      for workload in workloads {
        for batch in batch { print(try line(workload, batch: batch)) }
      }
      return
    }
    print(Self.row(["network", "batch", "planned", "growth", "peak", "inputs"]))
    for workload in workloads {
      for batch in batch.isEmpty ? [workload.batch] : batch {
        try runChild(workload, batch: batch)
      }
    }
  }

  private func runChild(_ workload: Workload, batch: Int) throws {
    let folder = try WorkFolder()
    defer { folder.remove() }
    let output = FileName.join(folder.path, "line")
    let arguments =
      ["memory", "--child", "--only", workload.name, "--batch", "\(batch)"]
      + (threads.map { ["--threads", "\($0)"] } ?? [])
    let end = try ChildProcess(ChildProcess.ownPath, arguments, output: output).wait(limit: 600).end
    print(try String(contentsOfFile: output, encoding: .utf8), terminator: "")
    guard end == .exited(0) else { throw ExitCode(1) }
  }

  private func line(_ workload: Workload, batch: Int) throws -> String {
    let examples = workload.randomInputs(count: batch).enumerated().map { number, input in
      Trainer.Example(input, label: number % workload.labels, number: number)
    }
    let before = try ResidentMemory.now()
    let compiled = try CompiledNetwork(
      workload.network, input: workload.input, labels: workload.labels)
    var options = TrainingOptions()
    options.batchSize = batch
    let trainer = try Trainer(compiled, options: options, threads: threads)
    for _ in 0..<3 { _ = try trainer.step(examples) }
    let after = try ResidentMemory.now()
    let planned = try compiled.trainingMemory(options: options, threads: threads).total
    let inputs = batch * workload.input.valueCount * MemoryLayout<Float>.stride
    return Self.row(
      [workload.name, "\(batch)"]
        + [planned, after.peak - before.resident, after.peak, inputs].map(Self.mebibytes))
  }

  private static func mebibytes(_ bytes: Int) -> String {
    let tenths = (bytes * 10 + (1 << 19)) >> 20
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func row(_ cells: [String]) -> String {
    cells.enumerated().map { number, cell in
      let space = String(repeating: " ", count: max(0, (number == 0 ? 16 : 9) - cell.count))
      return number == 0 ? cell + space : space + cell
    }.joined()
  }
}

/// The memory of this process that is in RAM, in bytes, as the system counts it.
struct ResidentMemory {
  var resident = 0
  var peak = 0

  static func now() throws -> ResidentMemory {
    var memory = ResidentMemory()
    for line in try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(
      separator: "\n")
    {
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count >= 2, let kibibytes = Int(words[1]) else { continue }
      if words[0] == "VmRSS:" { memory.resident = kibibytes << 10 }
      if words[0] == "VmHWM:" { memory.peak = kibibytes << 10 }
    }
    return memory
  }
}

extension InputShape {
  /// Values, or tokens, of one input.
  fileprivate var valueCount: Int {
    let positions = extent.reduce(1, *)
    if case .values(let channels) = content { return positions * channels }
    return positions
  }
}
