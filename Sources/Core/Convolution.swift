import ConvKitKernels

/// The sizes of a convolution that do not depend on the extent of its input.
///
/// Weights lie as [tap, input of the group, feature], taps in row-major order, so that a gradient
/// is summed along contiguous features; the model file holds them as [feature, input, tap…].
package struct ConvolutionShape: Equatable, Sendable {
  package let tapCount: Int
  package let inputChannels: Int
  package let features: Int
  /// Groups of channels and features that see only one another; depthwise when each has one channel.
  package let groups: Int

  package init(tapCount: Int, inputChannels: Int, features: Int, groups: Int) {
    precondition(
      inputChannels % groups == 0 && features % groups == 0,
      "\(groups) groups must divide \(inputChannels) channels and \(features) features")
    self.tapCount = tapCount
    self.inputChannels = inputChannels
    self.features = features
    self.groups = groups
  }

  package var inputsPerGroup: Int { inputChannels / groups }
  package var featuresPerGroup: Int { features / groups }
  package var weightCount: Int { tapCount * inputsPerGroup * features }

  /// Whether every channel has one feature, which sees no other.
  package var isDepthwise: Bool { groups > 1 && inputChannels == groups && features == groups }
}

/// A convolution over one extent as lists of offsets, in which no rank is left.
package struct ConvolutionPlan {
  package let shape: ConvolutionShape
  /// Rows are output positions, terms are tap and input channel, columns are features.
  package var forward: Product
  /// One for each phase of the stride. Rows are input positions of the phase, terms are the taps
  /// that reach it and their features, columns are input channels.
  package var inputGradient: [Product]
  /// Rows are tap and input channel, terms are output positions, columns are features.
  package var featureGradient: Product
  /// The output gradient's rows, whose sum by feature is the gradient of the bias.
  package var gradientRows: [Int]
  package var gradientRowLength: Int

  /// - Parameters:
  ///   - input: with at least the halo of `inputHalo`; it and `inputGradient` have one extent.
  ///   - outputGradient: with at least the halo of `outputGradientHalo`.
  ///   - needsInputGradient: whether `inputGradient` is planned at all.
  package init(
    shape: ConvolutionShape, geometry: Geometry, input: MapLayout, output: MapLayout,
    inputGradient: MapLayout, outputGradient: MapLayout, needsInputGradient: Bool = true
  ) {
    self.shape = shape
    gradientRows = []
    gradientRowLength = (geometry.axes.last?.positions ?? 1) * shape.features
    forward = Product()
    featureGradient = Product()
    self.inputGradient =
      needsInputGradient
      ? Self.inputGradientPhases(
        shape: shape, geometry: geometry, inputGradient: inputGradient,
        outputGradient: outputGradient) : []

    let axes = geometry.axes
    let lastStride = axes.last?.stride ?? 1
    // Forward.
    forward.rowStep = lastStride * shape.inputChannels
    forward.outStep = shape.features
    forward.depth = shape.tapCount * shape.inputsPerGroup
    forward.columns = shape.featuresPerGroup
    forward.segments = Self.terms(shape, geometry, input: input)

    // Feature gradient.
    featureGradient.rowStep = 1
    featureGradient.outStep = shape.features
    featureGradient.termStep = lastStride * shape.inputChannels
    featureGradient.lineStep = shape.features
    featureGradient.columns = shape.featuresPerGroup
    for (tap, offset) in Self.taps(geometry, input: input).enumerated() {
      featureGradient.appendRows(
        a: offset, out: tap * shape.inputsPerGroup * shape.features, count: shape.inputsPerGroup)
    }

    forward.appendRows(
      of: geometry, first: 0..<(axes.first?.positions ?? 1), input: input, output: output)
    let rowPositions = axes.last?.positions ?? 1
    Geometry.forEach(in: Array(geometry.outputExtent.dropLast())) { index in
      let start = axes.isEmpty ? [] : index + [0]
      let gradient = outputGradient.offset(of: start)
      gradientRows.append(gradient)
      featureGradient.appendTerms(
        a: input.windowStart(start, of: geometry), k: gradient / shape.features,
        count: rowPositions)
    }
  }

  /// By tap: how far it lies from the window's start.
  private static func taps(_ geometry: Geometry, input: MapLayout) -> [Int] {
    var taps: [Int] = []
    Geometry.forEach(in: geometry.axes.map(\.size)) { tap in
      taps.append(
        zip(zip(tap, geometry.axes), input.strides).reduce(0) {
          $0 + $1.0.0 * $1.0.1.dilation * $1.1
        })
    }
    return taps
  }

  /// The terms of an output: taps and their inputs. Taps that follow one another in memory merge.
  static func terms(
    _ shape: ConvolutionShape, _ geometry: Geometry, input: MapLayout
  ) -> [convkit_segment] {
    var product = Product()
    for (tap, offset) in taps(geometry, input: input).enumerated() {
      product.appendTerms(a: offset, k: tap * shape.inputsPerGroup, count: shape.inputsPerGroup)
    }
    return product.segments
  }

  /// The halo that a convolution's input needs: what its windows reach.
  package static func inputHalo(_ geometry: Geometry) -> Halo {
    Halo(low: geometry.axes.map(\.low), high: geometry.axes.map(\.high))
  }
}

extension MapLayout {
  /// Where the window at an output position starts in this map.
  func windowStart(_ position: [Int], of geometry: Geometry) -> Int {
    offset(of: zip(position, geometry.axes).map { $0 * $1.stride - $1.low })
  }
}

extension Product {
  /// Adds the output positions of a convolution whose place on the first axis lies in `first`.
  ///
  /// - Parameter output: a map of these positions alone.
  mutating func appendRows(
    of geometry: Geometry, first: Range<Int>, input: MapLayout, output: MapLayout
  ) {
    guard !geometry.axes.isEmpty else {
      return appendRows(a: input.offset(of: []), out: output.offset(of: []), count: 1)
    }
    let counts = [first.count] + geometry.outputExtent.dropFirst()
    Geometry.forEach(in: Array(counts.dropLast())) { index in
      let row = index + [0]
      var start = row
      start[0] += first.lowerBound
      appendRows(
        a: input.windowStart(start, of: geometry), out: output.offset(of: row),
        count: counts[counts.count - 1])
    }
  }
}

extension ConvolutionShape {
  /// How many groups a product takes side by side as columns: all of them where a group's columns
  /// would leave most of a vector empty, one by one otherwise.
  ///
  /// - Parameters:
  ///   - terms: channels of a group that a column multiplies at every tap.
  ///   - columns: columns of a group.
  fileprivate func groupsAtATime(
    terms: Int, columns: Int, _ instructionSet: InstructionSet
  ) -> Int {
    if groups == 1 || terms == 1 && columns == 1 { return groups }
    let kernels = instructionSet.kernels.pointee
    let fits =
      kernels.multiply_grouped != nil && terms <= columns && columns <= 4
      && kernels.vector_floats % columns == 0
    return fits ? groups : 1
  }
}

extension Product {
  /// The forward product of a group for as many groups as are packed side by side.
  func sideBySide(of shape: ConvolutionShape, _ packing: PackedWeights) -> Product {
    taking(
      groups: shape.groups / packing.parts, of: shape.inputsPerGroup, channelsAreRows: false)
  }

  /// The same product of a group's columns for several groups side by side.
  ///
  /// - Parameter channels: of each group.
  fileprivate func taking(groups: Int, of channels: Int, channelsAreRows: Bool) -> Product {
    guard groups > 1 else { return self }
    var product = self
    product.group = ColumnGroup(
      channels: channels, columns: columns, channelsAreRows: channelsAreRows)
    product.columns = columns * groups
    return product
  }
}

/// A convolution bound to one extent and one instruction set.
///
/// Filtering as the worked example does it, the average over a feature's pixels, is this very sum
/// with the weights divided by their number; learning finds the scale by itself, so it uses the sum.
package struct Convolution {
  package let shape: ConvolutionShape
  private let forwardProduct: BoundProduct
  private let inputGradientProducts: [BoundProduct]
  private let featureGradientProduct: BoundProduct
  private let gradientRows: MapRows
  private let channelSums:
    @convention(c) (
      UnsafePointer<convkit_rows>?, Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void
  private let packing: PackedWeights
  private let turnedPacking: PackedWeights

  /// - Parameter rectify: whether ReLU is applied to the outputs as they are stored.
  package init(_ plan: ConvolutionPlan, rectify: Bool = false, instructionSet: InstructionSet) {
    shape = plan.shape
    packing = Self.packing(shape, instructionSet)
    turnedPacking = Self.turnedPacking(shape, instructionSet)
    forwardProduct = BoundProduct(
      plan.forward.sideBySide(of: shape, packing),
      rectify: rectify, instructionSet: instructionSet)
    let turned = (groups: shape.groups / turnedPacking.parts, terms: shape.featuresPerGroup)
    inputGradientProducts = plan.inputGradient.map {
      BoundProduct(
        $0.taking(groups: turned.groups, of: turned.terms, channelsAreRows: false),
        instructionSet: instructionSet)
    }
    featureGradientProduct = BoundProduct(
      plan.featureGradient.taking(
        groups: shape.groups / packing.parts, of: shape.inputsPerGroup, channelsAreRows: true),
      instructionSet: instructionSet)
    gradientRows = MapRows(length: plan.gradientRowLength, a: plan.gradientRows)
    channelSums = instructionSet.kernels.pointee.channel_sums
  }

  /// How the weights are packed for `forward`.
  package static func packing(
    _ shape: ConvolutionShape, _ instructionSet: InstructionSet
  ) -> PackedWeights {
    let together = shape.groupsAtATime(
      terms: shape.inputsPerGroup, columns: shape.featuresPerGroup, instructionSet)
    return PackedWeights(
      taps: (0..<shape.tapCount).map { $0 * shape.inputsPerGroup * shape.features },
      length: shape.inputsPerGroup, lineStep: shape.features,
      columns: shape.featuresPerGroup * together, columnStep: 1,
      groupColumns: shape.featuresPerGroup, groupStep: shape.featuresPerGroup,
      parts: shape.groups / together, instructionSet: instructionSet)
  }

  /// How they are packed for `inputGradient`: turned and transposed.
  package static func turnedPacking(
    _ shape: ConvolutionShape, _ instructionSet: InstructionSet
  ) -> PackedWeights {
    let together = shape.groupsAtATime(
      terms: shape.featuresPerGroup, columns: shape.inputsPerGroup, instructionSet)
    return PackedWeights(
      taps: (0..<shape.tapCount).reversed().map { $0 * shape.inputsPerGroup * shape.features },
      length: shape.featuresPerGroup, lineStep: 1, columns: shape.inputsPerGroup * together,
      columnStep: shape.features, groupColumns: shape.inputsPerGroup,
      groupStep: shape.featuresPerGroup, parts: shape.groups / together,
      instructionSet: instructionSet)
  }

  /// - Parameters:
  ///   - packed: the weights of every group as `packing` lays them.
  ///   - bias: [feature], or nil.
  package func forward(
    _ examples: Examples = .one, input: UnsafePointer<Float>, packed: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) {
    for group in 0..<packing.parts {
      forwardProduct(
        a: input + group * shape.inputsPerGroup, b: packed + group * packing.count,
        bias: bias.map { $0 + group * shape.featuresPerGroup },
        out: output + group * shape.featuresPerGroup, rows: examples)
    }
  }

  /// - Parameters:
  ///   - turned: the weights of every group as `turnedPacking` lays them.
  ///   - accumulate: whether the result is added to what `inputGradient` holds.
  package func inputGradient(
    _ examples: Examples = .one, outputGradient: UnsafePointer<Float>,
    turned: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    for group in 0..<turnedPacking.parts {
      for product in inputGradientProducts {
        product(
          a: outputGradient + group * shape.featuresPerGroup,
          b: turned + group * turnedPacking.count,
          out: inputGradient + group * shape.inputsPerGroup, accumulate: accumulate,
          rows: examples)
      }
    }
  }

  /// Adds the examples' gradients, in their order, to `weightGradient` [tap, input, feature] and
  /// `biasGradient`.
  ///
  /// - Parameter columns: which features of each group, as `InstructionSet.panels` cuts them; all
  ///   where several groups are computed at a time, which have too few for two panels.
  package func featureGradient(
    _ examples: Examples = .one, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>?, columns: Range<Int>? = nil
  ) {
    for group in 0..<packing.parts {
      featureGradientProduct(
        a: input + group * shape.inputsPerGroup,
        b: outputGradient + group * shape.featuresPerGroup,
        out: weightGradient + group * shape.featuresPerGroup, accumulate: true,
        columns: packing.parts == shape.groups ? columns : nil, terms: examples)
    }
    guard let biasGradient else { return }
    for example in 0..<examples.count {
      gradientRows.withRows {
        channelSums($0, shape.features, outputGradient + example * examples.to, biasGradient)
      }
    }
  }
}
