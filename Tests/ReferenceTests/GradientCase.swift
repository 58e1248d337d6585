import ConvKitReference
import Testing

/// One operation with everything it depends on: what it computes, and what its gradients should be.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let testDescription: String

  /// What is differentiated by: the input, and the parameters, each a flat array under its name.
  let point: KeyValuePairs<String, [Double]>

  /// The outputs, flat, for values in place of `point`.
  let forward: @Sendable (_ point: [[Double]]) -> [Double]

  /// A gradient for each entry of `point`, given one for the outputs.
  let backward: @Sendable (_ point: [[Double]], _ outputGradient: [Double]) -> [[Double]]

  init(
    _ description: String, at point: KeyValuePairs<String, [Double]>,
    forward: @escaping @Sendable ([[Double]]) -> [Double],
    backward: @escaping @Sendable ([[Double]], [Double]) -> [[Double]]
  ) {
    testDescription = description
    self.point = point
    self.forward = forward
    self.backward = backward
  }
}

@Suite("Gradients agree with the numerical gradient")
struct GradientTests {
  @Test("every operation, ranks 1 to 4", arguments: GradientCase.all)
  func backpropagationAgreesWithNudging(_ example: GradientCase) {
    let point = example.point.map(\.value)
    // The outputs become one number by a weight each; those weights are then their gradient.
    var generator = SplitMix64(seed: 2)
    let outputGradient: [Double] = generator.reals(example.forward(point).count)
    let gradients = example.backward(point, outputGradient)
    #expect(gradients.count == point.count)

    for (index, (name, values)) in example.point.enumerated() {
      let numerical = numericalGradient(
        of: { values in
          var nudged = point
          nudged[index] = values
          return zip(example.forward(nudged), outputGradient).map(*).reduce(0, +)
        }, at: values)
      #expect(
        agrees(gradients[index], withNumerical: numerical),
        "by \(name): backpropagation \(gradients[index]), nudging \(numerical)")
    }
  }

  @Test("as many cases as were meant, each under its own name")
  func count() {
    #expect(GradientCase.convolutions.count == 432)
    #expect(GradientCase.poolings.count == 256)
    #expect(GradientCase.globalPoolings.count == 16)
    #expect(GradientCase.dense.count == 18)
    #expect(GradientCase.activations.count == 20)
    #expect(GradientCase.batchNormalisations.count == 16)
    #expect(GradientCase.joinings.count == 16)
    #expect(GradientCase.embeddings.count == 8)
    #expect(GradientCase.losses.count == 24)
    #expect(GradientCase.all.count == 806)
    #expect(Set(GradientCase.all.map(\.testDescription)).count == 806)
  }

  /// A gradient that is wrong in one coordinate by a little more than the tolerance is caught.
  @Test func theComparisonCanFail() {
    #expect(agrees([1, 2], withNumerical: [1, 2.002]))
    #expect(!agrees([1, 2], withNumerical: [1, 2.003]))
    #expect(!agrees([0, 2], withNumerical: [2e-5, 2]))
    #expect(!agrees([1], withNumerical: [1, 2]))
    #expect(!agrees([.nan], withNumerical: [1]))
  }
}
