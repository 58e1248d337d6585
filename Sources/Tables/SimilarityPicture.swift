import ConvKitDrawing

extension Similarities {
  /// The longest side of the matrix's picture in pixels.
  static let mostPixels = 512

  /// The colours of |Spearman|, from 0 to 1.
  public static let colours = ColourMap.sequential(0...1)

  /// The matrix as a picture, the first place on the left and at the top: where neighbours are alike, the
  /// diagonal is the bright middle of a band, and where they are not, it is a bright line in a flicker.
  ///
  /// Each value is a square of as many pixels as keep the picture within 512. Of more than 512 places those
  /// that share a pixel are averaged. A NaN of a few has a colour that is in no map.
  public func picture() -> Picture {
    let side = min(names.count, Self.mostPixels)
    return heatMap(
      values: averaged(to: side), height: side, width: side, map: Self.colours,
      magnification: max(1, Self.mostPixels / max(1, side)))
  }

  /// The matrix with equal shares of its places averaged, as far as whole numbers allow.
  func averaged(to side: Int) -> [Float] {
    let count = names.count
    guard side < count else { return values }
    let shares = (0..<count).map { $0 * side / count }
    var sums = [Float](repeating: 0, count: side * side)
    var counts = [Int](repeating: 0, count: side)
    for share in shares { counts[share] += 1 }
    for row in 0..<count {
      for column in 0..<count {
        sums[shares[row] * side + shares[column]] += values[row * count + column]
      }
    }
    for row in 0..<side {
      for column in 0..<side { sums[row * side + column] /= Float(counts[row] * counts[column]) }
    }
    return sums
  }
}
