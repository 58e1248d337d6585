import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitVolumes

@Suite struct NIfTIGoldenTests {
  @Test func samplesOfNibabel() throws {
    let folder = "../shared/data/nifti"
    guard FileManager.default.fileExists(atPath: folder) else {
      print("Skipped: there is no \(folder).")
      return
    }
    for sample in NibabelGoldens.all.samples {
      let path = "\(folder)/\(sample.name)"
      let head = try VolumeFile.information(path: path)
      #expect(head.extent == sample.extent && head.storedAxes == sample.axes)
      #expect(head.series == sample.volumes.count && head.orientation == .anatomical)
      #expect(head.type == .int16 && head.unit == .millimetre)
      let all = try VolumeFile.read(path: path, choice: .all)
      #expect(all.channels == sample.volumes.count)
      for (place, expected) in sample.volumes.enumerated() {
        let volume = try VolumeFile.read(path: path, choice: .one(place))
        #expect(volume.extent == sample.extent && volume.orientation == .anatomical)
        expectEqual(volume.spacing, sample.spacing, sample.name)
        #expect(volume.spacing == head.spacing)
        #expect(checksum(bytes(volume.values)) == expected.checksum)
        #expect(volume.values.min() == expected.least && volume.values.max() == expected.most)
        let mean = volume.values.reduce(0) { $0 + Double($1) } / Double(volume.values.count)
        // Both add as many float64 in some order: 300,000 roundings of 2^-53 at most.
        #expect(abs(mean - expected.mean) <= 4e-11 * abs(expected.mean))
        let channel = stride(from: place, to: all.values.count, by: all.channels)
        #expect(channel.map { all.values[$0] } == volume.values)
      }
    }
  }

  @Test func everyTypeOrderAndVersion() throws {
    let files = NibabelGoldens.all.small
    // Eleven types, two byte orders, two versions, twice.
    #expect(files.count == 88 && Set(files.map(\.name)).count == 44)
    for file in files {
      let packed = Array(file.file)
      var gzip = try Gzip(packed)
      let plain = try gzip.read(upTo: 1 << 20)
      for content in [packed, plain] {
        let volume = try NIfTIDecoder.volume(from: content, name: file.name)
        #expect(volume.extent == file.extent && volume.channels == 1)
        #expect(volume.orientation == (file.axes == nil ? .stored : .anatomical))
        expectEqual(volume.spacing, file.spacing, file.name)
        #expect(bytes(volume.values) == Array(file.values), "\(file.name)")
      }
      let header = try NIfTIHeader(start: plain, name: file.name)
      #expect(header.type.rawValue == file.type)
      #expect(
        "\(file.type)\(header.isBigEndian ? ">" : "<")\(header.version.rawValue)" == file.name)
      let grid = try NIfTIGrid(header, name: file.name)
      #expect(!grid.isKnown && file.axes == nil || grid.orientation.letters == file.axes)
    }
  }

  @Test func tenThousandAffines() throws {
    var affines = AffineSequence()
    let targets = [
      SIMD3(0, 1, 2), SIMD3(0, 2, 1), SIMD3(1, 0, 2), SIMD3(1, 2, 0), SIMD3(2, 0, 1),
      SIMD3(2, 1, 0),
    ]
    var found = ""
    for _ in 0..<10_000 {
      let orientation = try #require(NIfTIOrientation(affines.next()))
      let place = try #require(targets.firstIndex(of: orientation.targets))
      let mirrored = (0..<3).reduce(0) { $0 | (orientation.directions[$1] < 0 ? 1 << $1 : 0) }
      found.unicodeScalars.append(Unicode.Scalar(UInt8(48 + place * 8 + mirrored)))
    }
    #expect(found == NibabelGoldens.all.orientations)
    #expect(Set(found).count == 48)
  }

  /// To the rounding of a few float64 operations.
  private func expectEqual(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ name: String) {
    for axis in 0..<3 { #expect(abs(a[axis] - b[axis]) <= 1e-14 * b[axis], "\(name)") }
  }
}
