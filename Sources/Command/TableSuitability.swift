import ConvKit

/// The check that comes before a training on a table.
struct TableSuitability {
  /// How errors name the table.
  let path: String
  let isQuiet: Bool

  /// Says what the check finds, and stops a training that it speaks against.
  ///
  /// - Parameters:
  ///   - judge: gives the check's answer; nil where it was not asked.
  ///   - isWanted: whether the training goes on in any case.
  /// - Throws: `UnsuitableTable`.
  func require(
    _ prepared: PreparedTable, orGoOn isWanted: Bool,
    judge: (ColumnSequence) throws -> Suitability?
  ) throws {
    if !isQuiet { for sentence in prepared.notes.sentences { StandardError.writeLine(sentence) } }
    guard let found = try judge(prepared.sequence) else { return }
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
      case .suits, .maySuit, .doesNotSuit:
        "a convolutional network does not suit it"
      case .cannotTell:
        "it cannot be told whether a convolutional network suits it"
      }
    return """
      “\(FileName.printable(path))” was not learned from, for \(found). Use what ignores the order of \
      columns instead, such as logistic regression, gradient-boosted trees or a dense network; --anyway \
      trains nevertheless.
      """
  }
}
