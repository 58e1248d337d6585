import CPNGShim
import ConvKitDrawing

/// The way from the bytes of a PNG file to a picture; the pointers that libpng wants stay here.
enum PNGDecoder {
  /// Deflate never makes more than 258 bytes of 2 bits.
  private static let largestExpansion = 1032

  /// The size that the header names; it is not above the limit.
  static func header(
    of bytes: [UInt8], name: String, pixelLimit: Int
  ) throws -> ConvKitPNGHeader {
    var header = ConvKitPNGHeader()
    var message = emptyMessage
    guard convkit_png_read_header(bytes, bytes.count, &header, &message) else {
      throw broken(name, message)
    }
    let (width, height) = (Int(header.width), Int(header.height))
    try PictureFile.check(
      width: width, height: height, name: name, format: .png, pixelLimit: pixelLimit)
    return header
  }

  static func picture(from bytes: [UInt8], name: String, pixelLimit: Int) throws -> Picture {
    let header = try header(of: bytes, name: name, pixelLimit: pixelLimit)
    let (width, height) = (Int(header.width), Int(header.height))
    // A header that passes the limit may still lie: what the file cannot hold is not asked for.
    // No product overflows: a width has 31 bits, a pixel at most 64.
    let rowBytes = (width * Int(header.bitsPerPixel) + 7) / 8
    let (needed, tooMuch) = rowBytes.multipliedReportingOverflow(by: height)
    guard !tooMuch, needed / largestExpansion <= bytes.count else {
      throw PictureFileError.broken(
        name: name, format: .png,
        reason: "\(bytes.count) bytes cannot hold the \(width)×\(height) pixels of its header")
    }

    var pixels = [SIMD4<UInt8>](repeating: .zero, count: width * height)
    var message = emptyMessage
    let isRead = pixels.withUnsafeMutableBytes { buffer in
      convkit_png_read_pixels(
        bytes, bytes.count, header.width, header.height,
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &message)
    }
    guard isRead else { throw broken(name, message) }
    return Picture(width: width, height: height, pixels: pixels)
  }

  private static var emptyMessage: [CChar] {
    [CChar](repeating: 0, count: Int(CONVKIT_PNG_MESSAGE_CAPACITY))
  }

  private static func broken(_ name: String, _ message: [CChar]) -> PictureFileError {
    let text = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return .broken(
      name: name, format: .png, reason: "libpng: " + String(decoding: text, as: UTF8.self))
  }
}

/// The library that reads and writes PNG.
package enum PNGLibrary {
  /// The version of libpng in use, such as "1.6.39".
  package static var version: String { String(cString: convkit_png_version()) }
}
