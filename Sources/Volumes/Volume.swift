/// Measured values on a grid in space, such as a scan.
public struct Volume: Sendable, Equatable {
  /// What the axes stand for.
  public enum Orientation: String, Sendable, Codable {
    /// The first axis goes to the right of the body, the second to its front, the third to its head: RAS+.
    case anatomical
    /// As the file had them; nothing is known of them.
    case stored
  }

  /// Voxels along each axis, at least one.
  public let extent: SIMD3<Int>

  /// Values at a voxel.
  public let channels: Int

  /// From the middle of a voxel to the middle of the next along each axis, in millimetres; 1 where nothing
  /// is known. Of `spacings`.
  public let spacing: SIMD3<Double>

  /// From about a millionth of a millimetre to a kilometre: what somebody may have measured, so that a file
  /// with other lengths is broken, and ratios of lengths are far from what a number cannot hold. Both ends
  /// are Floats, which files have.
  public static let spacings = 0x1p-20...0x1p20

  public let orientation: Orientation

  /// [first axis, second, third, channel], row-major.
  public let values: [Float]

  /// - Precondition: as many values as the extent and the channels say; a spacing of `spacings`.
  public init(
    extent: SIMD3<Int>, channels: Int = 1, spacing: SIMD3<Double> = SIMD3(repeating: 1),
    orientation: Orientation = .stored, values: [Float]
  ) {
    precondition(
      channels > 0 && extent.x > 0 && extent.y > 0 && extent.z > 0
        && values.count == extent.x * extent.y * extent.z * channels
        && (0..<3).allSatisfy { Self.spacings.contains(spacing[$0]) },
      "\(values.count) values for \(extent) voxels of \(channels) channels, \(spacing) mm apart")
    self.extent = extent
    self.channels = channels
    self.spacing = spacing
    self.orientation = orientation
    self.values = values
  }
}

/// Which volumes are read of a file that holds a series of them, as a scan over time or with several
/// contrasts: its fourth axis.
public enum SeriesChoice: Sendable, Equatable {
  /// The only one; a series of several is refused.
  case only
  /// The one at this place, from 0.
  case one(Int)
  /// All of them, as the channels of one volume.
  case all
}
