import ConvKitCore
import ConvKitDrawing
import ConvKitFiles

/// Picture files: which formats there are, and how their bytes become a `Picture`.
public enum PictureFile {
  /// The most pixels that a picture may have unless the caller says otherwise: 100 megapixels, which
  /// take 400 MB in memory.
  public static let defaultPixelLimit = 100_000_000

  /// Reads the picture in the file at `path`.
  ///
  /// - Parameter pixelLimit: the most pixels (width × height); it is checked before the memory for
  ///   them is asked for.
  /// - Throws: what `decode` throws, and the error of `BoundedFile` for a file that cannot be read.
  public static func read(path: String, pixelLimit: Int = defaultPixelLimit) throws -> Picture {
    try decode(try content(path, pixelLimit), name: path, pixelLimit: pixelLimit)
  }

  /// The rows and columns of the picture in the file at `path`, by its header alone.
  ///
  /// - Throws: as `read`, for a header that is wrong; what follows the header is not looked at.
  package static func size(
    path: String, pixelLimit: Int = defaultPixelLimit
  ) throws -> (height: Int, width: Int) {
    let bytes = try content(path, pixelLimit)
    try checkFormat(bytes, name: path)
    let header = try PNGDecoder.header(of: bytes, name: path, pixelLimit: pixelLimit)
    return (Int(header.height), Int(header.width))
  }

  private static func content(_ path: String, _ pixelLimit: Int) throws -> [UInt8] {
    // No picture needs more than its pixels in 16-bit RGBA; a mebibyte is for texts and profiles.
    let (bytes, overflow) = pixelLimit.multipliedReportingOverflow(by: 8)
    let (limit, tooMuch) = bytes.addingReportingOverflow(1 << 20)
    return try BoundedFile.read(path: path, limit: overflow || tooMuch ? Int.max : limit)
  }

  /// The picture that the bytes of a file hold.
  ///
  /// The format is decided by the first bytes. PNG is read with 1 to 16 bits a sample (16 are rounded
  /// to 8), grey, palette, RGB, with or without alpha or a transparent colour, interlaced or not. A
  /// sample is taken as it stands: gamma and colour profiles are not applied.
  ///
  /// - Parameter name: what an error calls the file.
  /// - Throws: `PictureFileError`.
  public static func decode(
    _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
  ) throws -> Picture {
    try checkFormat(bytes, name: name)
    return try PNGDecoder.picture(from: bytes, name: name, pixelLimit: pixelLimit)
  }

  private static func checkFormat(_ bytes: [UInt8], name: String) throws {
    guard isPNG(bytes) else {
      throw PictureFileError.notAPicture(name: name, start: Array(bytes.prefix(8)))
    }
  }

  /// Whether a file that begins with these bytes is a PNG file; eight bytes decide.
  package static func isPNG(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.prefix(8).elementsEqual([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  }
}

/// Why a file did not become a picture.
public enum PictureFileError: ReportableError, Equatable {
  /// The first bytes are of no format that can be read; `start` holds up to eight of them.
  case notAPicture(name: String, start: [UInt8])
  /// The content contradicts the format; `reason` says where, in the words of the library.
  case broken(name: String, reason: String)
  /// More pixels than the limit.
  case tooLarge(name: String, width: Int, height: Int, limit: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .notAPicture(let name, let start) where start.isEmpty:
      "\(name) is empty; a PNG picture was expected: leave the file out or replace it"
    case .notAPicture(let name, let start):
      """
      \(name) is not a picture that can be read (it begins with the bytes \
      \(start.map(hexadecimal).joined(separator: " "))); PNG was expected: convert the file or \
      leave it out
      """
    case .broken(let name, let reason):
      "\(name) is a broken PNG file (\(reason)): leave it out or make it again"
    case .tooLarge(let name, let width, let height, let limit):
      """
      \(name) says it is \(width) pixels wide and \(height) high, which is more than the limit of \
      \(limit) pixels; shrink it or raise the limit
      """
    }
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
