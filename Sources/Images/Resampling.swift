import ConvKitDrawing

/// How a picture gets another size.
public enum Resampling: String, Codable, Sendable, CaseIterable {
  /// Along an axis that shrinks, the average over the area that a new pixel covers; along one that
  /// grows, bilinear. Nothing of the picture is lost between the new pixels.
  case area
  /// The two nearest pixels along each axis, weighted by their nearness, whatever the sizes.
  case bilinear
}

/// The old pixels along one axis that make up a new one.
///
/// Weights are whole numbers with the sum `total`, so that a constant picture stays exactly
/// constant. Both kinds of resampling weigh all pixels but the first and the last alike.
struct ResamplingSpan: Equatable {
  var first: Int
  var last: Int
  var firstWeight: Double
  var middleWeight: Double
  /// Unused when `last` is `first`.
  var lastWeight: Double
  var total: Double

  /// One span for each of `new` pixels, from `old` pixels.
  ///
  /// Pixel centres lie at halves: new pixel j lies at (j + ½) · old / new − ½ of the old ones, and the
  /// picture goes on beyond its edge as it is at the edge.
  static func spans(from old: Int, to new: Int, by resampling: Resampling) -> [Self] {
    (0..<new).map { place in
      if resampling == .area && new < old {
        // In units of 1/new old pixels: old pixel i covers i·new ..< (i + 1)·new.
        let (start, end) = (place * old, (place + 1) * old)
        let (first, last) = (start / new, (end - 1) / new)
        return Self(
          first: first, last: last,
          firstWeight: Double(min(end, (first + 1) * new) - start), middleWeight: Double(new),
          lastWeight: Double(end - last * new), total: Double(old))
      }
      // In units of 1/(2·new) old pixels; below zero only for a place left of the first centre.
      let position = max(0, (2 * place + 1) * old - new)
      let (first, rest) = position.quotientAndRemainder(dividingBy: 2 * new)
      let last = rest == 0 ? first : min(first + 1, old - 1)
      return Self(
        first: first, last: last,
        firstWeight: Double(last == first ? 2 * new : 2 * new - rest), middleWeight: 0,
        lastWeight: Double(rest), total: Double(2 * new))
    }
  }
}

/// Resamples the values [row, column, channel] that `sourceRow` gives row by row.
///
/// Only sums and products of Double in a fixed order, so that the result is the same on every
/// machine. The axis that leaves less to hold goes first: an extreme shape costs no memory.
///
/// - Parameter sourceRow: the values [column, channel] of a row of the old picture.
/// - Returns: [row, column, channel], `newHeight * newWidth * channels` values.
func resampled(
  height: Int, width: Int, channels: Int, newHeight: Int, newWidth: Int, by resampling: Resampling,
  sourceRow: (Int) -> [Double]
) -> [Double] {
  let rows = ResamplingSpan.spans(from: height, to: newHeight, by: resampling)
  let columns = ResamplingSpan.spans(from: width, to: newWidth, by: resampling)
  if height * newWidth <= newHeight * width {
    let length = newWidth * channels
    var narrow: [Double] = []
    narrow.reserveCapacity(height * length)
    for row in 0..<height {
      appendResampled(sourceRow(row), channels: channels, columns, to: &narrow)
    }
    return rows.flatMap { span in
      weightedSum(of: span, length: length) { row, weight, sum in
        for place in 0..<length { sum[place] += weight * narrow[row * length + place] }
      }
    }
  }
  var result: [Double] = []
  result.reserveCapacity(newHeight * newWidth * channels)
  for span in rows {
    let line = weightedSum(of: span, length: width * channels) { row, weight, sum in
      let values = sourceRow(row)
      for place in values.indices { sum[place] += weight * values[place] }
    }
    appendResampled(line, channels: channels, columns, to: &result)
  }
  return result
}

private func appendResampled(
  _ line: [Double], channels: Int, _ columns: [ResamplingSpan], to result: inout [Double]
) {
  for span in columns {
    for channel in 0..<channels {
      var sum = span.firstWeight * line[span.first * channels + channel]
      if span.last > span.first {
        for column in span.first + 1..<span.last {
          sum += span.middleWeight * line[column * channels + channel]
        }
        sum += span.lastWeight * line[span.last * channels + channel]
      }
      result.append(sum / span.total)
    }
  }
}

private func weightedSum(
  of span: ResamplingSpan, length: Int, add: (Int, Double, inout [Double]) -> Void
) -> [Double] {
  var sum = [Double](repeating: 0, count: length)
  for row in span.first...span.last {
    let weight =
      row == span.first
      ? span.firstWeight : row == span.last ? span.lastWeight : span.middleWeight
    add(row, weight, &sum)
  }
  for place in sum.indices { sum[place] /= span.total }
  return sum
}
