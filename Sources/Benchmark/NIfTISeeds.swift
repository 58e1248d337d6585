import ConvKit

/// Small NIfTI files of both versions and byte orders, of many types of number, with each of the ways in
/// which a file says where its axes lead.
enum NIfTISeeds {
  static let all: [MutantSeed] = {
    var seeds: [(String, [UInt8])] = [
      ("first", file(.float32)), ("first-uint8", file(.uint8)), ("first-int16", file(.int16)),
      ("first-series", file(.float32, channels: 2)), ("first-scaled", file(.uint8, step: 0.3)),
      ("second", file(.float32, isSecond: true)), ("second-int16", file(.int16, isSecond: true)),
      ("first-qform", turned(file(.float32))),
      ("second-qform", turned(file(.float32, isSecond: true))),
      ("first-stored", file(.float32, orientation: .stored)),
    ]
    // (name, code, bytes of a number): nifti1.h, "NIFTI_TYPE".
    for (name, code, size) in [
      ("int32", 8, 4), ("float64", 64, 8), ("int8", 256, 1), ("uint16", 512, 2), ("uint32", 768, 4),
      ("int64", 1024, 8), ("uint64", 1280, 8), ("float128", 1536, 16),
    ] {
      for isSecond in [false, true] where !isSecond || size > 2 {
        seeds.append(
          ("\(isSecond ? "second" : "first")-\(name)", retyped(code, size, isSecond: isSecond)))
      }
    }
    return seeds.map { MutantSeed(name: "\($0.0).nii", bytes: $0.1) }
      + seeds.filter { ["first", "second", "first-int16", "second-float64"].contains($0.0) }
      .map { MutantSeed(name: "\($0.0)-big.nii", bytes: swapped($0.1)) }
  }()

  /// With the header's size and the mark set right, which decide what is read at all.
  static func repaired(_ mutant: [UInt8], of seed: [UInt8]) -> [UInt8] {
    var mutant = mutant
    for place in marks(of: seed) where mutant.indices.contains(place) {
      mutant[place] = seed[place]
    }
    return mutant
  }

  static func isIntact(_ mutant: [UInt8], of seed: [UInt8]) -> Bool {
    marks(of: seed).allSatisfy { $0 < mutant.count && mutant[$0] == seed[$0] }
  }

  /// Where the bytes of the header's size and of the mark stand.
  private static func marks(of file: [UInt8]) -> [Int] {
    (isSecond(file) ? Array(0..<12) : Array(0..<4) + Array(344..<348)).filter { $0 < file.count }
  }

  private static func isSecond(_ file: [UInt8]) -> Bool {
    file.dropFirst(4).starts(with: Array("n+2".utf8))
  }

  private static let extent = SIMD3(4, 3, 2)

  private static func file(
    _ type: NumberType, channels: Int = 1, step: Float = 1, isSecond: Bool = false,
    orientation: Volume.Orientation = .anatomical
  ) -> [UInt8] {
    let count = extent.x * extent.y * extent.z * channels
    return NIfTIWriter.bytes(
      of: Volume(
        extent: extent, channels: channels, spacing: SIMD3(1, 2, 3),
        orientation: orientation, values: (0..<count).map { Float($0) * step }),
      type: type, isSecond: isSecond)
  }

  /// The same numbers in another type.
  private static func retyped(_ code: Int, _ size: Int, isSecond: Bool) -> [UInt8] {
    let count = extent.x * extent.y * extent.z
    let start = file(.uint8, isSecond: isSecond).dropLast(count)
    var file = Array(start)
    let place = isSecond ? 12 : 70
    file.replaceSubrange(
      place..<place + 4, with: [code, size * 8].flatMap { bytes(UInt64($0), 2) })
    for value in 0..<count {
      switch code {
      case 64: file += bytes(Double(value).bitPattern, 8)
      // Binary128 has the sign, 15 bits of exponent, of which 1023 become 16383, and a longer fraction.
      case 1536:
        let bits = Double(value).bitPattern
        let rise: UInt64 = value == 0 ? 0 : (16383 - 1023) << 48
        file += bytes(bits << 60, 8) + bytes(bits >> 4 + rise, 8)
      default: file += bytes(UInt64(value), size)
      }
    }
    return file
  }

  /// With a quaternion in place of the affine: half a turn about the second axis.
  private static func turned(_ file: [UInt8]) -> [UInt8] {
    var file = file
    let (codes, codeSize, quaternion, one) =
      isSecond(file)
      ? (344, 4, 352, bytes(1.0.bitPattern, 8))
      : (252, 2, 256, bytes(UInt64(Float(1).bitPattern), 4))
    file.replaceSubrange(
      codes..<codes + 2 * codeSize, with: bytes(1, codeSize) + bytes(0, codeSize))
    let second = quaternion + one.count
    file.replaceSubrange(second..<second + one.count, with: one)
    return file
  }

  /// With the highest byte of every number first. Fields: nifti1.h and nifti2.h.
  private static func swapped(_ file: [UInt8]) -> [UInt8] {
    let isSecond = isSecond(file)
    // (place, bytes of a number, how many).
    let fields =
      isSecond
      ? [
        (0, 4, 1), (12, 2, 2), (16, 8, 8), (80, 8, 20), (344, 4, 2), (352, 8, 18), (496, 4, 3),
      ]
      : [
        (0, 4, 1), (32, 4, 1), (36, 2, 1), (40, 2, 8), (56, 4, 3), (68, 2, 4), (76, 4, 11),
        (120, 2, 1), (124, 4, 6), (252, 2, 2), (256, 4, 18),
      ]
    let place = isSecond ? 14 : 72
    let size = (Int(file[place]) | Int(file[place + 1]) << 8) / 8
    let start = isSecond ? 544 : 352
    var swapped = file
    for (place, size, count) in fields + [(start, size, (file.count - start) / size)] {
      for number in 0..<count {
        let range = place + number * size..<place + (number + 1) * size
        swapped.replaceSubrange(range, with: file[range].reversed())
      }
    }
    return swapped
  }

  private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
