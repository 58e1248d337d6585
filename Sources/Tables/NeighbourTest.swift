import ConvKitCore
import ConvKitTraining

/// Questions A and B: whether neighbouring places are more alike than under permutations.
///
/// Without a given picture two layouts are looked at: the sequence, and the picture of that width whose
/// vertical neighbours are most alike. What counts is the larger of their two means, each less its mean over
/// the permutations and divided by its deviation over them. All of this is done for every permutation as for
/// the order of the table, so that the test has its level whatever the similarities (Westfall and Young 1993).
package struct NeighbourTest: Sendable {
  /// Permutations of A, and of each cut of B.
  package static let permutations = 999
  static let level = 0.01
  static let leastEffect = 0.05
  /// Among fewer orders that of the table itself would be drawn so often that p can hardly be at most 0.01.
  static let fewestOrders = 400

  private let similarities: Similarities
  /// The layout that is given, or the sequence.
  private let layout: Layout
  private let pictures: [Picture]
  /// Of each place its number among those that are used; nil where it is not used.
  private let number: [Int?]
  private let seed: UInt64

  private struct Layout {
    let shape: [Int]
    let pairs: NeighbourPairs
  }

  private struct Picture {
    let shape: [Int]
    let across, down: NeighbourPairs
  }

  /// - Parameters:
  ///   - similarities: of the places that are used.
  ///   - isSearched: whether a picture is looked for in a sequence.
  package init(
    _ sequence: ColumnSequence, _ similarities: Similarities, isSearched: Bool, seed: UInt64
  ) {
    self.similarities = similarities
    self.seed = seed
    var number: [Int?] = []
    var used = 0
    for place in sequence.places {
      number.append(place.role == .used ? used : nil)
      if place.role == .used { used += 1 }
    }
    self.number = number
    let shape = sequence.shape
    layout = Layout(
      shape: shape, pairs: NeighbourPairs(shape, axes: 0..<shape.count, number: number))
    let count = number.count
    let widths =
      isSearched && shape.count == 1 ? (3..<max(3, count)).filter { count % $0 == 0 } : []
    pictures = widths.map { width in
      let shape = [count / width, width]
      return Picture(
        shape: shape, across: NeighbourPairs(shape, axes: 1..<2, number: number),
        down: NeighbourPairs(shape, axes: 0..<1, number: number))
    }.filter { $0.down.count > 0 }
  }

  /// How alike neighbours are in one order of the places.
  private struct Likeness {
    /// The mean in the layout.
    let layout: Double
    /// The mean in the best picture, with its place among the pictures; nil where none is looked for.
    let picture: (mean: Double, index: Int)?
  }

  private func likeness(_ order: [Int32]) -> Likeness {
    var best: (down: Double, index: Int)?
    for (index, picture) in pictures.enumerated() {
      let mean = picture.down.sum(similarities, order) / Double(picture.down.count)
      if best.map({ mean > $0.down }) ?? true { best = (mean, index) }
    }
    let mean = layout.pairs.sum(similarities, order) / Double(max(1, layout.pairs.count))
    return Likeness(
      layout: mean,
      picture: best.map { down, index in
        let picture = pictures[index]
        let across = picture.across.sum(similarities, order)
        let count = picture.across.count + picture.down.count
        return ((across + down * Double(picture.down.count)) / Double(count), index)
      })
  }

  /// What came of a set of permutations.
  private struct Outcome {
    let asAlike: Int
    let shape: [Int]
    let similarity: Double
    let permutedSimilarity: Double
  }

  /// - Parameter permuted: shuffles the places, in the way that is compared with.
  private func outcome(_ permuted: (Int) -> [Int32]) -> Outcome {
    let given = likeness((0..<Int32(similarities.names.count)).map { $0 })
    let others = (1...Self.permutations).map { likeness(permuted($0)) }
    let rows = Scale(given.layout, others.map(\.layout))
    let wide = given.picture.map { Scale($0.mean, others.compactMap { $0.picture?.mean }) }
    func score(_ likeness: Likeness) -> (value: Double, isPicture: Bool) {
      let row = rows.score(likeness.layout)
      guard let picture = likeness.picture, let wide else { return (row, false) }
      let score = wide.score(picture.mean)
      return score > row ? (score, true) : (row, false)
    }
    let (value, isPicture) = score(given)
    // Sums of the same numbers in another order differ in their last bits.
    let asAlike = others.count { score($0).value >= value - 1e-9 }
    let shape = isPicture ? given.picture.map { pictures[$0.index].shape } : nil
    return Outcome(
      asAlike: asAlike, shape: shape ?? layout.shape,
      similarity: isPicture ? given.picture?.mean ?? 0 : given.layout,
      permutedSimilarity: isPicture ? wide?.permutedMean ?? 0 : rows.permutedMean)
  }

  /// A mean beside its permutations'.
  private struct Scale {
    let permutedMean: Double
    private let mean, deviation: Double

    init(_ given: Double, _ permuted: [Double]) {
      permutedMean = permuted.reduce(0, +) / Double(permuted.count)
      // With the order of the table among them: under exchangeable places it is one of them.
      let all = permuted + [given]
      let mean = all.reduce(0, +) / Double(all.count)
      self.mean = mean
      deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count))
        .squareRoot()
    }

    func score(_ value: Double) -> Double { deviation > 1e-12 ? (value - mean) / deviation : 0 }
  }

  /// Question A.
  package func neighbours() -> NeighbourEvidence {
    let count = similarities.names.count
    let outcome = outcome { number in
      shuffled(
        count: count, using: RandomStream(seed: seed, purpose: .columnOrder, item: number)
      ).map(Int32.init)
    }
    let p = Double(outcome.asAlike + 1) / Double(Self.permutations + 1)
    let effect = outcome.similarity - outcome.permutedSimilarity
    return NeighbourEvidence(
      shape: outcome.shape, isSearched: !pictures.isEmpty, isPicture: isPicture(outcome.shape),
      similarity: outcome.similarity,
      permutedSimilarity: outcome.permutedSimilarity, permutations: Self.permutations,
      asAlike: outcome.asAlike, holds: p <= Self.level && effect >= Self.leastEffect)
  }

  /// See `NeighbourEvidence.isPicture`.
  private func isPicture(_ shape: [Int]) -> Bool {
    guard shape.count == 2 else { return false }
    // Whatever was given is what it is said to be.
    guard layout.shape.count == 1 else { return true }
    let width = shape[1]
    guard let own = similarity(apart: width), let less = similarity(apart: width - 1),
      let more = similarity(apart: width + 1)
    else { return false }
    return own > less && own > more
  }

  /// The mean similarity of places so far apart in the row; nil where there are none.
  private func similarity(apart distance: Int) -> Double? {
    var (sum, count) = (0.0, 0)
    for (one, other) in zip(number, number.dropFirst(distance)) {
      guard let one, let other else { continue }
      sum += Double(similarities.values[one * similarities.names.count + other])
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// Question B.
  ///
  /// - Parameter cuts: ways to divide the places into groups.
  package func groups(_ cuts: [ColumnGroups]) -> GroupEvidence {
    let fewest = cuts.map(\.orders).min() ?? 1
    let found = cuts.filter { $0.orders >= Self.fewestOrders }.enumerated().map { index, groups in
      let outcome = outcome { number in
        var random = RandomStream(
          seed: seed, purpose: .columnOrder, epoch: 1 + index, item: number)
        return groups.shuffled(using: &random)
      }
      return GroupEvidence.Cut(
        groups: groups.count, asAlike: outcome.asAlike,
        pValue: Double(outcome.asAlike + 1) / Double(Self.permutations + 1))
    }
    let largest = found.map(\.pValue).max() ?? 1
    let isAsked = fewest >= Self.fewestOrders
    return GroupEvidence(
      cuts: found, permutations: Self.permutations, tooFewOrders: isAsked ? nil : fewest,
      holds: isAsked && largest <= Self.level)
  }
}

extension RandomStream.Purpose {
  /// Orders of columns; the epoch tells what for, the item counts them.
  package static let columnOrder = Self(code: 9)
  /// Which rows of a table are judged, and into which folds they fall.
  package static let tableRows = Self(code: 10)
}
