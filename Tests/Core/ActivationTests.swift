import ConvKitCore
import ConvKitReference
import Testing

@Suite struct ActivationTests {
  @Test(arguments: [Float(0), 0.25, 0.01, 1]) func equalsTheReference(slope: Float) throws {
    for (seed, (extent, channels)) in [
      ([1], 9), ([3, 4], 1), ([40], 3), ([2, 3, 2], 5), ([2, 1, 3, 2], 6), ([], 33), ([7, 5], 16),
    ].enumerated() {
      for values in [Values.integers, .reals] {
        let example = ActivationExample(
          slope: slope, extent: extent, channels: channels, values, seed: UInt64(seed))
        for instructionSet in InstructionSet.available {
          let mismatch = try example.mismatch(on: instructionSet)
          #expect(mismatch == nil, "slope \(slope), \(extent)x\(channels), \(instructionSet.name)")
        }
      }
    }
  }

  /// ReLU in a product's store is the same as on its own.
  @Test func aRectifiedStoreKeepsNaN() {
    for instructionSet in InstructionSet.available {
      var product = Product()
      (product.rowStep, product.outStep, product.depth, product.columns) = (1, 1, 1, 1)
      product.appendTerms(a: 0, k: 0, count: 1)
      product.appendRows(a: 0, out: 0, count: 5)
      let a: [Float] = [.nan, .infinity, -.infinity, -1, 2]
      // One line of a panel that one vector fits in.
      let b: [Float] = [1] + Array(repeating: 0, count: 63)
      var out = [Float](repeating: GuardedFloats.sentinel, count: 5)
      BoundProduct(product, rectify: true, instructionSet: instructionSet)(a: a, b: b, out: &out)
      #expect(out[0].isNaN, "on \(instructionSet.name)")
      #expect(out[1...] == [.infinity, 0, 0, 2], "on \(instructionSet.name)")
    }
  }
}
