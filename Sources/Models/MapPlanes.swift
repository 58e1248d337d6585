import ConvKitCore
import ConvKitDrawing

/// The planes of a map of any rank that can be drawn: of one axis a strip, of two the plane that they span,
/// of more the middle plane of every two of them, side by side.
struct MapPlanes {
  let channels: Int
  private let values: Tensor<Float>
  private let planes: [Plane]

  /// Longer sides are drawn smaller: of each cell the value with the largest magnitude.
  private static let longestSide = 256
  /// Between planes, in pixels.
  private static let gap = 2

  /// - Parameter values: [position…, channel], at least one axis of positions.
  init(_ values: Tensor<Float>, _ axes: Stage.Axes = .downAndAcross) {
    self.values = values
    channels = values.shape.last ?? 1
    let extent = Array(values.shape.dropLast())
    var steps = extent
    var step = 1
    for axis in extent.indices.reversed() {
      steps[axis] = step
      step *= extent[axis]
    }
    let middle = zip(extent, steps).reduce(0) { $0 + $1.0 / 2 * $1.1 }
    func side(_ axis: Int) -> Side {
      axis < 0 ? Side(count: 1, step: 0) : Side(count: extent[axis], step: steps[axis])
    }
    // Of one axis the other side is a single row.
    let pairs =
      extent.count < 2
      ? [(-1, 0)]
      : (0..<extent.count).flatMap { outer in
        (outer + 1..<extent.count).map { (outer, $0) }
      }
    planes = pairs.map { outer, inner in
      let (first, second) = (side(outer), side(inner))
      let start = middle - first.count / 2 * first.step - second.count / 2 * second.step
      return switch axes {
      case .downAndAcross: Plane(start: start, rows: first, columns: second)
      case .acrossAndUp:
        Plane(
          start: start + (second.count - 1) * second.step,
          rows: Side(count: second.count, step: -second.step), columns: first)
      }
    }
  }

  /// The planes of a channel.
  func picture(channel: Int, limit: Float) -> Picture {
    let pictures = planes.map { picture(of: $0, channel: channel, limit: limit) }
    guard let first = pictures.first, pictures.count > 1 else { return pictures[0] }
    var whole = Picture(
      width: pictures.reduce(-Self.gap) { $0 + $1.width + Self.gap },
      height: pictures.reduce(first.height) { max($0, $1.height) }, filledWith: .grey(160))
    var column = 0
    for picture in pictures {
      whole.draw(picture, row: 0, column: column)
      column += picture.width + Self.gap
    }
    return whole
  }

  private func picture(of plane: Plane, channel: Int, limit: Float) -> Picture {
    let (height, width) = (plane.rows.count, plane.columns.count)
    let rows = min(height, Self.longestSide)
    let columns = min(width, Self.longestSide)
    var drawn: [Float] = []
    for row in 0..<rows {
      for column in 0..<columns {
        drawn.append(
          strongest(
            of: plane, rows: row * height / rows..<(row + 1) * height / rows,
            columns: column * width / columns..<(column + 1) * width / columns, channel: channel))
      }
    }
    // One row alone could not be seen; it is drawn as a strip.
    let stripHeight = height == 1 && columns > 8 ? max(1, columns / 8) : 1
    let strip = Array(repeating: drawn, count: stripHeight).flatMap { $0 }
    return heatMap(
      values: strip, height: rows * stripHeight, width: columns, map: .diverging(limit: limit))
  }

  private func strongest(
    of plane: Plane, rows: Range<Int>, columns: Range<Int>, channel: Int
  ) -> Float {
    var strongest: Float = 0
    for row in rows {
      for column in columns {
        let place = plane.start + row * plane.rows.step + column * plane.columns.step
        let value = values.elements[place * channels + channel]
        if value.isNaN { return value }
        if value.magnitude > strongest.magnitude { strongest = value }
      }
    }
    return strongest
  }

  /// One side of a drawn plane: how many positions, and how far it is from one to the next.
  private struct Side {
    let count, step: Int
  }

  private struct Plane {
    /// The position that is drawn at the top left.
    let start: Int
    let rows, columns: Side
  }
}
