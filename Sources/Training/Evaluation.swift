/// How many answers agree with the truth, whatever the labels: all that a training counts on its way.
public struct AnswerCount: Codable, Equatable, Sendable {
  public package(set) var examples = 0
  public package(set) var correct = 0
  /// Of all examples together.
  package var lossSum = 0.0

  public init() {}

  /// What a file has of one; `isSound` says whether it can be one.
  package init(examples: Int, correct: Int, lossSum: Double) {
    self.examples = examples
    self.correct = correct
    self.lossSum = lossSum
  }

  /// Whether its numbers can be counts.
  var isSound: Bool {
    0...TrainingState.largestCount ~= examples && 0...examples ~= correct && lossSum.isFinite
  }

  /// Counts an example.
  public mutating func add(isCorrect: Bool, loss: Double) {
    examples += 1
    if isCorrect { correct += 1 }
    lossSum += loss
  }

  /// The share of right answers; 0 without examples.
  public var accuracy: Double { examples == 0 ? 0 : Double(correct) / Double(examples) }

  /// The mean cross-entropy; 0 without examples.
  public var loss: Double { examples == 0 ? 0 : lossSum / Double(examples) }
}

/// How well answers agree with the truth, by label. It holds a number for every pair of labels.
public struct Evaluation: Equatable, Sendable {
  /// The most labels that examples may have: their pairs then take 128 MiB.
  public static let mostLabels = 4096

  /// [truth][answer]: how many examples of a label were given which.
  public private(set) var confusion: [[Int]]
  private var count = AnswerCount()

  public init(labelCount: Int) {
    confusion = Array(repeating: Array(repeating: 0, count: labelCount), count: labelCount)
  }

  /// Counts an example.
  public mutating func add(truth: Int, answer: Int, loss: Double) {
    confusion[truth][answer] += 1
    count.add(isCorrect: truth == answer, loss: loss)
  }

  public var examples: Int { count.examples }

  public var correct: Int { count.correct }

  /// The share of right answers; 0 without examples.
  public var accuracy: Double { count.accuracy }

  /// The mean cross-entropy; 0 without examples.
  public var loss: Double { count.loss }

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
package func indexOfLargest<Values: RandomAccessCollection>(_ values: Values) -> Int
where Values.Element == Float, Values.Index == Int {
  var best = values.startIndex
  for index in values.indices where values[index] > values[best] { best = index }
  return best
}
