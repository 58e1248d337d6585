import ConvKitFiles

/// Volumes from arrays of NumPy.
enum NumPyVolume {
  /// The volume of a `.npy` file, or of an `.npz` file of one array.
  ///
  /// - Parameter format: which of the two it is.
  /// - Throws: `VolumeFileError`.
  static func volume(
    from bytes: [UInt8], format: VolumeFormat, choice: SeriesChoice, limits: VolumeLimits,
    name: String
  ) throws -> Volume {
    try volume(
      of: array(bytes, format, limits, name), choice: choice, limits: limits, name: name,
      format: format)
  }

  /// What the same file says of its volume.
  ///
  /// - Throws: `VolumeFileError`.
  static func information(
    from bytes: [UInt8], format: VolumeFormat, limits: VolumeLimits, name: String
  ) throws -> VolumeInformation {
    let array = try array(bytes, format, limits, name)
    let (extent, series) = try axes(of: array, name, format)
    return VolumeInformation(
      extent: extent, spacing: SIMD3(repeating: 1), orientation: .stored, storedAxes: nil,
      unit: nil, series: series, type: array.type)
  }

  private static func array(
    _ bytes: [UInt8], _ format: VolumeFormat, _ limits: VolumeLimits, _ name: String
  ) throws -> NumberArray {
    func broken(_ reason: any Error) -> VolumeFileError {
      .broken(name: name, format: format, reason: "it \(reason)")
    }
    do {
      let array: NumPyArray
      if format == .numPy {
        array = try NumPyArray(bytes, limit: limits.values)
      } else {
        let archive = try NumPyArchive(bytes)
        guard let first = archive.names.first, archive.names.count == 1 else {
          throw VolumeFileError.unread(
            name: name, format: format,
            what: "the arrays \(FileName.printable(list: archive.names))",
            remedy: "save the one that is meant in a file of its own")
        }
        array = try archive.array(first, limit: limits.values)
      }
      guard case .numbers(let numbers) = array else { throw NumPyError.elements("texts") }
      return numbers
    } catch NumPyError.tooLarge(let shape, let limit) {
      throw VolumeFileError.tooLarge(name: name, extent: shape, limit: limit)
    } catch let error as NumPyError {
      throw broken(error)
    } catch let error as ZipError {
      throw broken(error)
    }
  }

  /// The voxels along each axis, and how many volumes there are.
  private static func axes(
    of array: NumberArray, _ name: String, _ format: VolumeFormat
  ) throws -> (SIMD3<Int>, series: Int) {
    let shape = array.shape
    guard 3...4 ~= shape.count, !shape.contains(0) else {
      throw VolumeFileError.unread(
        name: name, format: format,
        what: "an array of \(shape.count) axes, \(shape.map(String.init).joined(separator: "×"))",
        remedy: "a volume has three, or four of which the last is a series")
    }
    return (SIMD3(shape[0], shape[1], shape[2]), shape.count == 4 ? shape[3] : 1)
  }

  /// The volume that an array is: [first axis, second, third], or with a fourth a series.
  ///
  /// - Throws: `VolumeFileError`.
  static func volume(
    of array: NumberArray, choice: SeriesChoice, limits: VolumeLimits, name: String,
    format: VolumeFormat = .numPy
  ) throws -> Volume {
    let (extent, count) = try axes(of: array, name, format)
    guard array.bytes.count / array.type.size <= limits.values else {
      throw VolumeFileError.tooLarge(name: name, extent: array.shape, limit: limits.values)
    }
    var values = array.floats
    let channels: Int
    switch choice {
    case .only where count == 1: channels = 1
    case .all: channels = count
    case .one(let place) where (0..<count).contains(place):
      values = stride(from: place, to: values.count, by: count).map { values[$0] }
      channels = 1
    case .only, .one:
      throw VolumeFileError.series(name: name, count: count, choice: choice)
    }
    let odd = values.count { !$0.isFinite }
    guard odd == 0 else { throw VolumeFileError.notFinite(name: name, count: odd) }
    return Volume(extent: extent, channels: channels, values: values)
  }
}
