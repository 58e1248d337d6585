import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// The whole way from a raw file to a label.
public final class Classifier {
  public let model: Model
  let runner: NetworkRunner

  /// - Parameters:
  ///   - threads: nil for one a core.
  ///   - keepsEveryMap: whether `stages` can be asked for.
  public init(_ model: Model, threads: Int? = nil, keepsEveryMap: Bool = false) throws {
    self.model = model
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
  /// - Throws: a `ReportableError` that says what is wrong with the item.
  public func classify(_ item: Item) throws -> [Score] {
    let inputs = try model.frontEnd.inputs(of: item).map(\.input)
    let votes = meanScores(try runner.scores(of: inputs))
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
      relabelled.dataSet.evaluated, model.frontEnd, isStrict: strict)
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
    }
  }
}
