import ConvKitCore
import ConvKitReference
import Testing

@Suite struct PoolingTests {
  static let problems: [PoolingProblem] = {
    var generator = SplitMix64(seed: 30)
    var seen: Set<String> = []
    return (0..<800).map { _ in PoolingProblem.random(&generator) }
      .filter { seen.insert($0.description).inserted }
  }()

  @Test(arguments: [Values.integers, .reals]) func agreesWithTheReference(values: Values) throws {
    #expect(Self.problems.count >= 700)
    for (seed, problem) in Self.problems.enumerated() {
      let example = PoolingExample(
        problem, values, withNaN: seed.isMultiple(of: 3), seed: UInt64(seed))
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(problem) on \(instructionSet.name)")
      }
    }
  }

  @Test func theShapesCoverEveryKind() {
    let all = Self.problems
    #expect(Set(all.map(\.extent.count)) == [1, 2, 3, 4])
    func hangsOver(_ problem: PoolingProblem) -> Bool {
      var dropping = problem
      dropping.overhang = false
      return problem.overhang && dropping.fits
        && problem.referenceWindow.outputExtent(of: problem.extent)
          != dropping.referenceWindow.outputExtent(of: problem.extent)
    }
    for kind in [
      hangsOver, { $0.isGlobal }, { $0.low.contains { $0 > 0 } }, { $0.high.contains { $0 > 0 } },
      { zip($0.stride, $0.size).contains { $0 > $1 } }, { $0.dilation.contains { $0 > 1 } },
    ] as [(PoolingProblem) -> Bool] {
      #expect(all.filter(kind).count >= 20)
    }
  }
}
