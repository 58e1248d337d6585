/// The colour that stands for a value.
public struct ColourMap: Sendable, Equatable {
  /// The values that have the first and the last colour. What lies outside has the nearer of them.
  public let range: ClosedRange<Float>

  /// Colours at equal distances over `range`; between them the colour runs straight, in sRGB.
  let stops: [SIMD3<Float>]

  /// The colour of what is not a number: no map has anything like it.
  public static let notANumber: SIMD4<UInt8> = .rgb(255, 0, 255)

  /// For values with a sign: blue below zero, nearly white at zero, orange above.
  ///
  /// Blue and orange differ for every common kind of colour blindness, and the blue end is darker than
  /// the orange one, which is darker than zero, so that even a grey print tells the three apart.
  ///
  /// - Parameter limit: the magnitude that has the darkest colour. A limit that is not above zero
  ///   (of a map that is zero everywhere) counts as 1.
  public static func diverging(limit: Float) -> ColourMap {
    let limit = limit > 0 && limit.isFinite ? limit : 1
    return ColourMap(
      range: -limit...limit,
      stops: [
        SIMD3(8, 48, 107), SIMD3(66, 146, 198), SIMD3(247, 247, 247), SIMD3(253, 174, 97),
        SIMD3(217, 83, 10),
      ])
  }

  /// From black at the lower end to white at the upper.
  public static func grey(_ range: ClosedRange<Float> = 0...1) -> ColourMap {
    ColourMap(range: range, stops: [SIMD3(0, 0, 0), SIMD3(255, 255, 255)])
  }

  /// From nearly black at the lower end over blue, violet, red and orange to pale yellow at the upper:
  /// for values such as loudness, of which more is brighter.
  ///
  /// The stops are our own. Their lightness (CIE L*) rises from 4 to 96 in equal steps of about 15, so
  /// that equal differences look alike, brighter is more in a grey print and for a colour-blind eye
  /// too, and the floor of a recording is as quiet on the page as it sounds. The hue turns with it,
  /// because steps of grey alone are hard to find again in the colour bar.
  public static func sequential(_ range: ClosedRange<Float>) -> ColourMap {
    ColourMap(
      range: range,
      stops: [
        SIMD3(10, 13, 28), SIMD3(32, 38, 106), SIMD3(111, 54, 150), SIMD3(212, 55, 131),
        SIMD3(253, 119, 75), SIMD3(254, 190, 69), SIMD3(254, 246, 203),
      ])
  }

  /// The colour of a value; `notANumber` for a NaN.
  public func colour(of value: Float) -> SIMD4<UInt8> {
    guard !value.isNaN else { return Self.notANumber }
    let inside = min(max(value, range.lowerBound), range.upperBound)
    // In Double the width of a range of Floats is always finite.
    let width = Double(range.upperBound) - Double(range.lowerBound)
    let share = width > 0 ? (Double(inside) - Double(range.lowerBound)) / width : 0.5
    let place = Float(share) * Float(stops.count - 1)
    let first = min(Int(place), stops.count - 2)
    let colour = stops[first] + (stops[first + 1] - stops[first]) * (place - Float(first))
    let bytes = SIMD3<UInt8>(truncatingIfNeeded: SIMD3<Int32>(colour.rounded(.toNearestOrEven)))
    return SIMD4(bytes, 255)
  }
}
