import ConvKitCore
import ConvKitDrawing
import ConvKitFiles

/// The way from a picture to a network's input [row, column, channel].
///
/// A pixel is laid on the background by its alpha, made grey where the network sees one channel
/// (299 parts of red, 587 of green, 114 of blue, as ITU-R BT.601 has it, in 65536ths). The picture is
/// cropped, brought to the network's size, its polarity and levels are normalised, each if so chosen,
/// and it is scaled: value = (v / 255 − mean) / deviation, by channel.
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
    /// The ratio is kept; the picture stands in the middle, the rest is its surround.
    case kept
    /// The picture is stretched to the input's height and width.
    case stretched
  }

  /// What stands beside a picture whose ratio is kept.
  public enum Surround: String, Codable, Sendable, CaseIterable {
    /// `background`, whatever the picture looks like.
    case background
    /// The picture's own background, the median level of its outermost pixels: a photograph on grey
    /// paper gets no white frame.
    case own
  }

  /// How much of a picture is looked at.
  public enum Crop: String, Codable, Sendable, CaseIterable {
    /// All of it.
    case none
    /// What is drawn, with a tenth of its longer side on every side, but at most as many rows and
    /// columns as the picture has. Where the margin reaches beyond the picture it has the picture's
    /// own background. A blank picture is kept whole.
    case drawn
  }

  /// Whether a drawing may be light on dark.
  public enum Polarity: String, Codable, Sendable, CaseIterable {
    /// Levels stay as they are.
    case kept
    /// A picture whose background is darker than what is drawn on it is inverted, every channel, so
    /// that all are dark on light.
    case normalized
  }

  /// What happens to a picture of little contrast.
  public enum Levels: String, Codable, Sendable, CaseIterable {
    /// Levels stay as they are.
    case kept
    /// Each channel is shifted, and all are stretched by one factor, so that the background becomes
    /// white and the strongest 5 % of what is drawn black, or the other way round where the drawing is
    /// light on dark. A blank picture is kept.
    case stretched
  }

  /// Rows of the input.
  public let height: Int
  /// Columns of the input.
  public let width: Int
  public let colour: Colour
  public let resampling: Resampling
  public let aspect: Aspect

  /// Red, green and blue of what lies behind transparent pixels and, where `surround` says so, beside
  /// a picture whose ratio is kept.
  public let background: SIMD3<UInt8>

  public let surround: Surround
  public let crop: Crop
  public let polarity: Polarity
  public let levels: Levels

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
    aspect: Aspect = .kept, background: SIMD3<UInt8> = SIMD3(repeating: 255),
    surround: Surround = .background, crop: Crop = .none, polarity: Polarity = .kept,
    levels: Levels = .kept, mean: [Float]? = nil, deviation: [Float]? = nil,
    pixelLimit: Int = PictureFile.defaultPixelLimit
  ) throws {
    let half = [Float](repeating: 0.5, count: colour.channels)
    self.height = height
    self.width = width
    self.colour = colour
    self.resampling = resampling
    self.aspect = aspect
    self.background = background
    self.surround = surround
    self.crop = crop
    self.polarity = polarity
    self.levels = levels
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

  /// One input, for a file or an array.
  ///
  /// - Throws: `ImageFrontEndError.notAFile` for a text or a row, `ImageFrontEndError.notAPicture` for an array
  ///   of another shape than [rows, columns] (grey) or [rows, columns, 3] (red, green, blue);
  ///   otherwise the errors of `PictureFile.read`.
  public func inputs(of item: Item) throws -> [PlacedInput] {
    let picture = try Self.picture(of: item, pixelLimit: pixelLimit)
    return [PlacedInput(.values(input(of: picture)))]
  }

  static func picture(of item: Item, pixelLimit: Int) throws -> Picture {
    switch item {
    case .file(let path): return try PictureFile.read(path: path, pixelLimit: pixelLimit)
    case .text, .row: throw ImageFrontEndError.notAFile
    case .array(let array):
      let (height, width) = try size(of: array)
      let bytes = Array(array.bytes)
      let pixels: [SIMD4<UInt8>] =
        array.shape.count == 2
        ? bytes.map { .grey($0) }
        : (0..<height * width).map { .rgb(bytes[3 * $0], bytes[3 * $0 + 1], bytes[3 * $0 + 2]) }
      return Picture(width: width, height: height, pixels: pixels)
    }
  }

  /// The rows and columns of an array that is a picture.
  static func size(of array: NumberArray) throws -> (height: Int, width: Int) {
    let shape = array.shape
    guard array.type == .uint8, shape.count == 2 || shape.count == 3 && shape[2] == 3,
      shape[0] > 0, shape[1] > 0
    else { throw ImageFrontEndError.notAPicture(shape: shape, type: array.type) }
    return (shape[0], shape[1])
  }

  /// The input [row, column, channel] that a picture gives.
  ///
  /// - Precondition: the picture has at least one pixel.
  public func input(of picture: Picture) -> Tensor<Float> {
    let channels = colour.channels
    let elements = levelsSeen(of: picture).enumerated().map { place, level in
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
}

extension ImageFrontEnd {
  private enum CodingKeys: String, CodingKey {
    case height, width, colour, resampling, aspect, background, surround, crop, polarity, levels
    case mean, deviation, pixelLimit
  }

  /// Settings that the first models did not have yet are as they were then.
  ///
  /// - Throws: the decoder's error for a missing or mistyped value, `ImageFrontEndError.setting` for
  ///   a value that `init` refuses or that there is not.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func later<Choice>(_ key: CodingKeys, _ first: Choice) throws -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
      guard values.contains(key) else { return first }
      let found = try values.decode(String.self, forKey: key)
      guard let choice = Choice(rawValue: found) else {
        throw ImageFrontEndError.setting(
          name: key.rawValue, found: "“\(FileName.printable(found))”",
          expected: Choice.allCases.map { "“\($0.rawValue)”" }.joined(separator: " or "))
      }
      return choice
    }
    try self.init(
      height: values.decode(Int.self, forKey: .height),
      width: values.decode(Int.self, forKey: .width),
      colour: values.decode(Colour.self, forKey: .colour),
      resampling: values.decode(Resampling.self, forKey: .resampling),
      aspect: values.decode(Aspect.self, forKey: .aspect),
      background: values.decode(SIMD3<UInt8>.self, forKey: .background),
      surround: later(.surround, .background), crop: later(.crop, .none),
      polarity: later(.polarity, .kept), levels: later(.levels, .kept),
      mean: values.decode([Float].self, forKey: .mean),
      deviation: values.decode([Float].self, forKey: .deviation),
      pixelLimit: values.decode(Int.self, forKey: .pixelLimit))
  }
}

/// Why pictures and a front end for them do not go together.
public enum ImageFrontEndError: ReportableError, Equatable {
  /// A text or a row where a picture was expected.
  case notAFile
  /// An array that is no picture by its shape.
  case notAPicture(shape: [Int], type: NumberType)
  /// A setting that cannot be.
  case setting(name: String, found: String, expected: String)
  /// None of the training items that were looked at could be read; `first` says why the first not.
  case nothingReadable(count: Int, first: String)

  public var category: ErrorCategory {
    switch self {
    case .notAFile: .wrongCall
    case .notAPicture, .setting, .nothingReadable: .badData
    }
  }

  public var description: String {
    switch self {
    case .notAFile:
      "a text or a row of a table was given to a model of pictures; give it the path of a picture file"
    case .notAPicture(let shape, let type):
      """
      an array of the shape \(shape) of \(type.rawValue) was given to a model of pictures; [rows, \
      columns] for grey or [rows, columns, 3] for red, green and blue was expected, of uint8, with no \
      side zero
      """
    case .setting(let name, let found, let expected):
      "the picture setting \(name) is \(found); it must be \(expected)"
    case .nothingReadable(0, _):
      "there are no pictures to fit the picture settings to; give at least one"
    case .nothingReadable(let count, let first):
      "none of the \(count) pictures that were looked at can be read; the first: \(first)"
    }
  }
}
