import ConvKit
import FoundationEssentials

/// A folder for what is needed on the way.
struct WorkFolder {
  let path: String

  /// A temporary one.
  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "convkit-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  /// A new one of that name.
  ///
  /// - Throws: `FileError` where something has the name, or its folder is missing.
  init(at path: String) throws {
    guard !AtomicFile.exists(path) else {
      throw FileError.notCreated(path: path, reason: "something of that name is in the way")
    }
    try Folder.make(path)
    self.path = FileName.absolute(path)
  }

  /// An existing folder inside of it.
  func folder(_ name: String) throws -> String {
    let path = FileName.join(path, name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// Removes it with all that is in it.
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
