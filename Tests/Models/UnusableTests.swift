import ConvKitDrawing
import ConvKitFiles
import ConvKitNetworks
import Foundation
import Testing

@testable import ConvKitModels

@Suite struct UnusableTests {
  /// Files of these contents below `labels`, in all parts.
  private func dataSet(
    _ files: [(name: String, bytes: [UInt8])], in folder: TemporaryFolder
  ) throws -> DataSet {
    for (name, bytes) in files {
      let url = URL(fileURLWithPath: "\(folder.path)/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    }
    return try DataSet.read(folder.path, for: .evaluation)
  }

  private func picture() throws -> [UInt8] {
    try Picture(width: 3, height: 5, pixels: Array(repeating: SIMD4(1, 2, 3, 255), count: 15)).png()
  }

  @Test func everyBadFileOfEveryPartIsNamed() throws {
    let folder = try TemporaryFolder()
    let picture = try picture()
    let cut = Array(picture.dropLast(20))
    let data = try dataSet(
      [
        ("train/a/good.png", picture), ("train/a/cut.png", cut),
        ("train/b/text.png", [0x68, 0x69]),
        ("train/b/good.png", picture), ("val/a/cut.png", cut), ("test/b/text.png", [0x68]),
        ("test/b/good.png", picture),
      ], in: folder)
    var seen: [Int] = []
    let found = try ModelFrontEnd.unusable(in: data, kind: .image) { seen.append($0) }
    #expect(
      found.map(\.name) == [
        "train/a/cut.png", "train/b/text.png", "val/a/cut.png", "test/b/text.png",
      ])
    #expect(found[0].reason.contains("broken PNG") && found[1].reason.contains("not a picture"))
    #expect(seen == Array(1...7))
    let rest = data.leavingOut(found)
    #expect(rest.leftOut.count == 4 && rest.scan().examples == 3)
    #expect(rest.labels == ["a", "b"])
    #expect(try ModelFrontEnd.unusable(in: rest, kind: .image).isEmpty)
  }

  @Test func whatVanishesAfterTheScanIsLeftOutOfTheTraining() throws {
    let folder = try TemporaryFolder()
    let pictures = try (0..<8).map { number in
      (
        name: "\(number % 2 == 0 ? "a" : "b")/\(number).png",
        bytes: try Picture(
          width: 3, height: 5,
          pixels: Array(repeating: SIMD4(UInt8(number), 9, 9, 255), count: 15)
        ).png()
      )
    }
    let data = try dataSet(pictures, in: folder)
    try FileManager.default.removeItem(atPath: "\(folder.path)/b/3.png")
    var training = ModelTraining()
    training.options.epochs = 1
    training.network = Network {
      Flatten()
      Votes()
    }
    var leftOut: [LeftOut] = []
    let result = try training.train(on: data, kind: .image) { event in
      if case .leftOut(let item) = event { leftOut.append(item) }
    }
    #expect(leftOut == [LeftOut(name: "b/3.png", reason: "it is not there any more")])
    #expect(result.skipped == 1 && result.examples == 7)
  }

  @Test func nothingReadableNamesAll() throws {
    let folder = try TemporaryFolder()
    let data = try dataSet([("a/1", [1]), ("b/1", [2]), ("b/2", [3])], in: folder)
    // Vanished since the data set was read.
    try FileManager.default.removeItem(atPath: "\(folder.path)/b/2")
    let found = try ModelFrontEnd.unusable(in: data, kind: .image)
    #expect(found.map(\.name) == ["a/1", "b/1", "b/2"])
    #expect(found[2].reason == "it is not there any more")
    #expect(data.leavingOut(found).labels.isEmpty)
    let rows = try ModelFrontEnd.unusable(in: data, kind: .table)
    #expect(rows.map(\.name) == ["a/1", "b/1", "b/2"] && rows[0].reason.contains("row of a table"))
  }
}
