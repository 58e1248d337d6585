import ConvKitCore
import ConvKitFiles

/// The ways in which training pictures are varied, each with how strongly.
///
/// A network shall not learn where in the picture, how large or how bright a thing happened to be. So
/// every epoch sees every picture in another version, drawn from the seed, the epoch and the example
/// alone: a run that is resumed sees the same versions.
///
/// Written as a list, `shift=0.1,turn=15,flip`: kinds with their strengths, the default strength where
/// none is given, or `none`. `description` gives the list in its canonical form, which is also how it
/// is stored.
public struct ImageAugmentation: Equatable, Sendable {
  /// A way to vary a picture.
  public enum Kind: String, CaseIterable, Sendable {
    /// Moved along each axis, by up to this share of the side.
    case shift
    /// Grown or shrunk, by up to this factor.
    case scale
    /// Turned about the middle either way, by up to this many degrees; 180 is any direction.
    case turn
    /// Slanted either way: what lies one pixel higher moves sideways by up to this many pixels.
    case shear
    /// Left and right swapped, with this chance. Not for what has a handedness, such as letters.
    case flip
    /// Lines made thicker or thinner, by up to this many pixels on each side.
    case thickness
    /// Light and dark swapped, with this chance.
    case invert
    /// The distance of every level from middle grey multiplied by 1 plus or minus up to this share.
    case contrast
    /// All levels raised or lowered by up to this share of the whole range.
    case brightness
    /// Every value disturbed on its own, with this standard deviation as a share of the range.
    case noise

    /// The strength where a list names the kind alone. Those that move and bend are what a hand or a
    /// camera held by one does; a chance is even.
    public var usualStrength: Double {
      switch self {
      case .shift, .shear: 0.1
      case .scale: 1.15
      case .turn: 10
      case .flip, .thickness, .invert: 0.5
      case .contrast, .brightness: 0.2
      case .noise: 0.03
      }
    }

    /// The strengths that there can be; the lower bound, which would change nothing, is not among
    /// them.
    fileprivate var strengths: ClosedRange<Double> {
      switch self {
      case .scale: 1...4
      case .turn: 0...180
      case .contrast: 0...0.99
      case .shift, .shear, .flip, .thickness, .invert, .brightness, .noise: 0...1
      }
    }

    fileprivate var unit: String {
      switch self {
      case .shift: "a share of the side"
      case .scale: "a factor"
      case .turn: "degrees"
      case .shear: "pixels sideways for one pixel up"
      case .flip, .invert: "a chance"
      case .thickness: "pixels"
      case .contrast, .brightness, .noise: "a share of the range from black to white"
      }
    }
  }

  private var strengths: [Kind: Double] = [:]

  /// Pictures stay as they are.
  public static let none = ImageAugmentation()

  /// What suits pictures of most things: moved, resized and turned, the less the more pictures there
  /// are to learn from. Nothing is flipped, for letters and digits have a handedness.
  ///
  /// Measured with the standard network and `oneCycle`, accuracy in % without, with half and with full
  /// strength: 470 handwritten letters 97.3, 97.6 and 99.2 (30 epochs); clothes of Fashion-MNIST, 3,000
  /// of them 86.3, 87.1 and 85.4, 12,000 of them 88.0, 90.4 and 89.0 (15 epochs), 60,000 of them 92.1,
  /// 90.7 and 90.0 after 5 epochs, and 92.1 and 91.9 after 12.
  ///
  /// - Parameter examples: how many pictures there are to learn from.
  public static func standard(examples: Int) -> ImageAugmentation {
    var augmentation = ImageAugmentation()
    if examples < 1000 {
      augmentation.strengths = [.shift: 0.1, .scale: 1.15, .turn: 10]
    } else if examples < 30_000 {
      augmentation.strengths = [.shift: 0.05, .scale: 1.05, .turn: 5]
    }
    return augmentation
  }

  private init() {}

  /// Whether pictures stay as they are.
  public var isNone: Bool { strengths.isEmpty }

  /// The strength of a kind, or nil when it is not used.
  public subscript(kind: Kind) -> Double? { strengths[kind] }

  /// The augmentation that a list such as `shift,turn=15,flip` asks for.
  ///
  /// - Throws: `ImageAugmentationError`.
  public init(_ list: String) throws {
    let entries = list.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
    guard entries != ["none"] else { return }
    for entry in entries {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.trimmed(parts.first ?? "")
      guard let kind = Kind(rawValue: name) else {
        throw ImageAugmentationError.unknown(name: name)
      }
      guard strengths[kind] == nil else { throw ImageAugmentationError.twice(kind) }
      strengths[kind] =
        parts.count == 1 ? kind.usualStrength : try Self.strength(of: kind, Self.trimmed(parts[1]))
    }
  }

  private static func strength(of kind: Kind, _ text: String) throws -> Double {
    guard let value = Double(text), kind.strengths.contains(value),
      value > kind.strengths.lowerBound
    else { throw ImageAugmentationError.strength(kind, found: text) }
    return value
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let start = text.drop { $0 == " " }
    return String(start.prefix(start.count - start.reversed().prefix { $0 == " " }.count))
  }

  /// A version of an input, as the front end makes it, for training.
  ///
  /// What is seen where the picture moved away is its own edge, continued. Costs some microseconds
  /// for a small picture.
  ///
  /// - Parameters:
  ///   - input: values [row, column, channel].
  ///   - random: the same stream gives the same version, to the bit on every machine. Every kind
  ///     draws its numbers whether it is used or not, so that one does not change what another does.
  public func varied(
    _ input: Input, by frontEnd: ImageFrontEnd, random: RandomStream
  ) -> Input {
    guard !isNone, case .values(let tensor) = input.content else { return input }
    let variation = ImageVariation(
      drawnFor: self, height: frontEnd.height, width: frontEnd.width, from: random)
    return .values(variation.applied(to: tensor, of: frontEnd), extent: input.extent)
  }
}

extension ImageAugmentation: CustomStringConvertible {
  /// The list that gives this augmentation: every kind with its strength, always in the same order.
  public var description: String {
    guard !isNone else { return "none" }
    return Kind.allCases.compactMap { kind in
      strengths[kind].map { "\(kind.rawValue)=\($0)" }
    }.joined(separator: ",")
  }
}

extension ImageAugmentation: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let list = try container.decode(String.self)
    do {
      try self.init(list)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Why a list asks for no augmentation that there is.
public enum ImageAugmentationError: ReportableError, Equatable {
  /// No kind has this name.
  case unknown(name: String)
  /// The list names a kind more than once.
  case twice(ImageAugmentation.Kind)
  /// A strength that is no number, changes nothing or is too large.
  case strength(ImageAugmentation.Kind, found: String)

  public var category: ErrorCategory { .wrongCall }

  public var description: String {
    switch self {
    case .unknown(let name):
      """
      there is no augmentation “\(FileName.printable(name))”; give a list of \
      \(ImageAugmentation.Kind.allCases.map(\.rawValue).joined(separator: ", ")), such as \
      “shift,turn=15”, or “none” alone
      """
    case .twice(let kind):
      "the augmentation “\(kind.rawValue)” is named twice; name it once"
    case .strength(let kind, let found):
      """
      the augmentation \(kind.rawValue)=\(FileName.printable(found)) cannot be: it takes \
      \(kind.unit), above \(plain(kind.strengths.lowerBound)) and at most \
      \(plain(kind.strengths.upperBound)) (\(plain(kind.usualStrength)) without one)
      """
    }
  }

  private func plain(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
