import ConvKitCore
import ConvKitDrawing
import ConvKitFiles

extension ImageFrontEnd {
  /// The longest side that a fitted input has. Training time grows with the square of it, and the
  /// shapes that tell small pictures apart survive at this size; a larger input is a caller's choice.
  public static let longestFittedSide = 64

  /// The most training pictures that fitting looks at.
  static let sampleSize = 256

  /// About as many pixels as fitting decodes, at some 25 ns each: photographs of 12 megapixels shall
  /// not take minutes before training begins. Sixteen pictures are decoded whatever their size.
  static let pixelBudget = 100_000_000

  /// A front end with the settings that suit the training pictures.
  ///
  /// At most 256 items, evenly spaced over `items`, are looked at; when they have more than 100
  /// megapixels in all, fewer of them (at least 16) for colour, mean and deviation. What cannot be read
  /// is passed over here: whoever goes through all items names and counts it.
  ///
  /// - Size: the median height and the median width (the lower of two), which for pictures that are
  ///   all alike is theirs; when a side is longer than 64, both shrink by one factor so that the longer
  ///   side is 64.
  /// - Colour: grey unless colour is really used, that is, unless in at least 1 of 20 pictures at least
  ///   1 of 1000 pixels has two channels that lie more than 16 of 255 levels apart. A tinted scan is
  ///   grey.
  /// - Mean and deviation: those of every channel over all pixels of the inputs. A channel that hardly
  ///   varies (by less than one level) is divided by 1 instead.
  ///
  /// - Parameters:
  ///   - size: rows and columns of the input, instead of the fitted ones.
  ///   - colour: instead of the fitted one.
  /// - Throws: `ImageFrontEndError` when no picture can be read or a setting cannot be.
  public static func fitted(
    to items: [Item], size: (height: Int, width: Int)? = nil, colour: Colour? = nil,
    resampling: Resampling = .area, aspect: Aspect = .kept,
    background: SIMD3<UInt8> = SIMD3(repeating: 255),
    pixelLimit: Int = PictureFile.defaultPixelLimit
  ) throws -> ImageFrontEnd {
    let sample = try readable(evenlySpaced(items, count: sampleSize)) { path in
      (path: path, size: try PictureFile.size(path: path, pixelLimit: pixelLimit))
    }
    let size =
      size
      ?? shrunk(
        height: lowerMedian(sample.map(\.size.height)), width: lowerMedian(sample.map(\.size.width))
      )
    func frontEnd(
      _ colour: Colour, mean: [Float]? = nil, deviation: [Float]? = nil
    ) throws -> ImageFrontEnd {
      try ImageFrontEnd(
        height: size.height, width: size.width, colour: colour, resampling: resampling,
        aspect: aspect, background: background, mean: mean, deviation: deviation,
        pixelLimit: pixelLimit)
    }

    let pixels = sample.reduce(0.0) { $0 + Double($1.size.height) * Double($1.size.width) }
    let share = min(1, Double(pixelBudget) / pixels)
    let decoded = evenlySpaced(sample, count: max(16, Int(Double(sample.count) * share)))
    let greyFrontEnd = try frontEnd(.grey)
    let colourFrontEnd = try frontEnd(.rgb)
    var grey = Moments(channels: 1)
    var rgb = Moments(channels: 3)
    let uses = try readable(decoded.map { Item.file($0.path) }) { path in
      let picture = try PictureFile.read(path: path, pixelLimit: pixelLimit)
      if colour != .rgb { grey.add(greyFrontEnd.levels(of: picture)) }
      if colour != .grey { rgb.add(colourFrontEnd.levels(of: picture)) }
      return usesColour(picture)
    }
    let isColoured = uses.count { $0 } * 20 >= uses.count
    let chosen = colour ?? (isColoured ? .rgb : .grey)
    let moments = chosen == .grey ? grey : rgb
    return try frontEnd(chosen, mean: moments.mean, deviation: moments.deviation)
  }

  /// What `read` gives of the files among the items that it can read: at least one.
  private static func readable<Result>(
    _ items: [Item], _ read: (String) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    var firstFailure: (any Error)?
    for item in items {
      do {
        guard case .file(let path) = item else { throw ImageFrontEndError.notAFile }
        results.append(try read(path))
      } catch {
        firstFailure = firstFailure ?? error
      }
    }
    guard !results.isEmpty else {
      throw ImageFrontEndError.nothingReadable(
        count: items.count, first: firstFailure.map { "\($0)" } ?? "")
    }
    return results
  }

  private static func evenlySpaced<Element>(_ all: [Element], count: Int) -> [Element] {
    guard all.count > count else { return all }
    return (0..<count).map { all[$0 * all.count / count] }
  }

  /// Of at least one value.
  private static func lowerMedian(_ values: [Int]) -> Int {
    values.sorted()[(values.count - 1) / 2]
  }

  private static func shrunk(height: Int, width: Int) -> (height: Int, width: Int) {
    let longest = max(height, width)
    guard longest > longestFittedSide else { return (height, width) }
    func side(_ length: Int) -> Int {
      max(1, (2 * length * longestFittedSide + longest) / (2 * longest))
    }
    return (side(height), side(width))
  }

  private static func usesColour(_ picture: Picture) -> Bool {
    let coloured = picture.pixels.reduce(0) { count, pixel in
      guard pixel.w > 0 else { return count }
      let low = min(pixel.x, pixel.y, pixel.z)
      let high = max(pixel.x, pixel.y, pixel.z)
      return count + (high - low > 16 ? 1 : 0)
    }
    return coloured > 0 && coloured * 1000 >= picture.pixels.count
  }
}

/// The mean and the deviation of channels, over levels of 0 to 255, on the scale of 0 to 1.
private struct Moments {
  private var count = 0.0
  private var sums: [Double]
  private var squares: [Double]

  init(channels: Int) {
    sums = Array(repeating: 0, count: channels)
    squares = sums
  }

  /// Adds levels [row, column, channel].
  mutating func add(_ levels: [Double]) {
    for (place, level) in levels.enumerated() {
      sums[place % sums.count] += level
      squares[place % sums.count] += level * level
    }
    count += Double(levels.count / sums.count)
  }

  var mean: [Float] { sums.map { Float($0 / count / 255) } }

  var deviation: [Float] {
    zip(sums, squares).map { sum, square in
      let mean = sum / count
      let deviation = max(0, square / count - mean * mean).squareRoot()
      return deviation < 1 ? 1 : Float(deviation / 255)
    }
  }
}
