import ConvKitCore

/// The right to write a file, of which there is one: beside the file `PATH`, `PATH.lock` is locked.
///
/// The system takes the lock back when the process ends, however it ends. What a killed one leaves
/// behind is an empty file without a lock, which the next one takes over.
public final class FileLock {
  private let lockPath: String
  private let file: OpenFile

  /// - Parameter path: the file to be written; where it is a link, the one that it leads to.
  /// - Throws: `FileLockError` when another lock is held, `FileError` when none can be made there.
  public init(_ path: String) throws {
    do {
      lockPath = try Self.place(for: path)
    } catch {
      throw FileError(writing: path, error, replaces: false)
    }
    do {
      file = try Self.locked(lockPath)
    } catch let failure as SystemFailure {
      if failure.isTaken { throw FileLockError.taken(path: path, lock: lockPath) }
      throw FileError(writing: lockPath, failure, replaces: false)
    }
  }

  /// Where the lock of a file is.
  public static func lockPath(of path: String) -> String {
    (try? place(for: path)) ?? path + ".lock"
  }

  private static func place(for path: String) throws(SystemFailure) -> String {
    do throws(SystemFailure) {
      let isLink = try System.status(path, followingLinks: false).kind == .link
      return (isLink ? try System.resolved(path) : path) + ".lock"
    } catch  where error.isMissing {
      return path + ".lock"
    }
  }

  deinit {
    // Only our own: the file may have been removed by hand, and another one's stand there.
    if Self.isAt(lockPath, file) { System.remove(lockPath) }
  }

  private static func locked(_ lockPath: String) throws -> OpenFile {
    // Somebody who takes the lock just before us each time would be another training, and many.
    for _ in 0..<100 {
      let file = try OpenFile(lockPath, for: .locking)
      let kind = try file.status().kind
      guard kind == .regular else {
        throw FileError.notCreated(
          path: lockPath, reason: "\(kind.description) of that name is in the way")
      }
      try file.lock()
      // Between opening and locking, the holder may have removed the file that we have now locked.
      if isAt(lockPath, file) { return file }
    }
    throw FileError.notCreated(path: lockPath, reason: "others remove it as soon as it is there")
  }

  /// Whether the open file is the one that has the name.
  private static func isAt(_ path: String, _ file: borrowing OpenFile) -> Bool {
    guard let named = try? System.status(path, followingLinks: false),
      let opened = try? file.status()
    else { return false }
    return named.identity == opened.identity
  }
}

/// Why a file may not be written now.
public enum FileLockError: ReportableError, Equatable {
  /// Another process, or another part of this one, holds the lock.
  case taken(path: String, lock: String)

  public var category: ErrorCategory { .cannotCreate }

  public var description: String {
    switch self {
    case .taken(let path, let lock):
      """
      Another training writes “\(FileName.printable(path))”: it holds the lock \
      “\(FileName.printable(lock))”. Wait for it to end, or write another file.
      """
    }
  }
}
