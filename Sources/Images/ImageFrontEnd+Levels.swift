import ConvKitDrawing

extension ImageFrontEnd {
  /// The levels of the input's pixels, 0 to 255, before they are scaled: [row, column, channel].
  ///
  /// Nanoseconds for a pixel of the picture: some 5, and some 5 more where its content is looked for.
  func levelsSeen(of picture: Picture) -> [Double] {
    precondition(picture.width > 0 && picture.height > 0, "a picture without a pixel")
    let channels = colour.channels
    let content = looksForContent ? content(of: picture) : nil
    let own = content.map { channelLevels($0.background) } ?? []
    let (rows, columns) = region(of: picture, content: content)
    let (newHeight, newWidth) = size(ofHeight: rows.count, width: columns.count)
    var inside = resampled(
      height: rows.count, width: columns.count, channels: channels, newHeight: newHeight,
      newWidth: newWidth, by: resampling
    ) { row in
      line(rows.lowerBound + row, columns, of: picture, beyond: own)
    }
    let change = content.flatMap(levelChange)
    change?.apply(to: &inside)
    guard newHeight < height || newWidth < width else { return inside }

    var blank = channelLevels(background)
    if surround == .own {
      blank = own
      change?.apply(to: &blank)
    }
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

  private var looksForContent: Bool {
    crop != .none || polarity != .kept || levels != .kept || surround != .background
  }

  /// What is drawn on the picture, as the network sees it.
  func content(of picture: Picture) -> DrawnContent {
    let (behind, isGrey) = (background, colour == .grey)
    return DrawnContent(of: picture) { pixel in
      // Scalars: vectors of three bytes are slower here.
      var (red, green, blue) = (UInt32(pixel.x), UInt32(pixel.y), UInt32(pixel.z))
      if pixel.w < 255 {
        let alpha = UInt32(pixel.w)
        red = (red * alpha + UInt32(behind.x) * (255 - alpha) + 127) / 255
        green = (green * alpha + UInt32(behind.y) * (255 - alpha) + 127) / 255
        blue = (blue * alpha + UInt32(behind.z) * (255 - alpha) + 127) / 255
      }
      if isGrey {
        red = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16
        (green, blue) = (red, red)
      }
      return SIMD3(
        UInt8(truncatingIfNeeded: red), UInt8(truncatingIfNeeded: green),
        UInt8(truncatingIfNeeded: blue))
    }
  }

  /// The rows and columns that are looked at; with a margin they may reach beyond the picture.
  private func region(
    of picture: Picture, content: DrawnContent?
  ) -> (rows: Range<Int>, columns: Range<Int>) {
    guard crop == .drawn, let content, !content.isBlank else {
      return (0..<picture.height, 0..<picture.width)
    }
    let margin = max(1, (max(content.rows.count, content.columns.count) + 5) / 10)
    // A line of a million pixels has a margin of 100,000 rows. With this at most nine times the
    // picture is looked at.
    let above = min(margin, picture.height)
    let beside = min(margin, picture.width)
    return (
      content.rows.lowerBound - above..<content.rows.upperBound + above,
      content.columns.lowerBound - beside..<content.columns.upperBound + beside
    )
  }

  /// The rows and columns that are looked at of a picture.
  func sizeSeen(of picture: Picture) -> (height: Int, width: Int) {
    let (rows, columns) = region(
      of: picture, content: looksForContent ? content(of: picture) : nil)
    return (rows.count, columns.count)
  }

  /// A row of what is looked at; beyond the picture it has the levels `beyond`.
  private func line(
    _ row: Int, _ columns: Range<Int>, of picture: Picture, beyond: [Double]
  ) -> [Double] {
    var line: [Double] = []
    line.reserveCapacity(columns.count * colour.channels)
    let isInside = 0..<picture.height ~= row
    let inside = isInside ? columns.clamped(to: 0..<picture.width) : columns.prefix(0)
    for _ in columns.lowerBound..<inside.lowerBound { line += beyond }
    if !inside.isEmpty {
      let start = row * picture.width
      append(
        picture.pixels[start + inside.lowerBound..<start + inside.upperBound], to: &line)
    }
    for _ in inside.upperBound..<columns.upperBound { line += beyond }
    return line
  }

  /// What normalising polarity and levels does to a picture with such content.
  private func levelChange(_ content: DrawnContent) -> LevelChange? {
    guard !content.isBlank else { return nil }
    let isInverted = polarity == .normalized && content.isLighter
    let endsDark = content.isLighter && !isInverted
    let sign: Double = isInverted ? -1 : 1
    switch levels {
    case .kept:
      let none = [Double](repeating: 0, count: colour.channels)
      return isInverted ? LevelChange(from: none, to: 255, factor: -1, divisor: 1) : nil
    case .stretched:
      return LevelChange(
        from: channelLevels(content.background), to: endsDark ? 0 : 255,
        factor: sign * 255, divisor: Double(content.contrast))
    }
  }

  /// The rows and columns that a picture of such a size takes in the input.
  private func size(ofHeight old: Int, width oldWidth: Int) -> (height: Int, width: Int) {
    guard aspect == .kept else { return (height, width) }
    // The side that fills its axis is the one that would grow less; halves are rounded up.
    if height * oldWidth <= width * old {
      let scaled = (2 * oldWidth * height + old) / (2 * old)
      return (height, min(width, max(1, scaled)))
    }
    let scaled = (2 * old * width + oldWidth) / (2 * oldWidth)
    return (min(height, max(1, scaled)), width)
  }

  /// The levels of an opaque colour, one for each channel.
  private func channelLevels(_ levels: SIMD3<UInt8>) -> [Double] {
    var result: [Double] = []
    append([SIMD4(levels, 255)], to: &result)
    return result
  }

  /// Appends what the network sees of pixels, on the scale of 0 to 255.
  private func append(_ pixels: ArraySlice<SIMD4<UInt8>>, to line: inout [Double]) {
    switch colour {
    case .grey: line += pixels.lazy.map(greyLevel)
    case .rgb:
      for pixel in pixels {
        line.append(level(pixel.x, alpha: pixel.w, over: background.x))
        line.append(level(pixel.y, alpha: pixel.w, over: background.y))
        line.append(level(pixel.z, alpha: pixel.w, over: background.z))
      }
    }
  }

  /// The parts add up to 65536, so that a grey keeps its level exactly.
  private func greyLevel(_ pixel: SIMD4<UInt8>) -> Double {
    guard pixel.w < 255 else {
      // What is exact anyway is quicker in whole numbers.
      let sum = 19595 * Int32(pixel.x) + 38470 * Int32(pixel.y) + 7471 * Int32(pixel.z)
      return Double(sum) / 65536
    }
    let (red, green, blue) = (
      level(pixel.x, alpha: pixel.w, over: background.x),
      level(pixel.y, alpha: pixel.w, over: background.y),
      level(pixel.z, alpha: pixel.w, over: background.z)
    )
    return (19595 * red + 38470 * green + 7471 * blue) / 65536
  }

  private func level(_ value: UInt8, alpha: UInt8, over background: UInt8) -> Double {
    guard alpha < 255 else { return Double(value) }
    return Double(Int(value) * Int(alpha) + Int(background) * (255 - Int(alpha))) / 255
  }
}

/// Every channel's level as far from `to` as it was from its own `from`, times `factor / divisor` (kept
/// apart so that whole numbers stay exact); what leaves 0...255 is cut off.
private struct LevelChange {
  var from: [Double]
  var to: Double
  var factor: Double
  var divisor: Double

  func apply(to levels: inout [Double]) {
    for place in levels.indices {
      let changed = to + factor * (levels[place] - from[place % from.count]) / divisor
      levels[place] = min(max(changed, 0), 255)
    }
  }
}
