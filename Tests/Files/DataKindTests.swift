import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct DataKindTests {
  private static let contents: [(FileContent?, [UInt8])] = [
    (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]),
    (nil, [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A]),
    (.jpeg, [0xFF, 0xD8, 0xFF, 0xE0]),
    (.portableMap, Array("P5\n3 2\n255\n".utf8) + [0, 200]),
    (.portableMap, Array("P6 # made by hand\n".utf8) + [0]),
    (.portableMap, Array("P2\n# grey\n2 2".utf8)),
    (.text, Array("P2 is a letter and a number".utf8)),
    (.text, Array("P5".utf8)),
    (.gif, Array("GIF89a".utf8) + [0]),
    (.webP, Array("RIFF".utf8) + [1, 0, 0, 0] + Array("WEBP".utf8)),
    (.wave, Array("RIFF".utf8) + [1, 0, 0, 0] + Array("WAVEfmt ".utf8)),
    (.flac, Array("fLaC".utf8) + [0]), (.ogg, Array("OggS".utf8) + [0]),
    (.aiff, Array("FORM".utf8) + [0, 0, 0, 1] + Array("AIFC".utf8)),
    (.sunAudio, Array(".snd".utf8) + [0, 0, 0, 24]), (.text, Array(".snd is Sun's".utf8)),
    (.mpegAudio, Array("ID3".utf8) + [3, 0, 0, 0, 0, 1, 1]), (.text, Array("ID3 tags".utf8)),
    (.mpegAudio, [0xFF, 0xFB, 0x90, 0x64]), (nil, [0xFF, 0xFB, 0xF0, 0x64]),
    (.nifti, [0x5C, 1] + Array(repeating: 0, count: 342) + Array("n+1\0".utf8)),
    (.nifti, [0x1C, 2, 0, 0] + Array("n+2\0\r\n".utf8) + [0x1A, 0x0A]),
    (.numpy, [0x93] + Array("NUMPY".utf8) + [1, 0]),
    (.gzip, [0x1F, 0x8B, 8]), (.zip, [0x50, 0x4B, 3, 4]),
    (.text, Array("Où est mon colis ?\n".utf8)), (.text, [0xEF, 0xBB, 0xBF, 0x61]),
    (nil, [0x61, 0xFF]), (nil, [0x61, 0]), (nil, []),
  ]

  @Test func firstBytesTell() {
    for (content, bytes) in Self.contents {
      #expect(FileContent(start: bytes) == content, "\(bytes)")
      // No beginning of a file is beyond understanding.
      for count in 0..<bytes.count { _ = FileContent(start: Array(bytes.prefix(count))) }
    }
    // A character that is cut by the end of what was read.
    let long = Array(String(repeating: "é", count: 3000).utf8)
    #expect(FileContent(start: [0x61] + long.prefix(FileContent.sniffed - 1)) == .text)
  }

  private func png(_ folder: TemporaryFolder, _ names: [String]) throws {
    for name in names { try folder.add(name, Self.contents[0].1) }
  }

  @Test func aFolderIsWhatItsFilesAre() throws {
    let folder = try TemporaryFolder()
    try png(folder, (0..<9).map { "x/\($0)" } + (0..<9).map { "o/\($0).wav" })
    #expect(try DataKind.decide(folder.path) == .image)
    // A few strays, the unknown and the packed do not matter.
    try folder.add("x/notes", Array("text".utf8))
    try folder.add("o/what", [0, 1, 2])
    try folder.add("README.md", Array("text".utf8))
    #expect(try DataKind.decide(folder.path) == .image)
    for index in 0..<3 { try folder.add("o/\(index).txt", Array("text".utf8)) }
    let mixed = #expect(throws: DataKindError.self) { try DataKind.decide(folder.path) }
    #expect(
      mixed == .mixed(path: folder.path, found: ["18 of kind image", "4 of kind text"]))
    #expect(mixed?.category == .wrongCall)
    #expect(mixed?.description.contains("--as image|sound|text|volume|table") == true)
    var options = DataSet.Options()
    options.kind = .sound
    #expect(try DataKind.decide(folder.path, options: options) == .sound)
  }

  /// Made by Python's gzip and zipfile: a NIfTI-1 header, and an entry that begins like a NumPy
  /// file, deflated, and a stored text.
  @Test func ofPackedFilesWhatIsInsideCounts() throws {
    #expect(FileContent.packed(in: Self.packedHeader) == .nifti)
    #expect(FileContent.packed(in: Self.packedArray) == .numpy)
    #expect(FileContent.packed(in: Self.packedText) == .text)
    // However short the beginning that was read, it is answered.
    for packed in [Self.packedHeader, Self.packedArray, Self.packedText] {
      for count in packed.indices { _ = FileContent.packed(in: Array(packed.prefix(count))) }
    }
    let folder = try TemporaryFolder()
    for index in 0..<10 { try folder.add("a/\(index).nii.gz", Self.packedHeader) }
    #expect(try DataKind.decide(folder.path) == .volume)
  }

  @Test func anEmptyFolderHasNoKind() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DataSetError.empty(path: folder.path, leftOut: 0)) {
      try DataKind.decide(folder.path)
    }
  }

  private static let packedHeader: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x63, 0x60, 0x18, 0x05,
    0xB4, 0x00, 0x79, 0xDA, 0x86, 0x60, 0x1A, 0x00, 0x8E, 0x4D, 0x50, 0x3C, 0x60, 0x01,
    0x00, 0x00,
  ]
  private static let packedArray: [UInt8] = [
    0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x28,
    0x6C, 0x42, 0x1B, 0xC7, 0x0C, 0x00, 0x00, 0x00, 0xD0, 0x00, 0x00, 0x00, 0x05, 0x00,
    0x00, 0x00, 0x61, 0x2E, 0x6E, 0x70, 0x79, 0x9B, 0xEC, 0x17, 0xEA, 0x1B, 0x10, 0xC9,
    0xC8, 0x30, 0x5C, 0x00, 0x00, 0x50, 0x4B, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00,
    0x00, 0x08, 0x00, 0x00, 0x00, 0x21, 0x28, 0x6C, 0x42, 0x1B, 0xC7, 0x0C, 0x00, 0x00,
    0x00, 0xD0, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x2E, 0x6E, 0x70, 0x79,
    0x50, 0x4B, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x33, 0x00,
    0x00, 0x00, 0x2F, 0x00, 0x00, 0x00, 0x00, 0x00,
  ]
  private static let packedText: [UInt8] = [
    0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x28,
    0x50, 0xE9, 0x12, 0x6D, 0x0B, 0x00, 0x00, 0x00, 0x0B, 0x00, 0x00, 0x00, 0x05, 0x00,
    0x00, 0x00, 0x61, 0x2E, 0x74, 0x78, 0x74, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0x20, 0x74,
    0x68, 0x65, 0x72, 0x65, 0x50, 0x4B, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x21, 0x28, 0x50, 0xE9, 0x12, 0x6D, 0x0B, 0x00, 0x00, 0x00,
    0x0B, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61, 0x2E, 0x74, 0x78, 0x74, 0x50,
    0x4B, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x33, 0x00, 0x00,
    0x00, 0x2E, 0x00, 0x00, 0x00, 0x00, 0x00,
  ]

  @Test func whatCannotBeTold() throws {
    let folder = try TemporaryFolder()
    try folder.add("x/1", [0, 1])
    try folder.add("x/1.nii.gz", [0x1F, 0x8B])
    try folder.add("x/1.zip", [0x50, 0x4B, 0x03, 0x04] + Array(repeating: 0xFF, count: 40))
    #expect(throws: DataKindError.unknown(path: folder.path)) {
      try DataKind.decide(folder.path)
    }
    #expect(throws: FileError.missing(path: folder.path("no"))) {
      try DataKind.decide(folder.path("no"))
    }
  }

  @Test(arguments: [
    ("text,label\nhello,a\n", DataKind.text), ("\u{FEFF}label,text\na,hello", .text),
    ("{\"text\": \"hello\", \"label\": 1}\n{\"text\": \"you\", \"label\": 2}\n", .text),
    ("{\"width\": 1.5e3, \"nested\": {\"list\": [1, null]}}\n", .table),
    ("length,width,kind\n1,2,a\n", .table), ("1,2\n3,4\n1,5\n3,6\n", .table),
    ("ham\tsee you, soon\nspam\tYou \"won\nham\tok\nham\tbye\n", .text),
    ("a,one\na,two\nb,three\nb,\"fo\nur\"\n", .text),
    // With a header that is none of the known ones.
    ("label,message\na,one\na,two\nb,three\nb,four\n", .table),
    // The second column repeats, or is numeric.
    ("a,x\na,x\nb,x\nb,y\n", .table), ("a,1\na,2\nb,3\nb,4\n", .table),
  ])
  func aListingIsWhatItsColumnsSay(text: String, kind: DataKind) throws {
    let folder = try TemporaryFolder()
    try folder.add("list", Array(text.utf8))
    #expect(try DataKind.decide(folder.path("list")) == kind)
  }

  @Test func aListingOfFilesIsWhatTheyAre() throws {
    let folder = try TemporaryFolder()
    try png(folder, ["files/1", "files/2"])
    try folder.add("list.csv", Array("label,path\na,files/1\nb,\(folder.path)/files/2\n".utf8))
    try folder.add("list.jsonl", Array("{\"file_name\":\"files\\/1\",\"label\":\"a\"}\n".utf8))
    for name in ["list.csv", "list.jsonl"] {
      #expect(try DataKind.decide(folder.path(name)) == .image)
    }
    let path = folder.path("list.csv")
    var options = DataSet.Options()
    options.textColumn = "label"
    #expect(try DataKind.decide(path, options: options) == .text)
    options.textColumn = "x"
    #expect(
      throws: DataKindError.missingColumn(path: path, column: "x", columns: ["label", "path"])
    ) { try DataKind.decide(path, options: options) }
  }

  @Test(arguments: ["{\"a\": 1", "{\"a\":1} 2\n", "{\"a\":1,\"a\":2}\n", "{a}\n"])
  func whatIsNoListing(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.add("list", Array(text.utf8))
    let error = #expect(throws: DataKindError.self) { try DataKind.decide(folder.path("list")) }
    #expect(error?.category == .badData)
    try png(folder, ["picture"])
    #expect(
      throws: DataKindError.notAListing(
        path: folder.path("picture"), content: "a single file of kind image")
    ) { try DataKind.decide(folder.path("picture")) }
  }

  /// Only the beginning of a large listing is looked at, wherever that ends.
  @Test func aLargeListing() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<30_000).map { "\($0 % 7),\"a text of\nmany lines, number \($0)\"\n" }
    let path = folder.path("list.csv")
    try folder.add("list.csv", Array(lines.joined().utf8))
    #expect(try ListingHead(path).values(of: "label").count > 20_000)
    #expect(try DataKind.decide(path) == .text)
    try folder.add("list.csv", Array("a,b\n\"c\"d,e\n".utf8))
    let error = #expect(throws: UnusableListing.self) { try DataKind.decide(path) }
    #expect(error?.reason == .textBehindQuote(line: 2))
    #expect(error?.description.contains("list.csv") == true)
    #expect(error?.category == .badData)
  }
}
