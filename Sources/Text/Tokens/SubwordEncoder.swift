/// Turns pieces of text into subwords: of all pairs that may be merged, always the one that was learned
/// first, the leftmost of equal ones.
///
/// A piece of n bytes takes n log n steps. The storage is used again from piece to piece.
struct SubwordEncoder {
  private let merges: SubwordMerges

  /// The token that begins at a byte of the piece, or 0 where one that began there was merged away.
  private var tokens: [Int32] = []
  /// The byte where the token before, and the one behind, begins; −1 and the count at the ends.
  private var previous: [Int] = []
  private var following: [Int] = []
  /// The rank of the pair that begins at a byte, or −1.
  private var ranks: [Int32] = []
  /// The rank above 40 bits of position.
  private var queue = MinimumHeap<UInt64>()

  init(_ merges: SubwordMerges) { self.merges = merges }

  /// Hands over the subwords of a piece, each with where it begins, from 0.
  mutating func encode(_ piece: ArraySlice<UInt8>, _ take: (_ token: Int32, _ start: Int) -> Void) {
    begin(piece)
    while let entry = queue.pop() {
      let position = Int(entry & (1 << 40 - 1))
      guard ranks[position] == Int32(entry >> 40) else { continue }
      merge(at: position)
    }
    var position = 0
    while position < tokens.count {
      take(tokens[position], position)
      position = following[position]
    }
  }

  private mutating func begin(_ piece: ArraySlice<UInt8>) {
    tokens.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    following.removeAll(keepingCapacity: true)
    ranks.removeAll(keepingCapacity: true)
    queue.removeAll()
    for byte in piece {
      let position = tokens.count
      tokens.append(SubwordMerges.firstByte + Int32(byte))
      previous.append(position - 1)
      following.append(position + 1)
      ranks.append(-1)
    }
    for position in tokens.indices { findRank(at: position) }
  }

  /// Makes one token of the one at `position` and the one behind it.
  private mutating func merge(at position: Int) {
    let merged = following[position]
    tokens[position] = SubwordMerges.firstMerge + ranks[position]
    tokens[merged] = 0
    ranks[merged] = -1
    following[position] = following[merged]
    if following[position] < tokens.count { previous[following[position]] = position }
    findRank(at: position)
    if previous[position] >= 0 { findRank(at: previous[position]) }
  }

  private mutating func findRank(at position: Int) {
    ranks[position] = -1
    guard following[position] < tokens.count,
      let rank = merges.rank(tokens[position], tokens[following[position]])
    else { return }
    ranks[position] = rank
    queue.push(UInt64(rank) << 40 | UInt64(position))
  }
}
