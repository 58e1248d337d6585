import ConvKitKernels

/// Where the rows of a convolution over an embedding lie: by token and tap a list of `features`
/// floats, what the token adds at that tap.
package struct TokenRowLayout: Equatable, Sendable {
  /// Floats from one token to the next.
  package let tokenStep: Int
  /// Where the rows of this convolution start among those of a token.
  package let offset: Int
  /// Floats from one tap to the next.
  package let tapStep: Int

  package init(_ shape: ConvolutionShape, offset: Int, tokenStep: Int) {
    self.tokenStep = tokenStep
    self.offset = offset
    tapStep = Self.tapStep(shape)
  }

  /// Whole vectors of AVX-512, which are lines of the cache too.
  private static func tapStep(_ shape: ConvolutionShape) -> Int {
    (shape.features + 15) / 16 * 16
  }

  /// Floats of a token's rows.
  package static func count(_ shape: ConvolutionShape) -> Int { shape.tapCount * tapStep(shape) }
}

/// Finds the rows of tokens: row(token, tap)[feature] = Σ table[token, channel] · weight[tap,
/// channel, feature], the channels in order.
package struct RowProduct {
  private let channels: Int
  private let layout: TokenRowLayout
  /// By tap.
  private let products: [BoundProduct]

  package var tapCount: Int { products.count }

  package init(
    _ shape: ConvolutionShape, _ layout: TokenRowLayout, instructionSet: InstructionSet
  ) {
    precondition(shape.groups == 1, "one group, there are \(shape.groups)")
    channels = shape.inputChannels
    self.layout = layout
    products = (0..<shape.tapCount).map { tap in
      var product = Product()
      product.depth = shape.tapCount * shape.inputChannels
      product.columns = shape.features
      product.appendTerms(a: 0, k: tap * shape.inputChannels, count: shape.inputChannels)
      return BoundProduct(product, instructionSet: instructionSet)
    }
  }

  /// - Parameters:
  ///   - table: the embedding's, [token, channel].
  ///   - packed: the weights as `Convolution.packing` lays them.
  ///   - rows: of every token of the vocabulary.
  package func callAsFunction(
    tap: Int, tokens: Slice<UnsafeBufferPointer<Int32>>, table: UnsafePointer<Float>,
    packed: UnsafePointer<Float>, rows: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: convkit_run.self, capacity: tokens.count) { runs in
      for (place, token) in tokens.enumerated() {
        runs.initializeElement(
          at: place,
          to: convkit_run(
            a: Int(token) * channels, out: Int(token) * layout.tokenStep, count: 1))
      }
      products[tap](
        a: table, b: packed, out: rows + layout.offset + tap * layout.tapStep,
        runs: UnsafeBufferPointer(runs))
    }
  }
}

/// A convolution over an embedding as a sum of rows: taps × features additions a position, in the
/// order of the taps, in place of channels times as many multiply-adds. Taps in the padding add
/// nothing.
package struct RowSum {
  private let kernels: UnsafePointer<convkit_kernels>
  private let pool: BoundPool
  private let layout: TokenRowLayout
  private let rectify: Bool

  /// - Parameters:
  ///   - first: which output positions on the first axis; nil for all.
  ///   - output: a map of these positions alone.
  ///   - rectify: whether ReLU is applied to the outputs as they are stored.
  package init(
    _ layout: TokenRowLayout, geometry: Geometry, first: Range<Int>? = nil, output: MapLayout,
    rectify: Bool, instructionSet: InstructionSet
  ) {
    kernels = instructionSet.kernels
    self.layout = layout
    self.rectify = rectify
    var axes = geometry.axes
    if let first, let axis = axes.first {
      axes[0] = Geometry.Axis(
        extent: axis.extent, size: axis.size, stride: axis.stride, dilation: axis.dilation,
        low: axis.low - first.lowerBound * axis.stride, positions: first.count)
    }
    // Tokens are a map with one channel.
    let tokens = MapLayout(extent: geometry.inputExtent, channels: 1)
    pool = BoundPool(PoolingPlan(geometry: Geometry(axes: axes), input: tokens, output: output))
  }

  /// - Parameters:
  ///   - tokens: [position…], without halo.
  ///   - rows: filled for all of these tokens.
  ///   - bias: [feature], or nil.
  package func callAsFunction(
    tokens: UnsafePointer<Int32>, rows: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(
      to: convkit_row_sums(
        windows: pool.call, token_step: layout.tokenStep, tap_step: layout.tapStep,
        rectify: rectify)
    ) { kernels.pointee.sum_rows($0, tokens, rows + layout.offset, bias, output) }
  }
}

/// The same with ReLU and a max pooling, block by block as a `PooledConvolution`.
package struct PooledRowSum {
  private struct Block {
    let sum: RowSum
    let pool: BoundPool
    let output: Int
  }

  private let kernels: UnsafePointer<convkit_kernels>
  private let blocks: [Block]

  /// - Parameter output: the pooled map.
  package init(
    _ shape: ConvolutionShape, _ layout: TokenRowLayout, geometry: Geometry, pooling: Geometry,
    output: MapLayout, instructionSet: InstructionSet
  ) {
    kernels = instructionSet.kernels
    blocks = PooledConvolution.blocks(shape, geometry, pooling: pooling, output: output).map {
      Block(
        sum: RowSum(
          layout, geometry: geometry, first: $0.positions, output: $0.scratch, rectify: false,
          instructionSet: instructionSet),
        pool: BoundPool($0.pool), output: $0.output)
    }
  }

  /// - Parameter scratch: as many floats as `PooledConvolution.scratchCount` says.
  package func callAsFunction(
    tokens: UnsafePointer<Int32>, rows: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    scratch: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    for block in blocks {
      block.sum(tokens: tokens, rows: rows, bias: bias, output: scratch)
      block.pool.withPool {
        kernels.pointee.relu_max_pool($0, scratch, output + block.output, nil)
      }
    }
  }
}
