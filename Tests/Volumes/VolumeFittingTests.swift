import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitVolumes

@Suite struct VolumeFittingTests {
  private func item(_ shape: [Int], _ value: (Int) -> UInt8 = { UInt8($0 % 251) }) -> Item {
    .array(NumberArray(shape: shape, bytes: (0..<shape.reduce(1, *)).map(value)[...]))
  }

  @Test func volumesThatAreAlikeKeepTheirGrid() throws {
    let items = (0..<5).map { _ in item([6, 7, 8]) }
    let frontEnd = try VolumeFrontEnd.fitted(to: items)
    #expect(frontEnd.extent == SIMD3(6, 7, 8) && frontEnd.fit == .stretched)
    #expect(frontEnd.normalization == .percentiles && frontEnd.channels == 1)
    #expect(frontEnd.spacing == SIMD3(repeating: 1))
  }

  @Test func masksKeepTheirValues() throws {
    let masks = [item([4, 4, 4]) { UInt8($0 % 2) }, item([4, 4, 4]) { UInt8($0 % 16) }]
    #expect(try VolumeFrontEnd.fitted(to: masks).normalization == .none)
    let levels = masks + [item([4, 4, 4]) { UInt8($0 % 2 * 255) }]
    #expect(try VolumeFrontEnd.fitted(to: levels).normalization == .percentiles)
  }

  @Test func otherExtentsGetTheUsualOne() throws {
    let items = [item([4, 4, 4]), item([8, 6, 4]), item([9, 9, 9])]
    let frontEnd = try VolumeFrontEnd.fitted(to: items)
    #expect(frontEnd.extent == SIMD3(8, 6, 4) && frontEnd.fit == .voxels)
  }

  /// By voxels they keep their shape, by millimetres they become cubes.
  @Test func longVoxelsAreKnown() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/long.nii"
    try VolumeFile.write(
      drawnVolume(SIMD3(8, 8, 4), spacing: SIMD3(0.5, 0.5, 5)), to: path)
    var choices = VolumeFrontEnd.Choices()
    choices.extent = SIMD3(4, 4, 4)
    choices.fit = .voxels
    let byVoxels = try VolumeFrontEnd.fitted(to: [.file(path)], choices: choices)
    #expect(byVoxels.spacing == SIMD3(1, 1, 10) && byVoxels.orientation == .stored)
    choices.fit = .millimetres
    #expect(
      try VolumeFrontEnd.fitted(to: [.file(path)], choices: choices).spacing == SIMD3(5, 5, 5))
    choices.fit = .stretched
    #expect(
      try VolumeFrontEnd.fitted(to: [.file(path)], choices: choices).spacing == SIMD3(1, 1, 5))
  }

  @Test func longAxesShrinkByOneFactor() throws {
    let frontEnd = try VolumeFrontEnd.fitted(to: [item([128, 32, 2])])
    #expect(frontEnd.extent == SIMD3(64, 16, 1) && frontEnd.spacing == SIMD3(2, 2, 2))
  }

  @Test func choicesWin() throws {
    var choices = VolumeFrontEnd.Choices()
    choices.extent = SIMD3(3, 4, 5)
    choices.spacing = SIMD3(2, 3, 4)
    choices.normalization = .training
    choices.resampling = .linear
    choices.series = .all
    let frontEnd = try VolumeFrontEnd.fitted(
      to: [item([2, 1, 1, 2]) { [1, 10, 3, 30][$0] }], choices: choices)
    #expect(frontEnd.extent == SIMD3(3, 4, 5) && frontEnd.fit == .spacing)
    #expect(frontEnd.spacing == SIMD3(2, 3, 4) && frontEnd.channels == 2)
    #expect(frontEnd.mean == [2, 20] && frontEnd.deviation == [1, 10])
    #expect(frontEnd.resampling == .linear && frontEnd.series == .all)
  }

  @Test func aSpacingThatIsAskedForDecidesTheExtent() throws {
    var choices = VolumeFrontEnd.Choices()
    choices.spacing = SIMD3(repeating: 2)
    // 20 and 200 voxels of a millimetre; what does not fit into 64 is cut off.
    let frontEnd = try VolumeFrontEnd.fitted(to: [item([20, 200, 1])], choices: choices)
    #expect(frontEnd.extent == SIMD3(10, 64, 1) && frontEnd.spacing == choices.spacing)
  }

  @Test func whatCannotBeReadIsPassedOver() throws {
    let bad: [Item] = [.text("no"), .file("missing.nii")]
    let frontEnd = try VolumeFrontEnd.fitted(to: bad + [item([5, 5, 5])])
    #expect(frontEnd.extent == SIMD3(5, 5, 5))
    #expect(throws: VolumeFrontEndError.self) { try VolumeFrontEnd.fitted(to: bad) }
    #expect(throws: VolumeFrontEndError.nothingReadable(count: 0, first: "")) {
      try VolumeFrontEnd.fitted(to: [])
    }
  }
}
