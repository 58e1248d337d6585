import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@Suite struct BoundedFileTests {
  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000]) func readsWhatIsThere(
    count: Int
  ) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try folder.add("file", bytes)
    #expect(try BoundedFile.read(path: folder.path("file"), limit: count) == bytes)
    #expect(try BoundedFile.read(path: folder.path("file"), limit: .max) == bytes)
    #expect(
      try BoundedFile.readStart(path: folder.path("file"), count: 100) == Array(bytes.prefix(100)))
  }

  @Test func refusesWhatIsTooLarge() throws {
    let folder = try TemporaryFolder()
    try folder.add("file", [1, 2, 3])
    let path = folder.path("file")
    #expect(throws: FileError.tooLarge(path: path, size: 3, limit: 2)) {
      try BoundedFile.read(path: path, limit: 2)
    }
    // A file with a hole: its size is a claim that nobody may allocate.
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 1 << 42)
    #expect(throws: FileError.tooLarge(path: path, size: 1 << 42, limit: 1 << 30)) {
      try BoundedFile.read(path: path, limit: 1 << 30)
    }
    #expect(try BoundedFile.readStart(path: path, count: 4) == [1, 2, 3, 0])
  }

  #if os(Linux)
    /// Files of /proc give their size as zero: to the reader they grow.
    @Test func readsWhatGrows() throws {
      let bytes = try BoundedFile.read(path: "/proc/self/status", limit: 1 << 20)
      #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("Name:"))
      #expect(throws: FileError.tooLarge(path: "/proc/self/status", size: nil, limit: 10)) {
        try BoundedFile.read(path: "/proc/self/status", limit: 10)
      }
    }
  #endif

  /// Opening a pipe without a writer the usual way waits for ever.
  @Test(.timeLimit(.minutes(1))) func neverWaits() throws {
    let folder = try TemporaryFolder()
    folder.addPipe("pipe")
    try folder.addFolder("folder")
    #expect(throws: FileError.notAFile(path: folder.path("pipe"), found: "a named pipe")) {
      try BoundedFile.read(path: folder.path("pipe"), limit: 10)
    }
    #expect(throws: FileError.notAFile(path: folder.path, found: "a folder")) {
      try BoundedFile.read(path: folder.path, limit: 10)
    }
    #expect(throws: FileError.notAFile(path: "/dev/zero", found: "a device")) {
      try BoundedFile.read(path: "/dev/zero", limit: 10)
    }
  }

  @Test func namesWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    try folder.add("file")
    try folder.addLink("dangling", to: "nowhere")
    try folder.addLink("loop", to: "loop")
    for name in ["no", "no/file", "file/below", "dangling"] {
      let path = folder.path(name)
      #expect(throws: FileError.missing(path: path)) { try BoundedFile.read(path: path, limit: 10) }
    }
    let loop = #expect(throws: FileError.self) {
      try BoundedFile.read(path: folder.path("loop"), limit: 10)
    }
    #expect(loop?.category == .inputOutput)
    #expect(throws: FileError.self) {
      try BoundedFile.read(path: folder.path("file\0.txt"), limit: 10)
    }
    #expect(FileError.missing(path: "x").category == .missingInput)
  }

  @Test func printsNoControlCharacters() {
    let error = FileError.missing(path: "a\u{1B}[2Jb\u{202E}\n.png")
    #expect(error.description.contains("a\\u{1B}[2Jb\\u{202E}\\u{A}.png"))
    #expect(FileName.printable(bytes: [0x67, 0xFC, 0x6E]) == "g\\xFCn")
    #expect(FileName.printable(bytes: Array("gün".utf8)) == "gün")
  }
}
