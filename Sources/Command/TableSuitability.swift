import ConvKit

/// The check that comes before a training on a table.
struct TableSuitability {
  /// How errors name the table.
  let path: String
  /// nil for one a core.
  let threads: Int?
  let isQuiet: Bool

  /// Says what the check finds, and stops a training that it speaks against.
  ///
  /// - Parameter isWanted: whether the training goes on in any case.
  /// - Throws: `UnsuitableTable`; what the check throws.
  func require(_ table: PreparedTable, orGoOn isWanted: Bool) throws {
    if !isQuiet { tell(table.notes.sentences) }
    // Its own seed, so that the verdict is that of `convkit check`, whatever the training's.
    var check = SuitabilityCheck()
    check.threads = threads
    let bar = ProgressBar(isQuiet: isQuiet)
    defer { bar.clear() }
    let found = try check.judge(table.sequence) { event in
      switch event {
      case .trained(let done, let most): bar.show(done: done, of: most, "networks of the check")
      }
    }.suitability
    bar.clear()
    let words = SuitabilityWords(found, isQuick: false)
    tell(["Verdict: \(words.headline)"] + words.limits + found.reasons)
    guard found.verdict != .suits, !isWanted else { return }
    throw UnsuitableTable(path: path, verdict: found.verdict)
  }

  /// Wrapped as the report of `convkit check` is.
  private func tell(_ sentences: [String]) {
    StandardError.write(sentences.map { CheckReport.lines($0, indent: 0) }.joined())
  }
}

/// A table that the check speaks against.
struct UnsuitableTable: ReportableError {
  let path: String
  let verdict: Suitability.Verdict

  var category: ErrorCategory { .badData }

  var description: String {
    let reason =
      switch verdict {
      // What to use instead is among the verdict's reasons.
      case .suits, .maySuit, .doesNotSuit: "a convolutional network does not suit it."
      case .cannotTell:
        """
        it cannot be told whether a convolutional network suits it. What ignores the order of columns \
        needs no such answer: logistic regression, gradient-boosted trees or a dense network.
        """
      }
    return """
      “\(FileName.printable(path))” was not learned from, for \(reason) --anyway trains nevertheless. If the file is no table but holds texts, say in which column: --text-column NAME.
      """
  }
}
