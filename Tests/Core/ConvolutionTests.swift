import ConvKitCore
import ConvKitReference
import Testing

@Suite struct ConvolutionTests {
  @Test func equalsTheReferenceOnIntegers() throws {
    #expect(Set(ConvolutionProblem.all.map(\.description)).count >= 2000)
    for (seed, problem) in ConvolutionProblem.all.enumerated() {
      let example = ConvolutionExample(problem, seed: UInt64(seed))
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(problem) on \(instructionSet.name)")
      }
    }
  }

  @Test func staysWithinTheBoundOnReals() throws {
    var generator = SplitMix64(seed: 21)
    for seed in 0..<200 {
      let problem = ConvolutionProblem.random(&generator)
      let example = ConvolutionExample(problem, .reals, seed: UInt64(seed))
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(problem) on \(instructionSet.name)")
      }
    }
  }

  /// Without this, a list from which a kind of shape fell out would go unnoticed.
  @Test func theShapesCoverEveryKind() {
    let all = ConvolutionProblem.all
    #expect(Set(all.map(\.extent.count)) == [1, 2, 3, 4])
    #expect(Set(all.flatMap(\.size)).isSuperset(of: 1...7))
    #expect(Set(all.flatMap(\.stride)) == Set(1...4))
    #expect(Set(all.flatMap(\.dilation)) == Set(1...4))
    for kind in [
      { $0.shape.isDepthwise },
      { $0.groups > 1 && $0.groups == $0.channels && $0.features > $0.groups },
      { $0.groups > 1 && $0.groups < $0.channels },
      { zip($0.stride, $0.size).contains { $0 > $1 } },
      { zip($0.extent, $0.stride).contains { $0 < $1 } },
      { problem in zip(problem.referenceWindow.low, problem.referenceWindow.span).contains(where: >)
      },
      { problem in
        zip(problem.referenceWindow.high, problem.referenceWindow.span).contains(where: >)
      },
      { $0.rectify && $0.hasBias }, { !$0.rectify && !$0.hasBias }, { $0.spare > 1 },
    ] as [(ConvolutionProblem) -> Bool] {
      #expect(all.filter(kind).count >= 20)
    }
  }
}
