import ConvKitCore
import ConvKitNetworks

/// The worked example: a 9×9 X and O through filtering, normalisation, pooling and deep stacking to
/// votes, and how learning finds features and votes by itself, all computed by a `NetworkRunner`.
///
///     print(try WorkedExample().walkthrough())
public struct WorkedExample: Sendable {
  /// Everything that the X goes through.
  public let x: Stages
  /// Everything that the O goes through.
  public let o: Stages
  /// What an X that stands one pixel further right goes through.
  public let movedX: Stages

  /// What the X gives with every voting weight nine tenths of the above: 0.90 for X, 0.50 for O.
  public let answersToLearnFrom: [Float]
  /// The error of those: 0.60.
  public let error: Double
  /// The error and its slope for three weights: of X's place 1, of O's place 2, and the middle pixel
  /// of the falling diagonal.
  public let slopes: [Slope]
  /// The same for a pixel where two maxima tie, so that its up and down differ.
  public let tied: Slope
  /// Gradient descent on both letters from those weights.
  public let descent: [DescentStep]

  /// Computes every figure.
  ///
  /// - Parameter instructionSet: nil for what `CONVKIT_ISA` asks for, or the best. No printed
  ///   figure depends on it.
  /// - Throws: `MemoryError` or `InstructionSetError`.
  public init(instructionSet: InstructionSet? = nil) throws {
    let network = try ExampleNetwork(instructionSet: instructionSet)
    let example = ExampleWeights(votingWeight: 1)
    x = try network.stages(of: Self.pictureOfX, with: example)
    o = try network.stages(of: Self.pictureOfO, with: example)
    movedX = try network.stages(of: Self.pictureOfMovedX, with: example)

    let start = ExampleWeights(votingWeight: 0.9)
    answersToLearnFrom = try network.answers(to: Self.pictureOfX, with: start)
    error = try network.error(of: .x, with: start)
    slopes = try [
      .votingWeight(.x, place: 1), .votingWeight(.o, place: 2),
      .featurePixel(feature: 0, row: 1, column: 1),
    ].map { try network.slope(by: $0, at: start) }
    tied = try network.slope(by: .featurePixel(feature: 0, row: 0, column: 0), at: start)
    descent = try network.descend(from: start, steps: Self.steps, learningRate: Self.learningRate)
  }
}

extension WorkedExample {
  /// The maps of one picture, stage by stage, and the answers.
  public struct Stages: Sendable {
    /// [row, column]: the 9×9 picture.
    public let picture: [[Float]]
    /// [feature, row, column]: filtered, 7×7 each.
    public let maps: [[[Float]]]
    /// Normalised: negative values are zero.
    public let normalised: [[[Float]]]
    /// Pooled, 4×4 each.
    public let pooled: [[[Float]]]
    /// Pooled once more, 2×2 each.
    public let stacked: [[[Float]]]
    /// The twelve votes: the stack row by row, feature by feature.
    public let votes: [Float]
    /// For X and for O.
    public let answers: [Float]
  }

  /// What learning adjusts.
  public enum Weight: Equatable, Sendable {
    /// What the vote at a place, counted from 1, weighs for a letter.
    case votingWeight(Letter, place: Int)
    /// A pixel of a feature; all counted from 0.
    case featurePixel(feature: Int, row: Int, column: Int)
  }

  /// How the error for the X changes with a weight.
  public struct Slope: Sendable {
    public let weight: Weight
    public let error: Double
    /// The error with the weight `nudge` higher.
    public let errorNudgedUp: Double
    /// The error with the weight `nudge` lower.
    public let errorNudgedDown: Double
    /// By backpropagation.
    public let gradient: Double

    /// How far a weight is nudged.
    ///
    /// Between kinks the error is a straight line, so no small step is needed: this one is far from
    /// the next kink, and a rounding error of the sums, about 1e-7, grows to 1e-5 at most.
    public static let nudge: Float = 0.01

    /// How closely the gradient agrees with the numerical one.
    public static let tolerance = 1e-4

    /// The slope above the weight.
    public var up: Double { (errorNudgedUp - error) / Double(Self.nudge) }
    /// The slope below the weight.
    public var down: Double { (error - errorNudgedDown) / Double(Self.nudge) }
    /// The numerical gradient.
    public var slope: Double { (errorNudgedUp - errorNudgedDown) / Double(2 * Self.nudge) }
  }

  /// The errors before a step of gradient descent, or after the last.
  public struct DescentStep: Sendable {
    public let errorOfX: Double
    public let errorOfO: Double
    public var error: Double { errorOfX + errorOfO }
  }
}

extension WorkedExample {
  /// How many steps of gradient descent.
  static let steps = 8
  /// How far a step goes: this times the slope.
  static let learningRate: Float = 0.1

  public static let featureNames = ["falling", "crossing", "rising"]

  /// [feature, pixel], row by row: the falling diagonal, the crossing, the rising diagonal.
  public static let features: [[Float]] = [
    [1, -1, -1, -1, 1, -1, -1, -1, 1],
    [1, -1, 1, -1, 1, -1, 1, -1, 1],
    [-1, -1, 1, -1, 1, -1, 1, -1, -1],
  ]

  /// The places, counted from 1, whose votes speak for a letter.
  public static func places(for letter: Letter) -> [Int] {
    switch letter {
    case .x: [1, 4, 5, 10, 11]
    case .o: [2, 3, 9, 12]
    }
  }

  /// Both diagonals, a border of one pixel left empty; 1 on a background of −1.
  public static let pictureOfX = picture { row, column in
    (1...7).contains(row) && (row == column || row + column == 8)
  }

  /// The X one pixel further right.
  public static let pictureOfMovedX = picture { row, column in
    (1...7).contains(row) && (row == column - 1 || row + column == 9)
  }

  public static let pictureOfO = picture { row, column in
    switch row {
    case 1, 7: (3...5).contains(column)
    case 2, 6: column == 2 || column == 6
    case 3, 4, 5: column == 1 || column == 7
    default: false
    }
  }

  static func picture(of letter: Letter) -> [[Float]] {
    letter == .x ? pictureOfX : pictureOfO
  }

  private static func picture(_ isDrawn: (_ row: Int, _ column: Int) -> Bool) -> [[Float]] {
    (0..<9).map { row in (0..<9).map { isDrawn(row, $0) ? 1 : -1 } }
  }
}
