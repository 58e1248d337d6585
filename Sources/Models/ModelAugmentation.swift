import ConvKitCore
import ConvKitFiles
import ConvKitImages

/// How training varies its examples, by kind of data. Validation and answers see none of it.
public enum ModelAugmentation: Equatable, Sendable {
  case none
  case image(ImageAugmentation)

  /// What a list such as `shift,turn=15` asks for, for data of a kind.
  ///
  /// - Throws: `ImageAugmentationError`; `UnreadKindError`.
  public init(_ list: String, kind: DataKind) throws {
    switch kind {
    case .image:
      let augmentation = try ImageAugmentation(list)
      self = augmentation.isNone ? .none : .image(augmentation)
    case .sound, .text, .volume, .table: throw UnreadKindError(kind: kind)
    }
  }

  /// What suits most data of a kind, by the number of examples to learn from.
  public static func standard(for kind: DataKind, examples: Int) -> ModelAugmentation {
    switch kind {
    case .image:
      ImageAugmentation.standard(examples: examples).isNone
        ? .none : .image(.standard(examples: examples))
    case .sound, .text, .volume, .table: .none
    }
  }

  /// A version of an input, a function of it and of `random` alone.
  func varied(
    _ placed: PlacedInput, by frontEnd: ModelFrontEnd, random: RandomStream
  ) -> PlacedInput {
    switch (self, frontEnd) {
    case (.none, _): placed
    case (.image(let augmentation), .image(let frontEnd)):
      PlacedInput(
        augmentation.varied(placed.input, by: frontEnd, random: random), place: placed.place)
    }
  }
}

extension ModelAugmentation: CustomStringConvertible {
  /// The list that gives this augmentation.
  public var description: String {
    switch self {
    case .none: "none"
    case .image(let augmentation): augmentation.description
    }
  }
}

extension ModelAugmentation: Codable {
  enum CodingKeys: CodingKey {
    case kind, list
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decodeIfPresent(DataKind.self, forKey: .kind) {
    case nil: self = .none
    case .image: self = .image(try container.decode(ImageAugmentation.self, forKey: .list))
    case let kind?:
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container,
        debugDescription: "there is no augmentation of the kind \(kind.rawValue)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .none: break
    case .image(let augmentation):
      try container.encode(DataKind.image, forKey: .kind)
      try container.encode(augmentation, forKey: .list)
    }
  }
}
