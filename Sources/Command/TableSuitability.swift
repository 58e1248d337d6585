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
    if !isQuiet { for sentence in table.notes.sentences { StandardError.writeLine(sentence) } }
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
    StandardError.writeLine("Verdict: \(found.verdict.rawValue).")
    for reason in found.reasons { StandardError.writeLine(reason) }
    guard found.verdict != .suits, !isWanted else { return }
    throw UnsuitableTable(path: path, verdict: found.verdict)
  }
}

/// A table that the check speaks against.
struct UnsuitableTable: ReportableError {
  let path: String
  let verdict: Suitability.Verdict

  var category: ErrorCategory { .badData }

  var description: String {
    let found =
      switch verdict {
      case .suits, .maySuit, .doesNotSuit: "a convolutional network does not suit it"
      case .cannotTell: "it cannot be told whether a convolutional network suits it"
      }
    return """
      “\(FileName.printable(path))” was not learned from, for \(found). Use what ignores the order of \
      columns instead, such as logistic regression, gradient-boosted trees or a dense network; --anyway \
      trains nevertheless. If the file is no table but holds texts, say in which column: --text-column NAME.
      """
  }
}
