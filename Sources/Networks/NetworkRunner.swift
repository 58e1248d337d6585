import ConvKitCore
import ConvKitKernels

/// Runs a compiled network: scores for inputs, and the gradients that training goes by.
///
/// It owns the memory and the threads that do so; it is used by one thread at a time.
public final class NetworkRunner {
  public let compiled: CompiledNetwork
  let instructionSet: InstructionSet
  package let workers: Workers
  package let keepsEveryMap: Bool
  private let microBatch: Int?

  private let arena: Arena
  let memory: RunnerMemory
  /// Counts the changes of parameters and statistics.
  private(set) var version = 0

  private var inference: Execution?
  private var training: (batchSize: Int, execution: Execution)?

  /// - Parameters:
  ///   - threads: as many, taken as given; nil for one a core.
  ///   - instructionSet: nil for what `CONVKIT_ISA` asks for, or the best.
  ///   - keepsEveryMap: whether `maps` can be asked for; it takes more memory and time.
  /// - Throws: `MemoryError`, `InstructionSetError`, or what the system says to so many threads.
  public convenience init(
    _ compiled: CompiledNetwork, values: NetworkValues, threads: Int? = nil,
    instructionSet: InstructionSet? = nil, keepsEveryMap: Bool = false
  ) throws {
    try self.init(
      compiled, values: values, threads: threads, instructionSet: instructionSet,
      keepsEveryMap: keepsEveryMap, microBatch: nil)
  }

  /// - Parameter microBatch: the examples that a worker has at a time, which change no result; nil
  ///   for what fits a cache.
  package init(
    _ compiled: CompiledNetwork, values: NetworkValues, threads: Int?,
    instructionSet: InstructionSet?, keepsEveryMap: Bool, microBatch: Int?
  ) throws {
    self.compiled = compiled
    self.instructionSet = try instructionSet ?? .requested()
    self.keepsEveryMap = keepsEveryMap
    self.microBatch = microBatch
    workers = try Workers(count: threads ?? Workers.availableCount)

    let parameterCount = compiled.parameters.last?.end ?? 0
    var layout = ArenaLayout()
    let parameters = layout.add(parameterCount)
    let statistics = layout.add(compiled.statistics.last?.end ?? 0)
    let gradients = layout.add(parameterCount)
    let lanes = layout.add(parameterCount * Schedule.lanes)
    arena = try Arena(byteCount: layout.byteCount)
    let base = arena.base.assumingMemoryBound(to: Float.self)
    memory = RunnerMemory(
      parameterCount: parameterCount, statisticCount: compiled.statistics.last?.end ?? 0,
      parameters: base + parameters, statistics: base + statistics, gradients: base + gradients,
      lanes: base + lanes)
    self.values = values
    write(values)
  }

  /// What the network has learned. Setting it is the only way in; training changes it in place.
  public var values: NetworkValues {
    get {
      NetworkValues(
        parameters: Array(
          UnsafeBufferPointer(start: memory.parameters, count: memory.parameterCount)),
        statistics: Array(
          UnsafeBufferPointer(start: memory.statistics, count: memory.statisticCount)))
    }
    set { write(newValue) }
  }

  /// The running statistics alone, which a training step moves before its loss is known.
  package var statistics: [Float] {
    get { Array(UnsafeBufferPointer(start: memory.statistics, count: memory.statisticCount)) }
    set {
      precondition(newValue.count == memory.statisticCount, "statistics of this network")
      memory.statistics.update(from: newValue, count: memory.statisticCount)
      version += 1
    }
  }

  /// The running statistics, written into a list that is used again.
  package func copyStatistics(into list: inout [Float]) {
    list.removeAll(keepingCapacity: true)
    list.append(
      contentsOf: UnsafeBufferPointer(start: memory.statistics, count: memory.statisticCount))
  }

  private func write(_ values: NetworkValues) {
    precondition(
      values.parameters.count == memory.parameterCount
        && values.statistics.count == memory.statisticCount,
      "values of this network: \(memory.parameterCount) parameters and \(memory.statisticCount)"
        + " statistics, received \(values.parameters.count) and \(values.statistics.count)")
    memory.parameters.update(from: values.parameters, count: memory.parameterCount)
    memory.statistics.update(from: values.statistics, count: memory.statisticCount)
    version += 1
  }

  /// Lets an optimiser change the parameters by their gradients, part by part in parallel.
  ///
  package func update(_ update: some ParameterUpdate) {
    let (parts, shares) = (updateParts.parts, updateParts.shares)
    workers.run(
      items: shares.count,
      UpdateJob(update: update, parts: parts, shares: shares, memory: memory))
    version += 1
  }

  /// The parameters that learn, in parts, and which of these are one share of the work: small enough
  /// to be shared out and large enough to be worth it.
  private lazy var updateParts: (parts: [(Range<Int>, decays: Bool)], shares: [Range<Int>]) = {
    let longest = 1 << 15
    var parts: [(Range<Int>, Bool)] = []
    for parameter in compiled.parameters where parameter.isTrainable {
      for start in stride(from: parameter.offset, to: parameter.end, by: longest) {
        parts.append((start..<min(start + longest, parameter.end), parameter.decays))
      }
    }
    var shares: [Range<Int>] = []
    var (first, size) = (0, 0)
    for (index, part) in parts.enumerated() {
      if size > 0, size + part.0.count > longest {
        shares.append(first..<index)
        (first, size) = (index, 0)
      }
      size += part.0.count
    }
    if first < parts.count { shares.append(first..<parts.count) }
    return (parts, shares)
  }()

  /// The gradients of the last step, by the same places as the parameters.
  package var gradients: UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: memory.gradients, count: memory.parameterCount)
  }

  /// The kernels that optimisers use.
  package var kernels: UnsafePointer<convkit_kernels> { instructionSet.kernels }

  /// The sum of the squares of the gradients of the last step: finite just where every one is.
  package internal(set) var gradientSquares = 0.0

  /// Counts a change of parameters or statistics.
  func markChanged() { version += 1 }

  func inferenceExecution() throws -> Execution {
    if let inference { return inference }
    let execution = try Execution(
      compiled, purpose: .inference, keepsEveryMap: keepsEveryMap, microBatch: microBatch,
      instructionSet: instructionSet, workers: workers)
    inference = execution
    return execution
  }

  func trainingExecution(batchSize: Int) throws -> Execution {
    if let training, training.batchSize == batchSize { return training.execution }
    let execution = try Execution(
      compiled, purpose: .training(batchSize: batchSize), keepsEveryMap: keepsEveryMap,
      microBatch: microBatch, instructionSet: instructionSet, workers: workers)
    training = (batchSize, execution)
    return execution
  }

  /// Used again by every call of `scores`, so that it allocates nothing but what it returns.
  var inferenceGroups = InferenceGroups()
  var scoreBuffer: [Float] = []

  /// The execution whose maps `maps` looks at.
  var lastExecution: Execution?
}

/// What an optimiser does to the parameters.
package protocol ParameterUpdate {
  /// Changes a part of the parameters that learn. Called by several threads.
  ///
  /// - Parameter range: its place in the flat list.
  func change(
    _ range: Range<Int>, decays: Bool, parameters: UnsafeMutablePointer<Float>,
    gradients: UnsafePointer<Float>)
}

private struct UpdateJob<Update: ParameterUpdate>: WorkerJob {
  let update: Update
  let parts: [(Range<Int>, decays: Bool)]
  let shares: [Range<Int>]
  let memory: RunnerMemory

  func run(worker: Int, item: Int) {
    for index in shares[item] {
      let (range, decays) = parts[index]
      update.change(
        range, decays: decays, parameters: memory.parameters + range.lowerBound,
        gradients: memory.gradients + range.lowerBound)
    }
  }
}

/// Where a runner keeps parameters and what is learned of them.
struct RunnerMemory {
  let parameterCount: Int
  let statisticCount: Int
  let parameters: UnsafeMutablePointer<Float>
  let statistics: UnsafeMutablePointer<Float>
  let gradients: UnsafeMutablePointer<Float>
  /// The gradients of every lane.
  let lanes: UnsafeMutablePointer<Float>
}

/// An input that a network cannot take.
public struct InputError: ReportableError, Equatable {
  public let received: String
  public let needed: String
  public var category: ErrorCategory { .badData }
  public var description: String { "The network takes \(needed), and received \(received)." }
}
