import ConvKitKernels

/// A sum of products as the micro-kernel takes it: rows × terms × columns, as plain offsets.
///
/// out[row][column] = start + Σ a[row, term] · b[term, column]. Every heavy operation is one of
/// these: DESIGN.md's "one micro-kernel, three uses". It is a value, so a test can alter one and
/// see that the exactness tests notice.
package struct Product {
  package var runs: [convkit_run] = []
  package var rowStep = 0
  package var outStep = 0

  package var segments: [convkit_segment] = []
  package var termStep = 1

  /// Lines of a packed b, or 0 where b is plain lines `lineStep` apart.
  package var depth = 0
  package var lineStep = 0
  package var columns = 0

  /// Groups of columns side by side, each of which multiplies values of its own channels; nil where
  /// every column multiplies the same.
  package var group: ColumnGroup?

  package init() {}

  /// Adds rows, in one run with the last where they continue it.
  package mutating func appendRows(a: Int, out: Int, count: Int) {
    if let last = runs.last, a == last.a + last.count * rowStep,
      out == last.out + last.count * outStep
    {
      runs[runs.count - 1].count += count
    } else {
      runs.append(convkit_run(a: a, out: out, count: count))
    }
  }

  /// Adds terms, in one segment with the last where they continue it.
  package mutating func appendTerms(a: Int, k: Int, count: Int) {
    if let last = segments.last, a == last.a + last.length * termStep, k == last.k + last.length {
      segments[segments.count - 1].length += count
    } else {
      segments.append(convkit_segment(a: a, k: k, length: count))
    }
  }
}

/// Which columns of a product multiply which channels.
package struct ColumnGroup: Equatable, Sendable {
  /// Channels of a group: the terms of a segment, or the rows of a run.
  package let channels: Int
  /// Columns of a group; 1 where each has a channel of its own.
  package let columns: Int
  /// Whether the channels are rows.
  package let channelsAreRows: Bool
}

/// A product whose lists stand at a fixed address, ready to be called.
package struct BoundProduct {
  private let runs: ConstantTable<convkit_run>
  private let segments: ConstantTable<convkit_segment>
  private let multiply:
    @convention(c) (
      UnsafePointer<convkit_product>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
      UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void
  private let call: convkit_product

  /// - Parameter rectify: whether a negative result is stored as 0.
  package init(_ product: Product, rectify: Bool = false, instructionSet: InstructionSet) {
    runs = ConstantTable(product.runs)
    segments = ConstantTable(product.segments)
    let kernels = instructionSet.kernels.pointee
    let group = product.group ?? ColumnGroup(channels: 0, columns: 0, channelsAreRows: false)
    multiply =
      switch group.columns {
      case 0: kernels.multiply
      case 1: kernels.multiply_depthwise
      default: kernels.multiply_grouped
      }
    call = convkit_product(
      runs: runs.elements, run_count: runs.count, row_step: product.rowStep,
      out_step: product.outStep, row_repeats: 1, a_row_repeat: 0, out_repeat: 0,
      segments: segments.elements, segment_count: segments.count, a_step: product.termStep,
      term_repeats: 1, a_term_repeat: 0, b_repeat: 0, depth: product.depth,
      b_step: product.lineStep, columns_begin: 0,
      columns_end: product.columns, accumulate: false, rectify: rectify,
      group_channels: group.channels, group_columns: group.columns,
      channels_are_rows: group.channelsAreRows)
  }

  /// - Parameters:
  ///   - bias: what the sums start from, by column, or nil for 0; read up to a vector past the end.
  ///   - accumulate: whether they start from what stands in `out` instead.
  ///   - columns: which columns to compute, from a multiple of the panel width on; nil for all.
  ///   - rows: the examples whose rows these are; `b` is the same for all.
  ///   - terms: the examples whose terms these are; `out` is the same for all.
  ///   - runs: rows in place of those of the product; nil for these.
  package func callAsFunction(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    out: UnsafeMutablePointer<Float>, accumulate: Bool = false, columns: Range<Int>? = nil,
    rows: Examples = .one, terms: Examples = .one, runs: UnsafeBufferPointer<convkit_run>? = nil
  ) {
    var call = call
    if let runs { (call.runs, call.run_count) = (runs.baseAddress, runs.count) }
    call.accumulate = accumulate
    call.restrict(to: columns)
    (call.row_repeats, call.a_row_repeat, call.out_repeat) = (rows.count, rows.from, rows.to)
    (call.term_repeats, call.a_term_repeat, call.b_repeat) = (terms.count, terms.from, terms.to)
    multiply(&call, a, b, bias, out)
  }
}

/// Examples whose maps lie at equal distances.
package struct Examples: Sendable {
  package let count: Int
  /// Floats from one example to the next in the map that an operation reads.
  package let from: Int
  /// The same in the map that it writes, or in the second one that it reads.
  package let to: Int

  package init(_ count: Int, from: Int, to: Int) {
    self.count = count
    self.from = from
    self.to = to
  }

  package static let one = Examples(1, from: 0, to: 0)
}

extension convkit_product {
  fileprivate mutating func restrict(to columns: Range<Int>?) {
    guard let columns else { return }
    columns_begin = columns.lowerBound
    columns_end = columns.upperBound
  }
}

extension InstructionSet {
  /// `0..<columns` in the parts that a product can be restricted to.
  package func panels(of columns: Int) -> [Range<Int>] {
    let most = kernels.pointee.panel_columns
    return stride(from: 0, to: columns, by: most).map { $0..<min($0 + most, columns) }
  }
}

/// Weights [tap, input, feature] in the order in which the micro-kernel reads them.
package struct PackedWeights {
  private let kernels: UnsafePointer<convkit_kernels>
  private let taps: ConstantTable<Int>
  private let length: Int
  private let lineStep: Int
  private let columnStep: Int
  private let groupColumns: Int
  private let groupStep: Int
  private let columns: Int

  /// Lines (tap, index) of one part.
  package var depth: Int { taps.count * length }

  /// Floats of one packed part.
  package let count: Int

  /// Parts of the weights that are packed each for itself and follow one another: groups whose
  /// products run one at a time.
  package let parts: Int

  /// How far each part's weights lie in the source from those of the part before.
  package var partStep: Int { groupStep }

  /// - Parameters:
  ///   - taps: where each tap's weights start in the source.
  ///   - length: lines of a tap, `lineStep` apart in the source.
  ///   - columns: columns of a line.
  ///   - groupColumns: columns that are `columnStep` apart in the source, before the next such group
  ///     begins `groupStep` from the last.
  package init(
    taps: [Int], length: Int, lineStep: Int, columns: Int, columnStep: Int,
    groupColumns: Int, groupStep: Int, parts: Int,
    instructionSet: InstructionSet
  ) {
    kernels = instructionSet.kernels
    self.taps = ConstantTable(taps)
    self.length = length
    self.lineStep = lineStep
    self.columns = columns
    self.columnStep = columnStep
    self.groupColumns = groupColumns
    self.groupStep = groupStep
    self.parts = parts
    let whole = kernels.pointee.panel_columns
    let left = columns % whole
    let last = left > 0 ? kernels.pointee.columns_of_panel(left) : 0
    count = taps.count * length * (columns - left + last)
  }

  /// Multiplies the packed weights of every column by its factor, rounding each once.
  package func scale(_ packed: UnsafeMutablePointer<Float>, by factor: (_ column: Int) -> Double) {
    let whole = kernels.pointee.panel_columns
    for column in 0..<columns {
      let start = column / whole * whole
      let panel = kernels.pointee.columns_of_panel(columns - start)
      let factor = factor(column)
      for line in 0..<depth {
        let place = start * depth + line * panel + (column - start)
        packed[place] = Float(Double(packed[place]) * factor)
      }
    }
  }

  package func pack(from source: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    convkit_pack(
      kernels, source, taps.elements, taps.count, length, lineStep, columnStep, columns,
      groupColumns, groupStep, packed)
  }
}
