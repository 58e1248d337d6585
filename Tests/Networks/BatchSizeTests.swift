import ConvKitCore
import ConvKitReference
import Testing

@testable import ConvKitNetworks

/// Batches on both sides of the borders at which they are cut.
struct BatchSizeTests {
  static let extents = [[9], [4, 5], [3, 3, 4], [4, 3, 3, 3]]

  @Test(arguments: NetworkCase.fused, extents)
  func neitherMicroBatchNorInstructionSetChangesABit(
    _ networkCase: NetworkCase, _ extent: [Int]
  ) throws {
    let exercise = try Exercise(networkCase, extent: extent, count: 21)
    let expected = try exercise.outcome(microBatch: 1)
    for (threads, microBatch) in [(1, 2), (2, 3), (3, 16)] {
      #expect(try exercise.outcome(threads: threads, microBatch: microBatch) == expected)
    }
    let fused = InstructionSet.available.filter { $0.name != "baseline" }
    for instructionSet in fused {
      #expect(
        try exercise.outcome(threads: 2, instructionSet: instructionSet)
          == exercise.outcome(instructionSet: fused[0]), "\(instructionSet.name)")
    }
  }

  /// One example less than a chunk, a chunk, and one more, and so for two.
  @Test(arguments: NetworkCase.fused, [31, 32, 33, 64, 65])
  func agreesWithTheReference(_ networkCase: NetworkCase, _ count: Int) throws {
    let exercise = try Exercise(
      networkCase, extent: [4, 3], count: count, integers: networkCase.isExact)
    let expected = exercise.reference
    let tolerance = networkCase.isExact ? 0 : 2e-5
    let runner = try exercise.runner(threads: 2)
    _ = try exercise.train(runner)
    let found = exercise.compiled.tensors(
      of: NetworkValues(
        parameters: Array(runner.gradients), statistics: exercise.values.statistics))
    for (specification, found) in zip(exercise.compiled.parameters, found)
    where specification.isTrainable {
      let expected = try #require(expected.parameters[specification.name])
      #expect(
        relativeDifference(found.tensor.elements, expected) <= tolerance, "\(found.name)")
    }
  }

  /// Without this the cases could run in other ways than they are here for.
  @Test func theCasesRunAsTheySay() throws {
    func ways(_ name: String) throws -> [Schedule.Gradient] {
      let networkCase = try #require(NetworkCase.fused.first { $0.name == name })
      return Schedule(
        graph: try networkCase.compiled([7, 5]).graph.fusing(),
        purpose: .training(batchSize: 8), keepsEveryMap: false
      ).gradients
    }
    for name in [
      "chosen, with padding", "chosen from every position", "chosen in branches",
      "chosen beside a convolution", "frozen in front of chosen",
      "embedding, then padded and chosen", "batch normalisation across stretches",
    ] {
      #expect(try ways(name).contains(.fromChosen), "\(name)")
    }
    #expect(try !ways("frozen and chosen").contains(.fromChosen))
    for name in [
      "two large dense layers first", "large dense layers in a row",
      "large dense layers in branches", "frozen large dense layer",
    ] {
      #expect(try ways(name).contains(.byFeature), "\(name)")
    }
  }
}
