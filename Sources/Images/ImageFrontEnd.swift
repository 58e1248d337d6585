import ConvKitCore
import ConvKitDrawing
import ConvKitFiles

/// The way from a picture file to a network's input [row, column, channel].
///
/// A pixel is laid on the background by its alpha, made grey where the network sees one channel
/// (299 parts of red, 587 of green, 114 of blue, as ITU-R BT.601 has it, in 65536ths), brought to the
/// network's size, and scaled: value = (v / 255 − mean) / deviation, by channel.
public struct ImageFrontEnd: FrontEnd {
  /// What a network sees of a colour.
  public enum Colour: String, Codable, Sendable, CaseIterable {
    /// One channel: the brightness.
    case grey
    /// Three channels: red, green, blue.
    case rgb

    var channels: Int { self == .grey ? 1 : 3 }
  }

  /// What happens to a picture whose sides have another ratio than the network's input.
  public enum Aspect: String, Codable, Sendable, CaseIterable {
    /// The ratio is kept; the picture stands in the middle, the rest is background.
    case kept
    /// The picture is stretched to the input's height and width.
    case stretched
  }

  /// Rows of the input.
  public let height: Int
  /// Columns of the input.
  public let width: Int
  public let colour: Colour
  public let resampling: Resampling
  public let aspect: Aspect

  /// Red, green and blue of what lies behind transparent pixels and beside a picture whose ratio is
  /// kept.
  public let background: SIMD3<UInt8>

  /// What is taken off a channel's value, on the scale of 0 (none) to 1 (full); one for each channel.
  public let mean: [Float]

  /// What a channel's value is divided by, on the same scale; one for each channel.
  public let deviation: [Float]

  /// The most pixels that a file may have.
  public let pixelLimit: Int

  /// - Parameters:
  ///   - mean: one value for each channel; without it, ½: black is −1 and white 1 with the
  ///     default deviation.
  ///   - deviation: one value above zero for each channel; without it, ½.
  /// - Throws: `ImageFrontEndError.setting` for a side outside of 1...65536, more than 2²⁸ values, a
  ///   mean or a deviation that is not one finite number for each channel, a deviation that is not
  ///   above zero, or a pixel limit outside of 1...2³¹.
  public init(
    height: Int, width: Int, colour: Colour = .grey, resampling: Resampling = .area,
    aspect: Aspect = .kept, background: SIMD3<UInt8> = SIMD3(repeating: 255), mean: [Float]? = nil,
    deviation: [Float]? = nil, pixelLimit: Int = PictureFile.defaultPixelLimit
  ) throws {
    let half = [Float](repeating: 0.5, count: colour.channels)
    self.height = height
    self.width = width
    self.colour = colour
    self.resampling = resampling
    self.aspect = aspect
    self.background = background
    self.mean = mean ?? half
    self.deviation = deviation ?? half
    self.pixelLimit = pixelLimit
    try checkSettings()
  }

  private func checkSettings() throws {
    func check(_ holds: Bool, _ name: String, _ found: String, _ expected: String) throws {
      guard holds else {
        throw ImageFrontEndError.setting(name: name, found: found, expected: expected)
      }
    }
    try check(1...65536 ~= height, "height", "\(height)", "1 to 65536 rows")
    try check(1...65536 ~= width, "width", "\(width)", "1 to 65536 columns")
    try check(
      height * width * colour.channels <= 1 << 28, "size", "\(height)×\(width)",
      "at most \(1 << 28) values")
    for (name, values) in [("mean", mean), ("deviation", deviation)] {
      try check(
        values.count == colour.channels && values.allSatisfy(\.isFinite), name, "\(values)",
        "\(colour.channels) finite numbers, one for each channel")
    }
    try check(
      deviation.allSatisfy { $0 > 0 }, "deviation", "\(deviation)", "numbers above zero")
    try check(1...1 << 31 ~= pixelLimit, "pixelLimit", "\(pixelLimit)", "1 to \(1 << 31) pixels")
  }

  public var inputShape: InputShape {
    InputShape(extent: [height, width], content: .values(channels: colour.channels))
  }

  /// One input, for a file.
  ///
  /// - Throws: `ImageFrontEndError.notAFile` for a text; otherwise the errors of `PictureFile.read`.
  public func inputs(of item: Item) throws -> [PlacedInput] {
    guard case .file(let path) = item else { throw ImageFrontEndError.notAFile }
    return [
      PlacedInput(.values(input(of: try PictureFile.read(path: path, pixelLimit: pixelLimit))))
    ]
  }

  /// The input [row, column, channel] that a picture gives.
  ///
  /// - Precondition: the picture has at least one pixel.
  public func input(of picture: Picture) -> Tensor<Float> {
    let channels = colour.channels
    let elements = levels(of: picture).enumerated().map { place, level in
      (Float(level) / 255 - mean[place % channels]) / deviation[place % channels]
    }
    return Tensor(shape: [height, width, channels], elements: elements)
  }

  /// The picture that an input [row, column, channel] shows: what the network sees, as a person can
  /// see it. Values outside of black to white are cut off.
  ///
  /// - Precondition: the shape is that of `input(of:)`.
  public func picture(of input: Tensor<Float>) -> Picture {
    let channels = colour.channels
    precondition(
      input.shape == [height, width, channels],
      "an input of shape \([height, width, channels]), received \(input.shape)")
    let pixels = (0..<height * width).map { position in
      let bytes = (0..<channels).map { channel in
        let level =
          (input.elements[position * channels + channel] * deviation[channel] + mean[channel])
        // A NaN is shown as black.
        return level > 0 ? UInt8((min(level, 1) * 255).rounded()) : 0
      }
      return SIMD4<UInt8>(bytes[0], bytes[channels / 2], bytes[channels - 1], 255)
    }
    return Picture(width: width, height: height, pixels: pixels)
  }

  /// The levels of the input's pixels, 0 to 255, before they are scaled: [row, column, channel].
  func levels(of picture: Picture) -> [Double] {
    precondition(picture.width > 0 && picture.height > 0, "a picture without a pixel")
    let channels = colour.channels
    let (newHeight, newWidth) = size(of: picture)
    let inside = resampled(
      height: picture.height, width: picture.width, channels: channels, newHeight: newHeight,
      newWidth: newWidth, by: resampling
    ) { row in
      var line: [Double] = []
      line.reserveCapacity(picture.width * channels)
      for column in 0..<picture.width {
        append(picture.pixels[row * picture.width + column], to: &line)
      }
      return line
    }
    guard newHeight < height || newWidth < width else { return inside }

    var blank: [Double] = []
    append(SIMD4(background, 255), to: &blank)
    var result = (0..<height * width).flatMap { _ in blank }
    let (top, left) = ((height - newHeight) / 2, (width - newWidth) / 2)
    for row in 0..<newHeight {
      let start = ((top + row) * width + left) * channels
      result.replaceSubrange(
        start..<start + newWidth * channels,
        with: inside[row * newWidth * channels..<(row + 1) * newWidth * channels])
    }
    return result
  }

  /// The rows and columns that a picture takes in the input.
  private func size(of picture: Picture) -> (height: Int, width: Int) {
    guard aspect == .kept else { return (height, width) }
    // The side that fills its axis is the one that would grow less; halves are rounded up.
    if height * picture.width <= width * picture.height {
      let scaled = (2 * picture.width * height + picture.height) / (2 * picture.height)
      return (height, min(width, max(1, scaled)))
    }
    let scaled = (2 * picture.height * width + picture.width) / (2 * picture.width)
    return (min(height, max(1, scaled)), width)
  }

  /// Appends what the network sees of a pixel, on the scale of 0 to 255.
  private func append(_ pixel: SIMD4<UInt8>, to line: inout [Double]) {
    let (red, green, blue) = (
      level(pixel.x, alpha: pixel.w, over: background.x),
      level(pixel.y, alpha: pixel.w, over: background.y),
      level(pixel.z, alpha: pixel.w, over: background.z)
    )
    switch colour {
    // The parts add up to 65536, so that a grey keeps its level exactly.
    case .grey: line.append((19595 * red + 38470 * green + 7471 * blue) / 65536)
    case .rgb:
      line.append(red)
      line.append(green)
      line.append(blue)
    }
  }

  private func level(_ value: UInt8, alpha: UInt8, over background: UInt8) -> Double {
    guard alpha < 255 else { return Double(value) }
    return Double(Int(value) * Int(alpha) + Int(background) * (255 - Int(alpha))) / 255
  }
}

extension ImageFrontEnd {
  private enum CodingKeys: String, CodingKey {
    case height, width, colour, resampling, aspect, background, mean, deviation, pixelLimit
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `ImageFrontEndError.setting` for
  ///   a value that `init` refuses.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      height: values.decode(Int.self, forKey: .height),
      width: values.decode(Int.self, forKey: .width),
      colour: values.decode(Colour.self, forKey: .colour),
      resampling: values.decode(Resampling.self, forKey: .resampling),
      aspect: values.decode(Aspect.self, forKey: .aspect),
      background: values.decode(SIMD3<UInt8>.self, forKey: .background),
      mean: values.decode([Float].self, forKey: .mean),
      deviation: values.decode([Float].self, forKey: .deviation),
      pixelLimit: values.decode(Int.self, forKey: .pixelLimit))
  }
}

/// Why pictures and a front end for them do not go together.
public enum ImageFrontEndError: ReportableError, Equatable {
  /// A text where a picture file was expected.
  case notAFile
  /// A setting that cannot be.
  case setting(name: String, found: String, expected: String)
  /// None of the training items that were looked at could be read; `first` says why the first not.
  case nothingReadable(count: Int, first: String)

  public var category: ErrorCategory {
    switch self {
    case .notAFile: .wrongCall
    case .setting, .nothingReadable: .badData
    }
  }

  public var description: String {
    switch self {
    case .notAFile:
      "a text was given to a model of pictures; give it the path of a picture file"
    case .setting(let name, let found, let expected):
      "the picture setting \(name) is \(found); it must be \(expected)"
    case .nothingReadable(0, _):
      "there are no pictures to fit the picture settings to; give at least one"
    case .nothingReadable(let count, let first):
      "none of the \(count) pictures that were looked at can be read; the first: \(first)"
    }
  }
}
