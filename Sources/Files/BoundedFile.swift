import ConvKitCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reading files of which nothing is known yet.
public enum BoundedFile {
  /// The content of the file at `path`.
  ///
  /// - Parameter limit: the most bytes that are read, and so held in memory.
  /// - Throws: `BoundedFileError` when the file is absent, cannot be read, or is longer than `limit`.
  public static func read(path: String, limit: Int) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw BoundedFileError.cannotOpen(
        path: path, reason: String(cString: strerror(errno)), isMissing: errno == ENOENT)
    }
    defer { fclose(file) }
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      guard content.count + count <= limit else {
        throw BoundedFileError.tooLong(path: path, limit: limit)
      }
      content += piece[..<count]
      guard count == piece.count else { break }
    }
    guard ferror(file) == 0 else {
      throw BoundedFileError.cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    return content
  }
}

/// Why a file was not read.
public enum BoundedFileError: ReportableError, Equatable {
  case cannotOpen(path: String, reason: String, isMissing: Bool)
  case cannotRead(path: String, reason: String)
  case tooLong(path: String, limit: Int)

  public var category: ErrorCategory {
    switch self {
    case .cannotOpen(_, _, let isMissing): isMissing ? .missingInput : .inputOutput
    case .cannotRead: .inputOutput
    case .tooLong: .badData
    }
  }

  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason, _): "\(path) cannot be opened: \(reason)"
    case .cannotRead(let path, let reason): "\(path) cannot be read: \(reason)"
    case .tooLong(let path, let limit):
      "\(path) is longer than the limit of \(limit) bytes; raise the limit or leave the file out"
    }
  }
}
