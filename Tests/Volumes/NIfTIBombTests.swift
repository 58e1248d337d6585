import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitVolumes

/// Files that claim or unfold to more than they should.
@Suite struct NIfTIBombTests {
  /// A gibibyte of zeros in about a mebibyte: what is not asked for is not unfolded.
  private static let zeros: [UInt8] = {
    // Members may follow one another.
    let member = Gzip.fold([UInt8](repeating: 0, count: 1 << 26))
    return (0..<16).flatMap { _ in member }
  }()

  private static func header(_ extent: SIMD3<Int>, series: Int = 1) -> NIfTIHeader {
    NIfTIHeader(
      version: .second, extent: extent, series: series, type: .uint8, voxels: 544, scaling: nil,
      steps: SIMD3(1, 1, 1), unit: nil)
  }

  private static func packed(_ header: NIfTIHeader) -> [UInt8] {
    Gzip.fold(header.bytes + [0, 0, 0, 0]) + zeros
  }

  @Test func moreBehindTheVoxels() throws {
    #expect(Self.zeros.count < 2 << 20)
    let file = Self.packed(Self.header(SIMD3(10, 10, 10), series: 2))
    // Nothing is looked at behind the first of two.
    let volume = try NIfTIDecoder.volume(from: file, name: "x", choice: .one(0))
    #expect(volume.values.count == 1000)
    for choice in [SeriesChoice.one(1), .all] {
      let error = #expect(throws: VolumeFileError.self) {
        try NIfTIDecoder.volume(from: file, name: "x", choice: choice)
      }
      #expect(error?.description.contains("behind its voxels") == true)
    }
  }

  @Test func claims() throws {
    // Beyond the limit.
    let large = Self.packed(Self.header(SIMD3(1024, 1024, 129)))
    #expect(
      throws: VolumeFileError.tooLarge(name: "x", extent: [1024, 1024, 129], limit: 1 << 27)
    ) { try NIfTIDecoder.volume(from: large, name: "x") }
    // Within it, but far back in a series.
    let far = Self.packed(Self.header(SIMD3(1024, 1024, 128), series: 30))
    let error = #expect(throws: FileError.self) {
      try NIfTIDecoder.volume(from: far, name: "x", choice: .one(20))
    }
    #expect(error?.description.contains("at most \(VolumeLimits().bytes)") == true)
    // The voxels begin behind all that may be.
    var behind = Self.header(SIMD3(10, 10, 10))
    behind.voxels = 1 << 40
    #expect(throws: FileError.self) {
      try NIfTIDecoder.volume(from: Self.packed(behind), name: "x")
    }
  }
}
