import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitVolumes

@Suite struct NumPyVolumeTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  /// Runs with a file that is removed afterwards.
  private func with<Result>(
    _ bytes: [UInt8], _ body: (String) throws -> Result
  ) throws -> Result {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "volume")
    try Data(bytes).write(to: file)
    return try body(file.path)
  }

  private func read(
    _ bytes: [UInt8], _ choice: SeriesChoice = .only, limits: VolumeLimits = VolumeLimits()
  ) throws -> Volume {
    try with(bytes) { try VolumeFile.read(path: $0, choice: choice, limits: limits) }
  }

  private func error(
    _ bytes: [UInt8], _ choice: SeriesChoice = .only, limits: VolumeLimits = VolumeLimits()
  ) throws -> VolumeFileError {
    try #require(throws: VolumeFileError.self) { try read(bytes, choice, limits: limits) }
  }

  private static func npy(_ type: String, _ shape: [Int], _ bytes: [UInt8]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined()
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes))}\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + bytes
  }

  /// Numbers from 0, lowest byte first.
  private static func floats(_ shape: [Int]) -> [UInt8] {
    npy("<f4", shape, (0..<shape.reduce(1, *)).flatMap { bytes(of: Float($0)) })
  }

  private static func bytes(of value: Float) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
  }

  /// By Python's `zipfile` 3.11 (`zipfile.ZipFile(..., "w")`), with the entries `a.npy` and, of the second,
  /// `b.npy`: `numpy.arange(8, dtype="uint8").reshape(2, 2, 2)`, deflated.
  private static let archives: (one: [UInt8], two: [UInt8]) = (
    [UInt8](
      Data(
        base64Encoded:
          "UEsDBBQAAAAIAAAAIQBhYP21TwAAAIgAAAAFAAAAYS5ucHmb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOg"
          + "npZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgogpKmjUKtAHuBiYGRiZmFlYwcAUEsBAhQDFAAAAAgA"
          + "AAAhAGFg/bVPAAAAiAAAAAUAAAAAAAAAAAAAAIABAAAAAGEubnB5UEsFBgAAAAABAAEAMwAAAHIAAAAAAA==")
        ?? Data()),
    [UInt8](
      Data(
        base64Encoded:
          "UEsDBBQAAAAIAAAAIQBhYP21TwAAAIgAAAAFAAAAYS5ucHmb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOg"
          + "npZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgogpKmjUKtAHuBiYGRiZmFlYwcAUEsDBBQAAAAIAAAA"
          + "IQBhYP21TwAAAIgAAAAFAAAAYi5ucHmb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOgnpZfVFKUmBefX5SS"
          + "ChJ3S8wpTgWKF2ckFqQC+RpGOgogpKmjUKtAHuBiYGRiZmFlYwcAUEsBAhQDFAAAAAgAAAAhAGFg/bVPAAAA"
          + "iAAAAAUAAAAAAAAAAAAAAIABAAAAAGEubnB5UEsBAhQDFAAAAAgAAAAhAGFg/bVPAAAAiAAAAAUAAAAAAAAA"
          + "AAAAAIABcgAAAGIubnB5UEsFBgAAAAACAAIAZgAAAOQAAAAAAA==") ?? Data())
  )

  @Test func threeAxes() throws {
    let volume = try read(Self.floats([2, 3, 4]))
    #expect(volume.extent == SIMD3(2, 3, 4) && volume.channels == 1)
    #expect(volume.orientation == .stored && volume.spacing == SIMD3(1, 1, 1))
    #expect(volume.values == (0..<24).map(Float.init))
    for choice in [SeriesChoice.all, .one(0)] {
      #expect(try read(Self.floats([2, 3, 4]), choice) == volume)
    }
    // Big-endian, of another type.
    let levels = try read(Self.npy(">i2", [1, 1, 2], [0xFF, 0xFE, 0x01, 0x00]))
    #expect(levels.values == [-2, 256])
  }

  @Test func series() throws {
    let file = Self.floats([2, 1, 2, 3])
    let all = try read(file, .all)
    #expect(all.extent == SIMD3(2, 1, 2) && all.channels == 3)
    #expect(all.values == (0..<12).map(Float.init))
    for place in 0..<3 {
      let one = try read(file, .one(place))
      #expect(one.channels == 1)
      #expect(one.values == (0..<4).map { Float(3 * $0 + place) })
    }
    for choice in [SeriesChoice.only, .one(3), .one(-1), .one(.max), .one(.min)] {
      guard case .series(_, 3, choice) = try error(file, choice) else {
        Issue.record("\(choice)")
        continue
      }
    }
    #expect(try read(Self.floats([2, 1, 2, 1])).values == [0, 1, 2, 3])
  }

  @Test func complexNumbersAreASeriesOfTwo() throws {
    let file = Self.npy(
      "<c8", [1, 1, 2], [Float(1), 2, 3, 4].flatMap(Self.bytes(of:)))
    #expect(try read(file, .all).values == [1, 2, 3, 4])
    #expect(try read(file, .one(1)).values == [2, 4])
    guard case .series(_, 2, .only) = try error(file) else {
      Issue.record("two parts in place of one")
      return
    }
  }

  @Test func otherAxes() throws {
    for shape in [[], [4], [2, 2], [2, 2, 0], [1, 1, 1, 0], [1, 1, 1, 1, 1]] {
      let error = try error(Self.floats(shape))
      guard case .unread(_, .numPy, let what, _) = error else {
        Issue.record("\(shape): \(error)")
        continue
      }
      #expect(what.contains("\(shape.count) axes"))
    }
  }

  @Test func whatIsBroken() throws {
    let file = Self.floats([2, 2, 2])
    for (bytes, reason) in [
      (Array(file.dropLast()), "it is cut short"), (file + [0], "it has 1 more byte"),
      (Self.npy("|O", [2, 2, 2], [0]), "it holds Python objects"),
      (Self.npy("|S1", [1, 1, 1], [0x61]), "it holds texts"),
    ] {
      guard case .broken(_, .numPy, let found) = try error(bytes) else {
        Issue.record("\(reason)")
        continue
      }
      #expect(found.hasPrefix(reason))
    }
    let odd = [Float.nan, .infinity, 1].flatMap(Self.bytes(of:))
    guard case .notFinite(_, 2) = try error(Self.npy("<f4", [1, 1, 3], odd)) else {
      Issue.record("values that are not finite")
      return
    }
  }

  @Test func limits() throws {
    let limits = VolumeLimits(values: 7)
    let path = folder.appending(path: "volume").path
    #expect(
      try error(Self.floats([2, 2, 2]), limits: limits)
        == .tooLarge(name: path, extent: [2, 2, 2], limit: 7))
    #expect(try read(Self.floats([1, 7, 1]), limits: limits).values.count == 7)
    // Two numbers each.
    let pairs = Self.npy("<c8", [2, 2, 1], [UInt8](repeating: 0, count: 32))
    #expect(
      try error(pairs, .all, limits: limits)
        == .tooLarge(name: path, extent: [2, 2, 1, 2], limit: 7))
  }

  @Test func archives() throws {
    let volume = try read(Self.archives.one)
    #expect(volume.extent == SIMD3(2, 2, 2) && volume.values == (0..<8).map(Float.init))
    let error = try error(Self.archives.two)
    guard case .unread(_, .numPyArchive, let what, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(what == "the arrays a, b")
    for count in 4..<Self.archives.one.count {
      guard
        case .broken(_, .numPyArchive, _) = try self.error(Array(Self.archives.one.prefix(count)))
      else {
        Issue.record("cut at \(count)")
        continue
      }
    }
  }

  @Test func information() throws {
    let found = try with(Self.floats([2, 3, 4, 5])) { try VolumeFile.information(path: $0) }
    #expect(found.extent == SIMD3(2, 3, 4) && found.series == 5 && found.type == .float32)
    #expect(found.orientation == .stored && found.storedAxes == nil && found.unit == nil)
    let packed = try with(Self.archives.one) { try VolumeFile.information(path: $0) }
    #expect(packed.extent == SIMD3(2, 2, 2) && packed.series == 1 && packed.type == .uint8)
    #expect(throws: VolumeFileError.self) {
      try with(Self.floats([2, 2])) { try VolumeFile.information(path: $0) }
    }
  }
}
