import ConvKitDrawing

/// What is drawn on a picture, told from the picture's own background.
///
/// The background is the median level of the outermost pixels, channel by channel: a drawing that
/// touches the edge here and there does not change it, nor does a shadow on less than half of it. Drawn
/// is what differs from it, in any channel, by more than a quarter of the largest difference. On the
/// 370 photographs of pen on paper of the handwriting data (`hw62_`), paper that is brighter than the
/// median differs by 8 % of the largest difference in the median picture and 19 % in the worst; more
/// than a quarter would cut the soft edges of strokes.
struct DrawnContent: Equatable {
  /// A picture whose largest difference is at most this is blank: so far even a plain surface varies
  /// in a photograph.
  static let blankDifference: UInt8 = 16

  /// The level of the background in each channel, 0 to 255.
  private(set) var background: SIMD3<UInt8>

  /// The smallest box that holds all that is drawn; the whole picture when it is blank.
  private(set) var rows: Range<Int>
  private(set) var columns: Range<Int>

  /// By how much the strongest 5 % of the drawn pixels differ from the background at least; 0 when the
  /// picture is blank.
  private(set) var contrast = 0

  /// Whether what is drawn is on average brighter than the background.
  private(set) var isLighter = false

  /// Whether something is drawn on plain ground: at most a tenth of the outermost pixels belong to it.
  private(set) var isOnPlainGround = false

  var isBlank: Bool { contrast == 0 }

  /// - Parameter seen: the levels of a pixel as the network sees it; three times the same for grey.
  /// - Precondition: the picture has at least one pixel.
  init(of picture: Picture, seen: (SIMD4<UInt8>) -> SIMD3<UInt8>) {
    let (height, width) = (picture.height, picture.width)
    background = Self.borderMedian(of: picture, seen: seen)
    (rows, columns) = (0..<height, 0..<width)

    var differences = [UInt8](repeating: 0, count: picture.pixels.count)
    var counts = [Int](repeating: 0, count: 256)
    let (red, green, blue) = (Int(background.x), Int(background.y), Int(background.z))
    for place in differences.indices {
      let levels = seen(picture.pixels[place])
      let difference = max(
        abs(Int(levels.x) - red), abs(Int(levels.y) - green), abs(Int(levels.z) - blue))
      differences[place] = UInt8(truncatingIfNeeded: difference)
      counts[difference] += 1
    }
    guard let largest = counts.lastIndex(where: { $0 > 0 }), largest > Int(Self.blankDifference)
    else { return }
    let threshold = largest / 4
    contrast = Self.difference(ofTheStrongest: 20, from: threshold + 1, in: counts)

    var (top, bottom, left, right) = (height, 0, width, 0)
    var (brightness, drawn, drawnOnBorder) = (0, 0, 0)
    for row in 0..<height {
      for column in 0..<width where Int(differences[row * width + column]) > threshold {
        top = min(top, row)
        bottom = row + 1
        left = min(left, column)
        right = max(right, column + 1)
        brightness += Self.brightness(seen(picture.pixels[row * width + column]))
        drawn += 1
        let isOnBorder = row == 0 || row == height - 1 || column == 0 || column == width - 1
        drawnOnBorder += isOnBorder ? 1 : 0
      }
    }
    isOnPlainGround = drawnOnBorder * 10 <= 2 * (height + width)
    (rows, columns) = (top..<bottom, left..<right)
    isLighter = brightness > drawn * Self.brightness(background)
  }

  /// The largest difference that at least one in `share` of those from `first` on reach.
  private static func difference(ofTheStrongest share: Int, from first: Int, in counts: [Int])
    -> Int
  {
    let drawn = counts[first...].reduce(0, +)
    var reached = 0
    for difference in (first..<counts.count).reversed() {
      reached += counts[difference]
      if reached * share >= drawn { return difference }
    }
    return first
  }

  private static func borderMedian(
    of picture: Picture, seen: (SIMD4<UInt8>) -> SIMD3<UInt8>
  ) -> SIMD3<UInt8> {
    let (height, width) = (picture.height, picture.width)
    var counts = [[Int]](repeating: Array(repeating: 0, count: 256), count: 3)
    func add(_ row: Int, _ column: Int) {
      let levels = seen(picture.pixels[row * width + column])
      for channel in 0..<3 { counts[channel][Int(levels[channel])] += 1 }
    }
    for column in 0..<width {
      add(0, column)
      if height > 1 { add(height - 1, column) }
    }
    for row in 0..<height where row > 0 && row < height - 1 {
      add(row, 0)
      if width > 1 { add(row, width - 1) }
    }
    var median = SIMD3<UInt8>()
    for channel in 0..<3 {
      let half = (counts[channel].reduce(0, +) + 1) / 2
      var below = 0
      for level in 0..<256 {
        below += counts[channel][level]
        if below >= half {
          median[channel] = UInt8(level)
          break
        }
      }
    }
    return median
  }

  /// In 65536ths, so that it can be added up exactly.
  private static func brightness(_ levels: SIMD3<UInt8>) -> Int {
    19595 * Int(levels.x) + 38470 * Int(levels.y) + 7471 * Int(levels.z)
  }
}
