import ConvKitFiles

/// Where a header leads: the grid of a volume in the order of the result.
struct NIfTIGrid {
  let orientation: NIfTIOrientation
  /// Whether the file says where its axes lead.
  let isKnown: Bool
  /// Along the axes of the result.
  let extent: SIMD3<Int>
  /// In millimetres.
  let spacing: SIMD3<Double>

  /// By the sform, else the qform, else the steps alone, as the standard orders them.
  ///
  /// - Throws: `.broken` for a form that is there and cannot be: a guess in its place could take left
  ///   for right.
  init(_ header: NIfTIHeader, name: String) throws(VolumeFileError) {
    func broken(_ what: String) -> VolumeFileError {
      .broken(name: name, format: .nifti, reason: what)
    }
    var steps = header.steps
    var orientation: NIfTIOrientation?
    if let sform = header.sform {
      orientation = NIfTIOrientation(sform)
      steps = sform.steps
      if orientation == nil { throw broken("its sform leads its axes in no three directions") }
    } else if let qform = header.qform {
      orientation = Affine(qform, steps: steps).flatMap { NIfTIOrientation($0) }
      if orientation == nil { throw broken("the quaternion of its qform is no rotation") }
    }
    isKnown = orientation != nil
    self.orientation = orientation ?? .stored
    extent = self.orientation.permuted(header.extent)
    spacing = self.orientation.permuted(steps * (header.unit ?? .millimetre).millimetres)
    guard (0..<3).allSatisfy({ Volume.spacings.contains(spacing[$0]) }) else {
      throw broken("it says its voxels are \(steps.x)×\(steps.y)×\(steps.z) in size")
    }
  }

  /// How many values some volumes have.
  ///
  /// - Throws: `.tooLarge`.
  func count(
    volumes: Int, limits: VolumeLimits, name: String
  ) throws(VolumeFileError) -> Int {
    let sizes = [extent.x, extent.y, extent.z, volumes]
    guard let count = product(sizes), count <= limits.values else {
      throw .tooLarge(
        name: name, extent: volumes == 1 ? Array(sizes.prefix(3)) : sizes, limit: limits.values)
    }
    return count
  }
}

/// Where the chosen voxels of a file lie, and in which pieces they are read.
struct NIfTIVoxels {
  /// Some lines of voxels: `rows` of the second axis, `slices` of the third.
  struct Piece {
    let rows, slices: Range<Int>
  }

  private let header: NIfTIHeader
  /// In bytes from the start of the file, unfolded; the end is that of the last chosen volume.
  private let start: Int
  let end: Int

  /// - Parameter places: of the chosen volumes in the series; `NIfTIGrid.count` has checked them.
  /// - Throws: `.tooLarge`, `.broken`.
  init(
    _ header: NIfTIHeader, places: Range<Int>, limits: VolumeLimits, name: String
  ) throws(VolumeFileError) {
    self.header = header
    let extent = header.extent
    func bytes(_ volumes: Int) -> Int? {
      product([extent.x, extent.y, extent.z, header.type.size, volumes])
    }
    guard let before = bytes(places.lowerBound), let all = bytes(places.upperBound) else {
      throw .tooLarge(
        name: name, extent: [extent.x, extent.y, extent.z, places.upperBound], limit: limits.values)
    }
    let (start, overflow) = header.voxels.addingReportingOverflow(before)
    let (end, tooFar) = header.voxels.addingReportingOverflow(all)
    guard !overflow, !tooFar else {
      throw .broken(
        name: name, format: .nifti, reason: "it says its voxels begin at byte \(header.voxels)")
    }
    (self.start, self.end) = (start, end)
  }

  /// The most voxels that are read at once, but for a line of more: 16 slices of 512×512.
  private static let mostAtOnce = 1 << 22

  /// All pieces of a volume, in the order of the file.
  var pieces: [Piece] {
    let (line, rows, slices) = (header.extent.x, header.extent.y, header.extent.z)
    let depth = min(slices, Self.mostAtOnce / (line * rows))
    if depth > 0 {
      return stride(from: 0, to: slices, by: depth).map {
        Piece(rows: 0..<rows, slices: $0..<min($0 + depth, slices))
      }
    }
    let height = max(1, Self.mostAtOnce / line)
    return (0..<slices).flatMap { slice in
      stride(from: 0, to: rows, by: height).map {
        Piece(rows: $0..<min($0 + height, rows), slices: slice..<slice + 1)
      }
    }
  }
}

extension NIfTIVoxels {
  /// Passes what stands before the first chosen voxel.
  ///
  /// - Parameter read: how many bytes were read before.
  /// - Throws: `VolumeFileError.broken`, what the bytes throw.
  func begin(
    _ bytes: inout some ForwardBytes & ~Copyable, behind read: Int, name: String
  ) throws {
    let passed = try bytes.skip(start - read)
    if passed < start - read { throw missing(after: read + passed, name: name) }
  }

  /// Reads the next piece, scaled as the header says.
  ///
  /// - Returns: [slice, row, place in the line].
  /// - Throws: `VolumeFileError.broken`, what the bytes throw.
  func read(
    _ piece: Piece, ofVolume index: Int, from bytes: inout some ForwardBytes & ~Copyable,
    name: String
  ) throws -> [Float] {
    let (extent, size) = (header.extent, header.type.size)
    let count = extent.x * piece.rows.count * piece.slices.count * size
    let stored = try bytes.read(upTo: count)
    guard stored.count == count else {
      let before =
        ((index * extent.z + piece.slices.lowerBound) * extent.y + piece.rows.lowerBound)
        * extent.x * size
      throw missing(after: start + before + stored.count, name: name)
    }
    return header.type.floats(
      of: stored[...], isBigEndian: header.isBigEndian, scaling: header.scaling)
  }

  /// That a file ends before its chosen voxels do.
  func missing(after count: Int, name: String) -> VolumeFileError {
    .broken(
      name: name, format: .nifti,
      reason: "its voxels reach to byte \(end), and it ends after \(count)")
  }
}

/// The product, or nil where it is too large for a number.
private func product(_ sizes: [Int]) -> Int? {
  var result = 1
  for size in sizes {
    let (next, overflow) = result.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    result = next
  }
  return result
}
