import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitVolumes

@Suite struct NIfTIWriterTests {
  private static func volume(
    channels: Int, orientation: Volume.Orientation, _ random: inout RandomStream,
    value: (inout RandomStream) -> Float
  ) -> Volume {
    let extent = SIMD3(3, 4, 5)
    return Volume(
      extent: extent, channels: channels, spacing: SIMD3(0.5, 1.25, 3), orientation: orientation,
      values: (0..<60 * channels).map { _ in value(&random) })
  }

  @Test(arguments: [1, 3], [Volume.Orientation.anatomical, .stored])
  func everyVolumeComesBack(channels: Int, orientation: Volume.Orientation) throws {
    var random = RandomStream(seed: 31, purpose: .tests)
    let real = Self.volume(channels: channels, orientation: orientation, &random) {
      $0.uniform(in: -7...5)
    }
    let integers = Self.volume(channels: channels, orientation: orientation, &random) {
      Float(Int.random(in: 0...255, using: &$0))
    }
    func again(_ volume: Volume, _ type: NumberType) throws -> Volume {
      try NIfTIDecoder.volume(
        from: NIfTIWriter.bytes(of: volume, type: type), name: "x", choice: .all)
    }
    #expect(try again(real, .float32) == real)
    for type in [NumberType.uint8, .int16, .float32] {
      #expect(try again(integers, type) == integers)
    }
    let span = Double((real.values.max() ?? 0) - (real.values.min() ?? 0))
    for (type, steps) in [(NumberType.uint8, 255.0), (.int16, 65535)] {
      let found = try again(real, type)
      #expect(found.spacing == real.spacing && found.orientation == orientation)
      for (a, b) in zip(found.values, real.values) {
        // Half a step, and the roundings to Float of slope and intercept, both times 2^15 at most, and
        // of the result.
        #expect(abs(Double(a - b)) <= span / steps * 0.5 + 4 * 12 * 0x1p-24)
      }
    }
  }

  @Test func extremes() throws {
    let constant = Volume(extent: SIMD3(2, 1, 1), values: [0.3, 0.3])
    let least = Volume(extent: SIMD3(2, 1, 1), values: [0, .leastNonzeroMagnitude])
    let most = Volume(
      extent: SIMD3(2, 1, 1), values: [-.greatestFiniteMagnitude, .greatestFiniteMagnitude])
    for type in [NumberType.uint8, .int16] {
      func again(_ volume: Volume) throws -> [Float] {
        try NIfTIDecoder.volume(from: NIfTIWriter.bytes(of: volume, type: type), name: "x").values
      }
      #expect(try again(constant) == constant.values)
      for value in try again(least) { #expect(abs(value) <= .leastNormalMagnitude) }
      let found = try again(most)
      #expect(found[0] < -0x1.FEp127 && found[1] > 0x1.FEp127)
    }
  }

  @Test func whatTheFirstVersionCannotHold() throws {
    let long = Volume(extent: SIMD3(1, 1, 32768), values: [Float](repeating: 1, count: 32768))
    let far = Volume(extent: SIMD3(1, 1, 1), spacing: SIMD3(0x1p20, 1, 0x1p-20), values: [1])
    let short = Volume(extent: SIMD3(1, 1, 32767), values: [Float](repeating: 1, count: 32767))
    for (volume, size) in [(long, 540), (far, 348), (short, 348)] {
      let bytes = NIfTIWriter.bytes(of: volume)
      #expect(NIfTIHeader.size(bytes) == size)
      #expect(try NIfTIDecoder.volume(from: bytes, name: "x") == volume)
    }
  }

  @Test func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    var random = RandomStream(seed: 32, purpose: .tests)
    let volume = Self.volume(channels: 1, orientation: .anatomical, &random) { $0.uniform() }
    for name in ["a.nii", "a.nii.gz"] {
      let path = folder.appending(path: name).path
      try VolumeFile.write(volume, to: path)
      #expect(try VolumeFile.read(path: path) == volume)
      let first = try Data(contentsOf: URL(filePath: path))
      #expect((first.first == 0x1F) == name.hasSuffix(".gz"))
      try VolumeFile.write(volume, to: path)
      #expect(try Data(contentsOf: URL(filePath: path)) == first)
      let head = try VolumeFile.information(path: path)
      #expect(
        head
          == VolumeInformation(
            extent: volume.extent, spacing: volume.spacing, orientation: .anatomical,
            storedAxes: "RAS", unit: .millimetre, series: 1, type: .float32))
    }
    #expect(throws: FileError.self) {
      try VolumeFile.write(volume, to: folder.appending(path: "a.img").path)
    }
    // Without a mark, and with nothing in it.
    let path = folder.appending(path: "b.nii").path
    var bytes = NIfTIWriter.bytes(of: volume)
    bytes[344] = 0
    try Data(bytes).write(to: URL(filePath: path))
    let error = #expect(throws: VolumeFileError.self) { try VolumeFile.read(path: path) }
    #expect(error?.description.contains("Analyze") == true)
    try Data().write(to: URL(filePath: path))
    #expect(throws: VolumeFileError.notAVolume(name: path, start: [])) {
      try VolumeFile.read(path: path)
    }
  }
}
