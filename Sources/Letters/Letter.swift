import ConvKitCore
import ConvKitFiles

/// The two letters that are generated at every rank; the raw value is the label.
public enum Letter: String, CaseIterable, Sendable {
  case x = "X"
  case o = "O"

  /// The letter of an index: X at even ones, O at odd ones, so that the first N are half of each (of an odd
  /// N, the one more is an X).
  public init(index: Int) { self = index & 1 == 0 ? .x : .o }
}

/// What makes it hard to tell the letters apart. Lengths are in 28ths of an axis: pixels of a picture of
/// the usual size.
public struct Difficulty: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Moved by up to 4 along each axis.
  public static let translation = Difficulty(rawValue: 1)
  /// 0.5 to 1.3 times as large.
  public static let scaling = Difficulty(rawValue: 2)
  /// Turned by up to 45° either way, in a volume about each of its axes.
  public static let rotation = Difficulty(rawValue: 4)
  /// Drawn with a stroke 1 to 4 thick.
  public static let weight = Difficulty(rawValue: 8)
  /// With a peak of 0.06 to 0.6 of full scale.
  public static let loudness = Difficulty(rawValue: 16)
  /// In noise whose standard deviation is up to 0.25 of the peak.
  public static let noise = Difficulty(rawValue: 32)

  /// Everything that there is at a rank.
  public static let all: Difficulty = [
    .translation, .scaling, .rotation, .weight, .loudness, .noise,
  ]

  /// Every single difficulty with the name that a person types for it.
  public static let named: [(name: String, difficulty: Difficulty)] = [
    ("translation", .translation), ("scaling", .scaling), ("rotation", .rotation),
    ("weight", .weight), ("loudness", .loudness), ("noise", .noise),
  ]

  /// The single difficulties in it, with their names.
  public var parts: [(name: String, difficulty: Difficulty)] {
    Self.named.filter { contains($0.difficulty) }
  }
}

/// X and O of one rank, as many as are asked for.
///
/// What an index stands for is a function of the seed, the size, the difficulty and the index alone. At
/// every rank a letter has the same proportions: at scale 1 it is 18/28 of an axis wide, and without a
/// difficulty it stands in the middle, upright, at scale 1.
public protocol GeneratedLetters: Sendable {
  /// What can make them hard to tell apart at this rank. Other difficulties are without effect.
  static var difficulties: Difficulty { get }

  /// Positions along an axis that letters can be told apart in and files are made of.
  static var sizes: ClosedRange<Int> { get }

  static var usualSize: Int { get }

  /// How the names of files end, without the first dot.
  static var fileExtension: String { get }

  /// - Parameter size: positions along each axis.
  /// - Precondition: `size` is at least 1.
  init(seed: UInt64, size: Int, difficulty: Difficulty)

  /// The bytes of the file of an index, which shows `Letter(index:)`.
  func file(_ index: Int) throws -> [UInt8]
}

/// How many axes the letters have.
public enum LetterRank: Int, CaseIterable, Sendable {
  /// Pulses in clips of sound.
  case one = 1
  /// Pictures.
  case two
  /// Volumes.
  case three

  public var letters: any GeneratedLetters.Type {
    switch self {
    case .one: LetterPulses.self
    case .two: LetterPictures.self
    case .three: LetterVolumes.self
    }
  }

  /// The kind of data that the files are.
  public var kind: DataKind {
    switch self {
    case .one: .sound
    case .two: .image
    case .three: .volume
    }
  }
}
