import ConvKitKernels

/// A convolution, ReLU and a max pooling as one operation: the map between them exists only a block
/// at a time, and of the pooling a byte a window and feature is kept, or four where a window has more
/// than 255 taps.
///
/// The results are those of the three one after the other, bit for bit but for the sign of a zero.
package struct PooledConvolution {
  /// Neighbouring windows of the pooling, cut along the first axis, with the positions that they
  /// choose from.
  private struct Block {
    let product: BoundProduct
    let pool: BoundPool
    /// Where its results start in the output and among the indices.
    let output: Int
    let index: Int
  }

  private let shape: ConvolutionShape
  private let kernels: UnsafePointer<convkit_kernels>
  private let blocks: [Block]
  private let packing: PackedWeights
  /// Examples whose blocks are computed together.
  private let examplesAtOnce: Int

  private let scratchCount: Int

  /// Bytes that blocks may take: enough rows for many tiles, and what is written is still in the
  /// cache when it is pooled. Weights that are larger than a block would be read again for each.
  private static let blockBytes = 64 << 10

  /// Whether the two can be one, for an input of any extent: windows never overlap.
  ///
  /// - Parameter isGlobal: whether there is a single window whatever the extent.
  package static func isPossible(_ pooling: Geometry, isGlobal: Bool) -> Bool {
    // A value without extent has no axis to cut blocks along.
    !pooling.axes.isEmpty
      && (isGlobal || pooling.axes.allSatisfy { $0.dilation == 1 && $0.stride == $0.size })
  }

  /// - Parameters:
  ///   - plan: of the convolution, whatever its output.
  ///   - output: the pooled map.
  ///   - workers: how many share the blocks out; with more than one block there is one for each, or
  ///     a multiple of that, if there are as many windows.
  package init(
    _ plan: ConvolutionPlan, geometry: Geometry, pooling: Geometry, input: MapLayout,
    output: MapLayout, workers: Int = 1, instructionSet: InstructionSet
  ) {
    shape = plan.shape
    kernels = instructionSet.kernels
    packing = Convolution.packing(shape, instructionSet)
    let indexBytes = PoolingPlan.indexBytes(taps: pooling.tapCount)
    blocks = Self.blocks(shape, geometry, pooling: pooling, output: output, workers: workers).map {
      let product = plan.forward(
        of: geometry, first: $0.positions, input: input, output: $0.scratch)
      return Block(
        product: BoundProduct(
          product.sideBySide(of: plan.shape, Convolution.packing(plan.shape, instructionSet)),
          instructionSet: instructionSet),
        pool: BoundPool($0.pool), output: $0.output,
        index: $0.firstWindow
          * pooling.outputExtent.dropFirst().reduce(plan.shape.features * indexBytes, *))
    }
    scratchCount = Self.scratchCount(shape, geometry, pooling: pooling)
    // Weights that a block does not outweigh are worth reading once for several examples.
    examplesAtOnce =
      packing.count * packing.parts * MemoryLayout<Float>.stride > Self.blockBytes ? Int.max : 1
  }

  /// Where a block lies, whatever computes its positions.
  struct BlockPlan {
    /// On the first axis of the convolution's output.
    let positions: Range<Int>
    /// The map of these positions.
    let scratch: MapLayout
    let pool: PoolingPlan
    let firstWindow: Int
    /// Where its results start in the output.
    let output: Int
  }

  static func blocks(
    _ shape: ConvolutionShape, _ geometry: Geometry, pooling: Geometry, output: MapLayout,
    workers: Int = 1
  ) -> [BlockPlan] {
    let inner = geometry.outputExtent.dropFirst()
    let first = pooling.axes[0]
    return cut(shape, geometry, pooling: pooling, workers: workers).map { windows in
      // Where they would start without the edge.
      let corner = windows.lowerBound * first.stride - first.low
      let (start, end) = positions(of: windows, on: first)
      let scratch = MapLayout(extent: [end - start] + inner, channels: shape.features)
      let cut = Geometry(
        axes: [
          Geometry.Axis(
            extent: end - start, size: first.size, stride: first.stride, dilation: 1,
            low: start - corner, positions: windows.count)
        ] + pooling.axes.dropFirst())
      return BlockPlan(
        positions: start..<end, scratch: scratch,
        pool: PoolingPlan(geometry: cut, input: scratch, output: output),
        firstWindow: windows.lowerBound,
        // The output of a global pooling has no axis left, and one block.
        output: (output.strides.first ?? 0) * windows.lowerBound)
    }
  }

  /// The windows of every block, along the first axis.
  private static func cut(
    _ shape: ConvolutionShape, _ geometry: Geometry, pooling: Geometry, workers: Int = 1
  ) -> [Range<Int>] {
    let first = pooling.axes[0]
    let rowCount = geometry.outputExtent.dropFirst().reduce(shape.features, *)
    let budget = max(blockBytes / MemoryLayout<Float>.stride, shape.weightCount)
    let most = min(first.positions, max(1, budget / (rowCount * first.size)))
    let least = (first.positions + most - 1) / most
    let count =
      least > 1 ? min(first.positions, (least + workers - 1) / workers * workers) : least
    return (0..<count).map {
      first.positions * $0 / count..<first.positions * ($0 + 1) / count
    }
  }

  /// The positions along an axis that windows choose from.
  private static func positions(
    of windows: Range<Int>, on axis: Geometry.Axis
  ) -> (start: Int, end: Int) {
    (
      max(0, windows.lowerBound * axis.stride - axis.low),
      min(axis.extent, (windows.upperBound - 1) * axis.stride - axis.low + axis.size)
    )
  }

  /// Floats of the largest block of one example.
  package static func scratchCount(
    _ shape: ConvolutionShape, _ geometry: Geometry, pooling: Geometry
  ) -> Int {
    let rowCount = geometry.outputExtent.dropFirst().reduce(shape.features, *)
    return cut(shape, geometry, pooling: pooling).reduce(0) {
      let (start, end) = positions(of: $1, on: pooling.axes[0])
      return max($0, (end - start) * rowCount)
    }
  }

  /// - Parameters:
  ///   - packed: the weights of every group as `Convolution.packing` lays them.
  ///   - bias: [feature], or nil.
  ///   - scratch: `scratchCount` floats for each example.
  ///   - index: by window and feature, the tap that was chosen, or nil where no gradient follows.
  ///   - indexStep: bytes from one example to the next.
  ///   - only: some of the blocks; nil for all.
  package func forward(
    _ examples: Examples, input: UnsafePointer<Float>, packed: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, scratch: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>, index: UnsafeMutablePointer<UInt8>?, indexStep: Int,
    only: Range<Int>? = nil
  ) {
    let blocks = blocks[only ?? blocks.indices]
    var start = 0
    while start < examples.count {
      let count = min(examplesAtOnce, examples.count - start)
      for block in blocks {
        for group in 0..<packing.parts {
          block.product(
            a: input + start * examples.from + group * shape.inputsPerGroup,
            b: packed + group * packing.count,
            bias: bias.map { $0 + group * shape.featuresPerGroup },
            out: scratch + group * shape.featuresPerGroup,
            rows: Examples(count, from: examples.from, to: scratchCount))
        }
        for number in 0..<count {
          let example = start + number
          block.pool.withPool {
            kernels.pointee.relu_max_pool(
              $0, scratch + number * scratchCount,
              output + example * examples.to + block.output,
              index.map { $0 + example * indexStep + block.index })
          }
        }
      }
      start += count
    }
  }
}

extension PooledConvolution {
  package var blockCount: Int { blocks.count }

  /// The convolution of the only block, into `scratch`, for who divides it in another way.
  package static func wholeProduct(
    _ plan: ConvolutionPlan, geometry: Geometry, pooling: Geometry, input: MapLayout
  ) -> Product {
    let first = pooling.axes[0]
    let (start, end) = positions(of: 0..<first.positions, on: first)
    return plan.forward(
      of: geometry, first: start..<end, input: input,
      output: MapLayout(
        extent: [end - start] + geometry.outputExtent.dropFirst(), channels: plan.shape.features))
  }

  /// The rest of one example's forward pass once `scratch` holds the whole convolution.
  package func pool(scratch: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
    precondition(blocks.count == 1, "one block, there are \(blocks.count)")
    blocks[0].pool.withPool { kernels.pointee.relu_max_pool($0, scratch, output, nil) }
  }
}

extension ConvolutionPlan {
  /// The forward product for the output positions whose place on the first axis lies in `first`.
  fileprivate func forward(
    of geometry: Geometry, first: Range<Int>, input: MapLayout, output: MapLayout
  ) -> Product {
    var product = forward
    product.runs = []
    product.appendRows(of: geometry, first: first, input: input, output: output)
    return product
  }
}

/// How the gradient of a pooled convolution comes back, when the map between convolution and pooling
/// is wanted whole: at every position but the chosen ones it is 0.
package struct PooledGradient {
  private let kernels: UnsafePointer<convkit_kernels>
  private let pool: BoundPool
  private let whole: MapCopy
  private let coversAll: Bool

  /// - Parameters:
  ///   - map: the gradient of the map between.
  ///   - output: the gradient of the pooled map.
  package init(
    pooling: Geometry, map: MapLayout, output: MapLayout, instructionSet: InstructionSet
  ) {
    kernels = instructionSet.kernels
    pool = BoundPool(PoolingPlan(geometry: pooling, input: map, output: output))
    whole = MapCopy(from: map, to: map, instructionSet: instructionSet)
    coversAll = pooling.axes.allSatisfy {
      ($0.positions - 1) * $0.stride - $0.low + $0.size >= $0.extent
    }
  }

  package func callAsFunction(
    index: UnsafePointer<UInt8>, outputGradient: UnsafePointer<Float>,
    mapGradient: UnsafeMutablePointer<Float>
  ) {
    // Positions that no window saw.
    if !coversAll { whole.clear(mapGradient) }
    pool.withPool {
      kernels.pointee.relu_max_pool_gradient($0, index, outputGradient, mapGradient)
    }
  }

  /// Adds the gradient of the convolution's bias, by feature.
  package func biasGradient(
    index: UnsafePointer<UInt8>, outputGradient: UnsafePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  ) {
    pool.withPool { kernels.pointee.chosen_sums($0, index, outputGradient, biasGradient) }
  }
}

/// The gradients of a pooled convolution of which windows choose few positions: a term for each
/// chosen one, where going through the whole map would find a slope of 0 nearly everywhere.
package struct ChosenGradient {
  private let kernels: UnsafePointer<convkit_kernels>
  private let features: BoundChosen
  private let inputs: BoundChosen?
  private let inputGradientRows: MapCopy
  private let inputGradientHalo: MapHalo?

  /// How many taps a window has at least. Measured on one core of a Zen 4 with AVX-512: a training
  /// step of `voxel-32`, 8 taps, takes 0.47 times as long as by the whole map; of `waveform-8k`, 4
  /// taps, 1.05 times, and of `xo-28`, 4 taps and few channels, 1.7 times.
  private static let fewestTaps = 8

  /// Whether it is less work.
  package static func isWorthwhile(_ shape: ConvolutionShape, pooling: Geometry) -> Bool {
    pooling.tapCount >= fewestTaps && shape.groups == 1
  }

  /// - Parameter inputGradient: with at least the halo of the input; nil where it is not wanted.
  package init(
    _ shape: ConvolutionShape, geometry: Geometry, pooling: Geometry, input: MapLayout,
    inputGradient: MapLayout?, output: MapLayout, instructionSet: InstructionSet
  ) {
    kernels = instructionSet.kernels
    func bound(_ layout: MapLayout) -> BoundChosen {
      BoundChosen(shape, geometry: geometry, pooling: pooling, input: layout, output: output)
    }
    features = bound(input)
    inputs = inputGradient.map(bound)
    let layout = inputGradient ?? input
    inputGradientHalo = MapHalo(layout)
    inputGradientRows = MapCopy(from: layout, to: layout, instructionSet: instructionSet)
  }

  /// Brings weights [tap, input, feature] into the order [feature, tap and input].
  package static func transpose(
    _ shape: ConvolutionShape, weights: UnsafePointer<Float>,
    to transposed: UnsafeMutablePointer<Float>
  ) {
    convkit_transpose(shape.weightCount / shape.features, shape.features, weights, transposed)
  }

  /// The reverse of `transpose`, in place.
  ///
  /// - Parameter scratch: as many floats.
  package static func restore(
    _ shape: ConvolutionShape, gradient: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    convkit_transpose(shape.features, shape.weightCount / shape.features, gradient, scratch)
    gradient.update(from: scratch, count: shape.weightCount)
  }

  /// Adds an example's gradient to `transposedGradient` [feature, tap and input].
  package func featureGradient(
    input: UnsafePointer<Float>, index: UnsafePointer<UInt8>,
    outputGradient: UnsafePointer<Float>, transposedGradient: UnsafeMutablePointer<Float>
  ) {
    features.withChosen {
      kernels.pointee.chosen_feature_gradient(
        $0, index, outputGradient, input, transposedGradient)
    }
  }

  /// - Parameters:
  ///   - transposed: the weights [feature, tap and input].
  ///   - accumulate: whether the result is added to what `inputGradient` holds.
  package func inputGradient(
    index: UnsafePointer<UInt8>, outputGradient: UnsafePointer<Float>,
    transposed: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    if !accumulate { inputGradientRows.clear(inputGradient) }
    inputs?.withChosen {
      kernels.pointee.chosen_input_gradient($0, index, outputGradient, transposed, inputGradient)
    }
    // What went to the padding.
    inputGradientHalo?.clear(inputGradient)
  }
}

private struct BoundChosen {
  private let pool: BoundPool
  private let segments: ConstantTable<convkit_segment>
  private let depth: Int

  init(
    _ shape: ConvolutionShape, geometry: Geometry, pooling: Geometry, input: MapLayout,
    output: MapLayout
  ) {
    // Where the windows of the convolution start, in place of the positions of its output.
    pool = BoundPool(
      PoolingPlan(
        geometry: pooling, origin: input.windowStart(geometry.axes.map { _ in 0 }, of: geometry),
        strides: zip(geometry.axes, input.strides).map { $0.stride * $1 }, output: output))
    segments = ConstantTable(ConvolutionPlan.terms(shape, geometry, input: input))
    depth = shape.tapCount * shape.inputsPerGroup
  }

  func withChosen(_ body: (UnsafePointer<convkit_chosen>) -> Void) {
    withUnsafePointer(
      to: convkit_chosen(
        pool: pool.call, segments: segments.elements, segment_count: segments.count, depth: depth),
      body)
  }
}
