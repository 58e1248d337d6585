import ConvKitCore
import ConvKitReference
import Testing

@testable import ConvKitNetworks

/// Inputs of different extents, padded or bare, in networks that end in a global pooling.
struct ExtentTests {
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let network: Network
    let isText: Bool

    init(_ description: String, isText: Bool = false, @LayerBuilder _ layers: () -> [any Layer]) {
      self.description = description
      self.isText = isText
      network = Network(layers: layers())
    }
  }

  static let cases = [
    Case("global maximum") {
      Conv(5, size: 3, padding: .same)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    Case("strides and pooling") {
      Conv(5, size: 3, stride: 2, padding: .same)
      ReLU()
      MaxPool(2, overhang: true)
      Conv(4, size: 3, padding: .same)
      GlobalAveragePool()
      Votes()
    },
    Case("residual and branches") {
      Conv(4, size: 3, padding: .each(low: 2, high: 1))
      BatchNorm()
      Residual { Conv(4, size: 3, dilation: 2, padding: .same) }
      Branches {
        Branch { GlobalMaxPool() }
        Branch {
          AveragePool(2, padding: .same)
          GlobalAveragePool()
        }
      }
      Votes()
    },
    Case("text", isText: true) {
      Embedding(6)
      Conv(5, size: 3, padding: .same)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    Case("text by rows of tokens", isText: true) {
      Embedding(Graph.fewestRowChannels)
      Conv(5, size: 3, padding: .same)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
  ]

  /// An input of an extent, and the same in a larger tensor full of something else.
  private func inputs(
    _ extent: [Int], within whole: [Int], isText: Bool, _ random: inout SplitMix64
  ) -> (bare: Input, padded: Input) {
    let channels = isText ? 1 : 2
    let values: [Float] =
      isText
      ? random.integers(extent.reduce(1, *), in: 0...8) : random.reals(extent.reduce(2, *))
    var padded = [Float](repeating: isText ? 7 : .nan, count: whole.reduce(channels, *))
    var next = 0
    for position in 0..<whole.reduce(1, *) {
      var (rest, isInside) = (position, true)
      for axis in whole.indices.reversed() {
        isInside = isInside && rest % whole[axis] < extent[axis]
        rest /= whole[axis]
      }
      guard isInside else { continue }
      for channel in 0..<channels {
        padded[position * channels + channel] = values[next]
        next += 1
      }
    }
    return isText
      ? (
        .tokens(Tensor(shape: extent, elements: values.map { Int32($0) })),
        .tokens(Tensor(shape: whole, elements: padded.map { Int32($0) }), extent: extent)
      )
      : (
        .values(Tensor(shape: extent + [2], elements: values)),
        .values(Tensor(shape: whole + [2], elements: padded), extent: extent)
      )
  }

  @Test(arguments: cases, 1...4)
  func paddingChangesNoBit(_ networkCase: Case, _ rank: Int) throws {
    let whole = [13, 9, 7, 5].prefix(rank).map { $0 }
    let content: InputShape.Content =
      networkCase.isText ? .tokens(vocabulary: 9) : .values(channels: 2)
    let compiled = try CompiledNetwork(
      networkCase.network, input: InputShape(extent: whole, varies: true, content: content),
      labels: 3)
    let runner = try NetworkRunner(
      compiled, values: try compiled.initialValues(seed: 4), threads: 2)
    var random = SplitMix64(seed: 8)
    // Interleaved, so that every memory meets one extent after another.
    let pairs = (0..<20).map { number in
      let extent = whole.map { $0 - (number * 5) % 4 }
      return inputs(extent, within: whole, isText: networkCase.isText, &random)
    }
    let padded = try runner.scores(of: pairs.map(\.padded))
    for (pair, scores) in zip(pairs, padded) {
      #expect(scores.allSatisfy { $0.isFinite })
      #expect(try runner.scores(of: [pair.bare]) == [scores])
    }

    func gradients(_ inputs: [Input], threads: Int) throws -> [Float] {
      let runner = try NetworkRunner(
        compiled, values: try compiled.initialValues(seed: 4), threads: threads)
      _ = try runner.findGradients(
        of: inputs, examples: Array(inputs.indices), batchSize: inputs.count,
        step: StepKey(seed: 0, epoch: 0)
      ) { place, scores, slopes in
        for label in 0..<3 { slopes[label] = scores[label] - Float(place % 3) }
        return 0
      }
      return Array(runner.gradients)
    }
    let expected = try gradients(pairs.map(\.bare), threads: 1)
    #expect(expected.allSatisfy { $0.isFinite })
    #expect(try gradients(pairs.map(\.padded), threads: 3) == expected)
  }

  @Test func refusesWhatTheNetworkCannotTake() throws {
    func message(_ input: Input, _ shape: InputShape) throws -> String {
      let network =
        shape.content == .values(channels: 2)
        ? Network {
          GlobalMaxPool()
          Votes()
        }
        : Network {
          Embedding(2)
          GlobalMaxPool()
          Votes()
        }
      let compiled = try CompiledNetwork(network, input: shape, labels: 2)
      let runner = try NetworkRunner(
        compiled, values: try compiled.initialValues(seed: 0), threads: 1)
      let error = #expect(throws: InputError.self) { try runner.scores(of: [input]) }
      return "\(try #require(error))"
    }
    let pictures = InputShape(extent: [4, 4], content: .values(channels: 2))
    let texts = InputShape(extent: [4], varies: true, content: .tokens(vocabulary: 3))
    #expect(
      try message(.values(Tensor(repeating: 0, shape: [4, 4, 1])), pictures)
        == "The network takes 4×4×2, and received 4×4×1.")
    #expect(
      try message(.values(Tensor(repeating: 0, shape: [4, 3, 2])), pictures)
        == "The network takes 4×4×2, and received 4×3×2.")
    #expect(
      try message(.tokens(Tensor(repeating: 0, shape: [4, 4])), pictures)
        == "The network takes 4×4×2, and received tokens.")
    #expect(
      try message(.tokens(Tensor(shape: [2], elements: [0, 3])), texts)
        == "The network takes up to 4 tokens of 3, and received the token 3.")
    #expect(
      try message(.tokens(Tensor(repeating: 0, shape: [2, 2])), texts)
        == "The network takes up to 4 tokens of 3, and received 2×2 tokens.")
  }
}
