import ConvKitCore
import ConvKitFiles
import ConvKitImages
import ConvKitTables
import ConvKitText
import ConvKitVolumes

#if Sound
  import ConvKitSound
#endif

/// The closed list of front ends that a model may have.
public enum ModelFrontEnd: Equatable, Sendable {
  case image(ImageFrontEnd)
  case text(TextFrontEnd)
  case table(TableFrontEnd)
  case volume(VolumeFrontEnd)
  #if Sound
    case sound(SoundFrontEnd)
  #endif

  private var frontEnd: any FrontEnd {
    switch self {
    case .image(let frontEnd): frontEnd
    case .text(let frontEnd): frontEnd
    case .table(let frontEnd): frontEnd
    case .volume(let frontEnd): frontEnd
    #if Sound
      case .sound(let frontEnd): frontEnd
    #endif
    }
  }

  /// The kinds of data that there is a front end for.
  public static var kinds: Set<DataKind> {
    #if Sound
      [.image, .text, .volume, .table, .sound]
    #else
      [.image, .text, .volume, .table]
    #endif
  }

  /// The kind of data that it reads.
  public var kind: DataKind {
    switch self {
    case .image: .image
    case .text: .text
    case .table: .table
    case .volume: .volume
    #if Sound
      case .sound: .sound
    #endif
    }
  }

  public var inputShape: InputShape { frontEnd.inputShape }

  /// The inputs of an item; at least one.
  public func inputs(of item: Item) throws -> [PlacedInput] { try frontEnd.inputs(of: item) }

  /// Hands over the inputs of an item one by one, so that a long one never has to fit into memory.
  func forEachInput(of item: Item, _ take: (PlacedInput) throws -> Void) throws {
    try frontEnd.forEachInput(of: item, take)
  }

  /// What is otherwise in an item than in the training data, as it was converted without loss of sense or
  /// is only guessed at: the rest of a sentence that begins with its name; nil where nothing is.
  public func conversion(of item: Item) -> String? {
    switch self {
    case .image, .volume, .table: nil
    case .text(let frontEnd): frontEnd.oddity(of: item)
    #if Sound
      case .sound(let frontEnd): frontEnd.conversion(of: item)
    #endif
    }
  }

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
    #if Sound
      case .sound: return .sound(try SoundFrontEnd.fitted(to: items, choices: choices.sound))
    #else
      case .sound: throw UnreadKindError(kind: kind)
    #endif
    case .text: return .text(try TextFrontEnd.fitted(to: items, choices: choices.text))
    case .volume: return .volume(try VolumeFrontEnd.fitted(to: items, choices: choices.volume))
    case .table: return .table(try TableFrontEnd.fitted(to: items, choices: choices.table))
    }
  }
}

/// What somebody chooses of a front end, by kind of data; the rest is fitted.
public struct FrontEndChoices: Sendable {
  public var image = ImageFrontEnd.Choices()
  public var text = TextFrontEnd.Choices()
  public var volume = VolumeFrontEnd.Choices()
  public var table = TableFrontEnd.Choices()
  #if Sound
    public var sound = SoundFrontEnd.Choices()
  #endif

  public init() {}
}

/// Data of a kind that this build of ConvKit tells apart but cannot learn from: sound, where it is left out.
public struct UnreadKindError: ReportableError, Equatable {
  public let kind: DataKind

  package init(kind: DataKind) { self.kind = kind }

  public var category: ErrorCategory { .badData }
  public var description: String {
    "The data is of the kind \(kind.rawValue), and this build of ConvKit leaves that out. Build it with "
      + "the trait Sound."
  }
}

extension ModelFrontEnd: Codable {
  enum CodingKeys: CodingKey {
    case kind, settings
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    switch DataKind(rawValue: kind) {
    case .image: self = .image(try container.decode(ImageFrontEnd.self, forKey: .settings))
    case .text: self = .text(try container.decode(TextFrontEnd.self, forKey: .settings))
    case .volume: self = .volume(try container.decode(VolumeFrontEnd.self, forKey: .settings))
    case .table: self = .table(try container.decode(TableFrontEnd.self, forKey: .settings))
    #if Sound
      case .sound: self = .sound(try container.decode(SoundFrontEnd.self, forKey: .settings))
    #endif
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "there is no front end \"\(kind)\"")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(frontEnd, forKey: .settings)
  }
}
