import ConvKitCore
import ConvKitReference
import Testing

@Suite struct PooledConvolutionTests {
  static let problems: [PooledProblem] = {
    var generator = SplitMix64(seed: 70)
    var seen: Set<String> = []
    return (PooledProblem.listed + (0..<700).map { _ in PooledProblem.random(&generator) })
      .filter { seen.insert($0.description).inserted }
  }()

  @Test(arguments: [Values.integers, .reals]) func agreesWithTheReference(values: Values) throws {
    for (seed, problem) in Self.problems.enumerated() {
      let example = PooledConvolutionExample(problem, values, seed: UInt64(seed))
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(problem) on \(instructionSet.name)")
      }
    }
  }

  /// A NaN wins its window and passes.
  @Test func passesNaN() throws {
    var generator = SplitMix64(seed: 71)
    for seed in 0..<200 {
      var problem = PooledProblem.random(&generator)
      // Few taps, or every window would hold nothing else.
      problem.convolution.rectify = false
      let example = PooledConvolutionExample(problem, withNaN: true, seed: UInt64(seed))
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(problem) on \(instructionSet.name)")
      }
    }
  }

  /// The listed shapes and the random ones have on both sides of every threshold.
  @Test func theShapesCoverEveryKind() throws {
    let all = Self.problems
    #expect(all.count >= 700)
    #expect(Set(all.map(\.convolution.extent.count)) == [1, 2, 3, 4])
    func taps(_ problem: PooledProblem) -> Int { problem.pooling.size.reduce(1, *) }
    #expect(Set(all.map(taps)).isSuperset(of: [1, 2, 4, 7, 8, 9, 27, 254, 255, 256, 257]))
    for kind in [
      { $0.pooling.overhang }, { $0.pooling.isGlobal }, { $0.pooling.low.contains { $0 > 0 } },
      { $0.pooling.high.contains { $0 > 0 } }, { $0.convolution.groups > 1 },
      { $0.convolution.shape.isDepthwise }, { $0.count > 1 && $0.hasGaps },
      { $0.convolution.stride.contains { $0 > 1 } },
      { $0.convolution.dilation.contains { $0 > 1 } },
    ] as [(PooledProblem) -> Bool] {
      #expect(all.filter(kind).count >= 20)
    }
    // Windows that leave positions out, after which the gradient of the map is cleared.
    let dropping = all.filter { problem in
      zip(problem.pooling.extent, zip(problem.pooling.size, problem.pooling.low)).contains {
        ($0 + $1.1) % $1.0 != 0 && !problem.pooling.overhang
      }
    }
    #expect(dropping.count >= 20)
    let blockCounts = try all.map { problem in
      let maps = try ExampleMaps(problem)
      let geometry = try problem.convolution.window.geometry(over: problem.convolution.extent)
      let plan = ConvolutionPlan(
        shape: problem.convolution.shape, geometry: geometry, input: maps.input,
        output: maps.mapGradient, inputGradient: maps.inputGradient,
        outputGradient: maps.mapGradient, needsInputGradient: false)
      return PooledConvolution(
        plan, geometry: geometry, pooling: maps.pooling, input: maps.input, output: maps.output,
        workers: problem.workers, instructionSet: InstructionSet.available[0]
      ).blockCount
    }
    #expect(blockCounts.count { $0 > 1 } >= 10)
    #expect(Set(blockCounts).count >= 4)
  }
}
