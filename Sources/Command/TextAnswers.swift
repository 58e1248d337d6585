import ArgumentParser
import ConvKit

/// What `classify` does with a model of texts.
struct TextAnswers {
  private let command: ClassifyCommand
  private let model: Model
  private let classifier: Classifier
  private var failures: SomeInputsFailed?

  /// - Throws: `ValidationError` for what texts cannot be asked for.
  init(of model: Model, _ command: ClassifyCommand) throws {
    guard command.stages == nil, !command.windows else {
      throw ValidationError(
        "\(command.windows ? "--windows" : "--stages") is not for models of texts; leave it out.")
    }
    self.command = command
    self.model = model
    classifier = try Classifier(model, keepsEveryMap: command.why)
  }

  /// Texts of the command line that are answered together.
  private static let textsAtOnce = 256

  mutating func run() throws {
    for (number, input) in command.inputs.enumerated() {
      if input == "-" {
        try answerLines()
      } else if command.file {
        let text = Result { try Item.text(ofFile: input, encoding: command.encoding) }
        try answer([text], names: [input])
      } else {
        try answer([.success(input)], names: [input])
        if number.isMultiple(of: Self.textsAtOnce) { try StandardOutput.flush() }
      }
    }
    try StandardOutput.flush()
    if let failures { throw failures }
  }

  private mutating func answerLines() throws {
    var lines = LineStream(encoding: command.encoding)
    while let found = try lines.next() {
      try answer(found.map { $0.mapError { $0 as any Error } }, names: nil)
      // Whoever writes the lines may wait for the answers.
      try StandardOutput.flush()
    }
  }

  /// - Parameter names: what to call the texts; nil for what they say.
  private mutating func answer(
    _ texts: [Result<String, any Error>], names: [String]?
  ) throws {
    let readable = texts.compactMap { try? $0.get() }
    var next = 0
    func name(_ index: Int) -> String { names?[index] ?? Self.beginning(of: texts[index]) }
    // Those that cannot be read, up to the next that can.
    func skipUnreadable() {
      while next < texts.count, case .failure(let error) = texts[next] {
        tell(error)
        next += 1
      }
    }
    func tell(_ error: any Error) {
      let sentence = (error as? any ReportableError)?.description ?? "\(error)"
      StandardError.writeLine("\(StandardError.errorPrefix) \(sentence)")
      let status = ExitStatus((error as? any ReportableError)?.category ?? .badData)
      if failures == nil { failures = SomeInputsFailed(status) } else { failures?.add(status) }
    }
    skipUnreadable()
    try classifier.classify(readable.map { .text($0) }) { index, found in
      switch found {
      case .failure(let error): tell(error)
      case .success(let scores):
        let item = Item.text(readable[index])
        let why = command.why ? try classifier.reasons(for: scores, of: item) : nil
        try command.write(name(next), nil, scores, why: why)
        // Of lines there are too many to look at each again.
        if names != nil, let oddity = model.frontEnd.conversion(of: item) {
          StandardError.writeLine("“\(FileName.printable(name(next)))” \(oddity).")
        }
      }
      next += 1
      skipUnreadable()
    }
  }

  /// Characters of a line that its answer repeats.
  private static let shown = 60

  private static func beginning(of text: Result<String, any Error>) -> String {
    guard let text = try? text.get() else { return "" }
    let end = text.index(text.startIndex, offsetBy: shown, limitedBy: text.endIndex)
    return end.map { $0 < text.endIndex ? text[..<$0] + "…" : text[...] }.map(String.init) ?? text
  }
}
