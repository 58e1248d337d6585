import ConvKitKernels

/// Copying and adding maps of one shape whose halos differ, and channels between maps of one extent.
package struct MapCopy {
  private let kernels: UnsafePointer<convkit_kernels>
  private let from: ConstantTable<Int>
  private let to: ConstantTable<Int>
  private let length: Int
  private let rows: MapRows

  /// From a whole map to a whole map.
  package init(from source: MapLayout, to target: MapLayout, instructionSet: InstructionSet) {
    self.init(
      from: source, to: target, merging: min(source.mergeableAxes, target.mergeableAxes),
      length: { $0.suffix($1).reduce(source.channels, *) }, instructionSet)
  }

  /// From the map `source` to as many channels of the wider `target`, or from them to `target`: the
  /// narrower map decides how many; the wider one's pointer is passed advanced to the first.
  package init(
    channelsFrom source: MapLayout, to target: MapLayout, instructionSet: InstructionSet
  ) {
    let channels = min(source.channels, target.channels)
    self.init(
      from: source, to: target, merging: 0, length: { _, _ in channels }, instructionSet)
  }

  /// From a map to the same values without rows: flattened, channels fastest.
  package init(flattening source: MapLayout, instructionSet: InstructionSet) {
    let flat = MapLayout(extent: source.extent, channels: source.channels)
    self.init(from: source, to: flat, instructionSet: instructionSet)
  }

  /// The reverse of `init(flattening:)`.
  package init(unflattening target: MapLayout, instructionSet: InstructionSet) {
    let flat = MapLayout(extent: target.extent, channels: target.channels)
    self.init(from: flat, to: target, instructionSet: instructionSet)
  }

  private init(
    from source: MapLayout, to target: MapLayout, merging merged: Int,
    length: ([Int], Int) -> Int, _ instructionSet: InstructionSet
  ) {
    precondition(
      source.extent == target.extent,
      "maps of one extent, received \(source.extent) and \(target.extent)")
    kernels = instructionSet.kernels
    let sourceRows = source.rowOffsets(merging: merged)
    let targetRows = target.rowOffsets(merging: merged)
    from = ConstantTable(sourceRows)
    to = ConstantTable(targetRows)
    self.length = length(source.extent, merged)
    rows = MapRows(length: self.length, a: sourceRows, b: targetRows)
  }

  /// Copies, or adds to what `target` holds.
  package func callAsFunction(
    from source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
    accumulate: Bool = false
  ) {
    if accumulate {
      rows.withRows { kernels.pointee.add($0, source, target) }
    } else {
      for row in 0..<from.count {
        (target + to.elements[row]).update(from: source + from.elements[row], count: length)
      }
    }
  }

  /// Writes zeros to the target's rows.
  package func clear(_ target: UnsafeMutablePointer<Float>) {
    for row in 0..<to.count { (target + to.elements[row]).update(repeating: 0, count: length) }
  }
}
