import CPNGShim
import ConvKitDrawing

/// The way from the bytes of a PNG file to a picture; the pointers that libpng wants stay here.
enum PNGDecoder {
  /// Deflate never makes more than 258 bytes of 2 bits.
  private static let largestExpansion = 1032

  static func picture(from bytes: [UInt8], name: String, pixelLimit: Int) throws -> Picture {
    var message = [CChar](repeating: 0, count: Int(CONVKIT_PNG_MESSAGE_CAPACITY))
    func broken() -> PictureFileError {
      let text = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
      return .broken(name: name, reason: "libpng: " + String(decoding: text, as: UTF8.self))
    }

    var header = ConvKitPNGHeader()
    guard convkit_png_read_header(bytes, bytes.count, &header, &message) else { throw broken() }
    let (width, height) = (Int(header.width), Int(header.height))
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, count <= pixelLimit else {
      throw PictureFileError.tooLarge(name: name, width: width, height: height, limit: pixelLimit)
    }
    // A header that passes the limit may still lie: what the file cannot hold is not asked for.
    // No product overflows: a width has 31 bits, a pixel at most 64.
    let rowBytes = (width * Int(header.bitsPerPixel) + 7) / 8
    let (needed, tooMuch) = rowBytes.multipliedReportingOverflow(by: height)
    guard !tooMuch, needed / largestExpansion <= bytes.count else {
      throw PictureFileError.broken(
        name: name,
        reason: "\(bytes.count) bytes cannot hold the \(width)×\(height) pixels of its header")
    }

    var pixels = [SIMD4<UInt8>](repeating: .zero, count: count)
    let isRead = pixels.withUnsafeMutableBytes { buffer in
      convkit_png_read_pixels(
        bytes, bytes.count, header.width, header.height,
        buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &message)
    }
    guard isRead else { throw broken() }
    return Picture(width: width, height: height, pixels: pixels)
  }
}

/// The library that reads and writes PNG.
package enum PNGLibrary {
  /// The version of libpng in use, such as "1.6.39".
  package static var version: String { String(cString: convkit_png_version()) }
}
