import ConvKitCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension GeneratedLetters {
  /// Writes the first `count` files as `DIR/X/000000.EXT`, `DIR/O/000001.EXT`, …: a folder for each label,
  /// every file named by its index with at least six digits.
  ///
  /// - Parameters:
  ///   - directory: a folder that does not exist yet, or is empty; its parent must exist.
  ///   - report: called after every file with the number of those written; it may throw to stop.
  /// - Throws: `LetterFilesError` when the folder holds anything already, so that files of two kinds
  ///   never mix, or when something cannot be written (what was written before stays), and what `file`
  ///   throws.
  /// - Precondition: `count` is not negative.
  public func write(
    count: Int, to directory: String, report: (Int) throws -> Void = { _ in }
  ) throws {
    precondition(count >= 0, "\(count) files")
    try makeEmptyFolder(directory)
    for letter in Letter.allCases { try makeFolder("\(directory)/\(letter.rawValue)") }
    let digits = max(6, String(max(0, count - 1)).count)
    for index in 0..<count {
      let folder = "\(directory)/\(Letter(index: index).rawValue)"
      let number = String(index)
      let name = String(repeating: "0", count: digits - number.count) + number
      try writeFile(try file(index), path: "\(folder)/\(name).\(Self.fileExtension)")
      try report(index + 1)
    }
  }
}

/// Why generated letters were not written.
public enum LetterFilesError: ReportableError, Equatable {
  /// The folder holds something already; `found` is one of its entries.
  case notEmpty(path: String, found: String)
  /// The operating system refused; `reason` is its text.
  case cannotCreate(path: String, reason: String)

  public var category: ErrorCategory { .cannotCreate }

  public var description: String {
    switch self {
    case .notEmpty(let path, let found):
      """
      \(path) is not empty (it holds \(found)); generated files go into a new or an empty folder: \
      name another one or remove it
      """
    case .cannotCreate(let path, let reason):
      "\(path) cannot be written (\(reason)); name a folder in a place where files can be created"
    }
  }
}

private func makeEmptyFolder(_ path: String) throws {
  guard mkdir(path, 0o777) != 0 else { return }
  let code = errno
  guard code == EEXIST, let folder = opendir(path) else {
    throw LetterFilesError.cannotCreate(path: path, reason: text(of: code == EEXIST ? errno : code))
  }
  defer { closedir(folder) }
  while let entry = readdir(folder) {
    // Read in place: an entry is only as long as its name.
    let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
      name.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
    }
    if name != "." && name != ".." { throw LetterFilesError.notEmpty(path: path, found: name) }
  }
}

private func makeFolder(_ path: String) throws {
  guard mkdir(path, 0o777) == 0 else {
    throw LetterFilesError.cannotCreate(path: path, reason: text(of: errno))
  }
}

/// "x" never writes over a file that somebody else has put there meanwhile.
private func writeFile(_ bytes: [UInt8], path: String) throws {
  guard let file = fopen(path, "wbx") else {
    throw LetterFilesError.cannotCreate(path: path, reason: text(of: errno))
  }
  let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
  let code = errno
  // A full disk may show only when the buffer is written out.
  guard fclose(file) == 0 && isWritten else {
    throw LetterFilesError.cannotCreate(path: path, reason: text(of: isWritten ? errno : code))
  }
}

private func text(of code: Int32) -> String { String(cString: strerror(code)) }
