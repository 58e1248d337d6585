/// A regular file that is read at any place: for decoders that ask for the bytes they want.
///
/// Never waits on a named pipe or a device.
package struct SeekableFile: ~Copyable {
  package let path: String

  /// In bytes, when it was opened.
  package let size: Int

  private let file: OpenFile

  /// - Throws: `FileError`.
  package init(path: String) throws {
    let file = try Self.open(path)
    size = try Self.size(file, path: path)
    self.path = path
    self.file = file
  }

  /// Fills the buffer with the bytes from `offset` on: fewer only at the end of the file. Gives their
  /// number.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FileError) -> Int {
    do throws(SystemFailure) {
      return try file.read(into: buffer, at: offset)
    } catch {
      throw FileError(reading: path, error)
    }
  }

  private static func open(_ path: String) throws(FileError) -> OpenFile {
    do throws(SystemFailure) {
      return try OpenFile(path, for: .reading)
    } catch {
      throw FileError(reading: path, error)
    }
  }

  private static func size(_ file: borrowing OpenFile, path: String) throws -> Int {
    do {
      return try BoundedFile.sizeOfRegular(file, path: path)
    } catch let failure as SystemFailure {
      throw FileError(reading: path, failure)
    }
  }
}
