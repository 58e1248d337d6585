import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitVolumes

@Suite struct NIfTIDecoderTests {
  /// Where each voxel goes, against a loop that says nothing but that; with sizes on both sides of a
  /// tile.
  @Test func everyOrientation() throws {
    var random = RandomStream(seed: 21, purpose: .tests)
    for (place, targets) in Self.permutations.enumerated() {
      for mirrored in 0..<8 {
        let directions = SIMD3(
          mirrored & 1 == 0 ? 1 : -1, mirrored & 2 == 0 ? 1 : -1, mirrored & 4 == 0 ? 1 : -1)
        let orientation = NIfTIOrientation(targets: targets, directions: directions)
        let extent =
          mirrored == place
          ? SIMD3(17, 16, 33)
          : SIMD3(
            Int.random(in: 1...20, using: &random), Int.random(in: 1...20, using: &random),
            Int.random(in: 1...20, using: &random))
        let columns = (0..<3).map { axis in
          var column = SIMD3<Double>()
          column[targets[axis]] = Double(directions[axis] * (axis + 1))
          return column
        }
        #expect(NIfTIOrientation(Affine(columns: columns)) == orientation)
        let header = NIfTIHeader(
          extent: extent, series: 2, type: .int16, voxels: 352, scaling: nil,
          steps: SIMD3(1, 1, 1), unit: nil, sform: Affine(columns: columns))
        let count = extent.x * extent.y * extent.z
        let numbers = (0..<2 * count).map { _ in Int16.random(in: .min ... .max, using: &random) }
        let file = header.bytes + [0, 0, 0, 0] + Self.littleEndian(numbers)
        let all = try NIfTIDecoder.volume(from: file, name: "x", choice: .all)
        let second = try NIfTIDecoder.volume(from: file, name: "x", choice: .one(1))
        #expect(all.extent == orientation.permuted(extent) && all.channels == 2)
        #expect(all.spacing == orientation.permuted(SIMD3(1, 2, 3)))
        var expected = [Float](repeating: .nan, count: 2 * count)
        for (index, number) in numbers.enumerated() {
          let (volume, voxel) = index.quotientAndRemainder(dividingBy: count)
          let stored = SIMD3(
            voxel % extent.x, voxel / extent.x % extent.y, voxel / (extent.x * extent.y))
          var target = SIMD3<Int>()
          for axis in 0..<3 {
            target[targets[axis]] =
              directions[axis] > 0 ? stored[axis] : extent[axis] - 1 - stored[axis]
          }
          let size = all.extent
          expected[((target.x * size.y + target.y) * size.z + target.z) * 2 + volume] =
            Float(number)
        }
        #expect(all.values == expected)
        #expect(second.values == stride(from: 1, to: 2 * count, by: 2).map { expected[$0] })
      }
    }
  }

  /// More voxels than are read at once, by slices and by lines.
  @Test(arguments: [SIMD3(2100, 1000, 3), SIMD3(2100, 2100, 2), SIMD3(5_000_000, 1, 1)])
  func severalPieces(extent: SIMD3<Int>) throws {
    let header = NIfTIHeader(
      version: .second, extent: extent, series: 1, type: .uint8, voxels: 540, scaling: nil,
      steps: SIMD3(1, 1, 1), unit: nil)
    let count = extent.x * extent.y * extent.z
    let numbers = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
    let volume = try NIfTIDecoder.volume(from: header.bytes + numbers, name: "x")
    #expect(volume.orientation == .stored && volume.extent == extent)
    var wrong = 0
    for z in 0..<extent.z {
      for y in 0..<extent.y {
        for x in 0..<extent.x
        where volume.values[(x * extent.y + y) * extent.z + z]
          != Float(numbers[(z * extent.y + y) * extent.x + x])
        { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test func choices() throws {
    let one = Self.file(series: 1)
    let three = Self.file(series: 3)
    #expect(try NIfTIDecoder.volume(from: one, name: "x", choice: .only).values.count == 24)
    #expect(try NIfTIDecoder.volume(from: one, name: "x", choice: .all).channels == 1)
    #expect(try NIfTIDecoder.volume(from: three, name: "x", choice: .all).channels == 3)
    for (file, count, choice) in [
      (one, 1, SeriesChoice.one(1)), (one, 1, .one(-1)), (three, 3, .only), (three, 3, .one(3)),
      (three, 3, .one(Int.min)), (three, 3, .one(Int.max)),
    ] {
      #expect(throws: VolumeFileError.series(name: "x", count: count, choice: choice)) {
        try NIfTIDecoder.volume(from: file, name: "x", choice: choice)
      }
    }
    // A volume is read where those behind it are missing.
    let cut = Array(three.dropLast(24 * 2))
    #expect(try NIfTIDecoder.volume(from: cut, name: "x", choice: .one(1)).values.count == 24)
    #expect(throws: VolumeFileError.self) {
      try NIfTIDecoder.volume(from: cut, name: "x", choice: .one(2))
    }
  }

  /// Cut at every byte, a file is refused with its sizes, plain and packed.
  @Test func everyPrefix() throws {
    for version in NIfTIHeader.Version.allCases {
      let file = Self.file(series: 2, version: version)
      let size = version.layout.size
      for count in file.indices {
        let error = #expect(throws: VolumeFileError.self, "\(count)") {
          try NIfTIDecoder.volume(from: Array(file.prefix(count)), name: "x", choice: .all)
        }
        let part =
          count < 4
          ? "NIfTI"
          : count < size
            ? "has \(size) bytes, and it ends after \(count)"
            : "reach to byte \(file.count), and it ends after \(count)"
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        // The same without its gzip layer being cut.
        let inside = #expect(throws: VolumeFileError.self, "\(count)") {
          try NIfTIDecoder.volume(
            from: Gzip.fold(Array(file.prefix(count))), name: "x", choice: .all)
        }
        #expect(inside == error)
      }
      let packed = Gzip.fold(file)
      let volume = try NIfTIDecoder.volume(from: packed, name: "x", choice: .all)
      #expect(try volume == NIfTIDecoder.volume(from: file, name: "x", choice: .all))
      for count in packed.indices {
        #expect(throws: VolumeFileError.self, "\(count)") {
          try NIfTIDecoder.volume(from: Array(packed.prefix(count)), name: "x", choice: .all)
        }
      }
      // The sum is at the end; only who reads the last volume comes there.
      for place in packed.count - 8..<packed.count {
        var wrong = packed
        wrong[place] ^= 1
        #expect(throws: VolumeFileError.self) {
          try NIfTIDecoder.volume(from: wrong, name: "x", choice: .one(1))
        }
        #expect(try NIfTIDecoder.volume(from: wrong, name: "x", choice: .one(0)).channels == 1)
      }
    }
  }

  @Test func valuesThatAreNotFinite() throws {
    let header = NIfTIHeader(
      extent: SIMD3(2, 1, 2), series: 1, type: .float32, voxels: 352, scaling: nil,
      steps: SIMD3(1, 1, 1), unit: nil)
    let file = header.bytes + [0, 0, 0, 0] + bytes([1, .nan, -.infinity, 2])
    #expect(throws: VolumeFileError.notFinite(name: "x", count: 2)) {
      try NIfTIDecoder.volume(from: file, name: "x")
    }
    // Numbers that the scaling drives beyond Float.
    var large = header
    large.type = .uint8
    large.scaling = NumberScaling(slope: 0x1p127, intercept: 0)
    #expect(throws: VolumeFileError.notFinite(name: "x", count: 3)) {
      try NIfTIDecoder.volume(from: large.bytes + [0, 0, 0, 0] + [2, 1, 2, 255], name: "x")
    }
  }

  static let permutations = [
    SIMD3(0, 1, 2), SIMD3(0, 2, 1), SIMD3(1, 0, 2), SIMD3(1, 2, 0), SIMD3(2, 0, 1), SIMD3(2, 1, 0),
  ]

  /// Of 2×3×4 voxels of int16.
  static func file(series: Int, version: NIfTIHeader.Version = .first) -> [UInt8] {
    let header = NIfTIHeader(
      version: version, extent: SIMD3(2, 3, 4), series: series, type: .int16,
      voxels: version.layout.size + 4, scaling: nil, steps: SIMD3(1, 2, 3), unit: .millimetre)
    return header.bytes + [0, 0, 0, 0] + littleEndian((0..<Int16(24 * series)).map { $0 })
  }

  private static func littleEndian(_ numbers: [Int16]) -> [UInt8] {
    numbers.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}
