import ConvKit

/// How well a model answers, as one JSON object or as text.
struct EvaluationReport: Encodable {
  struct Label: Encodable {
    let label: String
    let precision: Double
    let recall: Double
    let f1: Double
    let support: Int
  }

  let accuracy: Double
  let loss: Double
  let examples: Int
  let skipped: Int
  let labels: [String]
  /// Rows are the truth.
  let confusion: [[Int]]
  let perLabel: [Label]

  init(_ evaluation: Evaluation, labels: [String], skipped: Int) {
    accuracy = evaluation.accuracy
    loss = evaluation.loss
    examples = evaluation.examples
    self.skipped = skipped
    self.labels = labels
    confusion = evaluation.confusion
    perLabel = zip(labels, evaluation.perLabel).map {
      Label(
        label: $0, precision: $1.precision, recall: $1.recall, f1: $1.f1, support: $1.support)
    }
  }

  /// More labels than this make a confusion table wider than a screen.
  private static let widestConfusion = 12

  var text: String {
    """
    accuracy  \(Formatting.percent(accuracy))
    loss      \(Formatting.loss(loss))
    examples  \(Formatting.grouped(examples)), \(Formatting.grouped(skipped)) skipped


    """ + tables
  }

  /// Precision, recall and F1 of each label, and which was taken for which.
  var tables: String {
    var table = TextTable([
      ("label", .left), ("precision", .right), ("recall", .right), ("F1", .right),
      ("examples", .right),
    ])
    for label in perLabel {
      table.add([
        FileName.printable(label.label), Formatting.percent(label.precision),
        Formatting.percent(label.recall), Formatting.percent(label.f1),
        Formatting.grouped(label.support),
      ])
    }
    guard labels.count <= Self.widestConfusion else { return table.text }
    let names = labels.map(FileName.printable)
    var answers = TextTable([("truth \\ answer", .left)] + names.map { ($0, .right) })
    for (name, row) in zip(names, confusion) { answers.add([name] + row.map(Formatting.grouped)) }
    return table.text + "\n" + answers.text
  }
}
