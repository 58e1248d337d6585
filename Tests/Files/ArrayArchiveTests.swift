import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct ArrayArchiveTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("data.npz") }

  init() throws { folder = try TemporaryFolder() }

  /// Bytes from 0 as an array.
  private static func bytes(_ shape: [Int], type: String = "|u1", size: Int = 1) -> [UInt8] {
    npy(type, shape, (0..<shape.reduce(size, *)).map { UInt8(truncatingIfNeeded: $0) })
  }

  private static func labels(_ labels: [UInt8], column: Bool = false) -> [UInt8] {
    npy("|u1", column ? [labels.count, 1] : [labels.count], labels)
  }

  private func write(_ arrays: [(String, [UInt8])], isDeflated: Bool = true) throws {
    try folder.add(
      "data.npz", zipped(arrays.map { ZipPart("\($0.0).npy", $0.1, isDeflated: isDeflated) }))
  }

  private func read(_ purpose: DataSet.Purpose = .training) throws -> DataSet {
    try DataSet.read(path, for: purpose)
  }

  private func error(_ arrays: [(String, [UInt8])]) throws -> ArrayArchiveError {
    try write(arrays)
    return try #require(throws: ArrayArchiveError.self) { try read() }
  }

  /// As NumPy wrote it, under the names of MedMNIST's volumes.
  @Test func medicalVolumes() throws {
    let golden = try #require(NumPyGoldens.all.archives.first { $0.name == "medmnist" })
    try folder.add("data.npz", [UInt8](golden.file))
    #expect(try DataSource(path) == .archive(path: path))
    #expect(try DataKind.decide(path) == .volume)
    let set = try read()
    #expect(set.labels == ["0", "1"])
    #expect(set.training.map(\.name) == (0..<4).map { "train/00000\($0)" })
    #expect(set.training.map(\.label) == [0, 1, 0, 1])
    #expect(set.validation.map(\.name) == ["validation/000000", "validation/000001"])
    #expect(set.test.map(\.name) == (0..<3).map { "test/00000\($0)" })
    #expect(set.leftOut.isEmpty)
    #expect(
      set.training[1].item == .array(NumberArray(shape: [2, 2, 2], bytes: Array(8..<16)[...])))
    #expect(set.test[2].item == .array(NumberArray(shape: [2, 2, 2], bytes: Array(16..<24)[...])))
  }

  @Test(arguments: [false, true]) func pictures(isDeflated: Bool) throws {
    try write(
      [
        ("x_train", Self.bytes([3, 2, 2])), ("y_train", Self.labels([7, 0, 255])),
        ("x_test", Self.bytes([1, 2, 2])), ("y_test", Self.labels([0])),
        ("notes", Self.bytes([2])), ("x_other", Self.bytes([1])),
      ], isDeflated: isDeflated)
    #expect(try DataKind.decide(path) == .image)
    let set = try read()
    #expect(set.labels == ["0", "255", "7"])
    #expect(set.training.map(\.label) == [2, 0, 1])
    #expect(set.training[2].item == .array(NumberArray(shape: [2, 2], bytes: [8, 9, 10, 11])))
    #expect(set.test.map(\.name) == ["test/000000"] && set.validation.isEmpty)
    #expect(set.leftOut.map(\.name) == ["notes", "x_other"])
    #expect(set.leftOut.allSatisfy { $0.reason.hasPrefix("holds neither examples nor labels") })
  }

  /// Every pair of names, and the part that they say.
  @Test(arguments: [
    ("x", "y", "train"), ("X", "Y", "train"), ("data", "labels", "train"),
    ("images", "label", "train"), ("volumes", "targets", "train"), ("train-x", "train-y", "train"),
    ("Train.Images", "Train.Labels", "train"), ("val_images", "val_labels", "validation"),
    ("x_valid", "y_valid", "validation"), ("dev_x", "dev_y", "validation"),
    ("test_data", "test_target", "test"),
  ]) func names(examples: String, labels: String, part: String) throws {
    try write([(labels, Self.labels([0, 1])), (examples, Self.bytes([2, 3]))])
    let set = try read(.evaluation)
    let all = set.training + set.validation + set.test
    #expect(all.map(\.name) == ["\(part)/000000", "\(part)/000001"])
    #expect(all.map(\.item).last == .array(NumberArray(shape: [3], bytes: [3, 4, 5])))
  }

  @Test(arguments: [
    ([], DataKind.table), ([5], .table), ([4, 4], .image), ([4, 4, 3], .image),
    ([4, 4, 4], .volume), ([4, 4, 1], .image), ([2, 2, 2, 3], .volume),
  ]) func kinds(shape: [Int], kind: DataKind) throws {
    try write([("x", Self.bytes([2] + shape)), ("y", Self.labels([0, 1]))])
    #expect(try DataKind.decide(path) == kind)
    if shape == [4, 4, 1] {
      let item = try DataSet.read(path, for: .evaluation).training.first?.item
      #expect(
        item == .array(NumberArray(shape: [4, 4], bytes: [UInt8](0..<16)[...])))
    }
    var options = DataSet.Options()
    options.kind = .sound
    #expect(try DataKind.decide(path, options: options) == .sound)
  }

  @Test func labels() throws {
    let x = ("x", Self.bytes([2, 2], type: "<f4", size: 4))
    for (labels, expected) in [
      (Self.labels([0, 9], column: true), ["0", "9"]),
      (npy("|i1", [2], [0xFF, 5]), ["-1", "5"]),
      (npy("<i8", [2], lowestFirst((1 << 24) - 1, 8) + lowestFirst(1 - (1 << 24), 8)), nil),
      (npy("<f8", [2], lowestFirst(0, 8) + [0, 0, 0, 0, 0, 0, 0, 0x40]), ["0", "2"]),
      (npy("|b1", [2], [0, 1]), ["0", "1"]),
      (npy("<U2", [2], [0x61, 0, 0, 0, 0, 0, 0, 0, 0x61, 0, 0, 0, 0xE9, 0, 0, 0]), ["a", "aé"]),
      (npy("|S2", [2, 1], Array("noon".utf8)), ["no", "on"]),
    ] as [([UInt8], [String]?)] {
      try write([x, ("y", labels)])
      #expect(try read().labels == expected ?? ["-16777215", "16777215"])
    }
    for (labels, found) in [
      (npy("<f4", [2], lowestFirst(0, 4) + [0, 0, 0, 0x3F]), "0.5"),
      (npy("<f4", [2], lowestFirst(0, 4) + [0, 0, 0xC0, 0x7F]), "nan"),
      (npy("<f4", [2], lowestFirst(0, 4) + [0, 0, 0x80, 0x7F]), "inf"),
      (npy("<i8", [2], lowestFirst(0, 8) + lowestFirst(.min, 8)), "-9.223372e+18"),
      // Would be rounded to the one below it.
      (npy("<i8", [2], lowestFirst(0, 8) + lowestFirst((1 << 24) + 1, 8)), nil),
      (npy("<U1", [2], lowestFirst(0x61, 4) + lowestFirst(0, 4)), "an empty text"),
    ] as [([UInt8], String?)] {
      #expect(
        try error([x, ("y", labels)])
          == .oddLabel(path: path, name: "y", found: found ?? "16777216.0"))
    }
    for shape in [[2, 2], [2, 1, 1], []] {
      #expect(
        try error([x, ("y", Self.bytes(shape))])
          == .severalLabels(path: path, name: "y", shape: shape))
    }
    #expect(
      try error([x, ("y", npy("|O", [2], [1, 2, 3]))])
        == .array(path: path, name: "y", reason: .objects))
    // Sixteen characters for each of the most examples, and one more.
    let width = 1 << 20
    #expect(
      try error([x, ("y", npy("<U\(width)", [257], []))])
        == .array(
          path: path, name: "y", reason: .tooLarge(shape: [257, width], limit: 1 << 28)))
    let most = DataSet.mostExamples
    #expect(
      try error([x, ("y", npy("|u1", [most + 1], []))])
        == .array(path: path, name: "y", reason: .tooLarge(shape: [most + 1], limit: most)))
  }

  @Test func whatDoesNotGoTogether() throws {
    let (x, y) = (Self.bytes([2, 3]), Self.labels([0, 1]))
    #expect(try error([]) == .noPair(path: path, names: []))
    #expect(try error([("a", x), ("b", y)]) == .noPair(path: path, names: ["a", "b"]))
    #expect(
      try error([("train_images_extra", x), ("x_y", x), ("train", y)])
        == .noPair(path: path, names: ["train_images_extra", "x_y", "train"]))
    #expect(try error([("x", x)]) == .alone(path: path, name: "x", lacksLabels: true))
    #expect(try error([("y", y)]) == .alone(path: path, name: "y", lacksLabels: false))
    #expect(
      try error([("x", x), ("y", y), ("x_test", x)])
        == .alone(path: path, name: "x_test", lacksLabels: true))
    #expect(
      try error([("x", x), ("train_images", x), ("y", y)])
        == .twice(path: path, names: ["x", "train_images"]))
    #expect(try error([("x", x), ("x", x), ("y", y)]) == .twice(path: path, names: ["x", "x"]))
    #expect(
      try error([("x", x), ("y", Self.labels([0, 1, 2]))])
        == .counts(path: path, examples: "x", shape: [2, 3], labels: "y", count: 3))
    #expect(
      try error([("x", npy("|u1", [], [1])), ("y", y)])
        == .counts(path: path, examples: "x", shape: [], labels: "y", count: 2))
  }

  @Test func whatIsNoExample() throws {
    let y = Self.labels([0, 1])
    for shape in [[2], [2, 0], [2, 3, 0]] {
      #expect(
        try error([("x", Self.bytes(shape)), ("y", y)])
          == .noExamples(path: path, name: "x", shape: shape))
    }
    #expect(
      try error([("x", npy("|S1", [2, 1], [0x61, 0x62])), ("y", y)])
        == .noExamples(path: path, name: "x", shape: [2, 1]))
    // None at all, whatever the other axes claim.
    for shape in [[0, 3], [0, 1 << 62, 1 << 62]] {
      #expect(
        try error([("x", npy("|u1", shape, [])), ("y", Self.labels([]))])
          == .noExamples(path: path, name: "x", shape: shape))
    }
    #expect(
      try error([("x", npy("|O", [2], [1])), ("y", y)])
        == .array(path: path, name: "x", reason: .objects))
    // The count is looked at before the numbers are.
    let claim = 1 << 40
    #expect(
      try error([("x", npy("|u1", [2, claim], [])), ("y", y)])
        == .array(path: path, name: "x", reason: .tooLarge(shape: [2, claim], limit: 1 << 30)))
    #expect(
      try error([("x", npy("|u1", [3, claim], [])), ("y", y)])
        == .counts(path: path, examples: "x", shape: [3, claim], labels: "y", count: 2))
  }

  /// Cut at every byte, and every byte changed: never anything but these errors, or the same examples.
  @Test func brokenArchives() throws {
    let arrays = [("x", Self.bytes([2, 3])), ("y", Self.labels([0, 1]))]
    try write(arrays)
    let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let expected = try read()
    for count in 4..<file.count {
      try folder.add("data.npz", Array(file.prefix(count)))
      #expect(throws: ArrayArchiveError.zip(path: path, reason: .noDirectory)) { try read() }
      #expect(throws: ArrayArchiveError.zip(path: path, reason: .noDirectory)) {
        try DataKind.decide(path)
      }
    }
    for place in 4..<file.count {
      for mask: UInt8 in [1, 0xFF] {
        var changed = file
        changed[place] ^= mask
        try folder.add("data.npz", changed)
        do {
          let set = try read()
          #expect(set.training.map(\.item) == expected.training.map(\.item), "\(place)")
          #expect(set.labels == expected.labels)
        } catch {
          #expect(error is ArrayArchiveError, "\(place): \(error)")
        }
      }
    }
  }

  @Test func whatIsNoArchive() throws {
    try folder.add("data.npz", zipped([ZipPart("word/document.xml", [1, 2])]))
    #expect(throws: ArrayArchiveError.noPair(path: path, names: ["word/document.xml"])) {
      try read()
    }
    try folder.add("data.npz", zipped([ZipPart("x", [1, 2]), ZipPart("y", [1, 2])]))
    #expect(throws: ArrayArchiveError.array(path: path, name: "y", reason: .notNumPy)) {
      try read()
    }
    #expect(throws: ArrayArchiveError.array(path: path, name: "x", reason: .notNumPy)) {
      try DataKind.decide(path)
    }
    var options = DataSet.Options()
    options.labelColumn = "z"
    #expect(throws: DataSetError.listingOptionForAFolder(path: path, option: "--label-column")) {
      try DataSet.read(path, options: options, for: .training)
    }
  }

  @Test func theArchiveIsNotOverwritten() throws {
    try write([("x", Self.bytes([2, 3])), ("y", Self.labels([0, 1]))])
    #expect(throws: DataSetError.overwritten(path: path, source: path)) {
      try read().sparing(written: [path], kind: .table)
    }
  }

  @Test func errorsSayWhatToDo() {
    for (error, part) in [
      (.zip(path: "p", reason: .cut), "“p” is a damaged zip file"),
      (.array(path: "p", name: "x", reason: .objects), "The array “x” of “p” holds Python objects"),
      (.noPair(path: "p", names: ["a", "b"]), "has the arrays a, b"),
      (.alone(path: "p", name: "x", lacksLabels: true), "none with its labels"),
      (.alone(path: "p", name: "y", lacksLabels: false), "none with its examples"),
      (.twice(path: "p", names: ["x", "images"]), "the arrays x, images, whose names"),
      (
        .counts(path: "p", examples: "x", shape: [2, 3], labels: "y", count: 3),
        "has 3 labels (“y”)"
      ),
      (.noExamples(path: "p", name: "x", shape: [0]), "has the shape [0] and holds no examples"),
      (.severalLabels(path: "p", name: "y", shape: [2, 2]), "one label for every example"),
      (.oddLabel(path: "p", name: "y", found: "0.5"), "holds 0.5, which is no label"),
    ] as [(ArrayArchiveError, String)] {
      #expect(error.description.contains(part), "\(error)")
      #expect(error.category == .badData)
    }
  }
}
