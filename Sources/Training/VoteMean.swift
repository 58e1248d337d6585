/// The mean of the votes for the parts of an item, label by label, in the order in which they are added.
package struct VoteMean {
  private var sums: [Float] = []
  private var count = 0

  package init() {}

  package init(_ votes: some Sequence<[Float]>) {
    for votes in votes { add(votes) }
  }

  package mutating func add(_ votes: [Float]) {
    count += 1
    guard count > 1 else {
      sums = votes
      return
    }
    for label in sums.indices { sums[label] += votes[label] }
  }

  /// Empty where nothing was added.
  package var votes: [Float] { count > 1 ? sums.map { $0 / Float(count) } : sums }
}
