import ConvKitCore
import ConvKitTraining

/// The check: does the order of a table's columns carry anything that a convolutional network could use?
///
/// Four questions, the cheapest first, until the verdict is certain:
/// - A: are neighbouring columns more alike than two picked at random (`NeighbourTest`)?
/// - B: does that survive when columns come in groups?
/// - D: is a small convolutional network as good as what ignores the order (`RivalTest`)? Before that:
///   has any of them learnt the labels (`LearningTest`)?
/// - C: is it better on the order of the table than on 39 random ones?
///
/// A table suits if A, B, C and D hold, or if C is beyond doubt and D holds: then the order of the table
/// beats all 39 orders, and 39 shuffled only inside B's groups as well.
public struct SuitabilityCheck: Sendable {
  /// Decides every permutation, division and first weight: the same seed gives the same answer.
  public var seed: UInt64 = 0
  /// Whether only questions A and B are asked, and no network is trained.
  public var isQuick = false
  /// nil for one a core. The answer does not depend on it.
  public var threads: Int?

  public init() {}

  /// What is being done.
  public enum Event: Sendable, Equatable {
    /// Networks trained of those that it takes at most.
    case trained(Int, atMost: Int)
  }

  /// Fewer rows or columns than these say nothing.
  public static let (fewestRows, fewestColumns) = (30, 8)

  /// Orders that C compares the table's with: the chance to beat all but one of them is 1 in 20, that to
  /// beat all 1 in 40.
  public static let otherOrders = 39

  /// Judges a table.
  ///
  /// Takes at most 486 trainings of a small network, and for A and B a time with the square of the columns.
  ///
  /// - Parameter report: what it throws stops the check.
  /// - Returns: what was found, and how alike every two columns are.
  /// - Throws: `WorkersError`, `TrainingError`.
  public func judge(
    _ sequence: ColumnSequence, report: (Event) throws -> Void = { _ in }
  ) throws -> (suitability: Suitability, similarities: Similarities) {
    let sample = JudgedSample(sequence, seed: seed)
    let similarities = RankSimilarity.matrix(of: sample.sequence, rows: sample.rows)
    let judgement = try Judgement(
      self, sample, similarities, isLabelled: !sequence.labels.isEmpty, report: report)
    return (judgement.suitability, similarities)
  }
}
