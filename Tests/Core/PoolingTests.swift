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

  /// With overhang a window larger than the map takes in all of it; the reference refuses that.
  @Test func aWindowLargerThanTheMapIsAGlobalPooling() throws {
    let window = Window(
      size: [5, 4], stride: [2, 1], padding: .each(low: [1, 0], high: 0), overhang: true)
    let geometry = try window.geometry(over: [2, 3])
    try geometry.checkThatWindowsSeeInput()
    let input = MapLayout(extent: [2, 3], channels: 2)
    let output = MapLayout(extent: geometry.outputExtent, channels: 2)
    let plan = PoolingPlan(geometry: geometry, input: input, output: output)
    let values: [Float] = [1, 2, 7, 4, 5, -6, 3, 8, -9, 0, 11, 12]
    for instructionSet in InstructionSet.available {
      let pooling = Pooling(forward: plan, gradient: plan, instructionSet: instructionSet)
      var (maximum, average) = ([Float](repeating: 0, count: 2), [Float](repeating: 0, count: 2))
      var winners = [Int32](repeating: -1, count: 2)
      pooling.maximum(input: values, output: &maximum, index: &winners)
      pooling.average(input: values, output: &average)
      #expect(maximum == [11, 12])
      // The last position, [1, 2], is tap [2, 2] of a 5×4 window that starts a row before the map.
      #expect(winners == [10, 10])
      let sums: [Float] = [18, 20]
      #expect(average == sums.map { $0 / 6 })
    }
  }
}
