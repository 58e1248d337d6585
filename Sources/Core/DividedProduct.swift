import ConvKitKernels

/// A product cut into parts that different workers compute at once.
///
/// Every result is one sum in one order, in whichever part it lies, so the parts give the bits of
/// the whole.
package struct DividedProduct {
  private struct Part {
    let product: BoundProduct
    let columns: Range<Int>
  }

  private let parts: [Part]
  private let groups: Int
  private let inputsPerGroup: Int
  private let featuresPerGroup: Int
  private let packedCount: Int

  package var partCount: Int { parts.count }

  /// Rows of the tallest tile for more than a vector of columns, and for fewer. Parts of whole tiles
  /// leave no short tile but at the very end; smaller tiles of other instruction sets lose little.
  private static let (wideTile, narrowTile) = (14, 28)

  /// - Parameters:
  ///   - product: of each of the groups of `shape`.
  ///   - count: parts, if there are as many tiles or panels.
  ///   - workers: how many share them out; the parts are as even as they can be for so many.
  package init(
    _ product: Product, shape: ConvolutionShape, rectify: Bool, into count: Int, workers: Int,
    instructionSet: InstructionSet
  ) {
    let packing = Convolution.packing(shape, instructionSet)
    let product = product.sideBySide(of: shape, packing)
    groups = packing.parts
    inputsPerGroup = shape.inputsPerGroup
    featuresPerGroup = shape.featuresPerGroup
    packedCount = packing.count
    let kernels = instructionSet.kernels.pointee
    let panels = instructionSet.panels(of: product.columns)
    let rows = product.runs.reduce(0) { $0 + $1.count }
    let tile = product.columns > kernels.vector_floats ? Self.wideTile : Self.narrowTile
    let tiles = (rows + tile - 1) / tile

    // The share of the busiest worker decides. Where it is about the same, so does what every part
    // reads anew: all weights where rows are cut, the whole map where columns are.
    let rowShare = Double(min(rows, (tiles + workers - 1) / workers * tile)) / Double(rows)
    let columnShare =
      Double((panels.count + workers - 1) / workers) / Double(panels.count)
    let readsLess = product.depth * product.columns > rows * inputsPerGroup
    if columnShare < 0.9 * rowShare || readsLess && columnShare <= 1.1 * rowShare {
      let count = min(count, panels.count)
      let bound = BoundProduct(product, rectify: rectify, instructionSet: instructionSet)
      parts = (0..<count).map { part in
        let range = panels.count * part / count..<panels.count * (part + 1) / count
        return Part(
          product: bound,
          columns: panels[range.lowerBound].lowerBound..<panels[range.upperBound - 1].upperBound)
      }
    } else {
      let count = max(1, min(count, tiles))
      parts = (0..<count).map { part in
        var cut = product
        cut.runs = product.runs(
          of: tiles * part / count * tile..<min(rows, tiles * (part + 1) / count * tile))
        return Part(
          product: BoundProduct(cut, rectify: rectify, instructionSet: instructionSet),
          columns: 0..<product.columns)
      }
    }
  }

  /// As `Convolution.forward`, one of the parts.
  package func forward(
    part: Int, input: UnsafePointer<Float>, packed: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) {
    let part = parts[part]
    for group in 0..<groups {
      part.product(
        a: input + group * inputsPerGroup, b: packed + group * packedCount,
        bias: bias.map { $0 + group * featuresPerGroup }, out: output + group * featuresPerGroup,
        columns: part.columns)
    }
  }
}

extension Product {
  /// The runs of a range of rows, counted over all runs.
  fileprivate func runs(of rows: Range<Int>) -> [convkit_run] {
    var result: [convkit_run] = []
    var start = 0
    for run in runs {
      let part = rows.clamped(to: start..<start + run.count)
      if !part.isEmpty {
        let skipped = part.lowerBound - start
        result.append(
          convkit_run(
            a: run.a + skipped * rowStep, out: run.out + skipped * outStep, count: part.count))
      }
      start += run.count
    }
    return result
  }
}
