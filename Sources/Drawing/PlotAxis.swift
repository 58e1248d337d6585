import ConvKitCore

/// An axis of a picture: what it is called and which value lies where.
public struct PlotAxis: Sendable, Equatable {
  /// What the numbers are, with their unit, as "seconds".
  public var title: String

  let scale: Scale

  enum Scale: Sendable, Equatable {
    case linear(ClosedRange<Double>)
    case warped(centres: [Double], marked: [Double])
  }

  /// An axis on which equal distances are equal differences.
  ///
  /// - Parameter range: the values at the outer edges of the first and the last cell. Where the values
  ///   at the middles of the cells are known, the edges are half a cell further out.
  public static func linear(_ title: String, _ range: ClosedRange<Double>) -> PlotAxis {
    PlotAxis(title: title, scale: .linear(range))
  }

  /// An axis on which every cell has the same length but not the same step of value, such as bands
  /// of a mel scale.
  ///
  /// - Parameters:
  ///   - centres: the value at the middle of each cell, rising. Between two middles the value runs
  ///     straight, and as steeply on to the outer edges.
  ///   - marked: the values to mark, rising. What lies outside of the axis, or too near to the mark
  ///     before it, is left out.
  /// - Precondition: the centres are finite, and each is above the one before it.
  public static func warped(_ title: String, centres: [Double], marked: [Double]) -> PlotAxis {
    precondition(
      centres.allSatisfy(\.isFinite) && zip(centres, centres.dropFirst()).allSatisfy { $0 < $1 },
      "the middles of the cells of \(title) must rise: \(centres)")
    return PlotAxis(title: title, scale: .warped(centres: centres, marked: marked))
  }

  /// How many cells the axis was made for; none where it fits any number of them.
  var cells: Int? {
    switch scale {
    case .linear: nil
    case .warped(let centres, _): centres.count
    }
  }

  /// A mark: its place as a share of the axis, 0 at the outer edge of the first cell and 1 at that of
  /// the last, and what is written at it.
  struct Mark: Equatable {
    let place: Double
    let text: String
  }

  /// The marks within the axis, from its beginning on.
  ///
  /// - Parameter most: about as many as a linear axis may have.
  func marks(most: Int) -> [Mark] {
    switch scale {
    case .linear(let range): Self.linearMarks(range, most: most)
    case .warped(let centres, let marked):
      marked.compactMap { value in
        Self.place(of: value, centres).map { Mark(place: $0, text: Self.text(value)) }
      }
    }
  }

  private static func linearMarks(_ range: ClosedRange<Double>, most: Int) -> [Mark] {
    let ends = [range.lowerBound, range.upperBound]
    let width = ends[1] - ends[0]
    guard ends.allSatisfy({ AxisTicks.canHold($0, on: .linear) }), width > 0 else { return [] }
    // These end at or outside of the range.
    return AxisTicks.linear(ends, most: most).ticks.compactMap { tick in
      let place = (tick.value - ends[0]) / width
      // A mark on an end may be rounded to its outside; no picture has a million pixels.
      guard -1e-6...(1 + 1e-6) ~= place else { return nil }
      return Mark(place: min(max(place, 0), 1), text: tick.text)
    }
  }

  private static func place(of value: Double, _ centres: [Double]) -> Double? {
    guard centres.count > 1 else { return centres.first == value ? 0.5 : nil }
    let above = centres.firstIndex { $0 > value } ?? centres.count
    let first = min(max(above - 1, 0), centres.count - 2)
    let step = centres[first + 1] - centres[first]
    let cell = Double(first) + (value - centres[first]) / step + 0.5
    let place = cell / Double(centres.count)
    return 0...1 ~= place ? place : nil
  }

  /// 4000 and not 4000.0.
  private static func text(_ value: Double) -> String {
    guard let whole = Int(exactly: value) else { return "\(value)" }
    return whole < 0 ? "−\(whole.magnitude)" : "\(whole)"
  }
}
