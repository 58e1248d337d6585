/// Examples that a split keeps together: they share a group or hold the same, or are linked by others
/// that do.
struct ExampleUnit {
  /// Indices of examples in the order of their names.
  let members: [Int]

  /// How many of them have which label.
  let counts: [Int: Int]

  /// The label that most of them have; the first of those where several do.
  let label: Int

  private init(_ members: [Int], of examples: [DataSet.Example]) {
    self.members = members
    let counts = Dictionary(members.map { (examples[$0].label, 1) }, uniquingKeysWith: +)
    self.counts = counts
    label = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
  }

  /// What two examples may share.
  private enum Bond: Hashable {
    case group(String)
    case content(Fingerprint)
    /// Names that differ in their bytes and that Unicode considers the same, as a `Set` of names does.
    case name(String)
  }

  /// All units, in the order of their first names, whatever the order of `examples`.
  static func units(of examples: [DataSet.Example]) -> [ExampleUnit] {
    let order = examples.indices.sorted {
      FileName.precedes(examples[$0].name, examples[$1].name)
    }
    // A forest over the ranks in that order; every tree's root is its lowest rank.
    var parents = Array(order.indices)
    func root(of rank: Int) -> Int {
      var rank = rank
      while parents[rank] != rank {
        parents[rank] = parents[parents[rank]]
        rank = parents[rank]
      }
      return rank
    }
    var first: [Bond: Int] = [:]
    for (rank, index) in order.enumerated() {
      let example = examples[index]
      let bonds = [
        example.group.map(Bond.group), example.fingerprint.map(Bond.content), .name(example.name),
      ]
      for case let bond? in bonds {
        guard let other = first[bond] else {
          first[bond] = rank
          continue
        }
        let (a, b) = (root(of: rank), root(of: other))
        parents[max(a, b)] = min(a, b)
      }
    }
    var members: [[Int]] = Array(repeating: [], count: order.count)
    for (rank, index) in order.enumerated() { members[root(of: rank)].append(index) }
    return members.filter { !$0.isEmpty }.map { ExampleUnit($0, of: examples) }
  }
}
