/// Reading a file that somebody else wrote.
public enum BoundedFile {
  /// All bytes of a regular file, through links if the path is one.
  ///
  /// Never waits on a named pipe or a device. The size is checked before anything is allocated; a
  /// file that grows while it is read is read on, up to the limit.
  ///
  /// - Parameter limit: in bytes; a file of just this size is read.
  /// - Throws: `FileError`.
  public static func read(path: String, limit: Int) throws -> [UInt8] {
    precondition(limit >= 0, "a limit of \(limit) bytes")
    do {
      let file = try OpenFile(path, for: .reading)
      let size = try sizeOfRegular(file, path: path)
      guard size <= limit else { throw FileError.tooLarge(path: path, size: size, limit: limit) }
      var bytes = try file.read(upTo: size)
      // Usually the first of these reads finds the end. A file that grows, or one of a pseudo file
      // system that gives its size as zero, has more.
      while true {
        let more = try file.read(upTo: min(1 << 16, limit - bytes.count) + 1)
        if more.isEmpty { return bytes }
        guard more.count <= limit - bytes.count else {
          throw FileError.tooLarge(path: path, size: nil, limit: limit)
        }
        bytes += more
      }
    } catch let failure as SystemFailure {
      throw FileError(reading: path, failure)
    }
  }

  /// The first bytes of a regular file of any size: `count` of them, or all that it has.
  ///
  /// - Throws: `FileError`.
  package static func readStart(path: String, count: Int) throws -> [UInt8] {
    do {
      let file = try OpenFile(path, for: .reading)
      return try file.read(upTo: min(count, sizeOfRegular(file, path: path)))
    } catch let failure as SystemFailure {
      throw FileError(reading: path, failure)
    }
  }

  /// Hands over the bytes of a regular file of any size, piece by piece: as many as it had when it was
  /// opened, or fewer where it shrank since, so that reading a file that grows comes to an end.
  ///
  /// Takes the memory of one piece, and never waits on a named pipe or a device.
  ///
  /// - Throws: `FileError`, or what `take` throws.
  package static func readPieces(
    path: String, _ take: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    do {
      let file = try OpenFile(path, for: .reading)
      var left = try sizeOfRegular(file, path: path)
      while left > 0 {
        let piece = try file.read(upTo: min(pieceSize, left))
        if piece.isEmpty { break }
        try take(piece[...])
        left -= piece.count
      }
    } catch let failure as SystemFailure {
      throw FileError(reading: path, failure)
    }
  }

  /// In bytes. Nothing but the memory depends on it.
  private static let pieceSize = 1 << 18

  static func sizeOfRegular(_ file: borrowing OpenFile, path: String) throws -> Int {
    let status = try file.status()
    guard status.kind == .regular else {
      throw FileError.notAFile(path: path, found: status.kind.description)
    }
    return status.size
  }
}
