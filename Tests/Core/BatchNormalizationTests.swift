import ConvKitCore
import Testing

@Suite struct BatchNormalizationTests {
  @Test(arguments: [Float(0), 3, -100]) func staysWithinTheBound(offset: Float) throws {
    for (seed, (examples, extent, channels)) in [
      (2, [1], 1), (1, [5], 3), (4, [3, 4], 2), (3, [2, 3, 2], 17), (5, [], 9), (2, [9, 9], 33),
      (2, [2, 1, 3, 2], 6),
    ].enumerated() {
      let example = BatchNormalizationExample(
        examples: examples, extent: extent, channels: channels, offset: offset, seed: UInt64(seed))
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(
          mismatch == nil, "\(examples) of \(extent)x\(channels) on \(instructionSet.name)")
      }
    }
  }
}
