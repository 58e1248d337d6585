import ConvKitCore
import ConvKitFiles
import ConvKitImages

extension ModelFrontEnd {
  /// The examples of all parts that a front end of a kind cannot decode, with the reasons, in the order
  /// of the parts and of the names in them: `DataSet.leavingOut` takes them.
  ///
  /// Every item is decoded once, one after the other.
  ///
  /// - Parameters:
  ///   - choices: of which limits count here.
  ///   - report: is told how many examples have been looked at; what it throws ends the search.
  /// - Throws: `UnreadKindError` for a kind that this version does not read, and what `report` throws.
  public static func unusable(
    in data: DataSet, kind: DataKind, choices: FrontEndChoices = FrontEndChoices(),
    report: (Int) throws -> Void = { _ in }
  ) throws -> [(name: String, reason: String)] {
    let frontEnd = try decoding(kind, choices)
    var found: [(name: String, reason: String)] = []
    for (index, example) in DataPart.allCases.flatMap({ data[$0] }).enumerated() {
      do {
        _ = try frontEnd.inputs(of: example.item)
      } catch let error as any ReportableError {
        found.append((example.name, error.descriptionWithoutName))
      }
      try report(index + 1)
    }
    return found
  }

  /// A front end that decodes what a fitted one does. Nothing is fitted, for that would fail where no
  /// item can be read, and each shall have its reason.
  private static func decoding(
    _ kind: DataKind, _ choices: FrontEndChoices
  ) throws -> ModelFrontEnd {
    switch kind {
    case .image:
      let limit = choices.image.pixelLimit
      return .image(try ImageFrontEnd(height: 1, width: 1, pixelLimit: limit))
    case .sound, .text, .volume, .table: throw UnreadKindError(kind: kind)
    }
  }
}
