import ConvKitFiles

/// The formats that volumes are read from.
public enum VolumeFormat: String, Sendable, CaseIterable {
  case nifti = "NIfTI"
  /// NumPy's format of one array, `.npy`.
  case numPy = "NumPy"
  /// NumPy's format of several arrays, `.npz`.
  case numPyArchive = "npz"
}

/// How much a volume file may hold.
public struct VolumeLimits: Sendable, Equatable {
  /// The most values, over all axes and channels, that are read of a file: 2²⁷, 512 MiB in memory, unless
  /// it is said otherwise. Scans of 512×512×512 voxels have as many.
  public var values: Int

  public init(values: Int = 1 << 27) { self.values = values }

  /// The most bytes that a file may have, and unfold to: so many numbers of the largest type, a series of
  /// which one volume is read being longer, and a mebibyte for what else there is.
  var bytes: Int {
    let (product, overflow) = values.multipliedReportingOverflow(by: 16)
    return overflow || product > Int.max - 1 << 20 ? Int.max : product + 1 << 20
  }
}
