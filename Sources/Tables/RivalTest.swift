/// Question D: losses of the same folds compared.
enum RivalTest {
  /// The standard error of a mean difference over folds, corrected for the rows that their training parts
  /// share (Nadeau and Bengio 2003): the variance of the differences times 1/J + rows tested / rows trained.
  ///
  /// - Parameter ratio: rows tested on to rows learned from.
  static func correctedError(_ differences: [Double], ratio: Double) -> Double {
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let variance =
      differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
    return (variance * (1 / count + ratio)).squareRoot()
  }

  static func evidence(
    of network: FoldTrials.Outcome, rivals: [(name: String, outcome: FoldTrials.Outcome)],
    ratio: Double
  ) -> RivalEvidence {
    RivalEvidence(
      loss: network.loss,
      rivals: rivals.map { name, outcome in
        let differences = zip(network.losses, outcome.losses).map { $0 - $1 }
        return RivalEvidence.Rival(
          name: name, loss: outcome.loss, difference: network.loss - outcome.loss,
          error: correctedError(differences, ratio: ratio))
      })
  }
}
