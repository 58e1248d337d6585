/// A picture in memory: 8 bits of red, green, blue and alpha a pixel, row by row from the top left.
public struct Picture: Sendable, Equatable {
  public let width: Int
  public let height: Int

  /// (red, green, blue, alpha) of every pixel; colour is not multiplied by alpha.
  public var pixels: [SIMD4<UInt8>]

  /// - Precondition: there are `width * height` pixels.
  public init(width: Int, height: Int, pixels: [SIMD4<UInt8>]) {
    precondition(
      pixels.count == width * height, "\(width)×\(height) pixels, received \(pixels.count)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
