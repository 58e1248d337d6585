import ConvKitKernels

extension ConvolutionPlan {
  /// Input position i is read by tap t of output position (i + low − t·dilation) / stride where
  /// that is whole. Positions that are equal modulo the stride are reached by the same taps: each
  /// such phase is a convolution of stride 1 over the output gradient.
  static func inputGradientPhases(
    shape: ConvolutionShape, geometry: Geometry, inputGradient: MapLayout,
    outputGradient: MapLayout
  ) -> [Product] {
    let axes = geometry.axes
    let reaches = axes.map { axis in
      (0..<min(axis.stride, axis.extent)).map { axis.reach(ofPhase: $0) }
    }
    var products: [Product] = []
    Geometry.forEach(in: axes.map { min($0.stride, $0.extent) }) { phase in
      let reach = zip(reaches, phase).map { $0[$1] }
      func product(_ choices: [Range<Int>]) -> Product {
        inputGradientProduct(shape, geometry, outputGradient, reach: reach, choices: choices)
      }
      var whole = product(reach.map { $0.indices })
      // Positions near the edge are reached by fewer taps; the others would meet zeros.
      var parts: [[Range<Int>]: Product] = [:]
      var order: [[Range<Int>]] = []
      let counts = zip(axes, phase).map { ($0.extent - $1 + $0.stride - 1) / $0.stride }
      Geometry.forEach(in: Array(counts.dropLast())) { index in
        let start = axes.isEmpty ? [] : index + [0]
        let choices =
          zip(zip(axes, reach), index).map { $0.0.choices(of: $0.1, at: $1) }
          + reach.suffix(1).map { $0.indices }
        if parts[choices] == nil { order.append(choices) }
        let a = outputGradient.offset(of: start)
        let out = inputGradient.offset(
          of: zip(zip(start, axes), phase).map { $0.0 * $0.1.stride + $1 })
        whole.appendRows(a: a, out: out, count: counts.last ?? 1)
        parts[choices, default: product(choices)].appendRows(
          a: a, out: out, count: counts.last ?? 1)
      }
      let separate = order.compactMap { parts[$0] }
      let cost = separate.reduce(0) { $0 + $1.tileTerms }
      products += Double(cost) < 0.95 * Double(whole.tileTerms) ? separate : [whole]
    }
    return products
  }

  /// Without rows.
  ///
  /// - Parameter choices: by axis, which of `reach`.
  private static func inputGradientProduct(
    _ shape: ConvolutionShape, _ geometry: Geometry, _ outputGradient: MapLayout,
    reach: [[(tap: Int, shift: Int)]], choices: [Range<Int>]
  ) -> Product {
    let axes = geometry.axes
    let tapStrides = axes.indices.map { axis in
      axes[(axis + 1)...].reduce(1) { $0 * $1.size }
    }
    var product = Product()
    product.rowStep = shape.features
    product.outStep = (axes.last?.stride ?? 1) * shape.inputChannels
    product.depth = shape.tapCount * shape.featuresPerGroup
    product.columns = shape.inputsPerGroup
    Geometry.forEach(in: choices.map(\.count)) { choice in
      var tap = 0
      var offset = 0
      for (axis, chosen) in choice.enumerated() {
        let (axisTap, shift) = reach[axis][choices[axis].lowerBound + chosen]
        tap += axisTap * tapStrides[axis]
        offset += shift * outputGradient.strides[axis]
      }
      // The packed taps stand in turned order, in which neighbours merge.
      product.appendTerms(
        a: offset, k: (shape.tapCount - 1 - tap) * shape.featuresPerGroup,
        count: shape.featuresPerGroup)
    }
    return product
  }

  /// The halo that its output gradient needs so that the input gradient reads zeros beyond the edge.
  package static func outputGradientHalo(_ geometry: Geometry) -> Halo {
    var low: [Int] = []
    var high: [Int] = []
    for axis in geometry.axes {
      var (least, most) = (0, axis.positions - 1)
      for phase in 0..<min(axis.stride, axis.extent) {
        let lastRow = (axis.extent - phase - 1) / axis.stride
        for (_, shift) in axis.reach(ofPhase: phase) {
          least = min(least, shift)
          most = max(most, lastRow + shift)
        }
      }
      low.append(-least)
      high.append(most - (axis.positions - 1))
    }
    return Halo(low: low, high: high)
  }
}

extension Product {
  /// The terms of all tiles of 14 rows, AVX-512's, which decides only what is computed together.
  fileprivate var tileTerms: Int {
    (runs.reduce(0) { $0 + $1.count } + 13) / 14 * segments.reduce(0) { $0 + $1.length }
  }
}

extension Geometry.Axis {
  /// Those of `reach`, of a phase, by which its position `index` is reached from inside the output.
  fileprivate func choices(of reach: [(tap: Int, shift: Int)], at index: Int) -> Range<Int> {
    let inside = reach.indices.filter { 0..<positions ~= index + reach[$0].shift }
    return inside.first.map { $0..<$0 + inside.count } ?? 0..<0
  }

  /// The taps that reach the input positions phase, phase + stride, …, in turned order, and for
  /// each the output position that reaches input position `phase` with it.
  fileprivate func reach(ofPhase phase: Int) -> [(tap: Int, shift: Int)] {
    (0..<size).reversed().compactMap { tap in
      let distance = phase + low - tap * dilation
      return distance % stride == 0 ? (tap, distance / stride) : nil
    }
  }
}
