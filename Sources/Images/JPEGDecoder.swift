import CTurboJPEG
import ConvKitDrawing

/// The way from the bytes of a JPEG file to a picture, by libjpeg-turbo's TurboJPEG functions; the
/// pointers that they want stay here.
///
/// The accurate inverse DCT and the smooth upsampling are whole-number arithmetic that libjpeg-turbo
/// computes to the same bits with and without SIMD; its own tests compare checksums of both.
enum JPEGDecoder {
  /// The size of the picture, upright, that the header names; it is not above the limit.
  static func size(
    of bytes: [UInt8], name: String, pixelLimit: Int
  ) throws -> (height: Int, width: Int) {
    let structure = try structure(of: bytes, isWhole: false, name: name, pixelLimit: pixelLimit)
    return structure.orientation.size(height: structure.height, width: structure.width)
  }

  static func picture(from bytes: [UInt8], name: String, pixelLimit: Int) throws -> Picture {
    // The size first: a header that lies about it is refused before the rest is looked at.
    _ = try structure(of: bytes, isWhole: false, name: name, pixelLimit: pixelLimit)
    let structure = try structure(of: bytes, isWhole: true, name: name, pixelLimit: pixelLimit)
    let (width, height) = (structure.width, structure.height)
    // A block takes a bit at least, of Huffman's.
    guard structure.isArithmetic || structure.fewestBlocks / 8 <= bytes.count else {
      throw PictureFileError.broken(
        name: name, format: .jpeg,
        reason: "\(bytes.count) bytes cannot hold the \(width)×\(height) pixels of its header")
    }

    let isCMYK = structure.components == 4
    var pixels = [SIMD4<UInt8>](repeating: .zero, count: width * height)
    if let failure = decode(
      bytes, into: &pixels, width: width, height: height, as: isCMYK ? TJPF_CMYK : TJPF_RGBA)
    {
      throw PictureFileError.broken(
        name: name, format: .jpeg, reason: "libjpeg-turbo: \(failure)")
    }
    if isCMYK {
      for place in pixels.indices {
        pixels[place] = rgb(ofInks: pixels[place], areInverted: structure.hasAdobeMarker)
      }
    }
    return structure.orientation.applied(to: Picture(width: width, height: height, pixels: pixels))
  }

  private static func structure(
    of bytes: [UInt8], isWhole: Bool, name: String, pixelLimit: Int
  ) throws -> JPEGStructure {
    let structure: JPEGStructure
    do throws(JPEGStructure.Fault) {
      structure = try JPEGStructure(of: bytes, isWhole: isWhole)
    } catch {
      throw PictureFileError.broken(name: name, format: .jpeg, reason: error.reason)
    }
    try PictureFile.check(
      width: structure.width, height: structure.height, name: name, format: .jpeg,
      pixelLimit: pixelLimit)
    return structure
  }

  /// What is seen of four inks on white, each of which lets through what it does not cover.
  private static func rgb(ofInks inks: SIMD4<UInt8>, areInverted: Bool) -> SIMD4<UInt8> {
    let clear = areInverted ? inks : SIMD4(repeating: 255) &- inks
    let black = UInt32(clear.w)
    func level(_ ink: UInt8) -> UInt8 { UInt8((UInt32(ink) * black + 127) / 255) }
    return .rgb(level(clear.x), level(clear.y), level(clear.z))
  }

  /// Fills the pixels; nil when all went well, otherwise the library's words.
  private static func decode(
    _ bytes: [UInt8], into pixels: inout [SIMD4<UInt8>], width: Int, height: Int, as format: TJPF
  ) -> String? {
    guard let decoder = tjInitDecompress() else { return "out of memory" }
    defer { tjDestroy(decoder) }
    // A header has two bytes for each side, so that no size here is beyond an Int32.
    let status = pixels.withUnsafeMutableBytes { buffer in
      tjDecompress2(
        decoder, bytes, UInt(bytes.count), buffer.baseAddress?.assumingMemoryBound(to: UInt8.self),
        Int32(width), Int32(4 * width), Int32(height), Int32(format.rawValue),
        TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
    }
    guard status != 0 else { return nil }
    let words = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "no reason given"
    let isWarning = tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue)
    return isWarning && isHarmless(words) ? nil : words
  }

  /// Whether a warning says that all pixels are there: stray bytes before a marker, which some cameras
  /// leave, a newer JFIF, and parameters of a scan that nothing depends on. The library keeps only its
  /// first warning; the end of the picture has been found before.
  private static func isHarmless(_ warning: String) -> Bool {
    warning.contains("extraneous bytes before marker") || warning.contains("JFIF revision")
      || warning.contains("Invalid SOS parameters")
  }
}
