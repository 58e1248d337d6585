import ConvKitReference

extension GradientCase {
  /// Inputs × outputs × with and without bias.
  static let dense: [GradientCase] =
    product([1, 3, 8], [1, 2, 5], [false, true]).map { inputs, outputs, hasBias in
      let layer = ReferenceDense(inputs: inputs, outputs: outputs)
      var generator = SplitMix64(seed: 1)
      return GradientCase(
        "dense \(inputs)→\(outputs)\(hasBias ? " with bias" : "")",
        at: [
          "input": generator.reals(inputs), "weights": generator.reals(inputs * outputs),
          "bias": generator.reals(hasBias ? outputs : 0),
        ],
        forward: { point in
          layer.forward(Block(point[0]), weights: point[1], bias: hasBias ? point[2] : nil).values
        },
        backward: { point, gradient in
          let gradients = layer.gradients(
            Block(point[0]), weights: point[1], outputGradient: Block(gradient))
          return [gradients.input.values, gradients.weights, hasBias ? gradients.bias : []]
        })
    }

  /// For each rank: ReLU, leaky ReLU with two slopes, dropout with two probabilities.
  static let activations: [GradientCase] = [1, 2, 3, 4].flatMap { rank in
    let extent = exampleExtent(rank: rank)
    let relu = ReferenceReLU()
    let leaky = [0.01, 0.3].map { slope in
      let layer = ReferenceLeakyReLU(slope: slope)
      return perChannel(
        "leaky ReLU of slope \(slope) of \(extent)", extent: extent, outputExtent: extent,
        forward: { layer.forward($0) },
        backward: { layer.inputGradient($0, outputGradient: $1) })
    }
    let dropout = [0.25, 0.5].map { probability in
      let layer = ReferenceDropout(probability: probability)
      var generator = SplitMix64(seed: 3)
      let keep = (0..<extent.reduce(2, *)).map { _ in generator.real() / 2 + 0.5 >= probability }
      return perChannel(
        "dropout of \(probability) of \(extent)", extent: extent, outputExtent: extent,
        forward: { layer.forward($0, keep: keep) },
        backward: { layer.inputGradient(keep: keep, outputGradient: $1) })
    }
    return leaky + dropout + [
      perChannel(
        "ReLU of \(extent)", extent: extent, outputExtent: extent,
        forward: { relu.forward($0) },
        backward: { relu.inputGradient($0, outputGradient: $1) })
    ]
  }

  /// Rank × size of the batch, in training and in evaluation. Examples of a batch differ in extent.
  static let batchNormalisations: [GradientCase] =
    product([1, 2, 3, 4], [2, 3]).flatMap { rank, count in
      let extents = (0..<count).map { example in
        exampleExtent(rank: rank).map { max(1, $0 - example) }
      }
      return [
        batchNormalisation(
          "batch normalisation of \(extents) in training", extents,
          forward: { layer, batch in
            var layer = layer
            return layer.train(batch)
          },
          backward: { $0.trainingGradients($1, outputGradients: $2) }),
        batchNormalisation(
          "batch normalisation of \(extents) in evaluation", extents,
          forward: { layer, batch in batch.map(layer.evaluate) },
          backward: { layer, batch, gradients in
            let each = zip(batch, gradients).map {
              layer.evaluationGradients($0, outputGradient: $1)
            }
            let none = [Double](repeating: 0, count: layer.scale.count)
            return (
              each.map(\.input), each.map(\.scale).reduce(none) { zip($0, $1).map(+) },
              each.map(\.shift).reduce(none) { zip($0, $1).map(+) }
            )
          }),
      ]
    }

  private typealias Batch = [Block<Double>]
  private typealias Normalisation = ReferenceBatchNormalization<Double>

  private static func batchNormalisation(
    _ name: String, _ extents: [[Int]],
    forward: @escaping @Sendable (Normalisation, Batch) -> Batch,
    backward: @escaping @Sendable (Normalisation, Batch, Batch) -> (Batch, [Double], [Double])
  ) -> GradientCase {
    let channels = 2
    var generator = SplitMix64(seed: 1)
    var running = Normalisation(channels: channels)
    running.runningMean = generator.reals(channels)
    running.runningVariance = [0.5, 2]
    let start = running
    let counts = extents.map { $0.reduce(channels, *) }
    let batch = { @Sendable (values: [Double]) in
      var first = 0
      return zip(extents, counts).map { extent, count in
        defer { first += count }
        return Block(
          extent: extent, channels: channels, values: Array(values[first..<first + count]))
      }
    }
    let layer = { @Sendable (point: [[Double]]) in
      var layer = start
      (layer.scale, layer.shift) = (point[1], point[2])
      return layer
    }
    return GradientCase(
      name,
      at: [
        "batch": generator.reals(counts.reduce(0, +)), "scale": generator.reals(channels),
        "shift": generator.reals(channels),
      ],
      forward: { forward(layer($0), batch($0[0])).flatMap(\.values) },
      backward: { point, gradient in
        let (inputs, scale, shift) = backward(layer(point), batch(point[0]), batch(gradient))
        return [inputs.flatMap(\.values), scale, shift]
      })
  }

  /// For each rank: flattening, concatenation of two and of three branches, residual sum.
  static let joinings: [GradientCase] = [1, 2, 3, 4].flatMap { rank in
    let extent = exampleExtent(rank: rank)
    let concatenations = [[2, 1], [1, 3, 2]].map { concatenation(extent: extent, channels: $0) }
    return concatenations + [flatten(extent: extent), residualSum(extent: extent)]
  }

  private static func flatten(extent: [Int]) -> GradientCase {
    let layer = ReferenceFlatten()
    var generator = SplitMix64(seed: 1)
    return GradientCase(
      "flattening of \(extent)", at: ["input": generator.reals(extent.reduce(2, *))],
      forward: { layer.forward(Block(extent: extent, channels: 2, values: $0[0])).values },
      backward: { _, gradient in
        [layer.inputGradient(extent: extent, channels: 2, outputGradient: Block(gradient)).values]
      })
  }

  private static func residualSum(extent: [Int]) -> GradientCase {
    let layer = ReferenceResidualSum()
    let block = { @Sendable (values: [Double]) in
      Block(extent: extent, channels: 2, values: values)
    }
    var generator = SplitMix64(seed: 1)
    let count = extent.reduce(2, *)
    return GradientCase(
      "residual sum of \(extent)",
      at: ["through": generator.reals(count), "around": generator.reals(count)],
      forward: { layer.forward(block($0[0]), block($0[1])).values },
      backward: { _, gradient in
        let gradients = layer.inputGradients(outputGradient: block(gradient))
        return [gradients.through.values, gradients.around.values]
      })
  }

  /// All branches stand in one flat array, one after the other.
  private static func concatenation(extent: [Int], channels: [Int]) -> GradientCase {
    let layer = ReferenceConcatenation()
    let positions = extent.reduce(1, *)
    let branches = { @Sendable (values: [Double]) in
      var first = 0
      return channels.map { count in
        defer { first += positions * count }
        return Block(
          extent: extent, channels: count,
          values: Array(values[first..<first + positions * count]))
      }
    }
    let sum = channels.reduce(0, +)
    var generator = SplitMix64(seed: 1)
    return GradientCase(
      "concatenation of \(channels) channels of \(extent)",
      at: ["branches": generator.reals(positions * sum)],
      forward: { layer.forward(branches($0[0])).values },
      backward: { _, gradient in
        let gradient = Block(extent: extent, channels: sum, values: gradient)
        return [
          layer.inputGradients(channels: channels, outputGradient: gradient).flatMap(\.values)
        ]
      })
  }

  /// Rank × with and without a frozen token. Tokens repeat, some do not occur.
  static let embeddings: [GradientCase] =
    product([1, 2, 3, 4], [nil, 0]).map { rank, frozen in
      let extent = exampleExtent(rank: rank)
      let layer = ReferenceEmbedding(vocabulary: 6, size: 3, frozenToken: frozen)
      var generator = SplitMix64(seed: 1)
      let tokens = (0..<extent.reduce(1, *)).map { _ in generator.integer(in: 0...4) }
      let table: [Double] = generator.reals(layer.vocabulary * layer.size)
      // A frozen row is no variable: it stands outside the point.
      let frozenRow = Array(frozen == nil ? [] : table.prefix(layer.size))
      return GradientCase(
        "embedding of \(extent)\(frozen == nil ? "" : ", padding frozen")",
        at: ["table": Array(table.dropFirst(frozenRow.count))],
        forward: { layer.forward(tokens, extent: extent, table: frozenRow + $0[0]).values },
        backward: { _, gradient in
          let gradient = Block(extent: extent, channels: layer.size, values: gradient)
          let rows = layer.tableGradient(tokens, outputGradient: gradient)
          return [Array(rows.dropFirst(frozenRow.count))]
        })
    }

  /// Size of the batch × number of labels × label smoothing × with and without label weights.
  static let losses: [GradientCase] =
    product([1, 4], [2, 5], [0, 0.1, 1], [false, true]).map {
      count, labels, smoothing, isWeighted in
      var generator = SplitMix64(seed: 1)
      let weights: [Double] = generator.reals(labels).map { $0 + 1.5 }
      let right = (0..<count).map { _ in generator.integer(in: 0...labels - 1) }
      let loss = ReferenceCrossEntropy(
        labelSmoothing: smoothing, labelWeights: isWeighted ? weights : nil)
      let rows = { @Sendable (values: [Double]) in
        stride(from: 0, to: values.count, by: labels).map { Array(values[$0..<$0 + labels]) }
      }
      let name =
        "cross-entropy of \(count) examples, \(labels) labels, smoothing \(smoothing)"
        + (isWeighted ? ", label weights" : "")
      return GradientCase(
        name, at: ["scores": generator.reals(count * labels).map { 3 * $0 }],
        forward: { [loss.loss(scores: rows($0[0]), labels: right)] },
        backward: { point, gradient in
          let gradients = loss.scoreGradients(scores: rows(point[0]), labels: right)
          return [gradients.flatMap { $0 }.map { $0 * gradient[0] }]
        })
    }
}
