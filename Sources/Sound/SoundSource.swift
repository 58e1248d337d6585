import CSndFile
import ConvKitFiles

/// What a decoder is shown of a file: `head` in place of the file's own beginning, and then a part of it.
struct SoundView: Equatable {
  let head: [UInt8]
  /// In bytes of the file.
  let range: Range<Int>
  /// In bytes; zeros stand where there is nothing.
  let size: Int

  /// - Parameter size: nil for what there is.
  init(head: [UInt8] = [], range: Range<Int>, size: Int? = nil) {
    self.head = head
    self.range = range
    self.size = size ?? head.count + range.count
  }
}

/// The bytes of a file of sound, for the checks in front of the decoder and for the decoder itself.
///
/// Holds one piece of the file, so that many small readings cost one system call. What the file had
/// when it was opened is all that is seen of it.
final class SoundSource {
  var path: String { file.path }
  var size: Int { file.size }

  /// Why a reading that the decoder asked for failed; the decoder itself sees the end of the file.
  private(set) var failure: FileError?

  private let file: SeekableFile
  /// The bytes of the file from `pieceStart` on, as many as `pieceCount`.
  private let piece: UnsafeMutableRawBufferPointer
  private var pieceStart = 0
  private var pieceCount = 0
  /// What the decoder is shown, and where it reads next.
  private var view: SoundView
  private var position = 0

  /// In bytes: more than the longest page of Ogg has, 65,307. Most short clips fit.
  private static let pieceSize = 1 << 16

  /// - Throws: `FileError`.
  init(path: String) throws {
    file = try SeekableFile(path: path)
    piece = .allocate(byteCount: Self.pieceSize, alignment: 16)
    view = SoundView(range: 0..<file.size)
  }

  deinit { piece.deallocate() }

  /// The bytes from `offset` on: `count` of them, or as many as there are.
  ///
  /// - Throws: `FileError`.
  func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    let available = max(0, min(count, size - offset))
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: available) { buffer, filled in
      do throws(FileError) {
        filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FileError) -> Int {
    let count = min(buffer.count, size - offset)
    guard count > 0 else { return 0 }
    if offset < pieceStart || offset + count > pieceStart + pieceCount {
      guard count < Self.pieceSize else {
        return try file.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
      }
      pieceCount = 0
      let wanted = min(Self.pieceSize, size - offset)
      pieceCount = try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]), at: offset)
      pieceStart = offset
    }
    let start = offset - pieceStart
    let found = max(0, min(count, pieceCount - start))
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece[start..<start + found]))
    return found
  }

  // MARK: - What the decoder sees

  /// Shows the decoder a part of the file, or with nil all of it, from the beginning.
  func show(_ view: SoundView?) {
    self.view = view ?? SoundView(range: 0..<size)
    position = 0
  }

  /// The functions by which libsndfile reads; each gets the source as its last argument.
  static var callbacks: SF_VIRTUAL_IO {
    SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(SoundSource.of($0)?.view.size ?? 0) },
      seek: { SoundSource.of($2)?.seek(Int($0), whence: $1) ?? -1 },
      read: { SoundSource.of($2)?.read(into: $0, count: Int($1)) ?? 0 },
      write: { _, _, _ in 0 },
      tell: { sf_count_t(SoundSource.of($0)?.position ?? -1) })
  }

  /// What the functions get; valid as long as the source is.
  var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> SoundSource? {
    pointer.map { Unmanaged<SoundSource>.fromOpaque($0).takeUnretainedValue() }
  }

  private func seek(_ offset: Int, whence: CInt) -> sf_count_t {
    let origin = whence == SF_SEEK_SET ? 0 : whence == SF_SEEK_CUR ? position : view.size
    let (place, overflow) = origin.addingReportingOverflow(offset)
    guard !overflow, place >= 0 else { return -1 }
    position = place
    return sf_count_t(place)
  }

  private func read(into pointer: UnsafeMutableRawPointer?, count: Int) -> sf_count_t {
    guard let pointer, count > 0, failure == nil, position < view.size else { return 0 }
    let wanted = UnsafeMutableRawBufferPointer(
      start: pointer, count: min(count, view.size - position))
    let fromHead = max(0, min(wanted.count, view.head.count - position))
    if fromHead > 0 {
      wanted.copyBytes(from: view.head[position..<position + fromHead])
    }
    let start = position + fromHead - view.head.count
    let fromFile = max(0, min(wanted.count - fromHead, view.range.count - start))
    do throws(FileError) {
      let file = UnsafeMutableRawBufferPointer(rebasing: wanted[fromHead..<fromHead + fromFile])
      var found = fromHead
      if fromFile > 0 { found += try read(into: file, at: view.range.lowerBound + start) }
      // A file that shrank ends where it does.
      if found == fromHead + fromFile {
        UnsafeMutableRawBufferPointer(rebasing: wanted[found...]).initializeMemory(
          as: UInt8.self, repeating: 0)
        found = wanted.count
      }
      position += found
      return sf_count_t(found)
    } catch {
      failure = error
      return 0
    }
  }
}
