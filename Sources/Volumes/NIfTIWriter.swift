import ConvKitFiles

/// Writes volumes as NIfTI files.
public enum NIfTIWriter {
  /// The bytes of a NIfTI file, lowest byte of a number first; channels become a series.
  ///
  /// Of the first version, unless an extent is beyond its numbers. Anatomical axes are
  /// stated by an sform, which begins at the origin; of stored ones only the spacing is.
  ///
  /// - Parameter type: `.float32` keeps every value, and so do `.uint8` and `.int16` where all values
  ///   are integers of their range. Others are scaled to the range, and come back with an error of up
  ///   to half of a 255th or 65,535th of the span of all values.
  /// - Precondition: the type is one of the three; the values are finite if it is an integer type.
  public static func bytes(of volume: Volume, type: NumberType = .float32) -> [UInt8] {
    let isLarge = max(volume.extent.max(), volume.channels) > Int(Int16.max)
    return bytes(of: volume, type: type, isSecond: isLarge)
  }

  /// The same in the version that is asked for.
  ///
  /// - Precondition: the first version can hold the extent, if it is asked for.
  package static func bytes(of volume: Volume, type: NumberType, isSecond: Bool) -> [UInt8] {
    let version: NIfTIHeader.Version = isSecond ? .second : .first
    // Behind the header stand four zeros: there are no extensions. The place is a multiple of 16.
    let start = version.layout.size + 4
    var scaling: NumberScaling?
    let voxels: [UInt8]
    switch type {
    case .uint8:
      scaling = self.scaling(volume.values, into: UInt8.self, version)
      voxels = numbers(of: volume) { stored($0, scaling, UInt8.self) }
    case .int16:
      scaling = self.scaling(volume.values, into: Int16.self, version)
      voxels = numbers(of: volume) { UInt16(bitPattern: stored($0, scaling, Int16.self)) }
    case .float32: voxels = numbers(of: volume) { $0.bitPattern }
    default: preconditionFailure("volumes are not written as \(type.rawValue)")
    }
    let (x, y, z) = (volume.spacing.x, volume.spacing.y, volume.spacing.z)
    let header = NIfTIHeader(
      version: version, extent: volume.extent, series: volume.channels, type: type, voxels: start,
      scaling: scaling, steps: volume.spacing, unit: .millimetre,
      sform: volume.orientation == .anatomical
        ? Affine(columns: [SIMD3(x, 0, 0), SIMD3(0, y, 0), SIMD3(0, 0, z)]) : nil)
    return header.bytes + [0, 0, 0, 0] + voxels
  }

  /// [channel, z, y, x], each number's lowest byte first.
  private static func numbers<Bits: FixedWidthInteger>(
    of volume: Volume, _ number: (Float) -> Bits
  ) -> [UInt8] {
    let (extent, channels) = (volume.extent, volume.channels)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(volume.values.count * MemoryLayout<Bits>.size)
    for channel in 0..<channels {
      for z in 0..<extent.z {
        for y in 0..<extent.y {
          for x in 0..<extent.x {
            let place = ((x * extent.y + y) * extent.z + z) * channels + channel
            var bits = number(volume.values[place])
            for _ in 0..<MemoryLayout<Bits>.size {
              bytes.append(UInt8(truncatingIfNeeded: bits))
              bits >>= 8
            }
          }
        }
      }
    }
    return bytes
  }

  /// Nil where all values are integers of the type. In numbers that the header can hold.
  private static func scaling<Integer: FixedWidthInteger>(
    _ values: [Float], into _: Integer.Type, _ version: NIfTIHeader.Version
  ) -> NumberScaling? {
    precondition(values.allSatisfy(\.isFinite), "values that are not finite have no integer")
    if values.allSatisfy({ Integer(exactly: $0) != nil }) { return nil }
    let (least, most) = (Double(values.min() ?? 0), Double(values.max() ?? 0))
    let step = (most - least) / Double(Int(Integer.max) - Int(Integer.min))
    // Towards zero, for the largest value of Float must not come back beyond it.
    let slope = max(
      version == .first ? roundedDown(step) : step, Double(Float.leastNormalMagnitude))
    let intercept = least - slope * Double(Integer.min)
    return NumberScaling(
      slope: slope, intercept: version == .first ? Double(Float(intercept)) : intercept)
  }

  /// The next Float that is not above it.
  private static func roundedDown(_ number: Double) -> Double {
    let nearest = Float(number)
    return Double(Double(nearest) > number ? nearest.nextDown : nearest)
  }

  private static func stored<Integer: FixedWidthInteger>(
    _ value: Float, _ scaling: NumberScaling?, _: Integer.Type
  ) -> Integer {
    guard let scaling else { return Integer(value) }
    let number = ((Double(value) - scaling.intercept) / scaling.slope).rounded()
    return Integer(max(Double(Integer.min), min(number, Double(Integer.max))))
  }
}
