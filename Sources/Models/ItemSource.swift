import ConvKitCore
import ConvKitFiles
import ConvKitTraining

/// Items through a front end, each read once, on all threads, which finds those that cannot be used.
///
/// What fits into the budget is kept; the rest is read again each time it is asked for.
struct DecodedItems: Sendable {
  fileprivate let frontEnd: ModelFrontEnd
  private let withSource: Bool
  private var kept: [DecodedItem?] = []
  private var places: [[UInt8]: Int] = [:]
  /// Whether none is read again.
  fileprivate private(set) var keepsAll = true

  /// Those that can be used, in the order they were given.
  private(set) var usable: [DataSet.Example] = []
  /// The names of the others, with the reason.
  private(set) var unusable: [(name: String, reason: String)] = []

  /// How many numbers may have been decoded that are not counted yet; 2²⁴ are 64 MiB.
  private static let numbersAtOnce = 1 << 24

  /// - Parameters:
  ///   - withSource: whether versions of them are made; see `ModelAugmentation.needsSource`.
  ///   - isStrict: whether an item that cannot be used is thrown instead of left out.
  ///   - budget: how many numbers are kept; 2²⁸ are 1 GiB.
  ///   - threads: nil for one a core.
  ///   - report: is told how many are done; what it throws stops the reading.
  /// - Throws: `UnusableItem`, the first in the order of the examples.
  init(
    _ examples: [DataSet.Example], _ frontEnd: ModelFrontEnd, withSource: Bool = false,
    isStrict: Bool = false, budget: Int = 1 << 28, threads: Int? = nil,
    report: (Int) throws -> Void = { _ in }
  ) throws {
    self.frontEnd = frontEnd
    self.withSource = withSource
    var left = budget
    try frontEnd.forEachDecoded(
      examples.map(\.item), withSource: withSource,
      by: Workers(count: threads ?? Workers.availableCount), numbersAtOnce: Self.numbersAtOnce
    ) { index, found in
      try report(index)
      let example = examples[index]
      do {
        let item = try found.get()
        let count = item.valueCount
        kept.append(count <= left ? item : nil)
        if count <= left { left -= count } else { keepsAll = false }
        places[Array(example.name.utf8)] = usable.count
        usable.append(example)
      } catch let error as any ReportableError {
        if isStrict {
          throw UnusableItem(
            name: FileName.printable(example.name), reason: error.descriptionWithoutName,
            category: error.category)
        }
        unusable.append((example.name, error.descriptionWithoutName))
      }
    }
  }

  /// Those of the examples that can be used, in their order.
  func source(
    _ examples: [DataSet.Example], variedBy augmentation: ModelAugmentation = .none,
    seed: UInt64 = 0
  ) -> ItemSource {
    // By the bytes of the names: two may be the same text to Unicode.
    let found = examples.compactMap { example in
      places[Array(example.name.utf8)].map { (example, place: $0) }
    }
    return ItemSource(
      examples: found.map(\.0), places: found.map(\.place), items: self,
      augmentation: augmentation, seed: seed)
  }

  /// Positions of the first input; 0 of an item that is not kept.
  fileprivate func length(at place: Int) -> Int {
    kept[place]?.inputs.first?.input.extent.reduce(1, *) ?? 0
  }

  fileprivate func item(at place: Int) throws -> DecodedItem {
    try kept[place] ?? frontEnd.decoded(usable[place].item, withSource: withSource)
  }
}

/// Some of the decoded items, as training asks for them.
struct ItemSource: ParallelExampleSource {
  fileprivate let examples: [DataSet.Example]
  fileprivate let places: [Int]
  fileprivate let items: DecodedItems
  fileprivate let augmentation: ModelAugmentation
  fileprivate let seed: UInt64

  var count: Int { examples.count }
  func label(of index: Int) -> Int { examples[index].label }
  func name(of index: Int) -> String { FileName.printable(examples[index].name) }

  func length(of index: Int) -> Int { items.length(at: places[index]) }

  func takesWork(epoch: Int) -> Bool { !items.keepsAll || epoch > 0 && augmentation != .none }

  func inputs(of index: Int, epoch: Int) throws -> [PlacedInput] {
    let item = try items.item(at: places[index])
    guard epoch > 0 else { return item.inputs }
    var random = RandomStream(seed: seed, purpose: .augmentation, epoch: epoch, item: index)
    return augmentation.varied(item, by: items.frontEnd) {
      RandomStream(seed: random.next(), purpose: .augmentation, epoch: epoch, item: index)
    }
  }
}

/// An item that cannot be used, where none may be left out.
public struct UnusableItem: ReportableError, Equatable {
  public let name: String
  public let reason: String
  public let category: ErrorCategory

  public init(name: String, reason: String, category: ErrorCategory) {
    self.name = name
    self.reason = reason
    self.category = category
  }

  public var description: String {
    "“\(name)” cannot be used, and nothing is to be left out: \(reason)"
  }
}
