import ConvKitCore
import ConvKitFiles
import ConvKitImages
import ConvKitTables
import ConvKitText
import ConvKitVolumes

#if Sound
  import ConvKitSound
#endif

extension ModelFrontEnd {
  /// The examples of all parts that a front end of a kind cannot decode, with the reasons, in the order
  /// of the parts and of the names in them: `DataSet.leavingOut` takes them.
  ///
  /// Every item is decoded once, on all cores.
  ///
  /// - Parameters:
  ///   - choices: of which limits count here.
  ///   - report: is told how many examples have been looked at; what it throws ends the search.
  /// - Throws: `UnreadKindError` for a kind that this version does not read, and what `report` throws.
  public static func unusable(
    in data: DataSet, kind: DataKind, choices: FrontEndChoices = FrontEndChoices(),
    report: (Int) throws -> Void = { _ in }
  ) throws -> [(name: String, reason: String)] {
    let examples = DataPart.allCases.flatMap { data[$0] }
    let frontEnd = try decoding(examples.map(\.item), kind, choices)
    var found: [(name: String, reason: String)] = []
    try frontEnd.forEachDecoded(
      examples.map(\.item), by: Workers(count: Workers.availableCount), numbersAtOnce: 1 << 20
    ) { index, result in
      do {
        _ = try result.get()
      } catch let error as any ReportableError {
        found.append((examples[index].name, error.descriptionWithoutName))
      }
      try report(index + 1)
    }
    return found
  }

  /// A front end that decodes what a fitted one does. Nothing is fitted, for that would fail where no
  /// item can be read, and each shall have its reason.
  private static func decoding(
    _ items: [Item], _ kind: DataKind, _ choices: FrontEndChoices
  ) throws -> ModelFrontEnd {
    switch kind {
    case .image:
      let limit = choices.image.pixelLimit
      return .image(try ImageFrontEnd(height: 1, width: 1, pixelLimit: limit))
    #if Sound
      case .sound: return .sound(try SoundFrontEnd.decoding(choices.sound))
    #else
      case .sound: throw UnreadKindError(kind: kind)
    #endif
    case .text: return .text(try TextFrontEnd.decoding())
    case .volume: return .volume(try VolumeFrontEnd.decoding(choices.volume))
    case .table: return .table(try TableFrontEnd.decoding(items, choices.table))
    }
  }
}
