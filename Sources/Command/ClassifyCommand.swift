import ArgumentParser
import ConvKit
import ConvKitDrawing

/// `convkit classify`: labels for new files.
struct ClassifyCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Says what files show.",
    discussion: """
      Prints a line for each input: its path, the label and how sure the model is of it, with tabs \
      between them. An input that cannot be read is named, and the others are answered.

      Example:
        convkit classify xo.convkit drawing.png --stages stages
      """)

  @Argument(help: ArgumentHelp("A file that `convkit train` has written.", valueName: "MODEL"))
  var model: String

  @Argument(help: ArgumentHelp("Files to be labelled.", valueName: "INPUT"))
  var inputs: [String]

  @Option(
    help: ArgumentHelp(
      "The K likeliest labels; 0 for all. (default: 1, with --json 5)", valueName: "K"))
  var top: Int?

  @Option(
    help: ArgumentHelp(
      "Draws every stage that an input goes through, as PNG files and an index.html.",
      valueName: "DIR"))
  var stages: String?

  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    if let top {
      try require(top >= 0, "--top", received: top, allowed: "a number from 1, or 0 for all")
    }
  }

  func run() throws {
    let model = try Model.read(path: model)
    let classifier = try Classifier(model, keepsEveryMap: stages != nil)
    let count = top ?? (json ? 5 : 1)
    var failures: SomeInputsFailed?
    var drawn: [(input: String, folder: String)] = []
    if let stages { try Folder.make(stages) }

    try classifier.classify(inputs.map { .file($0) }) { number, found in
      let input = inputs[number]
      do {
        let scores = try found.get()
        let best = count == 0 ? scores : Array(scores.prefix(count))
        if json {
          try StandardOutput.writeJSON(
            Answer(input: input, label: scores.first?.label ?? "", scores: best))
        } else {
          StandardOutput.writeLine(Self.line(input, best))
        }
        try StandardOutput.flush()
      } catch let error as OutputError {
        throw error
      } catch let error as any ReportableError {
        // The sentence names the file.
        StandardError.writeLine("\(StandardError.errorPrefix) \(error.description)")
        let status = ExitStatus(error.category)
        if failures == nil { failures = SomeInputsFailed(status) } else { failures?.add(status) }
        return
      }
      if let stages {
        let folder = inputs.count == 1 ? "" : "\(number + 1)"
        try draw(input, classifier, in: FileName.join(stages, folder))
        drawn.append((input, folder))
      }
    }
    if let stages, !drawn.isEmpty {
      if inputs.count > 1 { try StagePictures.writeContents(of: drawn, to: stages) }
      StandardError.writeLine(
        "The stages are in \(FileName.printable(FileName.join(stages, "index.html")))")
    }
    if let failures { throw failures }
  }

  private func draw(_ input: String, _ classifier: Classifier, in folder: String) throws {
    let pictures = StagePictures(try classifier.stages(of: .file(input)), title: input)
    try Signals.uninterrupted {
      try Folder.make(folder)
      try pictures.write(to: folder) { try Signals.checkInterruption() }
    }
  }

  /// The object that `--json` prints for an input.
  private struct Answer: Encodable {
    let input: String
    let label: String
    let scores: [Classifier.Score]
  }

  /// The path, then a label and its probability for each of the likeliest.
  private static func line(_ input: String, _ scores: [Classifier.Score]) -> String {
    ([FileName.printable(input)]
      + scores.map {
        "\(FileName.printable($0.label))\t\(fixedPoint($0.score, places: 4))"
      }).joined(separator: "\t")
  }
}
