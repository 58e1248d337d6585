/// How well answers agree with the truth.
public struct Evaluation: Codable, Equatable, Sendable {
  /// [truth][answer]: how many examples of a label were given which.
  public private(set) var confusion: [[Int]]
  /// Of all examples together.
  package private(set) var lossSum = 0.0

  public init(labelCount: Int) {
    confusion = Array(repeating: Array(repeating: 0, count: labelCount), count: labelCount)
  }

  /// What a file has of an evaluation; `isSound` says whether it can be one.
  package init(confusion: [[Int]], lossSum: Double) {
    self.confusion = confusion
    self.lossSum = lossSum
  }

  /// Whether its numbers can be counts, and their sum too.
  var isSound: Bool {
    var left = TrainingState.largestCount
    for count in confusion.joined() {
      guard 0...left ~= count else { return false }
      left -= count
    }
    return lossSum.isFinite && labelCount != nil
  }

  /// Counts an example.
  public mutating func add(truth: Int, answer: Int, loss: Double) {
    confusion[truth][answer] += 1
    lossSum += loss
  }

  /// The labels, or nil where the table is not square.
  var labelCount: Int? {
    confusion.allSatisfy { $0.count == confusion.count } ? confusion.count : nil
  }

  public var examples: Int { confusion.reduce(0) { $0 + $1.reduce(0, +) } }

  public var correct: Int { confusion.indices.reduce(0) { $0 + confusion[$1][$1] } }

  /// The share of right answers; 0 without examples.
  public var accuracy: Double { examples == 0 ? 0 : Double(correct) / Double(examples) }

  /// The mean cross-entropy; 0 without examples.
  public var loss: Double { examples == 0 ? 0 : lossSum / Double(examples) }

  /// How well one label was told from the others.
  public struct PerLabel: Codable, Equatable, Sendable {
    /// Of the examples that were given the label, the share that have it; 0 where none was.
    public let precision: Double
    /// Of the examples that have the label, the share that were given it; 0 where none has.
    public let recall: Double
    /// The harmonic mean of both; 0 where both are.
    public let f1: Double
    /// Examples that have the label.
    public let support: Int
  }

  /// By label.
  public var perLabel: [PerLabel] {
    confusion.indices.map { label in
      let right = Double(confusion[label][label])
      let support = confusion[label].reduce(0, +)
      let given = confusion.reduce(0) { $0 + $1[label] }
      let precision = given == 0 ? 0 : right / Double(given)
      let recall = support == 0 ? 0 : right / Double(support)
      return PerLabel(
        precision: precision, recall: recall,
        f1: precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall),
        support: support)
    }
  }
}

/// The place of the largest value; the first of equals.
package func indexOfLargest(_ values: [Float]) -> Int {
  var best = 0
  for index in values.indices where values[index] > values[best] { best = index }
  return best
}
