import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@Suite struct AtomicFileTests {
  private struct Interruption: Error {}

  @Test func createsAndReplaces() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("model")
    try AtomicFile.write([1, 2], to: path)
    #expect(try BoundedFile.read(path: path, limit: 10) == [1, 2])
    try AtomicFile.write(to: path) { writer throws in
      try writer.append([3])
      try writer.append([])
      try writer.append([4, 5, 6][1...])
    }
    #expect(try BoundedFile.read(path: path, limit: 10) == [3, 5, 6])
    #expect(try folder.names() == ["model"])
  }

  @Test func keepsPermissionsAndLinks() throws {
    let folder = try TemporaryFolder()
    try folder.add("target", [1])
    #expect(chmod(folder.path("target"), 0o640) == 0)
    try folder.addLink("link", to: "target")
    try AtomicFile.write([2], to: folder.path("link"))
    #expect(try BoundedFile.read(path: folder.path("target"), limit: 10) == [2])
    var status = stat()
    #expect(lstat(folder.path("target"), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o640)
    #expect(try folder.names() == ["link", "target"])
  }

  @Test func anInterruptedBodyChangesNothing() throws {
    let folder = try TemporaryFolder()
    try folder.add("old", [1])
    for name in ["old", "new"] {
      #expect(throws: Interruption.self) {
        try AtomicFile.write(to: folder.path(name)) { writer throws in
          try writer.append([9, 9])
          throw Interruption()
        }
      }
    }
    #expect(try folder.names() == ["old"])
    #expect(try BoundedFile.read(path: folder.path("old"), limit: 10) == [1])
  }

  /// Names as killed saves leave them behind: found out by looking while a save is at work.
  @Test func leftoversOfKilledSavesAreRemoved() throws {
    let folder = try TemporaryFolder()
    try folder.add("model", [1])
    try folder.addLink("link", to: "model")
    func leftover(of name: String) throws -> String {
      var found: [String] = []
      try AtomicFile.write(to: folder.path(name)) { writer throws in
        try writer.append([2])
        found = try folder.names().filter { $0.hasSuffix(".partial") }
      }
      #expect(found.count == 1)
      return try #require(found.first)
    }
    let own = try leftover(of: "model")
    let other = try leftover(of: "other")
    #expect(try leftover(of: "link").prefix(42) == own.prefix(42))
    let kept = [other, own + "x", ".partial", ".convkit-1-1.partial"]
    for name in kept + [own] { try folder.add(name, [3]) }
    try folder.addFolder(own.replacingOccurrences(of: ".partial", with: "0.partial"))
    AtomicFile.removeLeftovers(of: folder.path("link"))
    AtomicFile.removeLeftovers(of: folder.path("no/model"))
    let left = try Set(folder.names())
    #expect(!left.contains(own))
    #expect(left.isSuperset(of: kept + ["model", "other", "link"]))
    #expect(left.count == kept.count + 4)
  }

  @Test func saysWhereNothingCanBeCreated() throws {
    let folder = try TemporaryFolder()
    try folder.add("file", [1])
    try folder.addFolder("folder")
    folder.addPipe("pipe")
    for name in ["no/model", "file/model", "folder", "pipe", "name\0"] {
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write([2], to: folder.path(name))
      }
      #expect(error?.category == .cannotCreate, "\(name)")
    }
    let device = #expect(throws: FileError.self) { try AtomicFile.write([2], to: "/dev/null") }
    #expect(device?.category == .cannotCreate)
    let long = #expect(throws: FileError.self) {
      try AtomicFile.write([2], to: folder.path(String(repeating: "n", count: 300)))
    }
    #expect(long?.category == .cannotCreate)
    #expect(try folder.names() == ["file", "folder", "pipe"])
    #expect(try folder.names().count == 3)
  }

  @Test func aPathWithoutANameIsNoPlace() throws {
    let folder = try TemporaryFolder()
    try folder.add("file", [1])
    for path in ["", folder.path("new/"), folder.path("file/")] {
      let error = #expect(throws: FileError.self) { try AtomicFile.requireCreatable(path) }
      #expect(error == .notCreated(path: path, reason: "it names no file"))
    }
    #expect(try folder.names() == ["file"])
  }

  @Test func whatCannotBeRemovedIsTold() throws {
    let folder = try TemporaryFolder()
    try folder.addFolder("folder")
    try folder.add("file")
    try AtomicFile.remove(folder.path("file"))
    try AtomicFile.remove(folder.path("file"))
    let error = #expect(throws: FileError.self) { try AtomicFile.remove(folder.path("folder")) }
    #expect(error?.category == .inputOutput)
    #expect(error?.description.contains("remove it by hand") == true)
    #expect(try folder.names() == ["folder"])
  }

  /// A limit on the size of files is a full disk that a test can have.
  @Test func aFullDiskLeavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    try folder.add("model", [1, 2, 3])
    // 64 MB: no other test of this process writes as much.
    let most = 1 << 26
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
      let resource = RLIMIT_FSIZE
    #endif
    try #require(getrlimit(resource, &limit) == 0)
    var lower = limit
    lower.rlim_cur = rlim_t(most)
    signal(SIGXFSZ, SIG_IGN)
    try #require(setrlimit(resource, &lower) == 0)
    defer { _ = setrlimit(resource, &limit) }

    let piece = [UInt8](repeating: 7, count: most / 4 + 1)
    func write(_ name: String) throws {
      try AtomicFile.write(to: folder.path(name)) { writer throws in
        for _ in 0..<4 { try writer.append(piece[...]) }
      }
    }
    let replacing = #expect(throws: FileError.self) { try write("model") }
    #expect(replacing?.category == .inputOutput)
    #expect(replacing?.description.contains("earlier file is as it was") == true)
    let creating = #expect(throws: FileError.self) { try write("new") }
    #expect(creating?.description.contains("No incomplete file") == true)
    #expect(try folder.names() == ["model"])
    #expect(try BoundedFile.read(path: folder.path("model"), limit: 10) == [1, 2, 3])
  }
}
