import ArgumentParser
import ConvKit

/// What `classify` does with a model of tables: an answer for every row.
struct TableAnswers {
  private let command: ClassifyCommand
  private let frontEnd: TableFrontEnd
  private let classifier: Classifier
  private var output: AnswerOutput
  /// Rows that are answered together.
  private var waiting: [TableRows.Row] = []
  /// The first row of all that were answered, by its name.
  private var first: (name: String, item: Item)?

  /// As many as a classifier takes at once.
  private static let rowsAtOnce = 256

  /// - Throws: `ValidationError` for what rows cannot be asked for.
  init(of model: Model, _ frontEnd: TableFrontEnd, _ command: ClassifyCommand) throws {
    guard !command.windows else {
      throw ValidationError("--windows is not for models of tables; leave it out.")
    }
    self.command = command
    self.frontEnd = frontEnd
    classifier = try Classifier(model, keepsEveryMap: command.stages != nil)
    output = command.output
  }

  mutating func run() throws {
    if let stages = command.stages { try Folder.make(stages) }
    for input in command.inputs {
      do {
        try answerFile(input)
      } catch {
        // What could be answered is, and the sentence names the file.
        try answerWaiting(of: input)
        try output.tell(error)
      }
      try StandardOutput.flush()
    }
    if let stages = command.stages, let first {
      let pictures = StagePictures(try classifier.stages(of: first.item), title: first.name)
      try Signals.uninterrupted {
        try pictures.write(to: stages) { try Signals.checkInterruption() }
      }
      StandardError.writeLine(
        "The stages of \(FileName.printable(first.name)) are in "
          + FileName.printable(FileName.join(stages, "index.html")))
    }
    try output.finish()
  }

  private mutating func answerFile(_ input: String) throws {
    var options = Table.ReadingOptions()
    options.encoding = command.encoding ?? .utf8
    var rows = TableRows(
      for: frontEnd, of: input, hasHeader: command.tables.noHeader ? false : nil)
    let take = { (answers: inout Self, row: Result<TableRows.Row, TableRowError>) throws in
      switch row {
      case .success(let row):
        answers.waiting.append(row)
        if answers.waiting.count == Self.rowsAtOnce { try answers.answerWaiting(of: input) }
      case .failure(let error):
        // In the order of the file.
        try answers.answerWaiting(of: input)
        try answers.output.tell(error)
      }
    }
    if input == "-" {
      try rows.readStandardInput(options: options) { try take(&self, $0) }
    } else {
      try rows.read(input, options: options) { try take(&self, $0) }
    }
    try answerWaiting(of: input)
  }

  private mutating func answerWaiting(of input: String) throws {
    let rows = waiting
    waiting = []
    try classifier.classify(rows.map(\.item)) { index, found in
      do {
        try output.write(input, line: rows[index].line, isPlace: true, found.get())
        if first == nil { first = ("\(input):\(rows[index].line)", rows[index].item) }
      } catch {
        try output.tell(error)
      }
    }
  }
}
