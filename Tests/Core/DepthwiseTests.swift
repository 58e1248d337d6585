import ConvKitCore
import ConvKitReference
import Testing

@Suite struct DepthwiseTests {
  /// A depthwise convolution is as many convolutions of one channel, which the general kernel runs
  /// one by one: their sums have the same order, so their bits are the same.
  @Test func isTheSameBitsAsChannelByChannel() throws {
    var generator = SplitMix64(seed: 90)
    for seed: UInt64 in 0..<150 {
      var problem = ConvolutionProblem.random(&generator)
      problem.groups = generator.integer(in: 2...70)
      problem.channels = problem.groups
      problem.features = problem.groups
      let values = ConvolutionValues(.reals, for: problem, seed: seed)
      #expect(problem.shape.isDepthwise)
      for instructionSet in InstructionSet.available {
        let together = try ConvolutionExample(problem, values).run(on: instructionSet)
        for channel in 0..<problem.channels {
          var single = problem
          (single.groups, single.channels, single.features) = (1, 1, 1)
          let alone = try ConvolutionExample(single, values.channel(channel, of: problem.channels))
            .run(on: instructionSet)
          for (name, expected) in alone.results {
            let found = stride(
              from: channel, to: together.results[name]?.count ?? 0, by: problem.channels
            ).map { together.results[name]?[$0].bitPattern }
            #expect(
              found == expected.map(\.bitPattern),
              "\(name) of channel \(channel), \(problem) on \(instructionSet.name)")
          }
        }
      }
    }
  }
}

extension ConvolutionValues {
  /// What one channel of a depthwise convolution is run on.
  fileprivate func channel(_ channel: Int, of channels: Int) -> ConvolutionValues {
    func pick(_ values: [Float]) -> [Float] {
      stride(from: channel, to: values.count, by: channels).map { values[$0] }
    }
    var picked = self
    for part in [
      \.input, \.weights, \.bias, \.outputGradient, \.inputGradientStart, \.weightGradientStart,
      \.biasGradientStart,
    ] as [WritableKeyPath<ConvolutionValues, [Float]>] {
      picked[keyPath: part] = pick(self[keyPath: part])
    }
    return picked
  }
}
