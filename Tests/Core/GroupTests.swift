import ConvKitCore
import ConvKitReference
import Testing

@Suite struct GroupTests {
  /// A convolution in groups is as many convolutions, which the general kernel runs one by one:
  /// their sums have the same order, so their bits are the same, however many groups are computed
  /// at a time.
  @Test func isTheSameBitsAsGroupByGroup() throws {
    var generator = SplitMix64(seed: 90)
    for seed: UInt64 in 0..<240 {
      var problem = ConvolutionProblem.random(&generator)
      problem.groups = generator.integer(in: 2...40)
      // Every third is depthwise.
      let (channels, features) =
        seed % 3 == 0 ? (1, 1) : (generator.integer(in: 1...4), generator.integer(in: 1...4))
      problem.channels = problem.groups * channels
      problem.features = problem.groups * features
      let values = ConvolutionValues(.reals, for: problem, seed: seed)
      for instructionSet in InstructionSet.available {
        let together = try ConvolutionExample(problem, values).run(on: instructionSet)
        for group in 0..<problem.groups {
          var single = problem
          (single.groups, single.channels, single.features) = (1, channels, features)
          let alone = try ConvolutionExample(single, values.group(group, of: problem))
            .run(on: instructionSet)
          for (name, expected) in alone.results {
            let found =
              name.contains("input")
              ? together.results[name]?.columns(of: group, channels, in: problem.groups)
              : together.results[name]?.columns(of: group, features, in: problem.groups)
            #expect(
              found?.map(\.bitPattern) == expected.map(\.bitPattern),
              "\(name) of group \(group), \(problem) on \(instructionSet.name)")
          }
        }
      }
    }
  }
}

extension Array {
  /// Of lines of `groups` times `width` values, those of one group.
  fileprivate func columns(of group: Int, _ width: Int, in groups: Int) -> [Element] {
    stride(from: group * width, to: count, by: groups * width).flatMap { self[$0..<$0 + width] }
  }
}

extension ConvolutionValues {
  /// What one group of a convolution is run on.
  fileprivate func group(_ group: Int, of problem: ConvolutionProblem) -> ConvolutionValues {
    var picked = self
    let (channels, features) = (problem.shape.inputsPerGroup, problem.shape.featuresPerGroup)
    for (part, width) in [
      (\.input, channels), (\.inputGradientStart, channels), (\.weights, features),
      (\.bias, features), (\.outputGradient, features), (\.weightGradientStart, features),
      (\.biasGradientStart, features),
    ] as [(WritableKeyPath<ConvolutionValues, [Float]>, Int)] {
      picked[keyPath: part] = self[keyPath: part].columns(of: group, width, in: problem.groups)
    }
    return picked
  }
}
