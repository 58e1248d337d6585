import ConvKitCore

/// What one version of a picture has another way than the picture: the numbers that
/// `ImageAugmentation` draws. The picture is thought of as warped first, then thickened, then its
/// levels changed.
///
/// Everything is computed by basic arithmetic in a fixed order, so that the same numbers give the same
/// bits on every machine; what is not changed keeps its bits.
struct ImageVariation: Equatable {
  /// Pixels down.
  var rows = 0.0
  /// Pixels to the right.
  var columns = 0.0
  var factor = 1.0
  /// Counter-clockwise, in radians.
  var angle = 0.0
  /// Columns to the right for one row down.
  var shear = 0.0
  var isFlipped = false
  /// Above zero: how much of the way to the largest of the 3×3 values around it a value goes; below
  /// zero: to the smallest. One way makes dark lines thinner by a pixel on each side, the other
  /// thicker.
  var thickness: Float = 0
  var isInverted = false
  /// What a level's distance from ½ is multiplied by.
  var contrast: Float = 1
  /// What is added to levels of 0 to 1.
  var brightness: Float = 0
  /// The standard deviation of what is added to every value, on the same scale.
  var noise: Float = 0
  var noiseSeed: UInt64 = 0
}

extension ImageVariation {
  /// Draws the numbers of every kind, in a fixed order; a new kind is drawn after the others.
  init(drawnFor augmentation: ImageAugmentation, height: Int, width: Int, from stream: RandomStream)
  {
    var stream = stream
    func drawn(_ kind: ImageAugmentationKind) -> Double? {
      let number = Double(stream.uniform())
      return augmentation[kind].map { $0 * (2 * number - 1) }
    }
    func happens(_ kind: ImageAugmentationKind) -> Bool {
      let number = Double(stream.uniform())
      return augmentation[kind].map { number < $0 } ?? false
    }
    let (down, right) = (drawn(.shift), drawn(.shift))
    rows = (down ?? 0) * Double(height)
    columns = (right ?? 0) * Double(width)
    // Growing and shrinking are alike: a factor between 1 and the largest, or 1 divided by it.
    let grown = Double(stream.uniform()) * 2 - 1
    if let largest = augmentation[.scale] {
      let by = 1 + abs(grown) * (largest - 1)
      factor = grown < 0 ? 1 / by : by
    }
    angle = (drawn(.turn) ?? 0) * Double.pi / 180
    shear = drawn(.shear) ?? 0
    isFlipped = happens(.flip)
    thickness = Float(drawn(.thickness) ?? 0)
    isInverted = happens(.invert)
    contrast = Float(1 + (drawn(.contrast) ?? 0))
    brightness = Float(drawn(.brightness) ?? 0)
    // Noise needs as many numbers as there are values: they have a stream of their own.
    noiseSeed = stream.next()
    noise = Float(augmentation[.noise] ?? 0)
  }

  /// The version of an input [row, column, channel] of the front end.
  func applied(to input: Tensor<Float>, of frontEnd: ImageFrontEnd) -> Tensor<Float> {
    let channels = frontEnd.colour.channels
    precondition(
      input.shape == [frontEnd.height, frontEnd.width, channels],
      "an input of shape \([frontEnd.height, frontEnd.width, channels]), received \(input.shape)")
    var values = input.elements
    if moves {
      values = warped(
        values, height: frontEnd.height, width: frontEnd.width, channels: channels)
    }
    if thickness != 0 {
      values = thickened(
        values, height: frontEnd.height, width: frontEnd.width, channels: channels)
    }
    if relights { relight(&values, mean: frontEnd.mean, deviation: frontEnd.deviation) }
    return Tensor(shape: input.shape, elements: values)
  }

  private var moves: Bool {
    rows != 0 || columns != 0 || factor != 1 || angle != 0 || shear != 0 || isFlipped
  }

  private var relights: Bool { isInverted || contrast != 1 || brightness != 0 || noise != 0 }

  /// The values where each pixel comes from, bilinear; beyond the edge they are as at the edge.
  private func warped(_ values: [Float], height: Int, width: Int, channels: Int) -> [Float] {
    // A pixel at (row, column) from the middle is scaled and slanted, turned, and moved: this is the
    // way back.
    let (cosine, sine) = Elementary.cosineAndSine(angle)
    let mirror: Double = isFlipped ? -1 : 1
    let (rowByRow, rowByColumn) = (cosine / factor, sine / factor)
    let columnByRow = mirror * (-sine / factor - shear * rowByRow)
    let columnByColumn = mirror * (cosine / factor - shear * rowByColumn)
    let (lastRow, lastColumn) = (Double(height - 1), Double(width - 1))
    let (middleRow, middleColumn) = (lastRow / 2, lastColumn / 2)

    var result = [Float](repeating: 0, count: values.count)
    var target = 0
    for row in 0..<height {
      let y = Double(row) - middleRow - rows
      let (rowStart, columnStart) = (middleRow + rowByRow * y, middleColumn + columnByRow * y)
      for column in 0..<width {
        let x = Double(column) - middleColumn - columns
        let fromRow = min(max(rowStart + rowByColumn * x, 0), lastRow)
        let fromColumn = min(max(columnStart + columnByColumn * x, 0), lastColumn)
        let (top, left) = (Int(fromRow), Int(fromColumn))
        let (below, beside) = (Float(fromRow - Double(top)), Float(fromColumn - Double(left)))
        let start = (top * width + left) * channels
        let right = left + 1 < width ? channels : 0
        let down = top + 1 < height ? width * channels : 0
        for channel in start..<start + channels {
          let above = values[channel] + beside * (values[channel + right] - values[channel])
          let under =
            values[channel + down]
            + beside * (values[channel + down + right] - values[channel + down])
          result[target] = above + below * (under - above)
          target += 1
        }
      }
    }
    return result
  }

  /// Every value on its way to the largest, or the smallest, of its neighbours and itself.
  private func thickened(_ values: [Float], height: Int, width: Int, channels: Int) -> [Float] {
    // The smallest is the largest of the negated values.
    let sign: Float = thickness < 0 ? -1 : 1
    let share = abs(thickness)
    let length = width * channels
    var beside = values
    for row in 0..<height {
      for place in row * length..<(row + 1) * length {
        let left = place - channels >= row * length ? values[place - channels] : values[place]
        let right =
          place + channels < (row + 1) * length ? values[place + channels] : values[place]
        beside[place] = max(sign * values[place], max(sign * left, sign * right))
      }
    }
    var result = values
    for place in 0..<values.count {
      let above = place >= length ? beside[place - length] : beside[place]
      let below = place + length < values.count ? beside[place + length] : beside[place]
      let extreme = sign * max(beside[place], max(above, below))
      result[place] += share * (extreme - values[place])
    }
    return result
  }

  /// Inverts, changes contrast and brightness and adds noise. A picture has no levels below black or
  /// above white, so no version of it has.
  private func relight(_ values: inout [Float], mean: [Float], deviation: [Float]) {
    let channels = mean.count
    // With level = value · deviation + mean: 1 − level and ½ + contrast · (level − ½) + brightness,
    // as a factor and an offset of the value.
    let sign: Float = isInverted ? -1 : 1
    let (scale, offsets) = (
      sign * contrast,
      mean.indices.map { channel in
        let inverted = isInverted ? (1 - 2 * mean[channel]) / deviation[channel] : 0
        let shifted = (mean[channel] - 0.5) * (contrast - 1) + brightness
        return contrast * inverted + shifted / deviation[channel]
      }
    )
    let black = mean.indices.map { (0 - mean[$0]) / deviation[$0] }
    let white = mean.indices.map { (1 - mean[$0]) / deviation[$0] }
    // The sum of four bytes is close to normal, with the mean 510 and the variance 4 · (256² − 1) / 12.
    let steps = deviation.map { noise / Float(21845).squareRoot() / $0 }
    var stream = RandomStream(seed: noiseSeed, purpose: .augmentation)
    var sums: UInt64 = 0
    var channel = 0
    for place in values.indices {
      var value = scale * values[place] + offsets[channel]
      if noise != 0 {
        // Two values of each number: bytes added in pairs, to four sums of 16 bits.
        if place.isMultiple(of: 2) {
          let number = stream.next()
          sums = (number & 0x00FF_00FF_00FF_00FF) + (number >> 8 & 0x00FF_00FF_00FF_00FF)
        } else {
          sums >>= 32
        }
        let sum = Int32(truncatingIfNeeded: sums & 0xFFFF + sums >> 16 & 0xFFFF)
        value += Float(sum - 510) * steps[channel]
      }
      values[place] = min(max(value, black[channel]), white[channel])
      channel = channel + 1 == channels ? 0 : channel + 1
    }
  }
}
