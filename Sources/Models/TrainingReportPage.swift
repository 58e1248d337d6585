import ConvKitCore
import ConvKitDrawing
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// What came of a training, as one HTML file that opens anywhere: pictures and curves are inside, and
/// it asks for nothing from elsewhere.
///
/// It holds no times, so that the same training gives the same page.
public struct TrainingReportPage: Sendable {
  private let record: TrainingRecord
  private let labels: [String]
  private let summary: NetworkSummary?
  private let evaluation: Evaluation?
  private let mistakes: [Mistake]
  private let leftOut: [LeftOut]
  private let title: String
  private let frontEnd: ModelFrontEnd

  /// More mistakes than these are not shown: nobody looks at them.
  static let mostMistakes = 60
  /// Of many labels, those are shown first that were told from the others worst.
  private static let mostLowest = 10

  /// - Parameters:
  ///   - summary: the layers of the network, to be listed.
  ///   - evaluation: of the best epoch's values, on the validation examples; nil where there are none.
  ///   - mistakes: the worst first.
  ///   - leftOut: files that could not be used.
  ///   - title: what the model is called. A path would make the page depend on where it lies.
  ///   - frontEnd: what made the mistakes' inputs.
  /// - Precondition: the evaluation and the mistakes are of as many labels as `labels` has.
  public init(
    record: TrainingRecord, labels: [String], summary: NetworkSummary? = nil,
    evaluation: Evaluation?, mistakes: [Mistake], leftOut: [LeftOut], title: String,
    frontEnd: ModelFrontEnd
  ) {
    self.record = record
    self.labels = labels
    self.summary = summary
    self.evaluation = evaluation
    self.mistakes = mistakes
    self.leftOut = leftOut
    self.title = title
    self.frontEnd = frontEnd
  }

  /// Writes the page; an earlier file is replaced as a whole.
  ///
  /// - Throws: `FileError`, `PictureError`.
  public func write(to path: String) throws {
    try AtomicFile.write(Array(html.utf8), to: path)
  }

  /// The page.
  ///
  /// - Throws: `PictureError`.
  public var html: String {
    get throws {
      HTMLPage(
        title: FileName.printable(title), style: Self.style + ConfusionTable.style,
        body: try [
          learned, curves, network, perLabel, confusion, worstMistakes, unusedFiles,
        ].joined()
      ).html
    }
  }

  private static let style = """
    svg { max-width: 100%; height: auto; }
    .curves, .mistakes { display: flex; flex-wrap: wrap; gap: 1em; }
    details { margin: 1em 0; }
    figure { margin: 0; width: 11em; font-size: 0.85em; }
    figure img { width: 100%; }
    figcaption { overflow-wrap: anywhere; }
    figcaption span { white-space: nowrap; }
    details li { overflow-wrap: anywhere; }
    .large { font-size: 1.25em; }

    """

  // What was learned

  private var learned: String {
    let best = record.history.first { $0.epoch == record.bestEpoch }
    let accuracy = best.map { best in
      best.validationAccuracy.map { "<b>\(NumberText.percent($0))</b> of the validation examples" }
        ?? "<b>\(NumberText.percent(best.trainingAccuracy))</b> of the training examples, while it was learning"
    }
    let names = labels.map { "<li>\(HTMLPage.text($0))</li>" }.joined()
    let list =
      labels.count > ConfusionTable.mostColumns
      ? "<details><summary>Its \(labels.count) labels</summary><ul>\(names)</ul></details>"
      : "<p>Its labels: \(labels.map { "<b>\(HTMLPage.text($0))</b>" }.joined(separator: ", "))</p>"
    let options = TrainingWords(record).rows.map {
      "<tr><th class=\"name\">\($0.name)</th><td class=\"name\">\(HTMLPage.text($0.value))</td></tr>"
    }.joined(separator: "\n")
    return """
      <h2>What was learned</h2>
      <p class="large">\(labels.count) labels from \(NumberText.count(record.trainingExamples, "example"))\
      \(accuracy.map { "; right for \($0)" } ?? "").</p>
      \(list)
      <table>
      \(options)
      </table>

      """
  }

  // Curves

  private var curves: String {
    let history = record.history
    func points(_ value: (EpochResult) -> Double?) -> [LinePlot.Point] {
      history.compactMap { result in value(result).map { .init(Double(result.epoch), $0) } }
    }
    func plot(
      _ name: String, _ training: (EpochResult) -> Double?, _ validation: (EpochResult) -> Double?
    ) -> String {
      let validated = points(validation)
      return LinePlot(
        title: name, x: .init("epoch", isWhole: true), y: .init(name),
        series: [.init("training, while learning", points(training))]
          + (validated.isEmpty ? [] : [.init("validation, after the epoch", validated)]),
        mark: .init(x: Double(record.bestEpoch), "kept: epoch \(record.bestEpoch)")
      ).svg(width: 530, height: 340)
    }
    return """
      <h2>Curves</h2>
      <div class="curves">
      \(plot("loss", \.trainingLoss, \.validationLoss))\
      \(plot(
        "accuracy, %", { $0.trainingAccuracy * 100 },
        { $0.validationAccuracy.map { $0 * 100 } }))
      </div>

      """
  }

  // Network

  private var network: String {
    guard let summary else { return "" }
    let rows = summary.layers.map { layer in
      let shape = layer.shape.map(String.init).joined(separator: " × ")
      return "<tr><td class=\"name\">\(HTMLPage.text(layer.name))</td><td>\(shape)</td>"
        + "<td>\(NumberText.grouped(layer.parameters))</td><td>\(NumberText.grouped(layer.multiplyAdds))</td></tr>"
    }.joined(separator: "\n")
    return """
      <h2>Network</h2>
      <div class="wide"><table>
      <tr><th class="name">layer</th><th>output</th><th>parameters</th><th>multiply-adds</th></tr>
      \(rows)
      <tr><th class="name">all</th><th></th><th>\(NumberText.grouped(summary.total.parameters))</th>\
      <th>\(NumberText.grouped(summary.total.multiplyAdds))</th></tr>
      </table></div>

      """
  }

  // By label

  private var perLabel: String {
    guard let evaluation, evaluation.examples > 0 else {
      return """
        <h2>By label</h2>
        <p>Nothing was kept to validate on, so there is nothing to say by label. Evaluate the model \
        on examples that it has not seen.</p>

        """
    }
    let scores = evaluation.perLabel
    let all = table(labels.indices, of: scores)
    var tables = all
    if labels.count > ConfusionTable.mostColumns {
      // Equal ones in the order of the labels.
      let lowest = labels.indices.sorted { (scores[$0].f1, $0) < (scores[$1].f1, $1) }
      tables = """
        <p>The \(Self.mostLowest) labels with the lowest F1:</p>
        \(table(lowest.prefix(Self.mostLowest), of: scores))\
        <details><summary>All \(labels.count) labels</summary>
        \(all)</details>

        """
    }
    return """
      <h2>By label</h2>
      <p>On \(NumberText.count(evaluation.examples, "validation example")): accuracy \
      \(NumberText.percent(evaluation.accuracy)), loss \(fixedPoint(evaluation.loss, places: 4)). \
      Precision is the share of right ones among the examples that were given a label, recall the \
      share of a label's examples that were given it, F1 the harmonic mean of both.</p>
      \(tables)
      """
  }

  private func table(_ chosen: some Sequence<Int>, of scores: [Evaluation.PerLabel]) -> String {
    let rows = chosen.map { label in
      let own = scores[label]
      return "<tr><td class=\"name\">\(HTMLPage.text(labels[label]))</td>"
        + [own.precision, own.recall, own.f1].map { "<td>\(NumberText.percent($0))</td>" }.joined()
        + "<td>\(own.support)</td></tr>"
    }.joined(separator: "\n")
    return """
      <div class="wide"><table>
      <tr><th class="name">label</th><th>precision</th><th>recall</th><th>F1</th><th>examples</th></tr>
      \(rows)
      </table></div>

      """
  }

  private var confusion: String {
    guard let evaluation, evaluation.examples > 0 else { return "" }
    return "<h2>Confusion matrix</h2>\n"
      + ConfusionTable(
        counts: evaluation.confusion, labels: labels.map(FileName.printable)
      ).html
  }

  // Mistakes

  private var worstMistakes: String {
    get throws {
      guard let evaluation, evaluation.examples > 0 else { return "" }
      guard !mistakes.isEmpty else {
        let wrong = evaluation.examples - evaluation.correct
        return "<h2>Worst mistakes</h2>\n<p>\(wrong == 0 ? "None." : "\(wrong), not shown.")</p>\n"
      }
      let figures = try mistakes.prefix(Self.mostMistakes).map(figure).joined(separator: "\n")
      return """
        <h2>Worst mistakes</h2>
        <p>What the network saw of them; those first whose right label it held for the least \
        likely.</p>
        <div class="mistakes">
        \(figures)
        </div>

        """
    }
  }

  private func figure(_ mistake: Mistake) throws -> String {
    let name = HTMLPage.text(mistake.name)
    let picture = try picture(of: mistake.input).map { picture in
      let data = base64(try picture.png())
      return "<img src=\"data:image/png;base64,\(data)\" width=\"\(picture.width)\" "
        + "height=\"\(picture.height)\" alt=\"\(name)\">"
    }
    func label(_ index: Int, _ score: Float) -> String {
      "<b>\(HTMLPage.text(labels[index]))</b> "
        + "<span>(\(NumberText.percent(Double(score))))</span>"
    }
    return """
      <figure>\(picture ?? "")<figcaption>\(name)<br>\
      is \(label(mistake.truth, mistake.truthScore))<br>\
      answered \(label(mistake.answer, mistake.score))</figcaption></figure>
      """
  }

  /// What people can see of an input; nil for text.
  private func picture(of input: Input) -> Picture? {
    guard case .values(let values) = input.content else { return nil }
    let content = frontEnd.content(of: values)
    if case .picture(let picture) = content { return picture }
    return StagePictures.picture(of: Stage(name: "input", shape: values.shape, content: content))
  }

  // Files

  private var unusedFiles: String {
    guard !leftOut.isEmpty else { return "" }
    let items = leftOut.map {
      "<li><b>\(HTMLPage.text($0.name))</b>: \(HTMLPage.text($0.reason))</li>"
    }.joined(separator: "\n")
    return """
      <h2>Files that could not be used</h2>
      <details><summary>\(NumberText.count(leftOut.count, "file")), with the reason</summary>
      <ul>
      \(items)
      </ul>
      </details>

      """
  }
}
