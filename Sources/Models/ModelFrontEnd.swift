import ConvKitCore
import ConvKitFiles
import ConvKitImages

/// The closed list of front ends that a model may have.
public enum ModelFrontEnd: Equatable, Sendable {
  case image(ImageFrontEnd)

  private var frontEnd: any FrontEnd {
    switch self {
    case .image(let frontEnd): frontEnd
    }
  }

  public var inputShape: InputShape { frontEnd.inputShape }

  /// The inputs of an item; at least one.
  public func inputs(of item: Item) throws -> [PlacedInput] { try frontEnd.inputs(of: item) }

  /// The front end of a kind of data, fitted to the training items but for what is chosen.
  ///
  /// - Parameter threads: nil for one a core. The front end does not depend on it.
  /// - Throws: `UnreadKindError` for a kind that this version does not read, or what the front end
  ///   finds wrong.
  public static func fitted(
    to items: [Item], kind: DataKind, choices: FrontEndChoices = FrontEndChoices(),
    threads: Int? = nil
  ) throws -> ModelFrontEnd {
    switch kind {
    case .image:
      return .image(
        try ImageFrontEnd.fitted(to: items, choices: choices.image, threads: threads))
    case .sound, .text, .volume, .table: throw UnreadKindError(kind: kind)
    }
  }
}

/// What somebody chooses of a front end, by kind of data; the rest is fitted.
public struct FrontEndChoices: Sendable {
  public var image = ImageFrontEnd.Choices()

  public init() {}
}

/// Data of a kind that this version of ConvKit tells apart but cannot learn from.
public struct UnreadKindError: ReportableError, Equatable {
  public let kind: DataKind

  package init(kind: DataKind) { self.kind = kind }

  public var category: ErrorCategory { .badData }
  public var description: String {
    "The data is of the kind \(kind.rawValue), and this version of ConvKit learns from pictures"
      + " only. Give it a folder with one subfolder of pictures for every label."
  }
}

extension ModelFrontEnd: Codable {
  enum CodingKeys: CodingKey {
    case kind, settings
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    guard kind == DataKind.image.rawValue else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "there is no front end \"\(kind)\"")
    }
    self = .image(try container.decode(ImageFrontEnd.self, forKey: .settings))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .image(let frontEnd):
      try container.encode(DataKind.image.rawValue, forKey: .kind)
      try container.encode(frontEnd, forKey: .settings)
    }
  }
}
