import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// The whole way from a raw file to a label.
public final class Classifier {
  public let model: Model
  let runner: NetworkRunner
  private let threads: Int?

  /// - Parameters:
  ///   - threads: nil for one a core.
  ///   - keepsEveryMap: whether `stages` can be asked for.
  public init(_ model: Model, threads: Int? = nil, keepsEveryMap: Bool = false) throws {
    self.model = model
    self.threads = threads
    runner = try NetworkRunner(
      model.compiled(), values: model.values, threads: threads, keepsEveryMap: keepsEveryMap)
  }

  /// A label and how sure the model is of it.
  public struct Score: Codable, Equatable, Sendable {
    public let label: String
    /// A probability; those of all labels add up to 1.
    public let score: Float
  }

  /// Every label with its score, the highest first; equal scores in the order of the labels.
  ///
  /// The scores of an item that the network sees in several parts, such as a long recording, are those of
  /// the mean of the parts' votes. It is read as it is answered, so its length costs time alone.
  ///
  /// - Parameter part: called with every part's place in the item, in seconds, and its own scores. What it
  ///   throws ends the work.
  /// - Throws: a `ReportableError` that says what is wrong with the item.
  public func classify(
    _ item: Item,
    part: (_ place: ClosedRange<Double>?, _ scores: [Score]) throws -> Void = { _, _ in }
  ) throws -> [Score] {
    var mean = VoteMean()
    var waiting: [PlacedInput] = []
    func answerWaiting() throws {
      let scores = try runner.scores(of: waiting.map(\.input))
      for (placed, votes) in zip(waiting, scores) {
        mean.add(votes)
        try part(placed.place, try answer(item, votes))
      }
      waiting.removeAll(keepingCapacity: true)
    }
    // Maps that are kept are kept of all that are scored together.
    let atOnce = runner.keepsEveryMap ? 1 : inputsAtOnce
    try model.frontEnd.forEachInput(of: item) { placed in
      waiting.append(placed)
      if waiting.count >= atOnce { try answerWaiting() }
    }
    if !waiting.isEmpty { try answerWaiting() }
    return try answer(item, mean.votes)
  }

  /// Answers for many items as `classify(_:)` does for each. They are decoded on all threads.
  ///
  /// - Parameter each: called in the order of the items, with an item's place and its scores or what
  ///   is wrong with it. What it throws ends the work.
  public func classify(
    _ items: [Item], _ each: (_ index: Int, _ scores: Result<[Score], any Error>) throws -> Void
  ) throws {
    let frontEnd = model.frontEnd
    let atOnce = runner.keepsEveryMap ? 1 : inputsAtOnce
    try runner.workers.runInOrder(items: items.count, atOnce: atOnce) { index in
      Result { try frontEnd.fewInputs(of: items[index]) }
    } take: { places, found in
      let inputs = found.map { (try? $0.get()) ?? [] }
      // Where one of them cannot be scored, each is on its own.
      let together = try? runner.scores(of: inputs.flatMap(\.self))
      var first = 0
      for (place, (inputs, found)) in zip(places, zip(inputs, found)) {
        let scores = together?[first..<first + inputs.count]
        first += inputs.count
        try each(
          place,
          found.flatMap { few in
            Result {
              guard few != nil else { return try classify(items[place]) }
              var mean = VoteMean()
              for votes in try scores.map(Array.init) ?? runner.scores(of: inputs) {
                mean.add(votes)
              }
              return try answer(items[place], mean.votes)
            }
          })
      }
    }
  }

  /// Items that are answered together: enough to keep every core busy.
  private static let itemsAtOnce = 256

  /// How many numbers they may have been decoded to; 2²⁴ are 64 MiB.
  private static let numbersAtOnce = 1 << 24

  private var inputsAtOnce: Int {
    min(Self.itemsAtOnce, model.frontEnd.itemsAtOnce(runner.workers, numbers: Self.numbersAtOnce))
  }

  private func answer(_ item: Item, _ votes: [Float]) throws -> [Score] {
    guard votes.allSatisfy({ $0.isFinite }) else {
      throw TrainingError.scoresNotFinite(example: item.printableName)
    }
    let probabilities = CrossEntropy.softmax(votes)
    return zip(model.labels, probabilities).enumerated().sorted { a, b in
      (b.element.1, a.offset) < (a.element.1, b.offset)
    }.map { Score(label: $0.element.0, score: $0.element.1) }
  }

  /// What an evaluation found.
  public struct Assessment: Sendable {
    public let evaluation: Evaluation
    /// Files that could not be used, with their reasons.
    public let skipped: [LeftOut]
    /// Labels of the evaluated examples that the model does not know; these are among the skipped.
    public let added: [String]
    /// Labels of the model that nothing was evaluated of.
    public let lacking: [String]
  }

  /// How well the model answers for the test part of a data set, or for all of one without parts.
  ///
  /// - Parameters:
  ///   - strict: whether the first item that cannot be used is thrown instead of left out.
  ///   - report: is told how many examples are answered.
  /// - Throws: `UnusableItem`.
  public func evaluate(
    _ data: DataSet, strict: Bool = false, report: (_ examplesDone: Int) -> Void = { _ in }
  ) throws -> Assessment {
    // First the part: where the model knows none of its labels, no other part takes its place.
    let relabelled = data.evaluatedAlone().relabelled(as: model.labels)
    if strict, let first = relabelled.dataSet.leftOut.first {
      throw UnusableItem(name: first.name, reason: first.reason, category: .badData)
    }
    let items = try DecodedItems(
      relabelled.dataSet.evaluated, model.frontEnd, isStrict: strict, threads: threads)
    let source = items.source(items.usable)
    let present = Set(items.usable.map(\.label))
    return Assessment(
      evaluation: try runner.evaluate(source, loss: CrossEntropy(), report: report),
      skipped: relabelled.dataSet.leavingOut(items.unusable).leftOut, added: relabelled.added,
      lacking: model.labels.indices.filter { !present.contains($0) }.map { model.labels[$0] })
  }
}

extension Item {
  /// What to call it when there is something to say about it.
  fileprivate var printableName: String {
    switch self {
    case .file(let path): FileName.printable(path)
    case .text(let text): "“\(text.prefix(40))”"
    case .array(let array): "an array of \(array.shape.map(String.init).joined(separator: "×"))"
    case .row(let cells): "a row of \(cells.count) cells"
    }
  }
}

extension ModelFrontEnd {
  /// An item of more inputs than this is answered on its own.
  private static let few = 16

  /// The inputs of an item, or nil where there are so many that holding those of several items would
  /// take much memory.
  fileprivate func fewInputs(of item: Item) throws -> [Input]? {
    struct Many: Error {}
    var inputs: [Input] = []
    do {
      try forEachInput(of: item) { placed in
        guard inputs.count < Self.few else { throw Many() }
        inputs.append(placed.input)
      }
    } catch is Many {
      return nil
    }
    return inputs
  }
}
