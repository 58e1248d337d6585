import ArgumentParser
import ConvKit

/// `convkit evaluate`: how well a model answers.
struct EvaluateCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Says how well a model answers for labelled files.",
    discussion: """
      DATA is what `convkit train` takes; where it has a part test/, that part is evaluated.

      Example:
        convkit evaluate xo.convkit fresh/
      """)

  @Argument(help: ArgumentHelp("A file that `convkit train` has written.", valueName: "MODEL"))
  var model: String

  @Argument(help: ArgumentHelp("Labelled files.", valueName: "DATA"))
  var data: String

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let model = try Model.read(path: model)
    let dataSet = try DataSet.read(data, for: .evaluation)
    let total = dataSet.evaluated.count
    let bar = ProgressBar(isQuiet: false)
    defer { bar.clear() }
    let found = try Classifier(model).evaluate(dataSet) { done in
      bar.show(done: done, of: total, "examples")
    }
    bar.clear()
    let leftOut = LeftOutReport()
    found.skipped.forEach(leftOut.add)
    leftOut.close()
    for label in found.lacking {
      StandardError.writeLine(
        "\(StandardError.warningPrefix) there is no example of \(FileName.printable(label)).")
    }
    guard found.evaluation.examples > 0 else {
      throw NothingToEvaluate(path: data, skipped: found.skipped.count)
    }
    if json {
      try StandardOutput.writeJSON(Report(found, labels: model.labels))
    } else {
      StandardOutput.write(Self.text(found, labels: model.labels))
    }
  }

  /// The object that `--json` prints.
  private struct Report: Encodable {
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

    init(_ found: Classifier.Assessment, labels: [String]) {
      accuracy = found.evaluation.accuracy
      loss = found.evaluation.loss
      examples = found.evaluation.examples
      skipped = found.skipped.count
      self.labels = labels
      confusion = found.evaluation.confusion
      perLabel = zip(labels, found.evaluation.perLabel).map {
        Label(
          label: $0, precision: $1.precision, recall: $1.recall, f1: $1.f1, support: $1.support)
      }
    }
  }

  /// More labels than this make a confusion table wider than a screen.
  private static let widestConfusion = 12

  static func text(_ found: Classifier.Assessment, labels: [String]) -> String {
    let evaluation = found.evaluation
    let names = labels.map(FileName.printable)
    var text = """
      accuracy  \(Formatting.percent(evaluation.accuracy))
      loss      \(Formatting.loss(evaluation.loss))
      examples  \(Formatting.grouped(evaluation.examples)), \
      \(Formatting.grouped(found.skipped.count)) skipped


      """
    var table = TextTable([
      ("label", .left), ("precision", .right), ("recall", .right), ("F1", .right),
      ("examples", .right),
    ])
    for (name, label) in zip(names, evaluation.perLabel) {
      table.add([
        name, Formatting.percent(label.precision), Formatting.percent(label.recall),
        Formatting.percent(label.f1), Formatting.grouped(label.support),
      ])
    }
    text += table.text
    guard labels.count <= widestConfusion else { return text }
    var confusion = TextTable([("truth \\ answer", .left)] + names.map { ($0, .right) })
    for (name, row) in zip(names, evaluation.confusion) {
      confusion.add([name] + row.map(Formatting.grouped))
    }
    return text + "\n" + confusion.text
  }
}

/// None of the data could be used.
struct NothingToEvaluate: ReportableError {
  let path: String
  let skipped: Int
  var category: ErrorCategory { .badData }
  var description: String {
    "“\(FileName.printable(path))” holds nothing to evaluate: all of its "
      + "\(Formatting.count(skipped, "file")) had to be left out. Mend what is named above."
  }
}
