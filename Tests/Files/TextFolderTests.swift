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
        "thank/3.txt: holds no character that one can see",
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
    try folder.add("b/nul", [0, 1])
    let unknown = #expect(throws: DataKindError.self) { try DataKind.decide(folder.path) }
    #expect(unknown == .unknown(path: folder.path, mayBeLatin1: true))
    #expect(
      unknown?.description.contains("If they are texts in Latin-1: --encoding latin1. ") == true)
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
      ("val.jsonl", .validation), ("dev", .validation), ("x_validation.txt", .validation),
      ("spam-dev.tsv", .validation),
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
  }

  /// A file that one part names may be called as a row of another part is.
  @Test func partsThatListOtherThings() throws {
    let folder = try TemporaryFolder()
    try add(
      folder, ["test.csv": "path,label\ntrain.csv:2,x\n", "train.csv": "text,label\na,x\nb,y\n"])
    try folder.add("train.csv:2", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0])
    let error = DataKindError.mixedParts(
      path: folder.path, found: ["“test.csv” names files", "“train.csv” holds texts"])
    #expect(throws: error) { try DataKind.decide(folder.path) }
    #expect(throws: error) { try DataSet.read(folder.path, for: .training) }
    // Nor does saying the kind make them one.
    var options = DataSet.Options()
    for kind in [DataKind.text, .image] {
      options.kind = kind
      #expect(throws: error) { try DataSet.read(folder.path, options: options, for: .training) }
    }
    #expect(error.category == .badData)
    #expect(error.description.contains("“test.csv” names files, “train.csv” holds texts. Give"))
    try add(folder, ["test.csv": "a,b,c\n1,2,3\n"])
    #expect(
      throws: DataKindError.mixedParts(
        path: folder.path, found: ["“test.csv” is a table", "“train.csv” holds texts"])
    ) { try DataKind.decide(folder.path) }
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

  /// A folder with a listing whose columns the user names.
  @Test(arguments: ["a file", "a folder"]) func aFolderWithAListingOfTexts(beside: String) throws {
    let folder = try TemporaryFolder()
    try add(folder, ["metadata.tsv": "body\tclass\none\tx\ntwo\ty\n", "notes": "n"])
    if beside == "a folder" { try add(folder, ["a/1": "one"]) }
    var options = DataSet.Options()
    options.textColumn = "body"
    options.labelColumn = "class"
    #expect(try DataKind.decide(folder.path, options: options) == .text)
    let data = try DataSet.read(folder.path, options: options, for: .training)
    #expect(data.training.map(\.name) == ["metadata.tsv:2", "metadata.tsv:3"])
    let others = beside == "a folder" ? ["a/1", "notes"] : ["notes"]
    #expect(data.leftOut.map(\.name) == others)
    #expect(data.leftOut.allSatisfy { $0.reason == "lies beside the listing of the texts" })
    options.textColumn = "bodi"
    #expect(
      throws: DataKindError.missingColumn(
        path: folder.path("metadata.tsv"), column: "bodi", columns: ["body", "class"])
    ) { try DataSet.read(folder.path, options: options, for: .training) }
  }

  /// The listing that was read is spared, whatever a folder would be read as without the options.
  @Test func theListingOfAFolderIsSpared() throws {
    let folder = try TemporaryFolder()
    try add(
      folder, ["metadata.csv": "file_name,class\na/1,x\na/2,y\n", "a/1": "one", "a/2": "two"])
    var options = DataSet.Options()
    options.labelColumn = "class"
    let read = try DataSet.read(folder.path, options: options, for: .training)
    let path = folder.path("metadata.csv")
    // However it has been changed since.
    let leftOut = read.leavingOut([("a/3", "is not there")])
    for data in [read, leftOut, try read.checked(for: .evaluation), read.evaluatedAlone()] {
      #expect(throws: DataSetError.overwritten(path: path, source: folder.path)) {
        try data.sparing(written: [path], kind: .text)
      }
      #expect(throws: DataSetError.overwritten(path: folder.path("a/1"), source: folder.path)) {
        try data.sparing(written: [folder.path("a/1")], kind: .text)
      }
    }
    #expect(throws: DataSetError.overwritten(path: path, source: folder.path)) {
      try read.relabelled(as: ["x", "y"]).dataSet.sparing(written: [path], kind: .text)
    }
  }

  /// A row of a listing is no file, even if one is called so.
  @Test func rowsAreNoFiles() throws {
    let folder = try TemporaryFolder()
    try add(folder, ["m.csv": "text,label\none,x\ntwo,y\n", "m.csv:2": "{}"])
    let data = try DataSet.read(folder.path("m.csv"), for: .training)
    #expect(try data.sparing(written: [folder.path("m.csv:2")], kind: .text) == data)
    #expect(
      throws: DataSetError.overwritten(path: folder.path("m.csv"), source: folder.path("m.csv"))
    ) { try data.sparing(written: [folder.path("m.csv")], kind: .text) }
  }

  @Test func aFolderDevIsForValidation() throws {
    let folder = try TemporaryFolder()
    try add(folder, ["train/a/1": "one", "train/b/1": "two", "dev/a/1": "three"])
    let data = try DataSet.read(folder.path, for: .training)
    #expect(data.training.map(\.name) == ["train/a/1", "train/b/1"])
    #expect(data.validation.map(\.name) == ["dev/a/1"])
    try add(folder, ["l.csv": "text,label,split\none,a,train\ntwo,b,train\nthree,a,dev\n"])
    let listed = try DataSet.read(folder.path("l.csv"), for: .training)
    #expect(listed.validation.map(\.name) == ["l.csv:4"])
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
