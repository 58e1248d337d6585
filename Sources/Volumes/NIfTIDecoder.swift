import ConvKitFiles

/// Reads NIfTI files, plain or packed by gzip, as volumes whose axes go to the right, front and head.
///
/// A file that says neither by its sform nor by its qform where its axes lead keeps them as they are
/// stored. One that says something impossible is refused: a guess could take left for right.
///
/// By our own code, for the C library of the format (nifti_clib) allocates what a header claims and follows
/// its offsets unchecked, as open reports to it say, and files come from anywhere.
enum NIfTIDecoder {
  /// Reads a file; of a plain one only the volumes that are chosen.
  ///
  /// - Throws: `VolumeFileError`, `FileError`.
  static func volume(
    path: String, choice: SeriesChoice = .only, limits: VolumeLimits = VolumeLimits()
  ) throws -> Volume {
    if try isPacked(BoundedFile.readStart(path: path, count: 2)) {
      return try volume(
        unfolding: BoundedFile.read(path: path, limit: limits.bytes), name: path, choice: choice,
        limits: limits)
    }
    var file = try FileBytes(path: path)
    return try volume(from: &file, name: path, choice: choice, limits: limits)
  }

  /// Reads the bytes of a file.
  ///
  /// - Throws: `VolumeFileError`.
  static func volume(
    from bytes: [UInt8], name: String, choice: SeriesChoice = .only,
    limits: VolumeLimits = VolumeLimits()
  ) throws -> Volume {
    if isPacked(bytes) {
      return try volume(unfolding: bytes, name: name, choice: choice, limits: limits)
    }
    var bytes = BytesInMemory(bytes)
    return try volume(from: &bytes, name: name, choice: choice, limits: limits)
  }

  /// What the header says.
  ///
  /// - Throws: `VolumeFileError`, `FileError`; what follows the header is not looked at.
  static func information(
    path: String, limits: VolumeLimits = VolumeLimits()
  ) throws -> VolumeInformation {
    // A gzip file begins with up to 64 KiB of what a program likes to add, and a name.
    let start = try BoundedFile.readStart(path: path, count: 1 << 17)
    let header = try NIfTIHeader(
      start: isPacked(start)
        ? wrapping(path) { try unfoldedStart(start) } : start,
      name: path)
    let grid = try NIfTIGrid(header, name: path)
    _ = try grid.count(volumes: 1, limits: limits, name: path)
    return VolumeInformation(
      extent: grid.extent, spacing: grid.spacing,
      orientation: grid.isKnown ? .anatomical : .stored,
      storedAxes: grid.isKnown ? grid.orientation.letters : nil, unit: header.unit,
      series: header.series, type: header.type)
  }

  private static func isPacked(_ start: [UInt8]) -> Bool { start.starts(with: [0x1F, 0x8B]) }

  private static func unfoldedStart(_ packed: [UInt8]) throws -> [UInt8] {
    var gzip = try Gzip(packed)
    return try gzip.read(upTo: NIfTILayout.second.size)
  }

  private static func wrapping<Result>(
    _ name: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as GzipError {
      throw VolumeFileError.broken(
        name: name, format: .nifti, reason: "the gzip file \(error)")
    }
  }

  private static func volume(
    unfolding packed: [UInt8], name: String, choice: SeriesChoice, limits: VolumeLimits
  ) throws -> Volume {
    try wrapping(name) {
      var gzip = try Gzip(packed)
      return try volume(from: &gzip, name: name, choice: choice, limits: limits)
    }
  }

  /// How much may stand behind the voxels of a packed file, whose sum is only at its very end.
  static let mostBehind = 1 << 20

  private static func volume(
    from bytes: inout some ForwardBytes & ~Copyable, name: String, choice: SeriesChoice,
    limits: VolumeLimits
  ) throws -> Volume {
    var start = try bytes.read(upTo: NIfTILayout.first.size)
    start += try bytes.read(upTo: NIfTIHeader.size(start) - start.count)
    let header = try NIfTIHeader(start: start, name: name)
    let grid = try NIfTIGrid(header, name: name)
    let places = try chosen(choice, of: header.series, name: name)
    let count = try grid.count(volumes: places.count, limits: limits, name: name)
    let voxels = try NIfTIVoxels(header, places: places, limits: limits, name: name)
    if let size = bytes.size {
      if size < voxels.end { throw voxels.missing(after: size, name: name) }
    } else if voxels.end > limits.bytes {
      throw FileError.tooLarge(path: name, size: voxels.end, limit: limits.bytes)
    }
    try voxels.begin(&bytes, behind: start.count, name: name)

    let placement = VoxelPlacement(
      extent: header.extent, channels: places.count, orientation: grid.orientation)
    var infinite = 0
    let values = try [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      for channel in 0..<places.count {
        for piece in voxels.pieces {
          let numbers = try voxels.read(piece, ofVolume: channel, from: &bytes, name: name)
          infinite += notFinite(numbers)
          placement.place(
            numbers, rows: piece.rows, slices: piece.slices, channel: channel, into: buffer)
        }
      }
      filled = count
    }
    if places.upperBound == header.series, bytes.size == nil {
      guard try bytes.skip(mostBehind + 1) <= mostBehind else {
        throw VolumeFileError.broken(
          name: name, format: .nifti,
          reason: "it unfolds to more than \(mostBehind) bytes behind its voxels")
      }
    }
    guard infinite == 0 else { throw VolumeFileError.notFinite(name: name, count: infinite) }
    return Volume(
      extent: grid.extent, channels: places.count, spacing: grid.spacing,
      orientation: grid.isKnown ? .anatomical : .stored, values: values)
  }

  private static func chosen(
    _ choice: SeriesChoice, of series: Int, name: String
  ) throws(VolumeFileError) -> Range<Int> {
    switch choice {
    case .only where series == 1: return 0..<1
    case .one(let place) where (0..<series).contains(place): return place..<place + 1
    case .all: return 0..<series
    default: throw .series(name: name, count: series, choice: choice)
    }
  }

  private static func notFinite(_ numbers: [Float]) -> Int {
    // At most as many as a piece has. An exponent of all ones carries into the place of the sign, which
    // needs no branch.
    var count: UInt32 = 0
    for number in numbers {
      count &+= ((number.bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000) >> 31
    }
    return Int(count)
  }
}
