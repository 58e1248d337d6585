import Synchronization

/// Writing a file so that its name always stands for a complete one: the old or the new.
public enum AtomicFile {
  /// Replaces or creates a file by a single piece of bytes; see `write(to:_:)`.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { writer throws in try writer.append(bytes[...]) }
  }

  /// Replaces or creates a file by what `body` appends, piece by piece.
  ///
  /// The bytes go into a hidden temporary file in the same folder, which is synced, renamed to
  /// `path`, and the folder synced: two waits for the disk. If anything fails, or `body` throws, the
  /// temporary file is removed and an earlier file stays as it was. (A process killed meanwhile
  /// leaves the temporary file, `.convkit-….partial`; see `removeLeftovers`.) An existing file keeps
  /// its permissions; where `path` is a link, the file that it leads to is replaced.
  ///
  /// - Throws: `FileError`, or what `body` throws.
  public static func write(to path: String, _ body: (inout Writer) throws -> Void) throws {
    let (target, existing) = try requirePlace(path)
    let folder = FileName.folder(of: target)
    let temporary = temporaryName(for: target)
    var writer: Writer
    do {
      writer = Writer(file: try OpenFile(temporary, for: .creating))
    } catch {
      throw FileError(writing: path, error, replaces: existing != nil)
    }
    do {
      // Only where they differ, for a file system that has no permissions of its own refuses.
      if let existing, try writer.file.status().permissions != existing.permissions {
        try writer.file.setPermissions(existing.permissions)
      }
      try body(&writer)
      try writer.file.sync()
      try System.rename(temporary, to: target)
    } catch {
      System.remove(temporary)
      guard let failure = error as? SystemFailure else { throw error }
      throw FileError.notWritten(path: path, reason: failure.reason, replaces: existing != nil)
    }
    do {
      try OpenFile(folder, for: .listing).sync()
    } catch  where !error.isUnsupportedSync {
      throw FileError.notSynced(path: path, reason: error.reason)
    } catch {
      // Nothing is left to do where the file system syncs its folders by itself.
    }
  }

  /// Whether something lies at a path.
  public static func exists(_ path: String) -> Bool {
    (try? System.status(path, followingLinks: true)) != nil
  }

  /// Removes a file; one that is not there is none to remove.
  ///
  /// - Throws: `FileError.notRemoved`.
  public static func remove(_ path: String) throws {
    do throws(SystemFailure) {
      try System.unlink(path)
    } catch  where !error.isMissing {
      throw FileError.notRemoved(path: path, reason: error.reason)
    } catch {
      // It is gone already.
    }
  }

  /// Whether `write` could begin now: for those who would otherwise find out after long work.
  ///
  /// - Throws: the `FileError` that `write` would throw. Nothing stays behind.
  public static func requireCreatable(_ path: String) throws {
    let (target, existing) = try requirePlace(path)
    let temporary = temporaryName(for: target)
    do {
      _ = try OpenFile(temporary, for: .creating)
    } catch {
      throw FileError(writing: path, error, replaces: existing != nil)
    }
    System.remove(temporary)
  }

  /// Removes the temporary files of saves of this file that were killed.
  ///
  /// For a moment in which nobody writes the file, as its lock gives: a save that is at work would
  /// lose its temporary file too, and fail. What cannot be looked for or removed stays. Costs a
  /// listing of the folder.
  public static func removeLeftovers(of path: String) {
    guard let target = try? placeForWriting(path).target,
      let entries = try? OpenFile(FileName.folder(of: target), for: .listing).entries()
    else { return }
    let prefix = temporaryPrefix(for: target)
    for entry in entries where entry.status.kind == .regular {
      if entry.name.starts(with: prefix.utf8),
        entry.name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
      {
        System.remove(
          FileName.join(
            FileName.folder(of: target), String(decoding: entry.name, as: UTF8.self)))
      }
    }
  }

  /// Takes the pieces of a file that is being written.
  public struct Writer: ~Copyable {
    fileprivate let file: OpenFile

    /// Writes `bytes` behind what was appended before.
    ///
    /// - Throws: an error to be passed on out of the body, for it becomes a `FileError` there.
    public mutating func append(_ bytes: ArraySlice<UInt8>) throws {
      try file.write(bytes)
    }
  }

  /// Tells temporary files of one process apart.
  private static let written = Atomic<Int>(0)

  /// A name of its own, in the target's folder.
  private static func temporaryName(for target: String) -> String {
    let number = written.wrappingAdd(1, ordering: .relaxed).newValue
    return FileName.join(
      FileName.folder(of: target),
      "\(temporaryPrefix(for: target))\(System.processIdentifier)-\(number)\(suffix)")
  }

  /// What the names of a file's temporary files begin with. By a fingerprint of its name, for with
  /// the name itself they could become longer than a name may be.
  private static func temporaryPrefix(for target: String) -> String {
    ".convkit-\(Fingerprint(Array(FileName.last(of: target).utf8)[...]).hexadecimal)-"
  }

  private static let suffix = ".partial"

  /// Where the bytes go in the end, and what is there now: nothing, or a file to be replaced.
  ///
  /// - Throws: `FileError`.
  private static func requirePlace(
    _ path: String
  ) throws -> (target: String, existing: FileStatus?) {
    let place: (target: String, existing: FileStatus?)
    do {
      place = try placeForWriting(path)
    } catch {
      throw FileError.notCreated(path: path, reason: error.reason)
    }
    if let existing = place.existing, existing.kind != .regular {
      throw FileError.notCreated(
        path: path, reason: "\(existing.kind.description) of that name is in the way")
    }
    guard !FileName.last(of: place.target).isEmpty else {
      throw FileError.notCreated(path: path, reason: "it names no file")
    }
    return place
  }

  /// Where the bytes go in the end, and what is there now.
  private static func placeForWriting(
    _ path: String
  ) throws(SystemFailure) -> (target: String, existing: FileStatus?) {
    do throws(SystemFailure) {
      let existing = try System.status(path, followingLinks: true)
      if existing.kind == .regular { try System.requireWritable(path) }
      let isLink = try System.status(path, followingLinks: false).kind == .link
      return (isLink ? try System.resolved(path) : path, existing)
    } catch {
      // A missing folder shows itself when the temporary file is created in it.
      guard error.isMissing else { throw error }
      return (path, nil)
    }
  }
}
