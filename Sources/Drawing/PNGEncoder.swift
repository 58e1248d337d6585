import CPNGShim
import ConvKitCore

/// The way from a picture to the bytes of a PNG file; the pointers that libpng wants stay here.
enum PNGEncoder {
  static func file(of picture: Picture) throws -> [UInt8] {
    // libpng refuses zero and more than 31 bits itself, but the call takes 32.
    guard let width = UInt32(exactly: picture.width), let height = UInt32(exactly: picture.height)
    else { throw unwritable(picture, reason: "a side is longer than a PNG file can say") }
    let channels = channels(of: picture)
    let samples = samples(of: picture, channels: channels)

    var file: UnsafeMutablePointer<UInt8>?
    var count = 0
    var message = [CChar](repeating: 0, count: Int(CONVKIT_PNG_MESSAGE_CAPACITY))
    guard
      convkit_png_write(samples, width, height, Int32(channels), &file, &count, &message),
      let file
    else {
      throw unwritable(
        picture,
        reason: String(
          decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    defer { convkit_png_free(file) }
    return Array(UnsafeBufferPointer(start: file, count: count))
  }

  /// 1 when every pixel is grey and opaque, 3 when every pixel is opaque, otherwise 4.
  private static func channels(of picture: Picture) -> Int {
    var isGrey = true
    for pixel in picture.pixels {
      if pixel.w != 255 { return 4 }
      isGrey = isGrey && pixel.x == pixel.y && pixel.y == pixel.z
    }
    return isGrey ? 1 : 3
  }

  private static func samples(of picture: Picture, channels: Int) -> [UInt8] {
    var samples: [UInt8] = []
    samples.reserveCapacity(picture.pixels.count * channels)
    for pixel in picture.pixels {
      for channel in 0..<channels { samples.append(pixel[channel]) }
    }
    return samples
  }

  private static func unwritable(_ picture: Picture, reason: String) -> PictureError {
    .cannotEncode(width: picture.width, height: picture.height, reason: reason)
  }
}

/// Why a picture cannot become a file.
public enum PictureError: ReportableError, Equatable {
  /// libpng refused; `reason` is its text.
  case cannotEncode(width: Int, height: Int, reason: String)

  public var category: ErrorCategory { .cannotCreate }

  public var description: String {
    switch self {
    case .cannotEncode(let width, let height, let reason):
      """
      a picture \(width) pixels wide and \(height) high cannot be written as PNG (\(reason)); \
      each side must be 1 to 2147483647 pixels and the picture must fit into memory
      """
    }
  }
}
