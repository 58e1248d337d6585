import ConvKitCore

/// An example that a model answers wrongly.
public struct Mistake: Sendable, Equatable {
  /// What the data set calls the example.
  public let name: String
  /// The number of its label.
  public let truth: Int
  /// The number of the label that it was given.
  public let answer: Int
  /// The probability of the answer.
  public let score: Float
  /// The probability of the truth: the lower, the worse the mistake.
  public let truthScore: Float
  /// What the network saw, the first input of the item.
  public let input: Input

  /// The most that are kept of a training: as many as a person looks at.
  public static let kept = 24

  public init(
    name: String, truth: Int, answer: Int, score: Float, truthScore: Float, input: Input
  ) {
    self.name = name
    self.truth = truth
    self.answer = answer
    self.score = score
    self.truthScore = truthScore
    self.input = input
  }
}
