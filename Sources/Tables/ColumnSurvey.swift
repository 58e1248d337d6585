/// What a column holds, and how it becomes numbers.
struct ColumnSurvey {
  /// The texts of a category.
  struct Levels {
    /// How many different ones there are.
    let different: Int
    /// Those with a component of their own, in the order of the column.
    let kept: [Int]
  }

  /// Rows without a value.
  let missing: Int
  /// nil for numbers.
  let levels: Levels?

  /// The most components of a category; of more texts the last component stands for all that have none of
  /// their own.
  private static let mostComponents = 64

  init(_ column: Table.Column) {
    switch column.content {
    case .numbers(let values):
      missing = values.count { $0.isNaN }
      levels = nil
    case .texts(let codes, let texts):
      missing = codes.count { $0 < 0 }
      var counts = [Int](repeating: 0, count: texts.count)
      for code in codes where code >= 0 { counts[Int(code)] += 1 }
      let present = counts.indices.filter { counts[$0] > 0 }
      guard present.count > Self.mostComponents else {
        levels = Levels(different: present.count, kept: present)
        return
      }
      // Of those that are as frequent the first to occur.
      let frequent = present.sorted { (counts[$1], $0) < (counts[$0], $1) }
      levels = Levels(
        different: present.count, kept: frequent.prefix(Self.mostComponents - 1).sorted())
    }
  }

  /// At least one, also of texts that are all missing.
  var componentCount: Int {
    guard let levels else { return 1 }
    return max(1, levels.kept.count + (levels.different > levels.kept.count ? 1 : 0))
  }

  /// The components of the column that was surveyed.
  func components(of content: Table.Content) -> [[Float]] {
    switch content {
    case .numbers(let values): return [Self.singles(values)]
    case .texts(let codes, let texts):
      // What has no component of its own belongs to the last.
      var component = [Int](repeating: componentCount - 1, count: texts.count)
      for (place, level) in (levels?.kept ?? []).enumerated() { component[level] = place }
      return (0..<componentCount).map { place in
        codes.map { $0 < 0 ? .nan : component[Int($0)] == place ? 1 : 0 }
      }
    }
  }

  /// The values in half the bits. Where these could not tell them apart, they are moved and scaled to 0…1:
  /// no statistic of the check depends on either.
  private static func singles(_ values: [Double]) -> [Float] {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for value in values where !value.isNaN {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    // Halves, for the difference of two numbers may be beyond all numbers.
    let range = greatest / 2 - least / 2
    let magnitude = max(least.magnitude, greatest.magnitude)
    // `Float` has 24 bits: 16 of them are left for differences at the least. From 2⁻¹⁰⁰ to 2¹⁰⁰ squares
    // of sums stay within what `Double` holds, and values within what `Float` holds.
    let isFine = magnitude <= range * 0x1p8 && 0x1p-100...0x1p100 ~= magnitude
    if isFine || range <= 0 {
      return values.map { $0.isNaN ? .nan : range > 0 || magnitude < 0x1p100 ? Float($0) : 0 }
    }
    return values.map { $0.isNaN ? .nan : Float(($0 / 2 - least / 2) / range) }
  }
}
