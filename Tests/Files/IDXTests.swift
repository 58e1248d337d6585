import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct IDXTests {
  private static let names = (
    images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte",
    testImages: "t10k-images-idx3-ubyte", testLabels: "t10k-labels-idx1-ubyte"
  )

  private func idx(_ sizes: [Int], type: UInt8 = 8, _ bytes: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(sizes.count)]
      + sizes.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
      + bytes
  }

  /// Three pictures of 2×3 with the labels 7, 0, 255.
  private var images: [UInt8] { idx([3, 2, 3], Array(0..<18)) }
  private var labels: [UInt8] { idx([3], [7, 0, 255]) }

  private func read(_ folder: TemporaryFolder) throws -> DataSource.Found {
    try DataSource(folder.path).found(at: folder.path)
  }

  @Test(arguments: [false, true]) func picturesAndLabels(packed: Bool) throws {
    let folder = try TemporaryFolder()
    func add(_ name: String, _ bytes: [UInt8]) throws {
      try folder.add(packed ? name + ".gz" : name, packed ? gzipped(bytes) : bytes)
    }
    try add(Self.names.images, images)
    try add(Self.names.labels, labels)
    try add(Self.names.testImages, idx([1, 1, 2], [8, 9]))
    try add(Self.names.testLabels, idx([1], [7]))
    let set = try DataSet.read(folder.path, for: .training)
    #expect(set.labels == ["0", "255", "7"])
    #expect(set.training.map(\.name) == ["train/000000", "train/000001", "train/000002"])
    #expect(set.training.map(\.label) == [2, 0, 1])
    #expect(
      set.training[1].item == .array(NumberArray(shape: [2, 3], bytes: [6, 7, 8, 9, 10, 11])))
    #expect(set.test.map(\.name) == ["t10k/000000"])
    #expect(set.test[0].item == .array(NumberArray(shape: [1, 2], bytes: [8, 9])))
    #expect(set.leftOut.isEmpty && set.validation.isEmpty)
    #expect(try DataKind.decide(folder.path) == .image)
    #expect(try DataSource(folder.path) == .idx)
  }

  @Test func whatLiesBesideIsLeftOut() throws {
    let folder = try TemporaryFolder()
    try folder.add(Self.names.images, images)
    // Not even looked at.
    try folder.add(Self.names.images + ".gz", [1])
    try folder.add(Self.names.labels, labels)
    try folder.add("README", [1])
    try folder.add("more/1.png", [1])
    try folder.add(".hidden", [1])
    try folder.add(Self.names.testImages, [])
    let set = try DataSet.read(folder.path, for: .training)
    #expect(set.training.count == 3)
    #expect(
      set.leftOut.map { [$0.name, $0.reason] } == [
        [".hidden", "hidden"], ["README", "lies beside the IDX files"],
        ["more", "lies beside the IDX files"], [Self.names.testImages, "empty"],
        [Self.names.images + ".gz", "the same lies beside it unpacked"],
      ])
  }

  /// A part may be there alone; half a part may not.
  @Test func partsThatLack() throws {
    let folder = try TemporaryFolder()
    try folder.add(Self.names.testImages, images)
    #expect(
      throws: IDXError.lacking(
        path: folder.path, name: Self.names.testLabels, other: Self.names.testImages)
    ) { try read(folder) }
    try folder.add(Self.names.testLabels, labels)
    #expect(try DataSet.read(folder.path, for: .evaluation).evaluated.count == 3)
    #expect(throws: DataSetError.noTrainingPart(path: folder.path)) {
      try DataSet.read(folder.path, for: .training)
    }
    try folder.add(Self.names.labels, labels)
    #expect(
      throws: IDXError.lacking(
        path: folder.path, name: Self.names.images, other: Self.names.labels)
    ) { try read(folder) }
    try folder.add(Self.names.images, idx([2, 1, 1], [1, 2]))
    #expect(
      throws: IDXError.counts(
        images: folder.path(Self.names.images), imageCount: 2,
        labels: folder.path(Self.names.labels), labelCount: 3)
    ) { try read(folder) }
  }

  /// All that a header can claim, in a plain and in a packed file.
  @Test(arguments: [false, true]) func lies(packed: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path(packed ? "x.gz" : "x")
    func error(_ bytes: [UInt8]) throws -> IDXError? {
      try folder.add(packed ? "x.gz" : "x", packed ? gzipped(bytes) : bytes)
      do {
        _ = try IDXFile(path, rank: 3)
        return nil
      } catch {
        return try #require(error as? IDXError, "\(error)")
      }
    }
    #expect(try error(images) == nil)
    #expect(try error([]) == .notIDX(path: path))
    #expect(try error([1] + images.dropFirst()) == .notIDX(path: path))
    #expect(try error([0, 9] + images.dropFirst(2)) == .notIDX(path: path))
    for (type, name) in [
      (0x09, "signed bytes"), (0x0B, "16-bit whole numbers"), (0x0C, "32-bit whole numbers"),
      (0x0D, "32-bit floating-point numbers"), (0x0E, "64-bit floating-point numbers"),
      (0x0A, "an unknown type (10)"),
    ] {
      let found = try error(idx([1, 1, 1], type: UInt8(type), [1]))
      #expect(found == .elementType(path: path, type: name))
      #expect(found?.description.contains("holds \(name); unsigned bytes") == true)
    }
    #expect(try error(idx([1], [1])) == .rank(path: path, found: 1, expected: 3))
    for sizes in [[0, 2, 3], [3, 0, 3], [3, 2, 0]] {
      #expect(try error(idx(sizes, [])) == .noElements(path: path, sizes: sizes))
    }
    let most = Int(UInt32.max)
    for sizes in [[most, most, most], [1, most, 1], [1 << 16, 1 << 15, 2]] {
      #expect(
        try error(idx(sizes, [1])) == .tooLarge(path: path, sizes: sizes, limit: IDXFile.limit))
    }
    #expect(
      try error(idx([DataSet.mostExamples + 1, 1, 1], [1]))
        == .tooMany(path: path, count: DataSet.mostExamples + 1, limit: DataSet.mostExamples))
    // Just what is allowed, and nothing of it there: no memory is taken for the claim.
    let before = try peakMemory()
    #expect(
      try error(idx([1, 1 << 16, 1 << 15], [1])) == .cut(path: path, expected: 1 << 31, found: 1))
    if let before, let after = try peakMemory() { #expect(after - before < 300 << 20) }
    #expect(try error(images + [0]) == .trailing(path: path, expected: 18))
    #expect(try error(images.dropLast()) == .cut(path: path, expected: 18, found: 17))
    for count in images.indices where count >= 4 {
      let inHeader = count < 16
      #expect(
        try error(Array(images.prefix(count)))
          == .cut(
            path: path, expected: inHeader ? 16 : 18, found: inHeader ? count : count - 16))
    }
    for count in 0..<4 { #expect(try error(Array(images.prefix(count))) == .notIDX(path: path)) }
  }

  @Test func packedPrefixesAndChanges() throws {
    let folder = try TemporaryFolder()
    let packed = gzipped(images)
    for count in packed.indices {
      try folder.add("x.gz", Array(packed.prefix(count)))
      let reason: GzipError = count < 2 ? .notGzip : .cut
      let error = #expect(throws: IDXError.self) { try IDXFile(folder.path("x.gz"), rank: 3) }
      #expect(error == .packing(path: folder.path("x.gz"), reason: reason))
    }
    var accepted = 0
    for place in packed.indices {
      var bytes = packed
      bytes[place] ^= 0x10
      try folder.add("x.gz", bytes)
      if let file = try? IDXFile(folder.path("x.gz"), rank: 3) {
        // A byte of the gzip header that says nothing of the content, or a bit behind the last code.
        #expect(Array(file.bytes) == Array(0..<18))
        accepted += 1
      }
    }
    #expect(accepted < 10)
    try folder.add("x.gz", packed + [0])
    #expect(
      throws: IDXError.packing(path: folder.path("x.gz"), reason: .trailing(count: 1))
    ) { try IDXFile(folder.path("x.gz"), rank: 3) }
  }

  /// What unfolds a thousand times: refused by its header, or as soon as that is fulfilled.
  @Test func bombs() throws {
    let folder = try TemporaryFolder()
    let zeros = gzipped(Array(repeating: 0, count: 1 << 24))
    let rest: [UInt8] = (0..<64).reduce(into: []) { rest, _ in rest += zeros }
    let before = try peakMemory()
    for (header, expected) in [
      (idx([10, 28, 28], []), IDXError.trailing(path: folder.path("x.gz"), expected: 7840)),
      (
        idx([1 << 20, 1 << 10, 4], []),
        .tooLarge(path: folder.path("x.gz"), sizes: [1 << 20, 1 << 10, 4], limit: IDXFile.limit)
      ),
    ] {
      try folder.add("x.gz", gzipped(header) + rest)
      #expect(throws: expected) { try IDXFile(folder.path("x.gz"), rank: 3) }
    }
    if let before, let after = try peakMemory() { #expect(after - before < 300 << 20) }
  }

  @Test func errorsSayWhatToDo() {
    let errors: [IDXError] = [
      .notIDX(path: "x"), .rank(path: "x", found: 1, expected: 3),
      .rank(path: "x", found: 2, expected: 1), .noElements(path: "x", sizes: [1, 0]),
      .tooLarge(path: "x", sizes: [9, 9], limit: 5), .tooMany(path: "x", count: 9, limit: 5),
      .cut(path: "x", expected: 2, found: 1), .trailing(path: "x", expected: 2),
      .packing(path: "x", reason: .cut), .lacking(path: "x", name: "a", other: "b"),
      .counts(images: "x", imageCount: 1, labels: "y", labelCount: 2),
    ]
    for error in errors {
      #expect(error.category == .badData)
      #expect(error.description.hasPrefix("“x” ") && error.description.hasSuffix("."))
    }
    #expect(errors[3].description.contains("1×0"))
  }

  @Test func fashionMNIST() throws {
    let path = "../shared/data/fashion-mnist"
    guard FileManager.default.fileExists(atPath: path) else {
      print("Skipped: there is no \(path).")
      return
    }
    let set = try DataSet.read(path, for: .training)
    #expect(set.labels == (0...9).map(String.init))
    #expect(set.training.count == 60_000 && set.test.count == 10_000)
    #expect(set.leftOut.isEmpty)
    #expect(set.training[59_999].name == "train/059999")
    for label in 0..<10 { #expect(set.training.count { $0.label == label } == 6000) }
    // The first ten labels, as Python's struct and gzip read them.
    #expect(set.training.prefix(10).map(\.label) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
    guard case .array(let picture) = set.training[0].item else {
      Issue.record("a picture was expected")
      return
    }
    #expect(picture.shape == [28, 28])
    // Its sum, read likewise.
    #expect(picture.bytes.reduce(0) { $0 + Int($1) } == 76_247)
  }
}
