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

/// Volume files: which formats there are, and how their bytes become a `Volume`.
public enum VolumeFile {
  /// Reads the volume in the file at `path`; the first bytes decide on the format.
  ///
  /// - NIfTI: the first and second version in one file, plain or packed by gzip, of all integer and
  ///   floating-point types. The axes are permuted and mirrored until they go to the right, the front
  ///   and the head; nothing is resampled.
  /// - NumPy: a `.npy` file of three axes, or of four of which the last is the series, of any type of
  ///   number, or an `.npz` file of one such array. Complex numbers have one axis more, of their two parts.
  ///
  /// - Throws: `VolumeFileError`, and `FileError` for a file that cannot be read.
  public static func read(
    path: String, choice: SeriesChoice = .only, limits: VolumeLimits = VolumeLimits()
  ) throws -> Volume {
    let format = try format(path)
    switch format {
    case .nifti: return try NIfTIDecoder.volume(path: path, choice: choice, limits: limits)
    case .numPy, .numPyArchive:
      return try NumPyVolume.volume(
        from: BoundedFile.read(path: path, limit: limits.bytes), format: format, choice: choice,
        limits: limits, name: path)
    }
  }

  /// What a file says of its volume, without the voxels: of NIfTI the head alone is read.
  ///
  /// - Throws: as `read`, for what is looked at.
  package static func information(
    path: String, limits: VolumeLimits = VolumeLimits()
  ) throws -> VolumeInformation {
    let format = try format(path)
    switch format {
    case .nifti: return try NIfTIDecoder.information(path: path, limits: limits)
    case .numPy, .numPyArchive:
      return try NumPyVolume.information(
        from: BoundedFile.read(path: path, limit: limits.bytes), format: format, limits: limits,
        name: path)
    }
  }

  /// Writes a NIfTI file, in place of one that is there only when it is complete.
  ///
  /// - Parameters:
  ///   - path: ends in `.nii`, or `.nii.gz` for a file that is packed by gzip.
  ///   - type: as for `NIfTIWriter.bytes`.
  /// - Throws: `FileError`.
  public static func write(
    _ volume: Volume, to path: String, type: NumberType = .float32
  ) throws {
    let isPacked = path.hasSuffix(".nii.gz")
    guard isPacked || path.hasSuffix(".nii") else {
      throw FileError.notCreated(
        path: path, reason: "volumes are written as NIfTI, and it ends neither in .nii nor .nii.gz")
    }
    let bytes = NIfTIWriter.bytes(of: volume, type: type)
    try AtomicFile.write(isPacked ? Gzip.fold(bytes) : bytes, to: path)
  }

  private static func format(_ path: String) throws -> VolumeFormat {
    let start = try BoundedFile.readStart(path: path, count: FileContent.sniffed)
    return switch FileContent(start: start) {
    case .nifti: .nifti
    case .numpy: .numPy
    case .zip: .numPyArchive
    case .gzip where FileContent.packed(in: start) == .nifti: .nifti
    // Without a mark that is right, the decoder says what is wrong with it.
    case nil where NIfTIHeader.hasSize(start): .nifti
    default: throw VolumeFileError.notAVolume(name: path, start: Array(start.prefix(8)))
    }
  }
}
