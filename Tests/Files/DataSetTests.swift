import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct DataSetTests {
  @Test func oneFolderPerLabel() throws {
    let folder = try TemporaryFolder()
    for name in ["dogs/b.png", "dogs/a.png", "cats/deep/er/2.png", "cats/1.png", "Zebras/z"] {
      try folder.add(name)
    }
    try folder.add("notes.txt")
    for path in [folder.path, folder.path + "/"] {
      let set = try DataSet.read(path, for: .training)
      #expect(set.labels == ["Zebras", "cats", "dogs"])
      #expect(
        set.training.map(\.name) == [
          "Zebras/z", "cats/1.png", "cats/deep/er/2.png", "dogs/a.png", "dogs/b.png",
        ])
      #expect(set.training.map(\.label) == [0, 1, 1, 2, 2])
      #expect(set.training[0].item == .file(folder.path("Zebras/z")))
      #expect(set.validation.isEmpty && set.test.isEmpty)
      #expect(set.evaluated == set.training)
      #expect(
        set.leftOut == [
          LeftOut(name: "notes.txt", reason: "lies beside the folders of the labels")
        ])
    }
  }

  @Test(arguments: ["validation", "val", "valid"]) func parts(validation: String) throws {
    let folder = try TemporaryFolder()
    for part in ["train", validation, "test"] {
      for label in ["x", "o"] { try folder.add("\(part)/\(label)/\(part).png") }
    }
    try folder.add("test/unknown/1.png")
    try folder.add("train/readme")
    let set = try DataSet.read(folder.path, for: .training)
    #expect(set.labels == ["o", "x"])
    #expect(set.training.map(\.name) == ["train/o/train.png", "train/x/train.png"])
    #expect(
      set.validation.map(\.name) == ["o", "x"].map { "\(validation)/\($0)/\(validation).png" })
    #expect(set[.test].map(\.label) == [0, 1])
    #expect(set.leftOut.map(\.name) == ["test/unknown/1.png", "train/readme"])
    let evaluated = try DataSet.read(folder.path, for: .evaluation)
    #expect(evaluated.labels == ["o", "unknown", "x"])
    #expect(evaluated.test.count == 3)
    #expect(evaluated.evaluated == evaluated.test)
  }

  @Test(arguments: [["train", "val", "test"], ["train", "val"], ["train"]])
  func thePartThatIsEvaluatedAlone(parts: [String]) throws {
    let folder = try TemporaryFolder()
    for part in parts { try folder.add("\(part)/\(part)/1.png") }
    try folder.add("train/other/1.png")
    let whole = try DataSet.read(folder.path, for: .evaluation)
    let alone = whole.evaluatedAlone()
    #expect(alone.evaluated.map(\.name) == whole.evaluated.map(\.name))
    #expect(DataPart.allCases.reduce(0) { $0 + alone[$1].count } == alone.evaluated.count)
    let last = try #require(parts.last)
    #expect(alone.labels == (last == "train" ? ["other", "train"] : [last]))
    // What was left out among the examples of other parts goes with them; beside all, it stays.
    for part in parts { try folder.add("\(part)/\(part)/.hidden") }
    try folder.add("readme")
    let strewn = try DataSet.read(folder.path, for: .evaluation)
    #expect(strewn.leftOut.count == parts.count + 1)
    #expect(
      strewn.evaluatedAlone().leftOut.map(\.name) == ["readme", "\(last)/\(last)/.hidden"])
    // Another part does not take the place of one whose labels are unknown.
    #expect(alone.relabelled(as: ["other"]).dataSet.evaluated.count == (last == "train" ? 1 : 0))
  }

  @Test func namesOfPartsMayBeLabels() throws {
    let folder = try TemporaryFolder()
    for name in ["bus/1", "car/1", "train/1"] { try folder.add(name) }
    #expect(try DataSet.read(folder.path, for: .training).labels == ["bus", "car", "train"])
    try folder.add("train/steam/1")
    #expect(
      throws: DataSetError.partBesideLabels(path: folder.path, part: "train", other: "bus")
    ) { try DataSet.read(folder.path, for: .training) }
  }

  @Test func aTestPartAloneIsEvaluated() throws {
    let folder = try TemporaryFolder()
    try folder.add("test/x/1")
    #expect(try DataSet.read(folder.path, for: .evaluation).test.count == 1)
    #expect(throws: DataSetError.noTrainingPart(path: folder.path)) {
      try DataSet.read(folder.path, for: .training)
    }
  }

  @Test func whatIsNoDataSet() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    func error(_ path: String = path) -> (any ReportableError)? {
      do {
        _ = try DataSet.read(path, for: .training)
        return nil
      } catch {
        return error as? any ReportableError
      }
    }
    #expect(error(path + "/no")?.category == .missingInput)
    #expect(error() as? DataSetError == .empty(path: path, leftOut: 0))
    try folder.addFolder("cats")
    #expect(
      error() as? DataSetError
        == .empty(
          path: path, leftOut: 1,
          first: LeftOut(name: "cats", reason: "a folder without a file to use")))
    try folder.add("cats/1.png")
    #expect(error() as? DataSetError == .oneLabel(path: path, label: "cats"))
    let flat = folder.path("cats")
    #expect(
      error(flat) as? DataSetError == .filesWithoutLabels(path: flat, count: 1, example: "1.png"))
    #expect(error(flat)?.description.contains("dogs/  a.png  b.png") == true)
    let file = folder.path("cats/1.png")
    #expect(
      error(file) as? DataKindError
        == .notAListing(path: file, content: "neither text nor of another known format"))
    #expect(error(file)?.category == .badData)
    let notAFolder = #expect(throws: FileError.self) { try FolderListing(of: file) }
    #expect(notAFolder == .notAFolder(path: file, found: "a file"))
  }

  /// Everything that a folder can hold besides files: named, left out, and never waited for.
  @Test(.timeLimit(.minutes(1))) func hostileFolder() throws {
    let folder = try TemporaryFolder()
    for name in ["x/1.png", "o/1.png", "o/2.png"] { try folder.add(name) }
    try folder.add("x/empty.png", [])
    try folder.add("x/.hidden", [1])
    try folder.addFolder("x/folder.png")
    folder.addPipe("x/pipe.png")
    try folder.addLink("x/dangling.png", to: "nowhere")
    try folder.addLink("x/loop.png", to: "loop.png")
    try folder.addLink("x/up", to: "..")
    try folder.addLink("x/again.png", to: "1.png")
    try folder.addLink("links", to: "x")
    try folder.addFolder(".git")
    let escaped: String
    #if os(Linux)
      var name = Array(folder.path("x/g").utf8) + [0xFC, 0x6E, 0x00]
      let made = name.withUnsafeMutableBytes { bytes in
        fopen(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), "w").map { fclose($0) }
      }
      #expect(made == 0)
      escaped = "x/g\\xFCn"
    #else
      escaped = ""
    #endif

    try folder.addLink("data", to: ".")
    for path in [folder.path, folder.path("data")] {
      let set = try DataSet.read(path, for: .training)
      #expect(set.training.map(\.name) == ["o/1.png", "o/2.png", "x/1.png"])
      let link = "a link, and links inside a data set are not followed"
      var expected = [
        ".git": "hidden", "data": link, "links": link, "x/.hidden": "hidden",
        "x/again.png": link, "x/dangling.png": link, "x/empty.png": "empty",
        "x/folder.png": "a folder without a file to use", "x/loop.png": link,
        "x/pipe.png": "a named pipe", "x/up": link,
      ]
      if !escaped.isEmpty { expected[escaped] = "its name is not UTF-8" }
      #expect(
        set.leftOut
          == expected.map { LeftOut(name: $0.key, reason: $0.value) }
          .sorted { FileName.precedes($0.name, $1.name) })
    }
  }

  @Test func foldersOfAnyDepth() throws {
    let folder = try TemporaryFolder()
    try folder.add("o/1")
    let deep = "x/" + Array(repeating: "d", count: 1000).joined(separator: "/")
    try folder.add(deep + "/1")
    let set = try DataSet.read(folder.path, for: .training)
    #expect(set.training.map(\.name) == ["o/1", deep + "/1"])
  }

  /// A path longer than the system takes is a reason, not the end.
  @Test func foldersBeyondEveryPath() throws {
    let folder = try TemporaryFolder()
    for name in ["o/1", "x/1"] { try folder.add(name) }
    let long = Array(repeating: String(repeating: "d", count: 200), count: 12)
    let half = long.joined(separator: "/")
    try folder.add("x/\(half)/1")
    try folder.add("other/\(half)/1")
    let (apart, joined) = (folder.path("other"), folder.path("x/\(half)/other"))
    try #require(rename(apart, joined) == 0)
    defer { _ = rename(joined, apart) }
    let set = try DataSet.read(folder.path, for: .training)
    #expect(set.training.map(\.name) == ["o/1", "x/1", "x/\(half)/1"])
    #expect(set.leftOut.count == 1)
    #expect(set.leftOut.first?.reason.contains("name too long") == true)
  }

  @Test func labelsThatReadTheSame() throws {
    let records = ["caf\u{E9}", "cafe\u{301}", "tea"].enumerated().map {
      DataSet.Record(name: "\($0)", item: .text(""), label: $1, part: .training)
    }
    let error = #expect(throws: DataSetError.self) {
      try DataSet(records, leftOut: [], for: .training, from: "menu")
    }
    #expect(error == .labelsLookAlike(path: "menu", label: "cafe\u{301}"))
  }

  @Test func takesTheLabelsOfAModel() throws {
    let records = ["a", "b", "b", "c"].enumerated().map {
      DataSet.Record(name: "\($0)", item: .text(""), label: $1, part: .test)
    }
    let set = try DataSet(records, leftOut: [], for: .evaluation, from: "")
    let relabelled = set.relabelled(as: ["c", "d", "b"])
    #expect(relabelled.added == ["a"])
    #expect(relabelled.lacking == ["d"])
    #expect(relabelled.dataSet.labels == ["c", "d", "b"])
    #expect(relabelled.dataSet.test.map(\.label) == [2, 2, 0])
    #expect(relabelled.dataSet.leftOut.map(\.name) == ["0"])
  }
}
