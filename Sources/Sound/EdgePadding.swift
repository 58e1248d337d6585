/// What a centred frame sees beyond the first and the last sample; numpy's names are in brackets.
public enum EdgePadding: String, Codable, Sendable, CaseIterable {
  /// Silence ("constant").
  case zeros
  /// The outermost sample ("edge").
  case edge
  /// The samples mirrored in the outermost one, which is not repeated ("reflect").
  case reflected
  /// The samples mirrored in the border, so that the outermost one is repeated ("symmetric").
  case symmetric

  /// The sample that stands at `place`, which may lie outside of 0..<count; nil for silence.
  ///
  /// A sound shorter than its padding is mirrored again and again.
  func source(of place: Int, count: Int) -> Int? {
    if place >= 0 && place < count { return place }
    switch self {
    case .zeros: return nil
    case _ where count == 0: return nil
    case .edge: return place < 0 ? 0 : count - 1
    case .reflected:
      if count == 1 { return 0 }
      let within = Self.modulo(place, 2 * (count - 1))
      return within < count ? within : 2 * (count - 1) - within
    case .symmetric:
      let within = Self.modulo(place, 2 * count)
      return within < count ? within : 2 * count - 1 - within
    }
  }

  /// The remainder of 0..<period, also of a negative place.
  private static func modulo(_ place: Int, _ period: Int) -> Int {
    let rest = place % period
    return rest < 0 ? rest + period : rest
  }
}
