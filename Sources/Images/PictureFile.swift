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
    switch try format(of: bytes, name: path) {
    case .png:
      let header = try PNGDecoder.header(of: bytes, name: path, pixelLimit: pixelLimit)
      return (Int(header.height), Int(header.width))
    case .jpeg:
      return try JPEGDecoder.size(of: bytes, name: path, pixelLimit: pixelLimit)
    case .portableMap:
      let header = try PortableMapDecoder.header(of: bytes, name: path, pixelLimit: pixelLimit)
      return (header.height, header.width)
    }
  }

  private static func content(_ path: String, _ pixelLimit: Int) throws -> [UInt8] {
    // No picture needs more than its pixels in 16-bit RGBA; a mebibyte is for texts and profiles.
    let (bytes, overflow) = pixelLimit.multipliedReportingOverflow(by: 8)
    let (limit, tooMuch) = bytes.addingReportingOverflow(1 << 20)
    return try BoundedFile.read(path: path, limit: overflow || tooMuch ? Int.max : limit)
  }

  /// The picture that the bytes of a file hold.
  ///
  /// The format is decided by the first bytes. A sample is taken as it stands: gamma and colour
  /// profiles are not applied. Samples of more than 8 bits are rounded to 8.
  ///
  /// - PNG: 1 to 16 bits a sample, grey, palette, RGB, with or without alpha or a transparent colour,
  ///   interlaced or not.
  /// - JPEG: grey, RGB, CMYK (as RGB), baseline or progressive of at most 100 scans; turned as its
  ///   EXIF block says. The same version of libjpeg-turbo gives the same pixels on every machine.
  /// - PNM: PBM, PGM and PPM, plain or binary, largest values of 1 to 65535.
  ///
  /// - Parameter name: what an error calls the file.
  /// - Throws: `PictureFileError`.
  public static func decode(
    _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
  ) throws -> Picture {
    switch try format(of: bytes, name: name) {
    case .png: try PNGDecoder.picture(from: bytes, name: name, pixelLimit: pixelLimit)
    case .jpeg: try JPEGDecoder.picture(from: bytes, name: name, pixelLimit: pixelLimit)
    case .portableMap:
      try PortableMapDecoder.picture(from: bytes, name: name, pixelLimit: pixelLimit)
    }
  }

  private static func format(of bytes: [UInt8], name: String) throws -> PictureFormat {
    switch FileContent(start: Array(bytes.prefix(FileContent.sniffed))) {
    case .png: return .png
    case .jpeg: return .jpeg
    case .portableMap: return .portableMap
    case .gif: throw PictureFileError.otherFormat(name: name, format: "GIF")
    case .tiff: throw PictureFileError.otherFormat(name: name, format: "TIFF")
    case .webP: throw PictureFileError.otherFormat(name: name, format: "WebP")
    default: throw PictureFileError.notAPicture(name: name, start: Array(bytes.prefix(8)))
    }
  }

  /// Checks a size that a header names, before anything is allocated for it.
  static func check(
    width: Int, height: Int, name: String, format: PictureFormat, pixelLimit: Int
  ) throws {
    guard width > 0 && height > 0 else {
      throw PictureFileError.broken(
        name: name, format: format, reason: "it says it is \(width)×\(height) pixels")
    }
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, count <= pixelLimit else {
      throw PictureFileError.tooLarge(name: name, width: width, height: height, limit: pixelLimit)
    }
  }
}
