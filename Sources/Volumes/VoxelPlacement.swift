/// Puts voxels from the order of a NIfTI file (first axis fastest) where a `Volume` has them.
///
/// One of the files that handle memory by address: a voxel takes about as long as reading it.
struct VoxelPlacement {
  /// Along the axes of the file.
  private let extent: SIMD3<Int>
  /// From a voxel to the next along each axis of the file, in values of the result; below zero along
  /// an axis that is mirrored.
  private let strides: SIMD3<Int>
  /// Where the first voxel of the file goes.
  private let start: Int
  /// The axis of the file that is the last, fastest, of the result.
  private let fastest: Int

  init(extent: SIMD3<Int>, channels: Int, orientation: NIfTIOrientation) {
    self.extent = extent
    let size = orientation.permuted(extent)
    let steps = SIMD3(size.y * size.z * channels, size.z * channels, channels)
    var (strides, start, fastest) = (SIMD3<Int>(), 0, 0)
    for axis in 0..<3 {
      let target = orientation.targets[axis]
      strides[axis] = steps[target]
      if orientation.directions[axis] < 0 {
        strides[axis] = -steps[target]
        start += steps[target] * (extent[axis] - 1)
      }
      if target == 2 { fastest = axis }
    }
    (self.strides, self.start, self.fastest) = (strides, start, fastest)
  }

  /// Places the voxels of some whole lines of the file, those along its first axis.
  ///
  /// - Parameters:
  ///   - rows: of the second axis, `slices` of the third.
  ///   - channel: the place in the series.
  /// - Precondition: the result has as many values as its extent and channels say.
  func place(
    _ voxels: [Float], rows: Range<Int>, slices: Range<Int>, channel: Int,
    into result: UnsafeMutableBufferPointer<Float>
  ) {
    let offset = channel + start + rows.lowerBound * strides.y + slices.lowerBound * strides.z
    let line = Axis(count: extent.x, source: 1, target: strides.x)
    let row = Axis(count: rows.count, source: extent.x, target: strides.y)
    let slice = Axis(count: slices.count, source: extent.x * rows.count, target: strides.z)
    precondition(voxels.count == line.count * row.count * slice.count)
    voxels.withUnsafeBufferPointer { voxels in
      switch fastest {
      case 0: Self.copy(voxels, slice, row, line, to: result, at: offset)
      case 1: Self.copy(voxels, slice, line, row, to: result, at: offset)
      default: Self.copy(voxels, row, line, slice, to: result, at: offset)
      }
    }
  }

  private struct Axis {
    let count: Int
    /// From a place to the next.
    let source, target: Int
  }

  /// Voxels along the two inner axes that are placed together: 16 floats are a line of the cache, which
  /// is read and written whole so.
  private static let tile = 16

  private static func copy(
    _ voxels: UnsafeBufferPointer<Float>, _ outer: Axis, _ middle: Axis, _ inner: Axis,
    to result: UnsafeMutableBufferPointer<Float>, at start: Int
  ) {
    for first in 0..<outer.count {
      var innerStart = 0
      while innerStart < inner.count {
        let innerEnd = min(innerStart + tile, inner.count)
        var middleStart = 0
        while middleStart < middle.count {
          let middleEnd = min(middleStart + tile, middle.count)
          for second in middleStart..<middleEnd {
            var source = first * outer.source + second * middle.source + innerStart * inner.source
            var target =
              start + first * outer.target + second * middle.target + innerStart * inner.target
            for _ in innerStart..<innerEnd {
              result[target] = voxels[source]
              source &+= inner.source
              target &+= inner.target
            }
          }
          middleStart = middleEnd
        }
        innerStart = innerEnd
      }
    }
  }
}
