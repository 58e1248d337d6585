import ConvKitCore
import ConvKitNetworks

extension NetworkRunner {
  /// The inputs of some examples, in their order: made on all threads where that takes work.
  ///
  /// - Throws: what the source throws for the first of the examples that it throws for.
  func inputs(
    of indices: some RandomAccessCollection<Int>, from source: any ExampleSource, epoch: Int
  ) throws -> [[PlacedInput]] {
    guard let source = source as? any ParallelExampleSource, source.takesWork(epoch: epoch) else {
      return try indices.map { try source.inputs(of: $0, epoch: epoch) }
    }
    let indices = Array(indices)
    var inputs: [[PlacedInput]] = []
    inputs.reserveCapacity(indices.count)
    try workers.runInOrder(items: indices.count, atOnce: indices.count) { item in
      Result { try source.inputs(of: indices[item], epoch: epoch) }
    } take: { _, results in
      for result in results { inputs.append(try result.get()) }
    }
    return inputs
  }
}
