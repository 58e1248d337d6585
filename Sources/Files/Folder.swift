/// Making folders, and removing those that were made.
package enum Folder {
  /// Makes a folder; one that is there already is taken as it is.
  ///
  /// - Throws: `FileError`: its parent must exist, and nothing else may have its name.
  package static func make(_ path: String) throws {
    do {
      if try System.makeFolder(path) { return }
      let kind = try System.status(path, followingLinks: true).kind
      guard kind == .folder else {
        throw FileError.notCreated(
          path: path, reason: "\(kind.description) of that name is in the way")
      }
    } catch let failure as SystemFailure {
      throw FileError.notCreated(path: path, reason: failure.reason)
    }
  }

  /// Runs `body` with a new folder that is removed afterwards with all that lies in it.
  ///
  /// - Throws: `FileError`, and what `body` throws.
  package static func withTemporary<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path: String
    do {
      path = try System.makeTemporaryFolder()
    } catch {
      throw FileError.notCreated(path: "a temporary folder", reason: error.reason)
    }
    defer { remove(path) }
    return try body(path)
  }

  /// Removes a folder with all that lies in it, links unfollowed; what cannot be removed stays.
  private static func remove(_ path: String) {
    if let entries = try? OpenFile(path, for: .listingWithoutLink).entries() {
      for entry in entries {
        let inside = FileName.join(path, String(decoding: entry.name, as: UTF8.self))
        if entry.status.kind == .folder { remove(inside) } else { System.remove(inside) }
      }
    }
    System.removeEmptyFolder(path)
  }
}
