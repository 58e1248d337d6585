/// The places of a map's halo, which hold zeros whenever the map is read with them.
package struct MapHalo {
  /// Where each run starts and where it ends.
  private let runs: ConstantTable<Int>

  /// Nil where the map has no halo.
  package init?(_ layout: MapLayout) {
    guard layout.hasHalo else { return nil }
    let merged = layout.mergeableAxes
    let length = layout.extent.suffix(merged).reduce(layout.channels, *)
    var runs: [Int] = []
    var end = 0
    for start in layout.rowOffsets(merging: merged) + [layout.count] {
      if start > end { runs += [end, start] }
      end = start + length
    }
    self.runs = ConstantTable(runs)
  }

  /// Writes zeros there.
  package func clear(_ map: UnsafeMutablePointer<Float>) {
    for run in stride(from: 0, to: runs.count, by: 2) {
      let start = runs.elements[run]
      (map + start).update(repeating: 0, count: runs.elements[run + 1] - start)
    }
  }
}
