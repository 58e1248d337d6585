import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct FileLockTests {
  @Test func theSecondIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x.convkit")
    do {
      let first = try FileLock(path)
      #expect(throws: FileLockError.taken(path: path, lock: path + ".lock")) { try FileLock(path) }
      #expect(try folder.names() == ["x.convkit.lock"])
      let other = try FileLock(folder.path("y.convkit"))
      withExtendedLifetime((first, other)) {}
    }
    #expect(try folder.names().isEmpty)
    _ = try FileLock(path)
  }

  @Test func namesOfOneFileShareALock() throws {
    let folder = try TemporaryFolder()
    try folder.add("x.convkit")
    try folder.addLink("link", to: "x.convkit")
    let first = try FileLock(folder.path("x.convkit"))
    #expect(throws: FileLockError.self) { try FileLock(folder.path("link")) }
    withExtendedLifetime(first) {}
  }

  @Test func aFileWithoutALockIsTakenOver() throws {
    let folder = try TemporaryFolder()
    try folder.add("x.lock", [1, 2, 3])
    do {
      let lock = try FileLock(folder.path("x"))
      withExtendedLifetime(lock) {}
    }
    #expect(try folder.names().isEmpty)
  }

  /// A lock file that was removed by hand is no longer ours, and the new one's stays.
  @Test func onlyTheOwnFileIsRemoved() throws {
    let folder = try TemporaryFolder()
    do {
      let first = try FileLock(folder.path("x"))
      try FileManager.default.removeItem(atPath: folder.path("x.lock"))
      try folder.add("x.lock")
      withExtendedLifetime(first) {}
    }
    #expect(try folder.names() == ["x.lock"])
  }

  @Test func whatIsInTheWayIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.addFolder("a.lock")
    try folder.addLink("b.lock", to: "nothing")
    folder.addPipe("c.lock")
    for (name, reason) in [("a", "directory"), ("b", "symbolic"), ("c", "pipe"), ("no/d", "No")] {
      do {
        _ = try FileLock(folder.path(name))
        Issue.record("\(name) was locked")
      } catch let error as FileError {
        #expect(error.category == .cannotCreate, "\(error)")
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.description.contains(".lock"), "\(error)")
      }
    }
  }

  private static let flock = "/usr/bin/flock"

  /// A child holds the lock by `flock`, is killed with kill -9, and the lock is free.
  @Test(.enabled("flock is there") { FileManager.default.isExecutableFile(atPath: flock) })
  func theLockDiesWithItsProcess() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("x")
    let child = Process()
    child.executableURL = URL(fileURLWithPath: Self.flock)
    // -o: the command that it runs does not inherit the lock.
    child.arguments = ["-x", "-o", path + ".lock", "sh", "-c", "echo ready; exec sleep 10"]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    #expect(output.fileHandleForReading.readData(ofLength: 6) == Data("ready\n".utf8))
    #expect(throws: FileLockError.self) { try FileLock(path) }
    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    let lock = try FileLock(path)
    #expect(throws: FileLockError.self) { try FileLock(path) }
    withExtendedLifetime(lock) {}
  }
}
