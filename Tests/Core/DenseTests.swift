import ConvKitCore
import ConvKitReference
import Testing

@Suite struct DenseTests {
  @Test(arguments: [Values.integers, .reals]) func agreesWithTheReference(values: Values) throws {
    var generator = SplitMix64(seed: 40)
    var shapes: Set<String> = []
    let widest = InstructionSet.available.map { $0.kernels.pointee.panel_columns }.max()!
    // Every row tail, every column tail of both products, and a few hundred at random.
    let listed =
      (1...29).map { (count: $0, inputs: 3, outputs: 5) }
      + (1...2 * widest + 1).flatMap {
        [(count: 2, inputs: 3, outputs: $0), (count: 2, inputs: $0, outputs: 3)]
      }
    let random = (0..<300).map { _ in
      (
        count: generator.integer(in: 1...30), inputs: generator.integer(in: 1...60),
        outputs: generator.integer(in: 1...70)
      )
    }
    for (seed, shape) in (listed + random).enumerated() {
      let example = DenseExample(
        count: shape.count, inputs: shape.inputs, outputs: shape.outputs,
        rectify: generator.integer(in: 0...2) == 0, hasBias: generator.integer(in: 0...2) > 0,
        gap: max(0, generator.integer(in: -2...5)), values, seed: UInt64(seed))
      shapes.insert(example.description)
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(example) on \(instructionSet.name)")
      }
    }
    #expect(shapes.count >= 300)
  }

  @Test func listedLayersEqualTheReference() throws {
    let examples = try DenseExample.listed()
    #expect(examples.count >= 7)
    for example in examples {
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(mismatch == nil, "\(example) on \(instructionSet.name)")
      }
    }
  }
}
