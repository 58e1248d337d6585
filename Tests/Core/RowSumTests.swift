import ConvKitKernels
import ConvKitReference
import Testing

@testable import ConvKitCore

/// A convolution over an embedding as a sum of rows.
@Suite struct RowSumTests {
  struct Problem: CustomStringConvertible {
    let extent: [Int]
    let size: [Int]
    let stride: [Int]
    let dilation: [Int]
    let low: [Int]
    let high: [Int]
    let channels: Int
    let features: Int

    var description: String {
      "\(extent) size \(size) stride \(stride) dilation \(dilation) padding \(low) \(high)"
        + " \(channels)→\(features)"
    }

    /// Padding may be so wide that windows see nothing of the map.
    init(_ random: inout SplitMix64) {
      let rank = random.integer(in: 1...4)
      // Four axes are short, or there would be thousands of positions.
      let isShort = rank > 3
      func list(_ range: ClosedRange<Int>) -> [Int] {
        (0..<rank).map { _ in random.integer(in: range) }
      }
      size = list(1...(isShort ? 2 : 3))
      stride = list(1...3)
      dilation = list(1...2)
      low = list(0...(isShort ? 1 : 3))
      high = list(0...(isShort ? 1 : 3))
      extent = zip(size, dilation).map { ($0 - 1) * $1 + random.integer(in: 1...(isShort ? 2 : 5)) }
      channels = random.integer(in: 1...9)
      // Less than half a vector, whole ones, and more than are summed at a time.
      features = [1, 3, 8, 15, 16, 17, 37, 64, 100, 128, 129, 150][random.integer(in: 0...11)]
    }
  }

  static let problems: [Problem] = {
    var random = SplitMix64(seed: 70)
    return (0..<200).map { _ in Problem(&random) }
  }()

  @Test func equalsTheReference() throws {
    #expect(Set(Self.problems.map(\.extent.count)) == [1, 2, 3, 4])
    for (seed, problem) in Self.problems.enumerated() {
      for instructionSet in InstructionSet.available {
        try check(problem, seed: UInt64(seed), instructionSet)
      }
    }
  }

  private func check(
    _ problem: Problem, seed: UInt64, _ instructionSet: InstructionSet
  ) throws {
    var random = SplitMix64(seed: seed)
    let vocabulary = 11
    let positions = problem.extent.reduce(1, *)
    // The last token is never met, and its rows are never filled.
    let tokens = (0..<positions).map { _ in random.integer(in: 0...vocabulary - 2) }
    let table: [Float] = random.integers(vocabulary * problem.channels, in: -2...2)
    let reference = ReferenceConvolution<Float>(
      window: ReferenceWindow(
        size: problem.size, stride: problem.stride, dilation: problem.dilation, low: problem.low,
        high: problem.high), channels: problem.channels, features: problem.features)
    let weights: [Float] = random.integers(reference.weightCount, in: -2...2)
    let bias: [Float]? =
      seed.isMultiple(of: 3) ? nil : random.integers(problem.features, in: -9...9)
    let expected = reference.forward(
      ReferenceEmbedding(vocabulary: vocabulary, size: problem.channels)
        .forward(tokens, extent: problem.extent, table: table), weights: weights, bias: bias)

    let shape = ConvolutionShape(
      tapCount: problem.size.reduce(1, *), inputChannels: problem.channels,
      features: problem.features, groups: 1)
    let geometry = try Window(
      size: .each(problem.size), stride: .each(problem.stride), dilation: .each(problem.dilation),
      padding: .each(low: .each(problem.low), high: .each(problem.high))
    ).geometry(over: problem.extent)
    // Other rows stand between those of this convolution.
    let layout = TokenRowLayout(shape, offset: 16, tokenStep: TokenRowLayout.count(shape) + 48)
    let packing = Convolution.packing(shape, instructionSet)
    let packed = GuardedFloats(writing: packing.count * packing.parts)
    packing.pack(from: weights, into: packed.start)

    let rows = GuardedFloats(writing: vocabulary * layout.tokenStep)
    let product = RowProduct(shape, layout, instructionSet: instructionSet)
    let met = Set(tokens).sorted().map { Int32($0) }
    let cut = met.count / 2
    met.withUnsafeBufferPointer { met in
      for tap in 0..<product.tapCount {
        for part in [cut..<met.count, 0..<cut] {
          product(
            tap: tap, tokens: met[part], table: table, packed: packed.start, rows: rows.start)
        }
      }
    }
    #expect(rows.strayWrite == nil, "\(problem)")

    let output = MapLayout(extent: geometry.outputExtent, channels: problem.features)
    let realTokens = tokens.map { Int32($0) }
    let realBias = bias.map { GuardedFloats(reading: $0) }
    for rectify in [false, true] {
      let found = GuardedMap(writing: output.widened(by: 1))
      RowSum(
        layout, geometry: geometry, output: output.widened(by: 1), rectify: rectify,
        instructionSet: instructionSet)(
          tokens: realTokens, rows: rows.start, bias: realBias?.start, output: found.start)
      let values = rectify ? expected.values.map { max(0, $0) } : expected.values
      #expect(found.values == values, "\(problem) on \(instructionSet.name)")
      #expect(found.strayWrite == nil, "\(problem) on \(instructionSet.name)")
    }
    // Some of the positions along the first axis alone.
    let count = geometry.outputExtent[0]
    let part = count / 3..<count - count / 4
    let inner = expected.values.count / count
    let partOutput = MapLayout(
      extent: [part.count] + geometry.outputExtent.dropFirst(), channels: problem.features)
    let found = GuardedMap(writing: partOutput)
    RowSum(
      layout, geometry: geometry, first: part, output: partOutput, rectify: false,
      instructionSet: instructionSet)(
        tokens: realTokens, rows: rows.start, bias: realBias?.start, output: found.start)
    #expect(
      found.values == Array(expected.values[part.lowerBound * inner..<part.upperBound * inner]),
      "\(problem) on \(instructionSet.name)")
    #expect(found.strayWrite == nil, "\(problem) on \(instructionSet.name)")
  }
}
