import ConvKitCore
import ConvKitFiles
import ConvKitTraining

/// The examples of a part of a data set, through a front end.
///
/// Every item is read once at the start, which finds those that cannot be used. What fits into the
/// budget is kept; the rest is read again each time it is asked for.
struct ItemSource: ExampleSource {
  private let examples: [DataSet.Example]
  private let frontEnd: ModelFrontEnd
  private let kept: [[PlacedInput]?]

  /// The items that cannot be used, with the reason.
  let leftOut: [LeftOut]

  /// Floats: 1 GiB.
  private static let budget = 1 << 28

  init(_ examples: [DataSet.Example], _ frontEnd: ModelFrontEnd) throws {
    var usable: [DataSet.Example] = []
    var kept: [[PlacedInput]?] = []
    var leftOut: [LeftOut] = []
    var left = Self.budget
    for example in examples {
      do {
        let inputs = try frontEnd.inputs(of: example.item)
        let count = inputs.reduce(0) { $0 + $1.input.valueCount }
        kept.append(count <= left ? inputs : nil)
        if count <= left { left -= count }
        usable.append(example)
      } catch let error as any ReportableError {
        leftOut.append(
          LeftOut(name: FileName.printable(example.name), reason: error.description))
      }
    }
    self.examples = usable
    self.frontEnd = frontEnd
    self.kept = kept
    self.leftOut = leftOut
  }

  var count: Int { examples.count }
  func label(of index: Int) -> Int { examples[index].label }
  func name(of index: Int) -> String { FileName.printable(examples[index].name) }

  func inputs(of index: Int, epoch: Int) throws -> [PlacedInput] {
    try kept[index] ?? frontEnd.inputs(of: examples[index].item)
  }
}

extension Input {
  fileprivate var valueCount: Int {
    switch content {
    case .values(let tensor): tensor.elements.count
    case .tokens(let tensor): tensor.elements.count
    }
  }
}
