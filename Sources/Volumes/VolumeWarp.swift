/// A volume moved, turned and scaled on its own grid, trilinear; beyond its edge it goes on as at the edge.
struct VolumeWarp {
  let extent: SIMD3<Int>
  let channels: Int
  /// Rows of the matrix that takes the place of a voxel of the result, counted from the middle, to that of
  /// where it comes from.
  let back: [SIMD3<Double>]
  /// How far the result lies from the volume, in voxels.
  let shift: SIMD3<Double>

  /// The result [first axis, second, third, channel].
  ///
  /// Places are computed as Float: right to a few 10⁻⁵ of a voxel for 64 of them an axis.
  ///
  /// - Precondition: as many values as the extent and the channels say.
  func applied(to values: [Float]) -> [Float] {
    precondition(values.count == extent.x * extent.y * extent.z * channels)
    let last = SIMD3<Float>(extent &- 1)
    let middle = last / 2
    let columns = (0..<3).map { axis in
      SIMD3<Float>(Float(back[0][axis]), Float(back[1][axis]), Float(back[2][axis]))
    }
    let moved = SIMD3<Float>(shift)
    let (alongX, alongY, alongZ) = (
      extent.x > 1 ? extent.y * extent.z * channels : 0, extent.y > 1 ? extent.z * channels : 0,
      extent.z > 1 ? channels : 0
    )
    // The last voxel that has one more behind it; where an axis has only one, its neighbour is itself.
    let largest = SIMD3(max(0, extent.x - 2), max(0, extent.y - 2), max(0, extent.z - 2))
    return [Float](unsafeUninitializedCapacity: values.count) { result, filled in
      values.withUnsafeBufferPointer { values in
        var target = 0
        for first in 0..<extent.x {
          let x = Float(first) - middle.x - moved.x
          for second in 0..<extent.y {
            let y = Float(second) - middle.y - moved.y
            let line = middle + x * columns[0] + y * columns[1]
            for third in 0..<extent.z {
              let z = Float(third) - middle.z - moved.z
              let place = (line + z * columns[2]).clamped(lowerBound: SIMD3(), upperBound: last)
              let (i, j, k) = (
                min(Int(place.x), largest.x), min(Int(place.y), largest.y),
                min(Int(place.z), largest.z)
              )
              let (u, v, w) = (place.x - Float(i), place.y - Float(j), place.z - Float(k))
              let start = i * alongX + j * alongY + k * alongZ
              for near in start..<start + channels {
                let far = near + alongX
                let (a, b) = (values[near], values[near + alongZ])
                let (c, d) = (values[near + alongY], values[near + alongY + alongZ])
                let (e, f) = (values[far], values[far + alongZ])
                let (g, h) = (values[far + alongY], values[far + alongY + alongZ])
                let (ab, cd) = (a + w * (b - a), c + w * (d - c))
                let (ef, gh) = (e + w * (f - e), g + w * (h - g))
                let (abcd, efgh) = (ab + v * (cd - ab), ef + v * (gh - ef))
                result[target] = abcd + u * (efgh - abcd)
                target += 1
              }
            }
          }
        }
      }
      filled = values.count
    }
  }
}
