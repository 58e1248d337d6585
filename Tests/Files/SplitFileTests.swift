import ConvKitCore
import Testing

@testable import ConvKitFiles

@Suite struct SplitFileTests {
  private func read(_ text: some StringProtocol) throws -> SplitFile {
    try read(Array(text.utf8))
  }

  private func read(_ bytes: [UInt8]) throws -> SplitFile {
    let folder = try TemporaryFolder()
    try folder.add("split.csv", bytes)
    return try SplitFile(reading: folder.path("split.csv"))
  }

  private func dataSet(_ names: [String]) throws -> DataSet {
    let records = names.map {
      DataSet.Record(
        name: $0, item: .text($0), label: String($0.prefix(1)), part: .training, group: "g",
        fingerprint: Fingerprint(Array($0.utf8)[...]))
    }
    return try DataSet(records, leftOut: [], for: .evaluation, from: "DATA")
  }

  @Test func readsWhatPeopleWrite() throws {
    let file = try read(
      "\u{FEFF}path,label,part\r\na/1,a,train\r\n\"b/2,\"\"x\"\"\",b,val\n\na/3,a,valid\na/4,a,test"
    )
    #expect(
      file.rows == [
        .init(path: "a/1", label: "a", part: .training),
        .init(path: "b/2,\"x\"", label: "b", part: .validation),
        .init(path: "a/3", label: "a", part: .validation),
        .init(path: "a/4", label: "a", part: .test),
      ])
    #expect(try read("path,label,part\na,b,training\nc,d,validation").rows.count == 2)
    #expect(try read("path,label,part\n").rows.isEmpty)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let folder = try TemporaryFolder()
    let names = ["a,comma", "a\"quote\"", "a\nline", "a\r", "a", "a é", "b 1", "b\u{1B}", "a 2"]
    let set = try dataSet(names)
    let split = try Split(set, share: 0.3, seed: 1)
    let file = SplitFile(
      training: split.training, validation: split.validation, test: [], labels: set.labels)
    let path = folder.path("split.csv")
    try file.write(to: path)
    #expect(try SplitFile(reading: path) == file)
    let text = String(decoding: try BoundedFile.read(path: path, limit: 10_000), as: UTF8.self)
    #expect(text.hasPrefix("path,label,part\na,a,"))
    #expect(text.contains("\n\"a\"\"quote\"\"\",a,"))

    let assigned = try set.assigned(by: file)
    #expect(assigned.missing.isEmpty)
    #expect(assigned.dataSet.training == split.training)
    #expect(assigned.dataSet.validation == split.validation)
    #expect(try Split(assigned.dataSet, seed: 99) == split, "the file's validation part is kept")
  }

  @Test func assigningSaysWhatDiffers() throws {
    let set = try dataSet(["a1", "a2", "b1", "c1", "c2"])
    let file = try read(
      "path,label,part\nc1,c,test\na2,a,train\nzz,z,train\ng,g,train\na1,a,val\nc2,c,train")
    let found = try set.assigned(by: file)
    #expect(found.missing == ["g", "zz"])
    let data = found.dataSet
    #expect(data.labels == ["a", "c"])
    #expect(data.training.map(\.name) == ["a2", "c2"])
    #expect(data.training.map(\.label) == [0, 1])
    #expect(data.training[0].group == "g" && data.training[0].fingerprint != nil)
    #expect(data.validation.map(\.name) == ["a1"])
    #expect(data.test.map(\.name) == ["c1"])
    #expect(data.leftOut == [LeftOut(name: "b1", reason: "not in the split file")])
    let other = try read("path,label,part\na1,a,train\nb1,c,train")
    #expect(throws: SplitFileError.label(name: "b1", label: "b", inFile: "c")) {
      try set.assigned(by: other)
    }
    // Bytes decide, not what Unicode considers the same.
    let accents = try dataSet(["a\u{E9}", "ae\u{301}"])
    let one = try read("path,label,part\nae\u{301},a,train")
    let assigned = try accents.assigned(by: one)
    #expect(assigned.dataSet.training.map(\.name.utf8.count) == [4] && assigned.missing.isEmpty)
  }

  @Test func errorsNameTheLine() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("s")
    func error(_ text: String) throws -> SplitFileError? {
      try folder.add("s", Array(text.utf8))
      return #expect(throws: SplitFileError.self) { try SplitFile(reading: path) }
    }
    #expect(try error("") == .header(path: path, found: []))
    #expect(
      try error("path,part,label\n") == .header(path: path, found: ["path", "part", "label"]))
    let start = "path,label,part\n"
    #expect(try error(start + "a,b\n") == .fields(path: path, line: 2, found: 2))
    #expect(try error(start + "a,b,test,\n") == .fields(path: path, line: 2, found: 4))
    #expect(
      try error(start + "a,b,test\n\n,b,test") == .emptyField(path: path, line: 4, column: "path"))
    #expect(try error(start + "a,,test") == .emptyField(path: path, line: 2, column: "label"))
    #expect(try error(start + "a,b,Test") == .part(path: path, line: 2, found: "Test"))
    #expect(
      try error(start + "\"a\nb\",b,test\nc,b,test\nc,d,train")
        == .twice(path: path, line: 5, first: 4, name: "c"))

    // What a file holds neither fills the screen nor moves its cursor.
    let long = try error(String(repeating: "\u{1B}[2J", count: 100_000))
    #expect((long?.description.utf8.count ?? 0) < 3000)
    #expect(long?.description.contains("\u{1B}") == false)
    #expect(throws: UnusableListing.self) { try read(start + "\"a") }
    #expect(throws: FileError.missing(path: "/nowhere/s")) { try SplitFile(reading: "/nowhere/s") }
    folder.addPipe("pipe")
    #expect(throws: FileError.self) { try SplitFile(reading: folder.path("pipe")) }
  }

  /// Cut anywhere, or with bytes changed: rows or an error, and never the same example twice.
  @Test func hostileFiles() throws {
    let whole = Array("path,label,part\r\n\"a,\"\"1\",a,train\nb/é,b,val\nc,c,test\n".utf8)
    var read = 0
    func attempt(_ bytes: [UInt8]) throws {
      do {
        let rows = try SplitFile(bytes[...], path: "s").rows
        #expect(Set(rows.map { ExactName($0.path) }).count == rows.count)
        #expect(rows.allSatisfy { !$0.path.isEmpty && !$0.label.isEmpty })
        read += 1
      } catch let error as any ReportableError {
        #expect(error.category == .badData)
      }
    }
    for count in whole.indices { try attempt(Array(whole[..<count])) }
    for trial in 0..<1000 {
      var stream = RandomStream(seed: 4, purpose: .tests, item: trial)
      var bytes = whole
      for _ in 0...stream.next() % 3 {
        let place = Int(stream.next() % UInt64(bytes.count))
        switch stream.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: stream.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert([0x22, 0x2C, 0x0A, 0x0D, 0xFF][Int(stream.next() % 5)], at: place)
        }
      }
      try attempt(bytes)
    }
    #expect(read > 50, "enough of them reach the end")
  }
}
