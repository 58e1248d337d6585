import ConvKitCore
import ConvKitDrawing
import ConvKitFiles

extension ImageFrontEnd {
  /// The longest side that a fitted input has. Training time grows with the square of it, and the
  /// shapes that tell small pictures apart survive at this size; a larger input is a caller's choice.
  public static let longestFittedSide = 64

  /// The most training pictures that fitting looks at.
  static let sampleSize = 256

  /// A front end with the settings that suit the training pictures.
  ///
  /// At most 256 items, evenly spaced over `items`, are looked at. What cannot be read is passed over
  /// here: whoever goes through all items names and counts it.
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
    let sample = evenlySpaced(items)
    var heights: [Int] = []
    var widths: [Int] = []
    var coloured = 0
    var readable: [Item] = []
    var firstFailure: (any Error)?
    for item in sample {
      do {
        let picture = try self.picture(of: item, pixelLimit: pixelLimit)
        heights.append(picture.height)
        widths.append(picture.width)
        coloured += usesColour(picture) ? 1 : 0
        readable.append(item)
      } catch {
        firstFailure = firstFailure ?? error
      }
    }
    guard let medianHeight = lowerMedian(heights), let medianWidth = lowerMedian(widths) else {
      throw ImageFrontEndError.nothingReadable(
        count: sample.count, first: firstFailure.map { "\($0)" } ?? "")
    }
    let size = size ?? shrunk(height: medianHeight, width: medianWidth)
    let plain = try ImageFrontEnd(
      height: size.height, width: size.width,
      colour: colour ?? (coloured * 20 >= readable.count ? .rgb : .grey), resampling: resampling,
      aspect: aspect, background: background, pixelLimit: pixelLimit)
    return try plain.normalised(to: readable)
  }

  /// The same front end with mean and deviation of these items, of which at least one can be read.
  private func normalised(to items: [Item]) throws -> ImageFrontEnd {
    let channels = colour.channels
    var count = 0.0
    var sums = [Double](repeating: 0, count: channels)
    var squares = sums
    for item in items {
      // A file that has vanished since it was looked at is passed over as well.
      guard let picture = try? Self.picture(of: item, pixelLimit: pixelLimit) else { continue }
      for (place, level) in levels(of: picture).enumerated() {
        sums[place % channels] += level
        squares[place % channels] += level * level
      }
      count += Double(height * width)
    }
    guard count > 0 else {
      throw ImageFrontEndError.nothingReadable(count: items.count, first: "it has vanished")
    }
    let mean = sums.map { $0 / count }
    let deviation = zip(squares, mean).map { square, mean in
      let deviation = max(0, square / count - mean * mean).squareRoot()
      return deviation < 1 ? 1 : Float(deviation / 255)
    }
    return try ImageFrontEnd(
      height: height, width: width, colour: colour, resampling: resampling, aspect: aspect,
      background: background, mean: mean.map { Float($0 / 255) }, deviation: deviation,
      pixelLimit: pixelLimit)
  }

  private static func picture(of item: Item, pixelLimit: Int) throws -> Picture {
    guard case .file(let path) = item else { throw ImageFrontEndError.notAFile }
    return try PictureFile.read(path: path, pixelLimit: pixelLimit)
  }

  private static func evenlySpaced(_ items: [Item]) -> [Item] {
    guard items.count > sampleSize else { return items }
    return (0..<sampleSize).map { items[$0 * items.count / sampleSize] }
  }

  private static func lowerMedian(_ values: [Int]) -> Int? {
    values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
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
