import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

/// Texts in files: one folder per label, and files that are the parts.
@Suite struct TextFolderTests {
  private func add(_ folder: TemporaryFolder, _ texts: [String: String]) throws {
    for (name, text) in texts { try folder.add(name, Array(text.utf8)) }
  }

  @Test func aFolderPerLabel() throws {
    let folder = try TemporaryFolder()
    try add(
      folder,
      [
        "ask/1.txt": "Where is\nmy parcel?\r\n\r\n", "ask/2.txt": "\u{FEFF}When?",
        "thank/deep/1.txt": "谢谢\n", "thank/2.txt": "When?\n", "thank/3.txt": " \n\t\n",
      ])
    try folder.add("thank/old.txt", Array("fine\nca".utf8) + [0xE7, 0x61])
    try folder.add("thank/picture", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0])
    try folder.add("thank/nul.txt", [0x61, 0, 0x62])
    try folder.add("thank/wide.txt", [0xFF, 0xFE, 0x61, 0])
    var options = DataSet.Options()
    options.kind = .text
    let data = try DataSet.read(folder.path, options: options, for: .training)
    #expect(data.labels == ["ask", "thank"])
    #expect(
      data.training.map(\.name) == ["ask/1.txt", "ask/2.txt", "thank/2.txt", "thank/deep/1.txt"])
    #expect(
      data.training.map(\.item)
        == ["Where is\nmy parcel?", "When?", "When?", "谢谢"].map(Item.text))
    #expect(
      data.leftOut.map { "\($0.name): \($0.reason)" } == [
        "thank/3.txt: holds nothing but white space",
        "thank/nul.txt: it holds control characters that no text has",
        "thank/old.txt: the byte 0xE7 in line 2 (offset 7 from the start of the file) is not UTF-8",
        "thank/picture: it is a file of kind image, and a text was expected",
        "thank/wide.txt: it begins with the byte order mark of UTF-16, which is not read",
      ])
    // A mark or a line end makes no other text: two labels claim this one.
    #expect(data.scan().conflicts.map { $0.map(\.name) } == [["ask/2.txt", "thank/2.txt"]])

    options.encoding = .latin1
    let old = try DataSet.read(folder.path, options: options, for: .training)
    #expect(old.training.first { $0.name == "thank/old.txt" }?.item == .text("fine\ncaça"))
    #expect(!old.leftOut.contains { $0.name == "thank/old.txt" })
  }

  @Test func theContentDecides() throws {
    let folder = try TemporaryFolder()
    try add(folder, ["a/1": "one", "a/2": "two", "b/1": "three", "b/2": "four"])
    let data = try DataSet.read(folder.path, for: .training)
    #expect(data.training[0].item == .text("one"))
    // What is said to be something else stays a file.
    var options = DataSet.Options()
    options.kind = .image
    let files = try DataSet.read(folder.path, options: options, for: .training)
    #expect(files.training[0].item == .file(folder.path("a/1")))
    // Files that a listing names are texts too.
    try add(folder, ["list.csv": "path,label\na/1,x\nb/1,y\n"])
    let listed = try DataSet.read(folder.path("list.csv"), for: .training)
    #expect(listed.training.map(\.item) == [.text("one"), .text("three")])
    #expect(listed.training.map(\.name) == ["a/1", "b/1"])
  }

  @Test func aFolderOfLatin1() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1", "a/2", "b/1"] { try folder.add(name, [0x63, 0xE9] + Array(name.utf8)) }
    #expect(throws: DataKindError.unknown(path: folder.path)) { try DataKind.decide(folder.path) }
    var options = DataSet.Options()
    options.encoding = .latin1
    #expect(try DataKind.decide(folder.path, options: options) == .text)
    #expect(
      try DataSet.read(folder.path, options: options, for: .training).training[0].item
        == .text("céa/1"))
  }

  @Test func theTextsOfAFolderHaveALimit() throws {
    var found = DataSource.Found()
    let folder = try TemporaryFolder()
    try add(folder, ["a/1": "12345", "b/1": "67890"])
    for name in ["a/1", "b/1"] {
      found.records.append(
        DataSet.Record(name: name, item: .file(folder.path(name)), label: name, part: .training))
    }
    let files = found
    try found.readTexts(of: "DATA", options: DataSet.Options(), limit: 10)
    #expect(found.records.map(\.item) == [.text("12345"), .text("67890")])
    found = files
    #expect(throws: TextFileError.tooMuch(path: "DATA", limit: 9)) {
      try found.readTexts(of: "DATA", options: DataSet.Options(), limit: 9)
    }
  }

  @Test(
    arguments: [
      ("train.csv", DataPart.training), ("TREC.train", .training), ("TREC.test", .test),
      ("val.jsonl", .validation), ("x_validation.txt", .validation), ("spam-dev.tsv", .validation),
      ("Train.CSV", .training), ("test", .test), ("valid.x", .validation),
      ("my.set.test.csv", .test),
      ("train-notes.csv", nil), ("test_2024.csv", nil), ("training.csv", nil), ("contest.csv", nil),
      ("train.csv.gz", nil), ("", nil), (".", nil), ("test.", .test), ("-", nil),
    ] as [(String, DataPart?)])
  func theNameOfAFileTellsItsPart(name: String, part: DataPart?) {
    #expect(PartFiles.part(of: name) == part)
  }

  @Test func filesThatAreParts() throws {
    let folder = try TemporaryFolder()
    try add(
      folder,
      [
        "train.csv": "text,label,part\none,a,x\ntwo,b,y\n\nthree,a,z\n",
        "dev.jsonl": "{\"text\":\"four\",\"label\":\"b\"}\n",
        "set_test.tsv": "label\ttext\nb\tfive\nc\tsix\n", "README.md": "Texts.\n",
      ])
    try folder.add("test.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0])
    #expect(try DataKind.decide(folder.path) == .text)
    let data = try DataSet.read(folder.path, for: .training)
    #expect(data.training.map(\.name) == ["train.csv:2", "train.csv:3", "train.csv:5"])
    #expect(data.validation.map(\.name) == ["dev.jsonl:1"])
    #expect(data.test.map(\.name) == ["set_test.tsv:2"])
    #expect(
      data.leftOut.map { "\($0.name): \($0.reason)" } == [
        "README.md: lies beside the parts of the data",
        "set_test.tsv:3: its label “c” has no example to learn from",
        "test.png: lies beside the parts of the data",
      ])
    // A model is written nowhere but beside them.
    #expect(
      throws: DataSetError.overwritten(path: folder.path("train.csv"), source: folder.path)
    ) { try data.sparing(written: [folder.path("train.csv")], kind: .text) }
  }

  @Test func partsThatListFiles() throws {
    let folder = try TemporaryFolder()
    let images = try TemporaryFolder()
    for name in ["1", "2", "3"] {
      try images.add(name, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0])
    }
    let rows = { (names: [String]) in
      "path,label\n" + names.map { "\(images.path)/\($0),\($0 == "2" ? "b" : "a")\n" }.joined()
    }
    try add(folder, ["test.csv": rows(["3"]), "train.csv": rows(["1", "2", "3"])])
    #expect(try DataKind.decide(folder.path) == .image)
    let data = try DataSet.read(folder.path, for: .training)
    #expect(data.training.count == 2 && data.test.count == 1)
    #expect(
      data.leftOut == [
        LeftOut(
          name: "train.csv line 4",
          reason: "names “\(images.path)/3”, which test.csv line 2 names already")
      ])
    // Texts in one part and files in the other.
    try add(folder, ["test.csv": "text,label\nx,a\n"])
    #expect(throws: DataKindError.mixed(path: folder.path, found: ["1 of kind text"])) {
      try DataKind.decide(folder.path)
    }
  }

  @Test func foldersAreLabelsAsEver() throws {
    let folder = try TemporaryFolder()
    try add(folder, ["a/1": "one", "b/1": "two", "train.csv": "text,label\nx,a\n"])
    let data = try DataSet.read(folder.path, for: .training)
    #expect(data.labels == ["a", "b"] && data.leftOut.map(\.name) == ["train.csv"])
    for option in ["--format", "--text-column", "--label-column"] {
      var options = DataSet.Options()
      switch option {
      case "--format": options.format = .csv
      case "--text-column": options.textColumn = "x"
      default: options.labelColumn = "x"
      }
      let error = #expect(throws: DataSetError.self) {
        try DataSet.read(folder.path, options: options, for: .training)
      }
      #expect(error == .listingOptionForAFolder(path: folder.path, option: option))
      #expect(error?.category == .wrongCall && error?.description.contains(option) == true)
    }
  }

  @Test func ownFilesAmongTexts() throws {
    let folder = try TemporaryFolder()
    try add(folder, ["a/1.txt": "one", "b/1.txt": "two"])
    let data = try DataSet.read(folder.path, for: .training)
    let path = folder.path("a/1.txt")
    #expect(throws: DataSetError.overwritten(path: path, source: folder.path)) {
      try data.sparing(written: [path], kind: .text)
    }
    #expect(
      try data.sparing(written: [folder.path("m.convkit")], others: [path], kind: .text) == data)
  }
}
