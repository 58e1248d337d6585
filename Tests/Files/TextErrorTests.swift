import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

/// Text data sets that cannot be read, and those of unusual size.
@Suite struct TextErrorTests {
  private func error(
    _ name: String, _ bytes: [UInt8], _ change: (inout DataSet.Options) -> Void = { _ in }
  ) throws -> (error: (any ReportableError)?, path: String) {
    let folder = try TemporaryFolder()
    try folder.add(name, bytes)
    var options = DataSet.Options()
    change(&options)
    do {
      _ = try DataSet.read(folder.path(name), options: options, for: .training)
      return (nil, folder.path(name))
    } catch {
      return (error as? any ReportableError, folder.path(name))
    }
  }

  @Test func misspeltColumns() throws {
    let (none, path) = try error("m.csv", Array("texts,label\na,b\n".utf8))
    #expect(
      none as? DataSetError == .listingNotRead(path: path, columns: ["texts", "label"]))
    #expect(none?.description.contains("Did you mean “texts”? If") == true)
    #expect(none?.description.contains("--text-column NAME") == true)
    let (labels, other) = try error("m.csv", Array("text,lable\na,b\n".utf8))
    #expect(
      labels as? ListingError == .noLabelColumn(path: other, columns: ["text", "lable"]))
    #expect(labels?.description.contains("Did you mean “lable”? Say which column") == true)
    let (given, third) = try error("m.csv", Array("Message,Class\na,b\n".utf8)) {
      $0.textColumn = "mesage"
    }
    #expect(
      given as? DataKindError
        == .missingColumn(path: third, column: "mesage", columns: ["Message", "Class"]))
    #expect(given?.description.contains("Did you mean “Message”? Name") == true)
    let (kind, fourth) = try error("m.csv", Array("text,Class\na,b\n".utf8)) {
      $0.labelColumn = "Clas"
    }
    #expect(
      kind as? DataKindError
        == .missingColumn(path: fourth, column: "Clas", columns: ["text", "Class"]))
    #expect(kind?.description.contains("Did you mean “Class”? Name one") == true)
    // What the user has said is a wrong call, and what the file lacks is bad data.
    #expect(kind?.category == .wrongCall && given?.category == .wrongCall)
    #expect(labels?.category == .badData)
  }

  @Test func oneLabelAndNone() throws {
    let (one, path) = try error("m.csv", Array("text,label\nx,a\ny,a\n".utf8))
    #expect(one as? DataSetError == .oneLabel(path: path, label: "a"))
    let (none, other) = try error("m.csv", Array("text,label\n".utf8))
    #expect(none as? DataSetError == .empty(path: other, leftOut: 0))
    let (blank, third) = try error("m.csv", Array("text,label\n ,a\n".utf8))
    #expect(
      blank as? DataSetError
        == .empty(
          path: third, leftOut: 1, first: LeftOut(name: "m.csv line 2", reason: "has no text")))
  }

  @Test func aLabelOfOneExample() throws {
    let folder = try TemporaryFolder()
    try folder.add("m.csv", Array("text,label\na,x\nb,x\nc,x\nd,y\n".utf8))
    let data = try DataSet.read(folder.path("m.csv"), for: .training)
    #expect(data.scan().smallLabels == [.init(label: "y", examples: 1)])
    #expect(try Split(data, share: 0.4, seed: 1).validation.map(\.label) == [0])
  }

  /// Far behind what is looked at first.
  @Test(.timeLimit(.minutes(1))) func anOpenQuoteAtTheEnd() throws {
    let rows = (0..<300_000).map { "text number \($0),\($0 % 4)\n" }.joined()
    let (open, path) = try error("m.csv", Array(("text,label\n" + rows + "\"an end,1\n").utf8))
    #expect(
      open as? UnusableListing
        == UnusableListing(path: path, reason: .openQuote(line: 300_002)))
    #expect(open?.description.contains("opens in line 300002 is never closed") == true)
  }

  @Test(.timeLimit(.minutes(1))) func aMillionLabels() throws {
    let rows = (0..<1_000_000).map { "t\($0),l\($0)\n" }.joined()
    let (many, path) = try error("m.csv", Array(("text,label\n" + rows).utf8))
    #expect(
      many as? DataSetError
        == .labelsDoNotRepeat(path: path, labels: 1_000_000, examples: 1_000_000))
    #expect(many?.description.contains("Check which column") == true)
    // Few examples of few labels are no mistake, and neither are many of many.
    let few = (0..<999).map { "t\($0),l\($0)\n" }.joined()
    #expect(try error("m.csv", Array(("text,label\n" + few).utf8)).error == nil)
    let repeated = (0..<2_000).map { "t\($0),l\($0 % 1000)\n" }.joined()
    #expect(try error("m.csv", Array(("text,label\n" + repeated).utf8)).error == nil)
    #expect(try error("m.csv", Array(("text,label\n" + repeated.dropLast(12)).utf8)).error != nil)
  }

  /// As the first row, where the beginning that is looked at first ends inside it, and as a later one.
  @Test(arguments: ["csv", "tsv", "jsonl", "txt"]) func aMegabyteInOneLine(format: String) throws {
    let long = String(repeating: "wörd ", count: 300_000)
    for order in [[long, "short", "brief"], ["short", "brief", long]] {
      let texts = order + (0..<9).map { "text \($0)" }
      let rows = texts.enumerated().map { (text: $0.element, label: ["a", "b"][$0.offset % 2]) }
      let listing =
        switch format {
        case "csv": "text,label\n" + rows.map { "\"\($0.text)\",\($0.label)\n" }.joined()
        case "tsv": rows.map { "\($0.label)\t\($0.text)\n" }.joined()
        case "jsonl":
          rows.map { "{\"text\":\"\($0.text)\",\"label\":\"\($0.label)\"}\n" }.joined()
        default: rows.map { "\($0.label) \($0.text)\n" }.joined()
        }
      let folder = try TemporaryFolder()
      let path = folder.path("m.\(format)")
      try folder.add("m.\(format)", Array(listing.utf8))
      #expect(try DataKind.decide(path) == .text)
      let data = try DataSet.read(path, for: .training)
      #expect(data.training.count == 12 && data.leftOut.isEmpty)
      let sizes = data.training.map { example in
        if case .text(let text) = example.item { text.utf8.count } else { 0 }
      }
      #expect(sizes.max() ?? 0 >= long.utf8.count - 1)
    }
  }

  @Test func aTextThatIsTooLong() throws {
    let folder = try TemporaryFolder()
    let long = String(repeating: "a", count: TextFile.longestText)
    try folder.add("m.csv", Array("text,label\n\(long),x\n\(long)b,x\nc,y\n".utf8))
    let data = try DataSet.read(folder.path("m.csv"), for: .training)
    #expect(data.training.map(\.name) == ["m.csv:2", "m.csv:4"])
    #expect(
      data.leftOut == [
        LeftOut(
          name: "m.csv line 3",
          reason: "has a text of 16777217 bytes, and at most 16777216 are read here")
      ])
  }

  @Test func nulBytes() throws {
    // Among the first bytes they tell that a file is no text.
    let (nul, path) = try error("m.csv", Array("text,label\na\u{0}b,x\nc,y\n".utf8))
    #expect(
      nul as? DataKindError
        == .notAListing(path: path, content: "neither text nor of another known format"))
    // Behind them they are characters, and a text stays what it is.
    let folder = try TemporaryFolder()
    let start = String(repeating: "x", count: FileContent.sniffed)
    try folder.add("m.csv", Array("text,label\n\(start),x\na\u{0}b,y\n".utf8))
    let data = try DataSet.read(folder.path("m.csv"), for: .training)
    #expect(data.training.last?.item == .text("a\u{0}b"))
    // JSON allows no control characters, but their escapes.
    try folder.add(
      "m.jsonl", Array("{\"text\":\"a\\u0000b\",\"label\":1}\n{\"text\":\"c\",\"label\":2}".utf8))
    #expect(
      try DataSet.read(folder.path("m.jsonl"), for: .training).training[0].item
        == .text("a\u{0}b"))
  }

  @Test func invalidBytesAreNamed() throws {
    let start = Array("text,label\r\nfine,a\r\n".utf8)
    let (wrong, file) = try error("m.csv", start + [0x63, 0xE9, 0x2C, 0x78, 0x0A])
    #expect(wrong as? TextFileError == .notUTF8(path: file, byte: 0xE9, line: 3, offset: 21))
    #expect(
      wrong?.description.contains(
        "the byte 0xE9 in line 3 (offset 21 from the start of the file) is not UTF-8. Save")
        == true)
    #expect(wrong?.description.contains("--encoding latin1") == true)
    // Far behind what is looked at first.
    let rows = Array(String(repeating: "text,a\n", count: 200_000).utf8)
    let (far, path) = try error("m.csv", Array("text,label\n".utf8) + rows + [0x80])
    #expect(
      far as? TextFileError
        == .notUTF8(path: path, byte: 0x80, line: 200_002, offset: 11 + 1_400_000))
    // In Latin-1 it is a character.
    let folder = try TemporaryFolder()
    try folder.add("m.csv", start + [0x63, 0xE9, 0x2C, 0x78, 0xFF, 0x0A])
    var options = DataSet.Options()
    options.encoding = .latin1
    let data = try DataSet.read(folder.path("m.csv"), options: options, for: .training)
    #expect(data.training[1].item == .text("cé") && data.labels == ["a", "xÿ"])
  }

  @Test(arguments: [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61]] as [[UInt8]])
  func utf16(bytes: [UInt8]) throws {
    let (wrong, path) = try error("m.csv", bytes)
    #expect(wrong as? TextFileError == .utf16(path: path))
    #expect(wrong?.description.contains("Save the file as UTF-8.") == true)
  }

  @Test func decodedBytes() throws {
    #expect(try TextEncoding.utf8.decoded([0xEF, 0xBB, 0xBF, 0x61]) == [0x61])
    #expect(try TextEncoding.utf8.decoded([]) == [])
    #expect(try TextEncoding.latin1.decoded([0x61, 0x7F, 0xA0]) == [0x61, 0x7F, 0xC2, 0xA0])
    // Foundation's windows-1252 has no character for five bytes; as Latin-1 they are control characters.
    for byte in 0...UInt8.max {
      let text = try String(decoding: TextEncoding.latin1.decoded([byte]), as: UTF8.self)
      let known = String(bytes: [byte], encoding: .windowsCP1252)
      let isUnassigned = [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte)
      #expect(text == (isUnassigned ? String(Unicode.Scalar(byte)) : known), "\(byte)")
    }
    #expect(
      try String(decoding: TextEncoding.latin1.decoded(Array(0...UInt8.max)), as: UTF8.self)
        .unicodeScalars.count == 256)
    // The mark of UTF-16 is two letters, unless zeros follow, as they do where it is one.
    #expect(
      try TextEncoding.latin1.decoded([0xFF, 0xFE, 0x61]) == [0xC3, 0xBF, 0xC3, 0xBE, 0x61])
    #expect(throws: TextEncoding.Failure.utf16) {
      try TextEncoding.latin1.decoded([0xFF, 0xFE, 0x61, 0])
    }
    // Marks are at the start alone.
    #expect(
      try TextEncoding.utf8.decoded([0xEF, 0xBB, 0xBF, 0x61], isStart: false)
        == [0xEF, 0xBB, 0xBF, 0x61])
    #expect(throws: TextEncoding.Failure.notUTF8(byte: 0xFF, line: 1, offset: 0)) {
      try TextEncoding.utf8.decoded([0xFF, 0xFE], isStart: false)
    }
    // A character that is cut at the end, and one that is wrong before the end.
    #expect(try TextEncoding.utf8.decoded([0x61, 0xE2, 0x82], isCut: true) == [0x61])
    #expect(throws: TextEncoding.Failure.notUTF8(byte: 0xE2, line: 1, offset: 1)) {
      try TextEncoding.utf8.decoded([0x61, 0xE2, 0x82])
    }
    #expect(throws: TextEncoding.Failure.notUTF8(byte: 0xE2, line: 3, offset: 3)) {
      try TextEncoding.utf8.decoded([0x0D, 0x0D, 0x0A, 0xE2, 0x61], isCut: true)
    }
    #expect(throws: TextEncoding.Failure.notUTF8(byte: 0xFF, line: 1, offset: 3)) {
      try TextEncoding.utf8.decoded([0xEF, 0xBB, 0xBF, 0xFF])
    }
  }

  /// However texts are mutilated, they give an answer or an error.
  @Test func mutants() throws {
    let folder = try TemporaryFolder()
    let originals = [
      "m.csv": "text,label,part,x\r\n\"a, \"\"b\"\"\nc\",x,train,é\nd e,y,test,\nf,x,train,谢\n",
      "m.jsonl":
        "{\"text\":\"a\\u00e9 \\ud83d\\ude00\",\"label\":\"x\",\"n\":[1,{\"b\":null}]}\n"
        + "{\"text\":\"b\",\"label\":3}\n",
      "m.txt": "a one\na two three\nb four, five\nb six\n",
      "m.ft": "__label__a one\n__label__b two\n__label__a __label__b x\n",
      "m.tsv": "ham\tone \"two\nspam\tthree\nham\tfour\nspam\tfive\n",
    ]
    let spice = Array(",\t\" \n\r{}[]:\\/_\u{0}é".utf8) + [0xFF, 0xEF, 0x80]
    var (answers, errors) = (0, 0)
    for (name, text) in originals.sorted(by: { $0.key < $1.key }) {
      for item in 0..<200 {
        var stream = RandomStream(seed: 11, purpose: .split, item: item)
        var bytes = Array(text.utf8)
        for _ in 0...Int(stream.next() % 3) {
          let place = Int(stream.next() % UInt64(bytes.count))
          let byte = spice[Int(stream.next() % UInt64(spice.count))]
          switch stream.next() % 4 {
          case 0: bytes[place] = byte
          case 1: bytes.insert(byte, at: place)
          case 2: bytes.remove(at: place)
          default: bytes = Array(bytes.prefix(place))
          }
          if bytes.isEmpty { bytes = [0x20] }
        }
        try folder.add(name, bytes)
        var options = DataSet.Options()
        options.encoding = item % 4 == 0 ? .latin1 : .utf8
        do {
          _ = try DataSet.read(folder.path(name), options: options, for: .evaluation)
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
