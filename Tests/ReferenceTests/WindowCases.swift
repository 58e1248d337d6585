import ConvKitReference

/// The extents that the cases of each rank run on: every axis another one, so that no two can be
/// mistaken for each other, and small enough to nudge every value.
func exampleExtent(rank: Int) -> [Int] { [[9], [6, 5], [5, 4, 3], [5, 4, 3, 2]][rank - 1] }

/// A number per axis for up to four axes; a case of rank r takes the first r.
typealias PerAxis = [Int]

/// Ways of padding a map, named as the cases are.
enum ExamplePadding: String, CaseIterable {
  case valid, same, lopsided

  /// The window of this padding for a map. Lopsided padding differs between the sides and the axes.
  func window(
    extent: [Int], size: PerAxis, stride: PerAxis, dilation: PerAxis
  ) -> ReferenceWindow {
    let rank = extent.count
    let (size, stride, dilation) = (
      Array(size.prefix(rank)), Array(stride.prefix(rank)), Array(dilation.prefix(rank))
    )
    switch self {
    case .valid: return ReferenceWindow(size: size, stride: stride, dilation: dilation)
    case .same:
      return .same(extent: extent, size: size, stride: stride, dilation: dilation)
    case .lopsided:
      return ReferenceWindow(
        size: size, stride: stride, dilation: dilation, low: Array([1, 0, 2, 0].prefix(rank)),
        high: Array([0, 2, 1, 1].prefix(rank)))
    }
  }
}

/// Every combination of the lists, the last fastest.
func product<A, B>(_ a: [A], _ b: [B]) -> [(A, B)] {
  a.flatMap { a in b.map { (a, $0) } }
}
func product<A, B, C>(_ a: [A], _ b: [B], _ c: [C]) -> [(A, B, C)] {
  product(a, product(b, c)).map { ($0, $1.0, $1.1) }
}
func product<A, B, C, D>(_ a: [A], _ b: [B], _ c: [C], _ d: [D]) -> [(A, B, C, D)] {
  product(a, product(b, c, d)).map { ($0, $1.0, $1.1, $1.2) }
}
