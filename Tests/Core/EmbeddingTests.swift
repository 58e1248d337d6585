import ConvKitCore
import ConvKitReference
import Testing

@Suite struct EmbeddingTests {
  @Test func equalsTheReference() {
    for (seed, (extent, vocabulary, size)) in [
      ([1], 1, 1), ([12], 5, 3), ([4, 6], 7, 16), ([2, 3, 2], 40, 9), ([2, 1, 3, 2], 6, 5),
      ([50], 3, 5),
    ].enumerated() {
      var generator = SplitMix64(seed: UInt64(seed))
      let reference = ReferenceEmbedding(vocabulary: vocabulary, size: size)
      // Tokens repeat, so rows add up, and 0, the padding, is a token like any other.
      let tokens = (0..<extent.reduce(1, *)).map { _ in generator.integer(in: 0...vocabulary - 1) }
      let table: [Float] = generator.reals(vocabulary * size)
      let gradient: [Float] = generator.integers(tokens.count * size)
      let start: [Float] = generator.integers(vocabulary * size)

      let layout = MapLayout(extent: extent, channels: size)
      let (outputLayout, gradientLayout) = (layout.widened(by: 1), layout.widened(by: 2))
      let embedding = Embedding(output: outputLayout, outputGradient: gradientLayout)
      let realTokens = tokens.map { Int32($0) }
      let realTable = GuardedFloats(reading: table)
      let output = GuardedMap(writing: outputLayout)
      embedding.forward(tokens: realTokens, table: realTable.start, output: output.start)
      #expect(output.values == reference.forward(tokens, extent: extent, table: table).values)
      #expect(output.strayWrite == nil)

      let outputGradient = GuardedMap(reading: gradient, in: gradientLayout)
      let expected = reference.tableGradient(
        tokens, outputGradient: Block(extent: extent, channels: size, values: gradient))
      // Whole, and in parts that together are the whole.
      for parts in [[0..<size], [size / 2..<size, 0..<size / 2]] {
        let tableGradient = GuardedFloats(adding: start)
        for part in parts {
          embedding.tableGradient(
            tokens: realTokens, outputGradient: outputGradient.start, channels: part,
            tableGradient: tableGradient.start)
        }
        #expect(tableGradient.values == zip(start, expected).map(+), "\(extent)x\(size)")
        #expect(tableGradient.strayWrite == nil)
      }
      #expect(outputGradient.strayWrite == nil)
      #expect(realTable.strayWrite == nil)
    }
  }
}
