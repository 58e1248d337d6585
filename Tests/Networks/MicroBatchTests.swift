import ConvKitCore
import ConvKitReference
import Testing

@testable import ConvKitNetworks

/// How many examples a worker has at a time changes no bit of what is learned.
@Suite("Micro-batches")
struct MicroBatchTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let network: Network
    /// What some layer learns by.
    let way: Schedule.Gradient

    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "pooling",
      network: Network {
        Conv(8, size: 3, padding: .same)
        ReLU()
        MaxPool(2)
        Conv(20, size: 3)
        ReLU()
        AveragePool(2)
        Flatten()
        Dropout(0.3)
        Votes()
      }, way: .byLane),
    Case(
      name: "chosen",
      network: Network {
        Conv(6, size: 3)
        ReLU()
        MaxPool(3)
        Conv(5, size: 2)
        ReLU()
        GlobalMaxPool()
        Votes()
      }, way: .fromChosen),
    Case(
      name: "normalised",
      network: Network {
        Conv(6, size: 3)
        BatchNorm()
        ReLU()
        MaxPool(2)
        Residual {
          Conv(6, size: 3, padding: .same)
          BatchNorm()
        }
        Flatten()
        Votes()
      }, way: .byBatch),
    Case(
      name: "together",
      network: Network {
        Conv(4, size: 3)
        ReLU()
        MaxPool(2)
        Flatten()
        Dense(600)
        ReLU()
        Dense(300)
        ReLU()
        Votes()
      }, way: .byFeature),
  ]

  /// 40 are five a lane, and more than the smallest chunk.
  private static let count = 40

  @Test(arguments: cases) func sizeChangesNothing(_ networkCase: Case) throws {
    let compiled = try CompiledNetwork(
      networkCase.network, input: InputShape(extent: [12, 11], content: .values(channels: 2)),
      labels: 3)
    let schedule = Schedule(
      graph: compiled.graph.fusing(), purpose: .training(batchSize: Self.count),
      keepsEveryMap: false)
    #expect(schedule.gradients.contains(networkCase.way))
    let expected = try learn(compiled, microBatch: 1, threads: 1)
    #expect(expected.parameters != (try compiled.initialValues(seed: 5)).parameters)
    for threads in 1...3 {
      for microBatch in [1, 2, 3, nil] {
        let values = try learn(compiled, microBatch: microBatch, threads: threads)
        #expect(
          Bits(values) == Bits(expected),
          "\(threads) threads, \(microBatch.map(String.init) ?? "what fits") at a time")
      }
    }
  }

  /// Also 0 and −0 are to be the same.
  private struct Bits: Equatable {
    let parameters: [UInt32]
    let statistics: [UInt32]

    init(_ values: NetworkValues) {
      parameters = values.parameters.map(\.bitPattern)
      statistics = values.statistics.map(\.bitPattern)
    }
  }

  /// Three steps, the last of a smaller batch.
  private func learn(
    _ compiled: CompiledNetwork, microBatch: Int?, threads: Int
  ) throws -> NetworkValues {
    let runner = try NetworkRunner(
      compiled, values: compiled.initialValues(seed: 5), threads: threads, instructionSet: nil,
      keepsEveryMap: false, microBatch: microBatch)
    var random = SplitMix64(seed: 9)
    let inputs = (0..<Self.count).map { _ in
      Input.values(Tensor(shape: [12, 11, 2], elements: random.reals(12 * 11 * 2)))
    }
    for (step, count) in [Self.count, Self.count, 27].enumerated() {
      _ = try runner.findGradients(
        of: Array(inputs[..<count]), examples: Array(0..<count), batchSize: Self.count,
        step: StepKey(seed: 1, epoch: step + 1)
      ) { place, scores, slopes in
        for label in scores.indices {
          slopes[label] = scores[label] * 0.01 + Float(place % 3 == label ? -0.02 : 0.01)
        }
        return 0
      }
      runner.update(PlainDescent(rate: 0.5))
    }
    return runner.values
  }
}

/// Every parameter goes down its slope.
struct PlainDescent: ParameterUpdate {
  let rate: Float

  func change(
    _ range: Range<Int>, decays: Bool, parameters: UnsafeMutablePointer<Float>,
    gradients: UnsafePointer<Float>
  ) {
    for index in 0..<range.count { parameters[index] -= rate * gradients[index] }
  }
}
