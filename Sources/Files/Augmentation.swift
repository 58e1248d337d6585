import ConvKitCore

/// A way to vary examples of one kind of data, such as turning a picture.
public protocol AugmentationKind: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
  /// The strength where a list names the kind alone.
  var usualStrength: Double { get }

  /// The strengths that there can be; the lower bound, which would change nothing, is not among them.
  var strengths: ClosedRange<Double> { get }

  /// What a strength counts, such as "degrees".
  var unit: String { get }

  /// A list that shows how one is written, such as `shift,turn=15`.
  static var exampleList: String { get }
}

/// The ways in which training examples are varied, each with how strongly.
///
/// A network shall not learn where in a picture a thing happened to be, or how fast somebody happened to
/// speak. So every epoch sees every example in another version, drawn from the seed, the epoch and the
/// example alone: a run that is resumed sees the same versions.
///
/// Written as a list, `shift=0.1,turn=15,flip`: kinds with their strengths, the usual strength where none
/// is given, or `none`. `description` gives the list in its canonical form, which is also how it is
/// stored.
public struct Augmentation<Kind: AugmentationKind>: Equatable, Sendable {
  private var strengths: [Kind: Double]

  /// Examples stay as they are.
  public static var none: Augmentation { Augmentation([:]) }

  /// - Precondition: every strength is one that its kind can have.
  package init(_ strengths: [Kind: Double]) {
    for (kind, strength) in strengths {
      precondition(Self.allows(strength, of: kind), "\(kind.rawValue)=\(strength)")
    }
    self.strengths = strengths
  }

  /// Whether examples stay as they are.
  public var isNone: Bool { strengths.isEmpty }

  /// The strength of a kind, or nil when it is not used.
  public subscript(kind: Kind) -> Double? { strengths[kind] }

  /// The augmentation that a list asks for.
  ///
  /// - Throws: `AugmentationError`.
  public init(_ list: String) throws {
    strengths = [:]
    let entries = list.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
    guard entries != ["none"] else { return }
    for entry in entries {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.trimmed(parts.first ?? "")
      guard let kind = Kind(rawValue: name) else {
        throw AugmentationError<Kind>.unknown(name: name)
      }
      guard strengths[kind] == nil else { throw AugmentationError<Kind>.twice(kind) }
      strengths[kind] =
        parts.count == 1 ? kind.usualStrength : try Self.strength(of: kind, Self.trimmed(parts[1]))
    }
  }

  private static func strength(of kind: Kind, _ text: String) throws -> Double {
    guard let value = Double(text), allows(value, of: kind) else {
      throw AugmentationError<Kind>.strength(kind, found: text)
    }
    return value
  }

  private static func allows(_ strength: Double, of kind: Kind) -> Bool {
    kind.strengths.contains(strength) && strength > kind.strengths.lowerBound
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let start = text.drop { $0 == " " }
    return String(start.prefix(start.count - start.reversed().prefix { $0 == " " }.count))
  }
}

extension Augmentation: CustomStringConvertible {
  /// The list that gives this augmentation: every kind with its strength, always in the same order.
  public var description: String {
    guard !isNone else { return "none" }
    return Kind.allCases.compactMap { kind in
      strengths[kind].map { "\(kind.rawValue)=\($0)" }
    }.joined(separator: ",")
  }
}

extension Augmentation: Codable {
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
public enum AugmentationError<Kind: AugmentationKind>: ReportableError, Equatable {
  /// No kind has this name.
  case unknown(name: String)
  /// The list names a kind more than once.
  case twice(Kind)
  /// A strength that is no number, changes nothing or is too large.
  case strength(Kind, found: String)

  public var category: ErrorCategory { .wrongCall }

  public var description: String {
    switch self {
    case .unknown(let name):
      """
      there is no augmentation “\(FileName.printable(name))”; give a list of \
      \(Kind.allCases.map(\.rawValue).joined(separator: ", ")), such as \
      “\(Kind.exampleList)”, or “none” alone
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
