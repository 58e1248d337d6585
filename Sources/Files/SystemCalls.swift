#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// The one file of this module that talks to the system and holds unsafe pointers. Foundation would
// cost every start of the command tens of milliseconds, and its file reading follows no limit.

/// A system call that failed, by its error number.
struct SystemFailure: Error, Equatable {
  let code: CInt

  /// What the system says about it, as "No space left on device".
  var reason: String { String(cString: strerror(code)) }

  /// Nothing lies at the path.
  var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// The place does not allow the creation, as opposed to a failure while writing.
  var isRefusedCreation: Bool {
    [ENOENT, ENOTDIR, EACCES, EPERM, EROFS, EISDIR, ENAMETOOLONG, ELOOP, EINVAL].contains(code)
  }

  /// A socket, or a device without a driver, that cannot be opened at all.
  var isUnopenable: Bool { code == ENXIO || code == ENODEV }

  /// Another process holds the lock.
  var isTaken: Bool { code == EWOULDBLOCK }

  /// The file system cannot sync folders, and does not need to be asked again.
  var isUnsupportedSync: Bool { code == EINVAL || code == ENOTSUP }

  static let invalidPath = SystemFailure(code: EINVAL)
}

/// What lies at a path.
struct FileStatus: Equatable {
  enum Kind: Equatable {
    case regular, folder, link, namedPipe, socket, device

    /// For the middle of a sentence.
    var description: String {
      switch self {
      case .regular: "a file"
      case .folder: "a folder"
      case .link: "a link"
      case .namedPipe: "a named pipe"
      case .socket: "a socket"
      case .device: "a device"
      }
    }
  }

  let kind: Kind

  /// In bytes; meaningful for regular files.
  let size: Int

  /// The permission bits, without set-user-id and its like.
  let permissions: mode_t

  /// The device and the number that tell one file from another, whatever its names.
  let identity: SIMD2<UInt64>

  fileprivate init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFLNK: .link
      case S_IFIFO: .namedPipe
      case S_IFSOCK: .socket
      default: .device
      }
    size = Int(status.st_size)
    permissions = status.st_mode & 0o777
    identity = SIMD2(
      UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino))
  }
}

/// An open file or folder, closed when its owner lets go of it.
struct OpenFile: ~Copyable {
  private let descriptor: CInt

  /// How a path is to be opened.
  enum Purpose {
    /// Never waits: a named pipe without a writer opens at once, and the caller then sees its kind.
    case reading
    /// A folder, through a link if the path is one.
    case listing
    /// A folder that is not reached through a link in the last part of its path.
    case listingWithoutLink
    /// A new file; fails when there is one.
    case creating
    /// A file that is there or is made, to be locked; never through a link.
    case locking
  }

  init(_ path: String, for purpose: Purpose) throws(SystemFailure) {
    let flags =
      switch purpose {
      case .reading: O_RDONLY | O_NONBLOCK | O_NOCTTY
      case .listing: O_RDONLY | O_DIRECTORY | O_NONBLOCK
      case .listingWithoutLink: O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOFOLLOW
      case .creating: O_WRONLY | O_CREAT | O_EXCL
      case .locking: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
      }
    try requireWhole(path)
    descriptor = try repeating { open(path, flags | O_CLOEXEC, 0o666) }
  }

  deinit { _ = close(descriptor) }

  func status() throws(SystemFailure) -> FileStatus {
    var status = stat()
    _ = try repeating { fstat(descriptor, &status) }
    return FileStatus(status)
  }

  /// Up to `count` bytes from where the last call ended: fewer only at the end of the file.
  func read(upTo count: Int) throws(SystemFailure) -> [UInt8] {
    var failure: SystemFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SystemFailure) {
        while filled < count {
          let rest = UnsafeMutableBufferPointer(rebasing: buffer[filled...])
          let received = try repeating {
            #if canImport(Glibc)
              Glibc.read(descriptor, rest.baseAddress, rest.count)
            #else
              Darwin.read(descriptor, rest.baseAddress, rest.count)
            #endif
          }
          if received == 0 { break }
          filled += received
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills the buffer with the bytes from `offset` on, wherever the last call ended: fewer only at the
  /// end of the file. Gives their number.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(SystemFailure) -> Int {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let received = try repeating {
        pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
      }
      if received == 0 { break }
      filled += received
    }
    return filled
  }

  func write(_ bytes: ArraySlice<UInt8>) throws(SystemFailure) {
    let failure = bytes.withUnsafeBytes { buffer -> SystemFailure? in
      do throws(SystemFailure) {
        var written = 0
        while written < buffer.count {
          let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
          written += try repeating {
            #if canImport(Glibc)
              Glibc.write(descriptor, rest.baseAddress, rest.count)
            #else
              Darwin.write(descriptor, rest.baseAddress, rest.count)
            #endif
          }
        }
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  func setPermissions(_ permissions: mode_t) throws(SystemFailure) {
    _ = try repeating { fchmod(descriptor, permissions) }
  }

  /// Takes the lock of the whole file, which this open file alone then holds until it is closed, or
  /// fails at once.
  func lock() throws(SystemFailure) {
    _ = try repeating { flock(descriptor, LOCK_EX | LOCK_NB) }
  }

  /// Returns when what was written lies on the disk.
  func sync() throws(SystemFailure) {
    _ = try repeating { fsync(descriptor) }
  }

  /// The names in this folder with what they are, in the order of the file system; "." and ".." are
  /// left out. A name that vanishes meanwhile is left out too.
  func entries() throws(SystemFailure) -> [(name: [UInt8], status: FileStatus)] {
    // The stream owns its descriptor and closes it, so it gets one of its own.
    let copy = try repeating { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    guard let stream = fdopendir(copy) else {
      let failure = SystemFailure(code: errno)
      _ = close(copy)
      throw failure
    }
    defer { closedir(stream) }
    var entries: [(name: [UInt8], status: FileStatus)] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemFailure(code: errno) }
        return entries
      }
      // By address, for the system allocates a record only as long as its name.
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return entries }
      let start = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
      let name = Array(UnsafeRawBufferPointer(start: start, count: strlen(start)))
      if name == [0x2E] || name == [0x2E, 0x2E] { continue }
      var status = stat()
      if fstatat(descriptor, start, &status, AT_SYMLINK_NOFOLLOW) == 0 {
        entries.append((name, FileStatus(status)))
      } else if errno != ENOENT {
        throw SystemFailure(code: errno)
      }
    }
  }
}

/// The calls that need no open file.
enum System {
  /// What lies at the path: a link's target, or the link itself.
  static func status(_ path: String, followingLinks: Bool) throws(SystemFailure) -> FileStatus {
    try requireWhole(path)
    var status = stat()
    _ = try repeating { followingLinks ? stat(path, &status) : lstat(path, &status) }
    return FileStatus(status)
  }

  /// The path with every link in it resolved.
  static func resolved(_ path: String) throws(SystemFailure) -> String {
    try requireWhole(path)
    guard let resolved = realpath(path, nil) else { throw SystemFailure(code: errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func requireWritable(_ path: String) throws(SystemFailure) {
    _ = try repeating { access(path, W_OK) }
  }

  static func rename(_ path: String, to target: String) throws(SystemFailure) {
    try requireWhole(target)
    _ = try repeating {
      #if canImport(Glibc)
        Glibc.rename(path, target)
      #else
        Darwin.rename(path, target)
      #endif
    }
  }

  /// Removes a name; what cannot be removed stays.
  static func remove(_ path: String) {
    try? unlink(path)
  }

  static func unlink(_ path: String) throws(SystemFailure) {
    try requireWhole(path)
    _ = try repeating {
      #if canImport(Glibc)
        Glibc.unlink(path)
      #else
        Darwin.unlink(path)
      #endif
    }
  }

  /// Returns false when something has that name already.
  static func makeFolder(_ path: String) throws(SystemFailure) -> Bool {
    try requireWhole(path)
    do throws(SystemFailure) {
      _ = try repeating { mkdir(path, 0o777) }
      return true
    } catch {
      guard error.code == EEXIST else { throw error }
      return false
    }
  }

  /// Makes a folder that only this user can look into, under a name that nobody has.
  static func makeTemporaryFolder() throws(SystemFailure) -> String {
    let place = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    var template = Array("\(place.isEmpty ? "/tmp" : place)/convkit-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemFailure(code: errno) }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  static func removeEmptyFolder(_ path: String) {
    _ = rmdir(path)
  }

  static var processIdentifier: Int { Int(getpid()) }
}

/// A path with a zero byte would reach the system cut short, as another path.
private func requireWhole(_ path: String) throws(SystemFailure) {
  if path.utf8.contains(0) { throw .invalidPath }
}

/// What comes in on the process's standard input.
enum StandardInput {
  /// What there is by now, at most `count` bytes, waiting for some where there is nothing; empty at
  /// the end.
  static func read(upTo count: Int) throws(SystemFailure) -> [UInt8] {
    var failure: SystemFailure?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SystemFailure) {
        filled = try repeating {
          #if canImport(Glibc)
            Glibc.read(STDIN_FILENO, buffer.baseAddress, count)
          #else
            Darwin.read(STDIN_FILENO, buffer.baseAddress, count)
          #endif
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// Calls again while a signal interrupts.
private func repeating<Result: SignedInteger>(_ call: () -> Result) throws(SystemFailure) -> Result
{
  while true {
    let result = call()
    if result != -1 { return result }
    let code = errno
    if code != EINTR { throw SystemFailure(code: code) }
  }
}
