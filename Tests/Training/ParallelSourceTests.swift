import ConvKitCore
import ConvKitNetworks
import Synchronization
import Testing

@testable import ConvKitTraining

/// Sources whose inputs are made by several threads.
@Suite struct ParallelSourceTests {
  /// The examples of another source, which take work to make; some cannot be had.
  private struct Working: ParallelExampleSource {
    let source: ExamplesInMemory
    var bad: Set<Int> = []

    struct Bad: Error, Equatable {
      let index: Int
    }

    var count: Int { source.count }
    func label(of index: Int) -> Int { source.label(of: index) }
    func name(of index: Int) -> String { source.name(of: index) }
    func takesWork(epoch: Int) -> Bool { true }
    func inputs(of index: Int, epoch: Int) throws -> [PlacedInput] {
      if bad.contains(index) { throw Bad(index: index) }
      // Some have two inputs, so that batches differ in size.
      let input = source.inputs(of: index, epoch: epoch)
      return index % 2 == 1 ? input + input : input
    }
  }

  /// The same without threads.
  private struct Plain: ExampleSource {
    let working: Working
    var count: Int { working.count }
    func label(of index: Int) -> Int { working.label(of: index) }
    func name(of index: Int) -> String { working.name(of: index) }
    func inputs(of index: Int, epoch: Int) throws -> [PlacedInput] {
      try working.inputs(of: index, epoch: epoch)
    }
  }

  @Test(arguments: 1...3) func threadsChangeNothing(threads: Int) throws {
    let source = Working(source: Toy.source(rank: 2))
    let validation = Working(source: Toy.source(rank: 2, count: 150, seed: 2))
    let compiled = try Toy.compiled(Toy.variedNetwork)
    let parallel = try Trainer(compiled, options: Toy.options(), threads: threads)
    try parallel.train(on: source, validation: validation)
    let plain = try Trainer(compiled, options: Toy.options(), threads: 1)
    try plain.train(on: Plain(working: source), validation: Plain(working: validation))
    #expect(parallel.state == plain.state)
    #expect(try parallel.evaluate(validation) == plain.evaluate(Plain(working: validation)))
  }

  @Test(arguments: 1...3) func theFirstErrorIsThrown(threads: Int) throws {
    let source = Working(source: Toy.source(rank: 2), bad: [3, 7, 20])
    let trainer = try Trainer(Toy.compiled(), options: Toy.options(), threads: threads)
    let chosen = [5, 20, 1, 7, 3]
    #expect(throws: Working.Bad(index: 20)) {
      try trainer.learn(chosen[...], from: source, epoch: 1, learningRate: 0.1)
    }
    #expect(throws: Working.Bad(index: 3)) { try trainer.evaluate(source) }
  }
}
