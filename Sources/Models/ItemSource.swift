import ConvKitCore
import ConvKitFiles
import ConvKitTraining

/// Items through a front end, each read once, which finds those that cannot be used.
///
/// What fits into the budget is kept; the rest is read again each time it is asked for.
struct DecodedItems {
  private let frontEnd: ModelFrontEnd
  private var kept: [[PlacedInput]?] = []
  private var places: [[UInt8]: Int] = [:]

  /// Those that can be used, in the order they were given.
  private(set) var usable: [DataSet.Example] = []
  /// The fingerprints of what they hold, in the same order; empty where not asked for.
  private(set) var contents: [Fingerprint] = []
  /// The others, with the reason.
  private(set) var leftOut: [LeftOut] = []

  /// - Parameters:
  ///   - fingerprints: whether to look at what the items hold, where the examples do not say.
  ///   - isStrict: whether an item that cannot be used is thrown instead of left out.
  ///   - budget: how many numbers are kept; 2²⁸ are 1 GiB.
  /// - Throws: `UnusableItem`, the first in the order of the examples.
  init(
    _ examples: [DataSet.Example], _ frontEnd: ModelFrontEnd, fingerprints: Bool = false,
    isStrict: Bool = false, budget: Int = 1 << 28
  ) throws {
    self.frontEnd = frontEnd
    var left = budget
    for example in examples {
      do {
        let inputs = try frontEnd.inputs(of: example.item)
        if fingerprints {
          contents.append(try example.fingerprint ?? example.item.fingerprint())
        }
        let count = inputs.reduce(0) { $0 + $1.input.valueCount }
        kept.append(count <= left ? inputs : nil)
        if count <= left { left -= count }
        places[Array(example.name.utf8)] = usable.count
        usable.append(example)
      } catch let error as any ReportableError {
        let name = FileName.printable(example.name)
        if isStrict {
          throw UnusableItem(name: name, reason: error.description, category: error.category)
        }
        leftOut.append(LeftOut(name: name, reason: error.description))
      }
    }
  }

  /// Those of the examples that can be used, in their order.
  func source(_ examples: [DataSet.Example]) -> ItemSource {
    // By the bytes of the names: two may be the same text to Unicode.
    let found = examples.compactMap { example in
      places[Array(example.name.utf8)].map { (example, place: $0) }
    }
    return ItemSource(examples: found.map(\.0), places: found.map(\.place), items: self)
  }

  func inputs(at place: Int) throws -> [PlacedInput] {
    try kept[place] ?? frontEnd.inputs(of: usable[place].item)
  }
}

/// Some of the decoded items, as training asks for them.
struct ItemSource: ExampleSource {
  fileprivate let examples: [DataSet.Example]
  fileprivate let places: [Int]
  fileprivate let items: DecodedItems

  var count: Int { examples.count }
  func label(of index: Int) -> Int { examples[index].label }
  func name(of index: Int) -> String { FileName.printable(examples[index].name) }

  func inputs(of index: Int, epoch: Int) throws -> [PlacedInput] {
    // AUGMENTATION: where `epoch` is above 0, the inputs are varied here, by
    // RandomStream(seed:, purpose: .augmentation, epoch: epoch, item: index).
    try items.inputs(at: places[index])
  }
}

/// An item that cannot be used, where none may be left out.
public struct UnusableItem: ReportableError, Equatable {
  public let name: String
  public let reason: String
  public let category: ErrorCategory

  public var description: String {
    "“\(name)” cannot be used, and nothing is to be left out. \(reason)"
  }
}

extension Item {
  /// The most bytes of a file that are looked at for a fingerprint: more than any front end reads.
  private static let longest = 1 << 31

  /// The fingerprint of the bytes that it holds.
  fileprivate func fingerprint() throws -> Fingerprint {
    switch self {
    case .file(let path): Fingerprint(try BoundedFile.read(path: path, limit: Self.longest)[...])
    case .text(let text): Fingerprint(Array(text.utf8)[...])
    case .array(let array): Fingerprint(Array("\(array.shape)".utf8)[...], array.bytes)
    }
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
