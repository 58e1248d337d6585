import ArgumentParser
import ConvKit

/// What `classify` does with a model of texts.
struct TextAnswers {
  private let command: ClassifyCommand
  private let frontEnd: ModelFrontEnd
  private let classifier: Classifier
  private var output: AnswerOutput
  /// Of the lines that have been read.
  private var line = 0

  /// - Throws: `ValidationError` for what texts cannot be asked for, `ReasonsError`.
  init(of model: Model, _ command: ClassifyCommand) throws {
    guard command.stages == nil, !command.windows else {
      throw ValidationError(
        "\(command.windows ? "--windows" : "--stages") is not for models of texts; leave it out.")
    }
    self.command = command
    frontEnd = model.frontEnd
    classifier = try Classifier(model, keepsEveryMap: command.why)
    if command.why { try classifier.requireReasons() }
    output = command.output
  }

  private var encoding: TextEncoding { command.encoding ?? .utf8 }

  /// Texts of the command line that are answered together: as many as a classifier takes at once.
  private static let textsAtOnce = 256

  mutating func run() throws {
    var waiting: [String] = []
    for input in command.inputs {
      guard input == "-" || command.file else {
        waiting.append(input)
        if waiting.count == Self.textsAtOnce { try answer(&waiting) }
        continue
      }
      // In the order of the call.
      try answer(&waiting)
      if input == "-" {
        try answerLines()
      } else {
        try answerFile(input)
      }
    }
    try answer(&waiting)
    try output.finish()
  }

  private mutating func answer(_ waiting: inout [String]) throws {
    let texts = waiting
    waiting = []
    try classifier.classify(texts.map { .text($0) }) { index, found in
      try take(texts[index], named: texts[index], found)
    }
    try StandardOutput.flush()
  }

  private mutating func answerFile(_ path: String) throws {
    do {
      let text = try TextFile.whole(path, encoding: encoding)
      try take(text, named: path, Result { try classifier.classify(.text(text)) })
    } catch {
      try output.tell(error)
    }
    try StandardOutput.flush()
  }

  private mutating func take(
    _ text: String, named name: String, _ found: Result<[Classifier.Score], any Error>
  ) throws {
    try write(text, named: name, found)
    guard case .success = found, let oddity = frontEnd.conversion(of: .text(text)) else { return }
    StandardError.writeLine("“\(FileName.printable(name))” \(oddity).")
  }

  /// - Parameter line: of a stream.
  private mutating func write(
    _ text: String, named name: String, line: Int? = nil,
    _ found: Result<[Classifier.Score], any Error>
  ) throws {
    do {
      let scores = try found.get()
      let why = command.why ? try classifier.reasons(for: scores, of: .text(text)) : nil
      try output.write(name, line: line, scores, why: why)
    } catch {
      try output.tell(error)
    }
  }

  private mutating func answerLines() throws {
    var lines = LineStream(encoding: encoding)
    while let found = try lines.next() {
      let readable = found.compactMap { try? $0.get() }
      var next = found.startIndex
      // Those that cannot be read, up to the next that can.
      func tellUnreadable() throws {
        while next < found.endIndex, case .failure(let error) = found[next] {
          try output.tell(error)
          next += 1
        }
      }
      try tellUnreadable()
      try classifier.classify(readable.map { .text($0) }) { index, scores in
        // Of lines there are too many to say of each what is odd about it.
        try write(readable[index], named: readable[index], line: line + next + 1, scores)
        next += 1
        try tellUnreadable()
      }
      line += found.count
      // Whoever writes the lines may wait for the answers.
      try StandardOutput.flush()
    }
  }
}
