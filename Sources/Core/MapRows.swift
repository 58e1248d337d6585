import ConvKitKernels

/// Corresponding rows of up to three maps of one extent, for the kernels that go element by element.
package struct MapRows {
  private let tables: [ConstantTable<Int>]
  private let rows: convkit_rows

  package init(length: Int, a: [Int], b: [Int]? = nil, c: [Int]? = nil) {
    tables = [a, b, c].compactMap { $0 }.map(ConstantTable.init)
    let first = tables[0].elements
    rows = convkit_rows(
      count: a.count, length: length, a: first, b: tables.count > 1 ? tables[1].elements : first,
      c: tables.count > 2 ? tables[2].elements : first)
  }

  /// The rows of maps with the same extent and channels, as long as their halos let them be.
  package init(_ a: MapLayout, _ b: MapLayout? = nil, _ c: MapLayout? = nil) {
    let layouts = [a, b, c].compactMap { $0 }
    precondition(
      layouts.allSatisfy { $0.extent == a.extent && $0.channels == a.channels },
      "maps of one shape, received \(layouts.map(\.extent)) × \(layouts.map(\.channels))")
    let merged = layouts.map(\.mergeableAxes).min() ?? 0
    self.init(
      length: a.extent.suffix(merged).reduce(a.channels, *),
      a: a.rowOffsets(merging: merged), b: b?.rowOffsets(merging: merged),
      c: c?.rowOffsets(merging: merged))
  }

  package func withRows(_ body: (UnsafePointer<convkit_rows>) -> Void) {
    withUnsafePointer(to: rows, body)
  }
}
