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

  /// A picture of one colour.
  public init(width: Int, height: Int, filledWith colour: SIMD4<UInt8> = .white) {
    self.init(
      width: width, height: height, pixels: Array(repeating: colour, count: width * height))
  }

  /// The pixel at a row counted from the top and a column counted from the left.
  public subscript(row: Int, column: Int) -> SIMD4<UInt8> {
    get { pixels[index(row, column)] }
    set { pixels[index(row, column)] = newValue }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(
      row >= 0 && row < height && column >= 0 && column < width,
      "row \(row), column \(column) of a picture of \(height) rows and \(width) columns")
    return row * width + column
  }

  /// The picture as a PNG file.
  ///
  /// The file is grey when every pixel is grey and opaque, RGB when every pixel is opaque, and RGBA
  /// otherwise, with 8 bits a sample. The same picture gives the same bytes with the same libpng and
  /// zlib; the pixels read back from it are the same everywhere.
  ///
  /// - Throws: `PictureError` when a side is zero or the file does not fit into memory.
  public func png() throws -> [UInt8] {
    try PNGEncoder.file(of: self)
  }
}

extension SIMD4 where Scalar == UInt8 {
  /// An opaque colour of three 8-bit parts.
  public static func rgb(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Self {
    Self(red, green, blue, 255)
  }

  /// An opaque grey: 0 is black, 255 white.
  public static func grey(_ level: UInt8) -> Self { Self(level, level, level, 255) }

  public static var white: Self { grey(255) }
  public static var black: Self { grey(0) }
}
