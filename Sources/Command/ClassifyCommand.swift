import ArgumentParser
import ConvKit
import ConvKitDrawing

/// `convkit classify`: labels for new files.
struct ClassifyCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Says what files show, or what texts are about.",
    discussion: """
      Prints a line for each input: its path, the label and how sure the model is of it, with tabs \
      between them. An input that cannot be read is named, and the others are answered.

      An input is a file, and for a model of texts the text itself: - reads a text from every line of \
      the standard input as they come, and with --file inputs are files that hold one text each.

      Example:
        convkit classify xo.convkit drawing.png --stages stages
        convkit classify messages.convkit "where is my parcel" --why
      """)

  @Argument(help: ArgumentHelp("A file that `convkit train` has written.", valueName: "MODEL"))
  var model: String

  @Argument(help: ArgumentHelp("Files or texts to be labelled.", valueName: "INPUT"))
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

  @Flag(
    help: """
      A line for every part of a long recording, with its time in seconds, before the whole's.
      """)
  var windows = false

  @Flag(help: "Texts are read from files.")
  var file = false

  @Option(help: "How the files and lines of texts are encoded.")
  var encoding = TextEncoding.utf8

  @Flag(
    help: "Says of a text which runs of tokens had features that voted most for the answer.")
  var why = false

  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    if let top {
      try require(top >= 0, "--top", received: top, allowed: "a number from 1, or 0 for all")
    }
  }

  func run() throws {
    let model = try Model.read(path: model)
    if model.frontEnd.kind == .text {
      var answers = try TextAnswers(of: model, self)
      try answers.run()
      return
    }
    guard !file, !why else {
      throw ValidationError(
        "\(file ? "--file" : "--why") is for models of texts, and this is one of kind "
          + "\(model.frontEnd.kind.rawValue); leave it out.")
    }
    let classifier = try Classifier(model, keepsEveryMap: stages != nil)
    var failures: SomeInputsFailed?
    var drawn: [(input: String, folder: String)] = []
    if let stages { try Folder.make(stages) }

    func take(_ number: Int, _ found: Result<[Classifier.Score], any Error>) throws {
      let input = inputs[number]
      do {
        let scores = try found.get()
        try tell(input, nil, scores)
        if let conversion = model.frontEnd.conversion(of: .file(input)) {
          StandardError.writeLine("“\(FileName.printable(input))” \(conversion).")
        }
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
    if windows {
      for (number, input) in inputs.enumerated() {
        let found = Result {
          try classifier.classify(.file(input)) { place, scores in
            // A picture is one part without a time: the whole's line says it all.
            if let place { try tell(input, place, scores) }
          }
        }
        try take(number, found)
      }
    } else {
      try classifier.classify(inputs.map { .file($0) }, take)
    }
    if let stages, !drawn.isEmpty {
      if inputs.count > 1 { try StagePictures.writeContents(of: drawn, to: stages) }
      StandardError.writeLine(
        "The stages are in \(FileName.printable(FileName.join(stages, "index.html")))")
    }
    if let failures { throw failures }
  }

  /// Prints the answer for an input, or for a part of one.
  private func tell(
    _ input: String, _ place: ClosedRange<Double>?, _ scores: [Classifier.Score]
  ) throws {
    try write(input, place, scores)
    try StandardOutput.flush()
  }

  /// The same, to be flushed.
  func write(
    _ input: String, _ place: ClosedRange<Double>?, _ scores: [Classifier.Score],
    why: [Classifier.Reason]? = nil
  ) throws {
    let count = top ?? (json ? 5 : 1)
    let best = count == 0 ? scores : Array(scores.prefix(count))
    if json {
      try StandardOutput.writeJSON(
        Answer(
          input: input, start: place?.lowerBound, end: place?.upperBound,
          label: scores.first?.label ?? "", scores: best, why: why))
      return
    }
    StandardOutput.writeLine(Self.line(input, place, best))
    for reason in why ?? [] {
      let sign = reason.votes < 0 ? "" : "+"
      StandardOutput.writeLine(
        "  \(sign)\(fixedPoint(reason.votes, places: 2))\t\(FileName.printable(reason.text))")
    }
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
    /// Of a part of the input, in seconds.
    let start, end: Double?
    let label: String
    let scores: [Classifier.Score]
    let why: [Classifier.Reason]?
  }

  /// The path, the part's time where it is of one, then a label and its probability for each of the
  /// likeliest.
  private static func line(
    _ input: String, _ place: ClosedRange<Double>?, _ scores: [Classifier.Score]
  ) -> String {
    let time = place.map {
      "\(fixedPoint($0.lowerBound, places: 2))-\(fixedPoint($0.upperBound, places: 2))"
    }
    return
      ([FileName.printable(input)] + (time.map { [$0] } ?? [])
      + scores.map {
        "\(FileName.printable($0.label))\t\(fixedPoint($0.score, places: 4))"
      }).joined(separator: "\t")
  }
}
