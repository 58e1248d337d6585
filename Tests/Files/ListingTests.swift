import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct ListingTests {
  private func read(_ path: String) throws -> DataSource.Found {
    try DataSource(path).found(at: path)
  }

  @Test(arguments: [
    (
      "list.csv",
      "\u{FEFF}label,path,group,split,speaker\r\ncat,a/1.png,g,train,\"th,eo\"\r\n"
        + "dog,b 2.png,,val,\"a \"\"b\"\"\"\r\n"
    ),
    (
      "list.tsv",
      "label\tpath\tgroup\tsplit\tspeaker\ncat\ta/1.png\tg\ttrain\tth,eo\n"
        + "dog\tb 2.png\t\tval\ta \"b\"\n"
    ),
    (
      "list.jsonl",
      "\u{FEFF}{\"label\":\"cat\",\"path\":\"a\\/1.png\",\"group\":\"g\",\"split\":\"train\","
        + "\"speaker\":\"th,eo\"}\r\n\r\n{\"path\":\"b 2.png\",\"label\":\"dog\",\"group\":null,"
        + "\"split\":\"val\",\"speaker\":\"a \\\"b\\\"\"}"
    ),
  ])
  func rowsAreRecords(name: String, text: String) throws {
    let folder = try TemporaryFolder()
    for file in ["a/1.png", "b 2.png"] { try folder.add(file) }
    try folder.add(name, Array(text.utf8))
    let found = try read(folder.path(name))
    #expect(found.leftOut.isEmpty)
    #expect(
      found.records == [
        DataSet.Record(
          name: "a/1.png", item: .file(folder.path("a/1.png")), label: "cat", part: .training,
          fields: ["speaker": "th,eo"], group: "g"),
        DataSet.Record(
          name: "b 2.png", item: .file(folder.path("b 2.png")), label: "dog", part: .validation,
          fields: ["speaker": "a \"b\""]),
      ])
  }

  @Test func numbersOfJSONAreLabels() throws {
    let folder = try TemporaryFolder()
    for name in ["1", "2", "3", "4", "5"] { try folder.add(name) }
    let lines = [
      "{\"file_name\": \"1\", \"label\": 3, \"width\": 1.50, \"part\": \"train\"}",
      "{\"file_name\": \"2\", \"label\": true, \"box\": [1, 2], \"part\": \"valid\"}",
      "{\"file_name\": \"3\", \"label\": -1e2 , \"extra\": false, \"part\": \"test\"}",
      "{\"file_name\": \"4\", \"label\": null, \"part\": \"test\"}",
      "{\"file_name\": \"5\", \"label\": [3], \"part\": \"validation\"}",
      "{\"file_name\": \"5\", \"label\": 3",
      "{\"file_name\": \"5\", \"label\": 3} {}", "{\"label\": 3, \"label\": 3}",
      "{\"label\": 3, \"part\": \"test\"}",
    ]
    try folder.add("l.jsonl", Array(lines.joined(separator: "\n").utf8))
    let found = try read(folder.path("l.jsonl"))
    #expect(found.records.map(\.label) == ["3", "true", "-1e2"])
    #expect(found.records.map(\.part) == [.training, .validation, .test])
    #expect(found.records.map(\.fields) == [["width": "1.50"], [:], ["extra": "false"]])
    let noLabel = "has no label, or one that is no plain value"
    #expect(found.leftOut.map(\.name) == (4...9).map { "l.jsonl line \($0)" })
    #expect(
      found.leftOut.map(\.reason) == [
        noLabel, noLabel,
        "is not one JSON object: at byte 30 a comma or the end of the object was expected",
        "has something behind its JSON object", "has the key “label” twice", "has no file_name",
      ])
  }

  /// A table of all keys by all lines took 39 s and a gigabyte for 100 KB of such lines.
  @Test func aNewKeyInEveryLineCostsNoTable() throws {
    let folder = try TemporaryFolder()
    let text = (0..<10_000).map { "{\"path\":\"\($0)\",\"k\($0)\":\($0)}\n" }.joined()
    try folder.add("l.jsonl", Array(text.utf8))
    let clock = ContinuousClock()
    let start = clock.now
    let head = try ListingHead(folder.path("l.jsonl"))
    #expect(clock.now - start < .seconds(20))
    #expect(head.columns.count == 10_001)
    #expect(head.values(of: "path").count == 10_000 && head.values(of: "path")[17] == "17")
    #expect(head.values(of: "k17") == ["17"])
  }

  @Test(.timeLimit(.minutes(1))) func everyUselessRowIsNamed() throws {
    let folder = try TemporaryFolder()
    for name in ["1", "2", "e\u{301}", "\u{E9}"] { try folder.add(name) }
    try folder.add("empty", [])
    try folder.addFolder("folder")
    folder.addPipe("pipe")
    try folder.addLink("loop", to: "loop")
    try folder.addLink("link", to: "1")
    let rows = [
      "1,a", "2,b", ",a", "2,", "2", "2,b,c", "nowhere,a", "folder,a", "pipe,a", "empty,a",
      "loop,a", "./1,a", "\(folder.path)/none,a", "1,b", "/dev/null,a", "\"1\u{1B}\n\",a", "link,a",
      "e\u{301},a", "\u{E9},a", "2/1,a",
      "\(FileName.absolute(folder.path))//1,a",
    ]
    try folder.add("list.csv", Array(("path,label\n" + rows.joined(separator: "\n")).utf8))
    let found = try read(folder.path("list.csv"))
    // By bytes, so that the two spellings of é are two files.
    #expect(
      found.records.map { Array($0.name.utf8) }
        == ["1", "2", "link", "e\u{301}", "\u{E9}"].map { Array($0.utf8) })
    #expect(
      found.leftOut.map { "\($0.name): \($0.reason)" } == [
        "list.csv line 4: has no path",
        "list.csv line 5: has no label, or one that is no plain value",
        "list.csv line 6: has 1 field, and the header has 2",
        "list.csv line 7: has 3 fields, and the header has 2",
        "list.csv line 8: names “nowhere”, which does not exist",
        "list.csv line 9: names “folder”, which is a folder",
        "list.csv line 10: names “pipe”, which is a named pipe",
        "list.csv line 11: names “empty”, which is empty",
        "list.csv line 12: names “loop”, which cannot be looked at: Too many levels of symbolic links",
        "list.csv line 13: names “./1”, which line 2 names already",
        "list.csv line 14: names “\(folder.path)/none”, which does not exist",
        "list.csv line 15: names “1”, which line 2 names with another label, “a”: that one is used",
        "list.csv line 16: names “/dev/null”, which is a device",
        "list.csv line 17: names “1\\u{1B}\\u{A}”, which does not exist",
        "list.csv line 22: names “2/1”, which does not exist",
        "list.csv line 23: names “\(FileName.absolute(folder.path))//1”, which line 2 names already",
      ])
    // Through the data set: sorted, and still all of them.
    let set = try DataSet.read(folder.path("list.csv"), for: .training)
    #expect(set.leftOut.count == 16)
    #expect(set.training.count == 5)
  }

  @Test func theOrderOfRowsPlaysNoPart() throws {
    let folder = try TemporaryFolder()
    var rows = (0..<50).map { "\($0),\($0 % 3)" }
    for index in 0..<50 { try folder.add("\(index)") }
    func set() throws -> DataSet {
      try folder.add("l.csv", Array(("path,label\n" + rows.joined(separator: "\n")).utf8))
      return try DataSet.read(folder.path("l.csv"), for: .training)
    }
    let first = try set()
    rows.reverse()
    #expect(try set() == first)
    #expect(first.training.map(\.name) == (0..<50).map(String.init).sorted())
  }

  @Test func whatNoListingMayBe() throws {
    let folder = try TemporaryFolder()
    try folder.add("1")
    let path = folder.path("l.csv")
    func error(_ text: String) throws -> (any ReportableError)? {
      try folder.add("l.csv", Array(text.utf8))
      do {
        _ = try DataSet.read(path, for: .training)
        return nil
      } catch {
        return error as? any ReportableError
      }
    }
    let noLabels = try error("path,labels,x\n1,a,b\n")
    #expect(
      noLabels as? ListingError == .noLabelColumn(path: path, columns: ["path", "labels", "x"]))
    #expect(noLabels?.description.contains("It has: path, labels, x. ") == true)
    #expect(
      try error("path,label,label\n1,a,b\n") as? ListingError
        == .repeatedColumn(path: path, column: "label"))
    for value in ["Train", "", "devel"] {
      let part = try error("path,label,part\n\n1,a,train\n1,a,\(value)\n")
      #expect(
        part as? ListingError
          == .unknownPart(path: path, line: 4, column: "part", value: value))
      #expect(part?.description.contains("line 4 has “\(value)”") == true)
    }
    #expect(
      try error("a,b\n1,2\n") as? DataSetError == .listingNotRead(path: path, columns: ["a", "b"]))
    #expect(try error("path,label\n") as? DataSetError == .empty(path: path, leftOut: 0))
    #expect(
      try error("path,label\nx,a\n")?.description.contains("(1 left out; the first, ") == true)
    #expect(try error("path,label\n1,a\n") as? DataSetError == .oneLabel(path: path, label: "a"))
    #expect(
      try error("path,label\n1,\"a\n") as? UnusableListing
        == UnusableListing(path: path, reason: .openQuote(line: 2)))
    #expect(try error("")?.category == .badData)
    // Of JSON, parts that only some lines have.
    try folder.add(
      "l.jsonl", Array("{\"path\":\"1\",\"label\":1,\"part\":\"test\"}\n{\"path\":2}".utf8))
    #expect(
      throws: ListingError.unknownPart(
        path: folder.path("l.jsonl"), line: 2, column: "part", value: "")
    ) { try read(folder.path("l.jsonl")) }
    #expect(ListingError.tooManyRows(path: "l", limit: 5).description.contains("more than 5 rows"))
    let columns = (0..<30).map { "c\($0)" }
    let error = ListingError.noLabelColumn(path: "l", columns: columns)
    #expect(error.description.contains("c19 and 10 more. "))
    let text = DataSetError.listingNotRead(path: "l", columns: ["a", "b"]).description
    #expect(text.contains("it has: a, b. ") && text.contains("--label-from '{label}_{index}.png'"))
  }

  /// What is too much for a line is found far behind the start that is looked at first, too.
  @Test func aLineOfSeparators() throws {
    let folder = try TemporaryFolder()
    let start = "path,label\n1," + String(repeating: "a", count: 1 << 20) + "\n"
    let commas = [UInt8](repeating: UInt8(ascii: ","), count: SeparatedText.mostFields)
    try folder.add("1")
    try folder.add("l.csv", start.utf8 + commas)
    #expect(
      throws: UnusableListing(
        path: folder.path("l.csv"),
        reason: .tooManyFields(line: 3, limit: SeparatedText.mostFields))
    ) { try read(folder.path("l.csv")) }
  }

  /// Hugging Face's layout: a listing beside its files, reported when it leaves some out.
  @Test(arguments: ["metadata.csv", "metadata.tsv", "metadata.jsonl"])
  func aFolderWithItsListing(name: String) throws {
    let folder = try TemporaryFolder()
    for name in ["a/1", "a/2", "b/1", "b/2", ".hidden", "a/.thumb"] { try folder.add(name) }
    try folder.addLink("link", to: "a/1")
    let hidden = "\(FileName.absolute(folder.path))/.hidden"
    let rows = [("a/1", "x"), ("./b/1", "y"), (hidden, "x"), ("link", "y"), ("no", "y")]
    let text =
      switch name {
      case "metadata.csv": "file_name,label\n" + rows.map { "\($0),\($1)\n" }.joined()
      case "metadata.tsv": "file_name\tlabel\n" + rows.map { "\($0)\t\($1)\n" }.joined()
      default: rows.map { "{\"file_name\":\"\($0)\",\"label\":\"\($1)\"}\n" }.joined()
      }
    try folder.add(name, Array(text.utf8))
    let set = try DataSet.read(folder.path, for: .training)
    #expect(set.labels == ["x", "y"])
    #expect(set.training.map(\.name) == ["./b/1", hidden, "a/1", "link"])
    #expect(set.training[2].item == .file(folder.path("a/1")))
    let line = name == "metadata.jsonl" ? 5 : 6
    let unnamed = "no usable row of \(name) names it"
    #expect(
      set.leftOut.map { [$0.name, $0.reason] } == [
        ["a/.thumb", "hidden"], ["a/2", unnamed], ["b/2", unnamed],
        ["\(name) line \(line)", "names “no”, which does not exist"],
      ])
    #expect(try DataSource(folder.path) == .listing(path: folder.path(name), folder: folder.path))
  }

  /// Without a column of labels, or broken, it is a stray file.
  @Test(arguments: ["file_name,text\na/1,x\n", "x,label\n1,2\n", "a,\"b\"c\n", "\u{0}"])
  func aListingThatTellsNoLabels(text: String) throws {
    let folder = try TemporaryFolder()
    for name in ["a/1", "b/1"] { try folder.add(name) }
    try folder.add("metadata.csv", Array(text.utf8))
    let set = try DataSet.read(folder.path, for: .training)
    #expect(set.labels == ["a", "b"])
    #expect(set.leftOut.map(\.name) == ["metadata.csv"])
  }

  /// However a listing is mutilated, it gives an answer or an error.
  @Test func mutants() throws {
    let folder = try TemporaryFolder()
    for name in ["1", "2", "3"] { try folder.add(name) }
    let originals = [
      "list.csv": "path,label,part,x\r\n1,a,train,\"q\"\"u,\"\n2,b,test,\n3,\"a\",train,é\n",
      "list.tsv": "path\tlabel\n1\ta\n2\tb\n3\ta\n",
      "list.jsonl":
        "{\"path\":\"1\",\"label\":\"a\",\"n\":[1,{\"b\":null}]}\n{\"path\":\"\\u0032\",\"label\":3}\n",
    ]
    let spice = Array(",\t\"\n\r{}[]:\\/\u{0}é".utf8) + [0xFF, 0xEF, 0x80]
    var (answers, errors) = (0, 0)
    for (name, text) in originals.sorted(by: { $0.key < $1.key }) {
      for item in 0..<250 {
        var stream = RandomStream(seed: 7, purpose: .split, item: item)
        var bytes = Array(text.utf8)
        for _ in 0...Int(stream.next() % 3) {
          let place = Int(stream.next() % UInt64(bytes.count))
          let byte = spice[Int(stream.next() % UInt64(spice.count))]
          switch stream.next() % 4 {
          case 0: bytes[place] = byte
          case 1: bytes.insert(byte, at: place)
          case 2: bytes.remove(at: place)
          default: bytes = Array(bytes.prefix(max(place, 1)))
          }
        }
        try folder.add(name, bytes)
        do {
          _ = try read(folder.path(name))
          answers += 1
        } catch {
          #expect(error is any ReportableError)
          errors += 1
        }
      }
    }
    #expect(answers > 100 && errors > 100)
  }
}
