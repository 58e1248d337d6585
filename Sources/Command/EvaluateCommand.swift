import ArgumentParser
import ConvKit

/// `convkit evaluate`: how well a model answers.
struct EvaluateCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Says how well a model answers for labelled files.",
    discussion: """
      DATA is what `convkit train` takes; where it has a test part, given or selected by --test as \
      it was for `train`, that part is evaluated. A share is that of the model's seed. The columns of a \
      table may be in another order, and others may be among them; its labels are in the column that the \
      model learned.

      Example:
        convkit evaluate xo.convkit fresh/
      """)

  @Argument(help: ArgumentHelp("A file that `convkit train` has written.", valueName: "MODEL"))
  var model: String

  @Argument(help: ArgumentHelp("Labelled files.", valueName: "DATA"))
  var data: String

  @OptionGroup
  var options: DataOptions

  @Flag(help: "The first thing that cannot be used is an error.")
  var strict = false

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let model = try Model.read(path: model)
    let options = testOptions(for: model.record.options.seed)
    let dataSet: DataSet
    if case .table(let frontEnd) = model.frontEnd {
      dataSet = try options.read(data, as: frontEnd, for: .evaluation)
    } else {
      dataSet = try options.read(data, for: .evaluation)
    }
    let total = dataSet.evaluated.count
    let bar = ProgressBar(isQuiet: quiet)
    defer { bar.clear() }
    let found = try Classifier(model).evaluate(dataSet, strict: strict) { done in
      bar.show(done: done, of: total, "examples")
    }
    bar.clear()
    for item in found.skipped { item.report() }
    for label in found.added {
      StandardError.writeLine(
        "\(StandardError.warningPrefix) the data have the label “\(FileName.printable(label))”, which "
          + "the model does not know.")
    }
    guard found.evaluation.examples > 0 else {
      throw NothingToEvaluate(path: data, skipped: found.skipped.count)
    }
    for label in found.lacking {
      StandardError.writeLine(
        "\(StandardError.warningPrefix) there is no example of the label "
          + "“\(FileName.printable(label))”, which the model knows.")
    }
    let report = EvaluationReport(
      found.evaluation, labels: model.labels, skipped: found.skipped.count)
    if json {
      try StandardOutput.writeJSON(report)
    } else {
      StandardOutput.write(report.text)
    }
  }
}

extension EvaluateCommand {
  /// The options with the seed by which a training has kept its share of test examples.
  private func testOptions(for modelSeed: UInt64) -> DataOptions {
    var options = options
    options.seed = options.seed ?? modelSeed
    if case .share = options.test?.kind, options.seed != modelSeed {
      StandardError.writeLine(
        "\(StandardError.warningPrefix) the model was trained with --seed \(modelSeed): another seed "
          + "takes other examples, and it may have learned from these. Leave out --seed.")
    }
    return options
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
