import ConvKitFiles

/// Learns which pairs to merge: again and again the most frequent one in the texts, until there are
/// enough.
///
/// Of pairs that are as frequent, the one with the smaller bytes on the left is first, then on the right;
/// so the merges depend on the pieces and their counts alone. The counts of pairs are kept up to date
/// where a merge changes them, so that a merge takes time only for the places where it occurs.
struct SubwordLearning {
  /// The bytes of all pieces, a separator behind each; 0 where a token was merged away.
  private var tokens: [Int32] = []
  /// The place of the token before and behind in the same piece; separators bound the pieces.
  private var previous: [Int32] = []
  private var following: [Int32] = []
  /// How often the piece of each place is there.
  private var weights: [Int] = []
  private var occurrences: [TokenPair: Occurrences] = [:]
  /// The bytes of every token.
  private var contents: [[UInt8]]

  private struct Occurrences {
    var count = 0
    /// Where the pair begins or began, in ascending order.
    var places: [Int32] = []
  }

  private static let separator: Int32 = -1

  /// - Parameters:
  ///   - pieces: at most `mostBytes` of them with one more for each.
  ///   - counts: how often each piece is there.
  init(_ pieces: ByteStringTable, counts: [Int]) {
    contents = Array(repeating: [], count: Int(SubwordMerges.firstByte))
    contents += (0...255).map { [UInt8($0)] }
    tokens.append(Self.separator)
    weights.append(0)
    for piece in 0..<pieces.count where tokens.count + pieces[piece].count < Self.mostBytes {
      for byte in pieces[piece] {
        tokens.append(SubwordMerges.firstByte + Int32(byte))
        weights.append(counts[piece])
      }
      tokens.append(Self.separator)
      weights.append(0)
    }
    previous = tokens.indices.map { Int32($0) - 1 }
    following = tokens.indices.map { Int32($0) + 1 }
    for place in tokens.indices.dropLast() { note(at: Int32(place)) }
  }

  /// Bytes of different pieces that are looked at: in the order of the pieces, those that do not fit any more are
  /// passed over. Memory of some 30 bytes for each, 8 GB in all.
  private static let mostBytes = 1 << 28

  /// The pairs to merge, [merge, 2], the first learned first.
  ///
  /// - Parameters:
  ///   - limit: the most merges.
  ///   - minimumCount: a pair that is less frequent is not merged.
  mutating func pairs(limit: Int, minimumCount: Int) -> [Int32] {
    var candidates = MinimumHeap<Candidate>()
    for (pair, occurrences) in occurrences {
      candidates.push(candidate(pair, count: occurrences.count))
    }
    var merged: [Int32] = []
    while merged.count < 2 * limit, let best = candidates.pop() {
      let count = occurrences[best.pair]?.count ?? 0
      guard count >= max(1, minimumCount) else { continue }
      guard count == best.count else {
        // Other merges took some of its places.
        candidates.push(candidate(best.pair, count: count))
        continue
      }
      merged += [best.pair.left, best.pair.right]
      for pair in merge(best.pair) {
        guard let occurrences = occurrences[pair], occurrences.count > 0 else { continue }
        candidates.push(candidate(pair, count: occurrences.count))
      }
    }
    return merged
  }

  /// A pair and its count, ordered by which is merged first.
  private struct Candidate: Comparable {
    let pair: TokenPair
    let count: Int
    let left, right: [UInt8]

    static func < (one: Candidate, other: Candidate) -> Bool {
      if one.count != other.count { return one.count > other.count }
      if one.left != other.left { return one.left.lexicographicallyPrecedes(other.left) }
      if one.right != other.right { return one.right.lexicographicallyPrecedes(other.right) }
      // Two tokens may be the same bytes, made in different ways.
      return (one.pair.left, one.pair.right) < (other.pair.left, other.pair.right)
    }
  }

  private func candidate(_ pair: TokenPair, count: Int) -> Candidate {
    Candidate(
      pair: pair, count: count, left: contents[Int(pair.left)], right: contents[Int(pair.right)])
  }

  /// Merges a pair wherever it is, and gives the pairs that came to be.
  private mutating func merge(_ pair: TokenPair) -> Set<TokenPair> {
    let token = Int32(contents.count)
    contents.append(contents[Int(pair.left)] + contents[Int(pair.right)])
    var made: Set<TokenPair> = []
    for place in occurrences.removeValue(forKey: pair)?.places ?? [] {
      let second = following[Int(place)]
      // In "aaa" the second place goes when the first is merged.
      guard tokens[Int(place)] == pair.left, tokens[Int(second)] == pair.right else { continue }
      forget(at: previous[Int(place)])
      forget(at: second)
      tokens[Int(place)] = token
      tokens[Int(second)] = 0
      let behind = following[Int(second)]
      following[Int(place)] = behind
      previous[Int(behind)] = place
      for changed in [previous[Int(place)], place] {
        if let pair = note(at: changed) { made.insert(pair) }
      }
    }
    return made
  }

  /// The pair that begins at a place; nil at the end of a piece and in front of it.
  private func pair(at place: Int32) -> TokenPair? {
    let (left, right) = (tokens[Int(place)], tokens[Int(following[Int(place)])])
    return left == Self.separator || right == Self.separator ? nil : TokenPair(left, right)
  }

  @discardableResult
  private mutating func note(at place: Int32) -> TokenPair? {
    guard let pair = pair(at: place) else { return nil }
    occurrences[pair, default: Occurrences()].count += weights[Int(place)]
    occurrences[pair, default: Occurrences()].places.append(place)
    return pair
  }

  private mutating func forget(at place: Int32) {
    guard let pair = pair(at: place) else { return }
    occurrences[pair]?.count -= weights[Int(place)]
  }
}
