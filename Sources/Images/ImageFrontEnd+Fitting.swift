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

  /// The settings of a front end that are not read off the training pictures, and those that are
  /// unless they are given here.
  public struct Choices: Sendable {
    /// Rows and columns of the input, instead of the fitted ones.
    public var size: (height: Int, width: Int)?
    /// Instead of the fitted one.
    public var colour: Colour?
    public var resampling = Resampling.area
    public var aspect = Aspect.kept
    public var background = SIMD3<UInt8>(repeating: 255)
    /// Instead of the fitted one.
    public var surround: Surround?
    public var crop = Crop.none
    /// Instead of the fitted one.
    public var polarity: Polarity?
    public var levels = Levels.kept
    public var pixelLimit = PictureFile.defaultPixelLimit

    public init() {}

    fileprivate func frontEnd(
      size: (height: Int, width: Int), colour: Colour, areDrawings: Bool = false,
      mean: [Float]? = nil, deviation: [Float]? = nil
    ) throws -> ImageFrontEnd {
      try ImageFrontEnd(
        height: size.height, width: size.width, colour: colour, resampling: resampling,
        aspect: aspect, background: background,
        surround: surround ?? (areDrawings ? .own : .background), crop: crop,
        polarity: polarity ?? (areDrawings ? .normalized : .kept), levels: levels, mean: mean,
        deviation: deviation,
        pixelLimit: pixelLimit)
    }
  }

  /// A front end with the settings that suit the training pictures.
  ///
  /// At most 256 items, evenly spaced over `items`, are looked at; when they have more than 100
  /// megapixels in all, fewer of them (at least 16) for all but the size, and for that too where
  /// pictures are cropped. What cannot be read is passed over here: whoever goes through all items
  /// names and counts it.
  ///
  /// - Size: the median height and the median width (the lower of two) of what is looked at, which for
  ///   pictures that are all alike is theirs; when a side is longer than 64, both shrink by one factor
  ///   so that the longer side is 64.
  /// - Colour: grey unless colour is really used, that is, unless in at least 1 of 20 pictures at least
  ///   1 of 1000 pixels has two channels that lie more than 16 of 255 levels apart. A tinted scan is
  ///   grey.
  /// - Polarity and surround: normalised, and each picture's own, where pictures are drawings, that is,
  ///   where at least 9 of 10 of those looked at (at most 32) are drawn on plain ground.
  /// - Mean and deviation: those of every channel over all pixels of the inputs. A channel that hardly
  ///   varies (by less than one level) is divided by 1 instead.
  ///
  /// - Parameter threads: nil for one a core. The front end does not depend on it.
  /// - Throws: `ImageFrontEndError` when no picture can be read or a setting cannot be.
  public static func fitted(
    to items: [Item], choices: Choices = Choices(), threads: Int? = nil
  ) throws -> ImageFrontEnd {
    let limit = choices.pixelLimit
    let workers = try Workers(count: threads ?? Workers.availableCount)
    let sample = try readable(evenlySpaced(items, count: sampleSize), by: workers) { item in
      (item: item, size: try storedSize(of: item, pixelLimit: limit))
    }
    let pixels = sample.reduce(0.0) { $0 + Double($1.size.height) * Double($1.size.width) }
    let share = min(1, Double(pixelBudget) / pixels)
    let decoded = evenlySpaced(sample, count: max(16, Int(Double(sample.count) * share)))
      .map(\.item)

    let size: (height: Int, width: Int)
    if let chosen = choices.size {
      size = chosen
    } else if choices.crop == .none {
      size = fittedSize(sample.map(\.size))
    } else {
      // Where the content of a coloured picture begins hardly depends on whether it is made grey.
      let whole = try choices.frontEnd(size: (1, 1), colour: choices.colour ?? .grey)
      size = fittedSize(
        try readable(decoded, by: workers) {
          whole.sizeSeen(of: try picture(of: $0, pixelLimit: limit))
        })
    }

    let areDrawings = try areDrawings(decoded, pixelLimit: limit, by: workers)
    let greyFrontEnd = try choices.frontEnd(size: size, colour: .grey, areDrawings: areDrawings)
    let colourFrontEnd = try choices.frontEnd(size: size, colour: .rgb, areDrawings: areDrawings)
    let chosen = choices.colour
    var grey = Moments(channels: 1)
    var rgb = Moments(channels: 3)
    var count = (all: 0, coloured: 0)
    // The levels of four channels, in Double.
    let bytes = size.height * size.width * 4 * MemoryLayout<Double>.stride
    try forEachReadable(decoded, by: workers, atOnce: levelBytesAtOnce / bytes) { item in
      let picture = try picture(of: item, pixelLimit: limit)
      return (
        grey: chosen == .rgb ? nil : greyFrontEnd.levelsSeen(of: picture),
        rgb: chosen == .grey ? nil : colourFrontEnd.levelsSeen(of: picture),
        usesColour: usesColour(picture)
      )
    } use: { levels in
      levels.grey.map { grey.add($0) }
      levels.rgb.map { rgb.add($0) }
      count.all += 1
      count.coloured += levels.usesColour ? 1 : 0
    }
    let isColoured = count.coloured * 20 >= count.all
    let colour = choices.colour ?? (isColoured ? .rgb : .grey)
    let moments = colour == .grey ? grey : rgb
    return try choices.frontEnd(
      size: size, colour: colour, areDrawings: areDrawings, mean: moments.mean,
      deviation: moments.deviation)
  }

  private static func areDrawings(
    _ items: [Item], pixelLimit: Int, by workers: Workers
  ) throws -> Bool {
    let whole = try ImageFrontEnd(height: 1, width: 1)
    let drawings = try readable(evenlySpaced(items, count: 32), by: workers) { item in
      whole.content(of: try picture(of: item, pixelLimit: pixelLimit)).isOnPlainGround
    }
    return drawings.count { $0 } * 10 >= drawings.count * 9
  }

  private static func storedSize(
    of item: Item, pixelLimit: Int
  ) throws -> (height: Int, width: Int) {
    switch item {
    case .file(let path): try PictureFile.size(path: path, pixelLimit: pixelLimit)
    case .array(let array): try size(of: array)
    case .text, .row: throw ImageFrontEndError.notAFile
    }
  }

  /// What `read` gives of the items that it can read: at least one, in their order.
  private static func readable<Found: Sendable>(
    _ items: [Item], by workers: Workers, _ read: @Sendable (Item) throws -> Found
  ) throws -> [Found] {
    var results: [Found] = []
    try forEachReadable(items, by: workers, atOnce: items.count, read) { results.append($0) }
    return results
  }

  /// Calls `use` with what `read` gives of the items that it can read, in their order.
  ///
  /// - Parameter atOnce: how many may be waiting to be used; every worker has one in any case.
  /// - Throws: `ImageFrontEndError.nothingReadable` where there is none.
  private static func forEachReadable<Found: Sendable>(
    _ items: [Item], by workers: Workers, atOnce: Int, _ read: @Sendable (Item) throws -> Found,
    use: (Found) -> Void
  ) throws {
    var isReadable = false
    var firstFailure: (any Error)?
    workers.runInOrder(items: items.count, atOnce: max(workers.count, atOnce)) { index in
      Result { try read(items[index]) }
    } take: { _, found in
      for result in found {
        switch result {
        case .success(let value):
          isReadable = true
          use(value)
        case .failure(let error): firstFailure = firstFailure ?? error
        }
      }
    }
    guard isReadable else {
      throw ImageFrontEndError.nothingReadable(
        count: items.count, first: firstFailure.map { "\($0)" } ?? "")
    }
  }

  /// Levels that may be waiting to be added up.
  private static let levelBytesAtOnce = 64 << 20

  private static func evenlySpaced<Element>(_ all: [Element], count: Int) -> [Element] {
    guard all.count > count else { return all }
    return (0..<count).map { all[$0 * all.count / count] }
  }

  /// Of at least one value.
  private static func lowerMedian(_ values: [Int]) -> Int {
    values.sorted()[(values.count - 1) / 2]
  }

  /// Of at least one size.
  private static func fittedSize(
    _ sizes: [(height: Int, width: Int)]
  ) -> (height: Int, width: Int) {
    shrunk(height: lowerMedian(sizes.map(\.height)), width: lowerMedian(sizes.map(\.width)))
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
