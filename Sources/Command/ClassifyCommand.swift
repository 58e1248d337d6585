import ArgumentParser
import ConvKit

/// `convkit classify`: labels for new files.
struct ClassifyCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Says what files show, or what texts are about.",
    discussion: """
      Prints a line for each input: its path, the label and how sure the model is of it, with tabs \
      between them. An input that cannot be read is named, and the others are answered.

      An input is a file, and for a model of texts the text itself: - reads a text from every line of \
      the standard input as they come, and with --file inputs are files that hold one text each. \
      Texts that begin with a dash stand behind --.

      For a model of tables an input is a CSV or TSV file, and every row of it is answered by its line, \
      with or without a column of labels there; - reads one from the standard input.

      Example:
        convkit classify xo.convkit drawing.png --stages stages
        convkit classify messages.convkit "where is my parcel" --why
        convkit classify sensors.convkit fresh.csv
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
      "Draws every stage that an input goes through, as PNG files and an index.html; of tables the "
        + "first row alone.",
      valueName: "DIR"))
  var stages: String?

  @Flag(
    help: """
      A line for every part of a long recording, with its time in seconds, before the whole's.
      """)
  var windows = false

  @Flag(help: "Texts are read from files, one from each.")
  var file = false

  @Option(help: "How tables, and files and lines of texts, are encoded. (default: utf8)")
  var encoding: TextEncoding?

  @Flag(
    help: "Says of a text which runs of tokens had features that voted most for the answer.")
  var why = false

  @OptionGroup
  var tables: TableDataArguments

  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    if let top {
      try require(top >= 0, "--top", received: top, allowed: "a number from 1, or 0 for all")
    }
  }

  func run() throws {
    let model = try Model.read(path: model)
    try requireOptions(of: model.frontEnd.kind)
    if model.frontEnd.kind == .text {
      var answers = try TextAnswers(of: model, self)
      try answers.run()
      return
    }
    if case .table(let frontEnd) = model.frontEnd {
      var answers = try TableAnswers(of: model, frontEnd, self)
      try answers.run()
      return
    }
    let classifier = try Classifier(model, keepsEveryMap: stages != nil)
    var output = output
    var drawn: [(input: String, folder: String)] = []
    if let stages { try Folder.make(stages) }

    func take(_ number: Int, _ found: Result<[Classifier.Score], any Error>) throws {
      let input = inputs[number]
      do {
        try output.write(input, found.get())
        try StandardOutput.flush()
        if let conversion = model.frontEnd.conversion(of: .file(input)) {
          StandardError.writeLine("“\(FileName.printable(input))” \(conversion).")
        }
      } catch {
        // The sentence names the file.
        return try output.tell(error)
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
            guard let place else { return }
            try output.write(input, place: place, scores)
            try StandardOutput.flush()
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
    try output.finish()
  }

  /// - Throws: `ValidationError` for an option that models of a kind have no use for.
  private func requireOptions(of kind: DataKind) throws {
    let options: [(name: String, isGiven: Bool, kinds: [DataKind], words: String)] = [
      ("--file", file, [.text], "texts"), ("--why", why, [.text], "texts"),
      ("--encoding", encoding != nil, [.text, .table], "texts and tables"),
      ("--no-header", tables.noHeader, [.table], "tables"),
    ]
    for option in options where option.isGiven && !option.kinds.contains(kind) {
      throw ValidationError(
        "\(option.name) is for models of \(option.words), and this is one of kind \(kind.rawValue); "
          + "leave it out.")
    }
  }

  var output: AnswerOutput { AnswerOutput(top: top, isJSON: json) }

  private func draw(_ input: String, _ classifier: Classifier, in folder: String) throws {
    let pictures = StagePictures(try classifier.stages(of: .file(input)), title: input)
    try Signals.uninterrupted {
      try Folder.make(folder)
      try pictures.write(to: folder) { try Signals.checkInterruption() }
    }
  }
}
