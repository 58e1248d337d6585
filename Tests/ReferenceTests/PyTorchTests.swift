import ConvKitReference
import Testing

/// The values that PyTorch gives, to the twelve digits that are kept of them.
@Suite("PyTorch's values")
struct PyTorchTests {
  @Test(arguments: PyTorchGoldens.convolutions)
  func convolution(_ golden: PyTorchConvolution) {
    let layer = ReferenceConvolution<Double>(
      window: golden.window, channels: golden.channels, features: golden.features,
      groups: golden.groups)
    let input = Block(extent: golden.extent, channels: golden.channels, values: golden.input)
    let output = layer.forward(input, weights: golden.weights, bias: golden.bias)
    #expect(areClose(output.values, golden.output))

    var gradient = output
    gradient.values = golden.outputGradient
    let inputGradient = layer.inputGradient(
      extent: golden.extent, weights: golden.weights, outputGradient: gradient)
    #expect(areClose(inputGradient.values, golden.inputGradient))
    #expect(
      areClose(layer.weightGradient(input, outputGradient: gradient), golden.weightGradient))
    #expect(areClose(layer.biasGradient(outputGradient: gradient), golden.biasGradient))
  }

  @Test(arguments: PyTorchGoldens.poolings)
  func pooling(_ golden: PyTorchPooling) {
    let input = Block(extent: golden.extent, channels: 2, values: golden.input)
    var gradient = Block(
      extent: golden.window.outputExtent(of: golden.extent), channels: 2,
      values: golden.outputGradient)
    switch golden.kind {
    case .max:
      let layer = ReferenceMaxPooling(window: golden.window)
      let (output, taps) = layer.forward(input)
      #expect(areClose(output.values, golden.output))
      gradient = layer.inputGradient(extent: golden.extent, taps: taps, outputGradient: gradient)
    case .avg:
      let layer = ReferenceAveragePooling(window: golden.window)
      #expect(areClose(layer.forward(input).values, golden.output))
      gradient = layer.inputGradient(extent: golden.extent, outputGradient: gradient)
    }
    #expect(areClose(gradient.values, golden.inputGradient))
  }

  @Test(arguments: PyTorchGoldens.batchNormalisations)
  func batchNormalisation(_ golden: PyTorchBatchNormalisation) {
    var layer = ReferenceBatchNormalization<Double>(channels: golden.scale.count)
    (layer.scale, layer.shift) = (golden.scale, golden.shift)
    _ = layer.train(golden.batch(golden.first))
    let second = golden.batch(golden.second)
    #expect(areClose(layer.train(second).flatMap(\.values), golden.output))
    #expect(areClose(layer.runningMean, golden.runningMean))
    #expect(areClose(layer.runningVariance, golden.runningVariance))

    let gradients = layer.trainingGradients(
      second, outputGradients: golden.batch(golden.outputGradient))
    #expect(areClose(gradients.inputs.flatMap(\.values), golden.inputGradient))
    #expect(areClose(gradients.scale, golden.scaleGradient))
    #expect(areClose(gradients.shift, golden.shiftGradient))

    let evaluated = golden.batch(golden.first).map(layer.evaluate)
    #expect(areClose(evaluated.flatMap(\.values), golden.evaluated))
  }

  @Test(arguments: PyTorchGoldens.crossEntropies)
  func crossEntropy(_ golden: PyTorchCrossEntropy) {
    let loss = ReferenceCrossEntropy(
      labelSmoothing: golden.labelSmoothing, labelWeights: golden.labelWeights)
    let scores = rows(golden.scores, of: golden.scores.count / golden.labels.count)
    #expect(areClose([loss.loss(scores: scores, labels: golden.labels)], [golden.loss]))
    #expect(
      areClose(
        loss.scoreGradients(scores: scores, labels: golden.labels).flatMap { $0 },
        golden.gradient))
  }

  @Test(arguments: PyTorchGoldens.optimizers)
  func optimizer(_ golden: PyTorchOptimizer) {
    var parameters = golden.start
    var optimizer = golden.optimizer
    let count = parameters.count
    for (gradient, after) in zip(
      rows(golden.gradients, of: count), rows(golden.parameters, of: count))
    {
      optimizer.step(&parameters, gradient: gradient)
      #expect(areClose(parameters, after))
    }
  }

  @Test(arguments: PyTorchGoldens.clippings)
  func clipping(_ golden: PyTorchClipping) {
    #expect(
      areClose(referenceClipped(golden.gradient, toNorm: golden.largestNorm), golden.clipped))
  }

  /// Scores far beyond what exp can take give a finite loss, and probabilities that add up to 1.
  @Test func largeScores() {
    let scores: [Double] = [1000, -1000, 999]
    let probabilities = referenceSoftmax(scores)
    #expect(areClose([probabilities.reduce(0, +)], [1]))
    #expect(areClose([probabilities[0] / probabilities[2]], [2.718281828459045]))
    #expect(referenceLogSoftmax(scores).allSatisfy { $0.isFinite })
    let loss = ReferenceCrossEntropy<Double>().loss(scores: [scores], labels: [1])
    #expect(areClose([loss], [2000.313261687518]))
  }
}

struct PyTorchConvolution: Sendable {
  let extent: [Int]
  let window: ReferenceWindow
  let channels, features, groups: Int
  let input, weights, bias, output: [Double]
  let outputGradient, inputGradient, weightGradient, biasGradient: [Double]
}

/// Of two channels.
struct PyTorchPooling: Sendable {
  enum Kind { case max, avg }
  let kind: Kind
  let extent: [Int]
  let window: ReferenceWindow
  let input, output, outputGradient, inputGradient: [Double]
}

/// A layer that has seen one batch in training, then a second one, whose output and gradients these
/// are; then the first again, in evaluation. Batches are flat, [example, position, channel].
struct PyTorchBatchNormalisation: Sendable {
  let examples: Int
  let extent: [Int]
  let scale, shift, first, second, output: [Double]
  let outputGradient, inputGradient, scaleGradient, shiftGradient: [Double]
  let runningMean, runningVariance, evaluated: [Double]

  func batch(_ values: [Double]) -> [Block<Double>] {
    rows(values, of: values.count / examples).map {
      Block(extent: extent, channels: scale.count, values: $0)
    }
  }
}

struct PyTorchCrossEntropy: Sendable {
  let labelSmoothing: Double
  let labelWeights: [Double]?
  /// Flat, [example, label].
  let scores: [Double]
  let labels: [Int]
  let loss: Double
  let gradient: [Double]
}

/// Three steps: the gradient given to each, and the parameters after it, flat.
struct PyTorchOptimizer: Sendable {
  enum Optimizer: Sendable {
    case gradientDescent(ReferenceGradientDescent<Double>)
    case adam(ReferenceAdam<Double>)

    mutating func step(_ parameters: inout [Double], gradient: [Double]) {
      switch self {
      case .gradientDescent(var optimizer):
        optimizer.step(&parameters, gradient: gradient)
        self = .gradientDescent(optimizer)
      case .adam(var optimizer):
        optimizer.step(&parameters, gradient: gradient)
        self = .adam(optimizer)
      }
    }
  }
  let optimizer: Optimizer
  let start, gradients, parameters: [Double]
}

struct PyTorchClipping: Sendable {
  let largestNorm: Double
  let gradient, clipped: [Double]
}

/// Flat values as rows of one length.
private func rows(_ values: [Double], of count: Int) -> [[Double]] {
  stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
}

/// Within 1e-10, relative to the value where it is above 1.
private func areClose(_ values: [Double], _ golden: [Double]) -> Bool {
  values.count == golden.count
    && zip(values, golden).allSatisfy { abs($0 - $1) <= 1e-10 * max(1, abs($1)) }
}
