import ConvKit
import ConvKitDrawing

/// What `classify` prints: answers as results, what is wrong with inputs as errors.
struct AnswerOutput {
  /// How many labels are told of an input, 0 for all; nil for as many as is usual.
  let top: Int?
  /// Whether every answer is a JSON object.
  let isJSON: Bool
  private var failures: SomeInputsFailed?

  init(top: Int?, isJSON: Bool) {
    self.top = top
    self.isJSON = isJSON
  }

  /// Says what is wrong with an input, in a sentence that names it.
  ///
  /// - Throws: the error, where it is none of the input.
  mutating func tell(_ error: any Error) throws {
    guard let error = error as? any ReportableError, !(error is OutputError) else { throw error }
    StandardError.writeLine("\(StandardError.errorPrefix) \(error.description)")
    let status = ExitStatus(error.category)
    if failures == nil { failures = SomeInputsFailed(status) } else { failures?.add(status) }
  }

  /// - Throws: `SomeInputsFailed` if there was any of which `tell` spoke.
  func finish() throws {
    try StandardOutput.flush()
    if let failures { throw failures }
  }

  /// Writes the answer for an input, or for a part of one; nothing is flushed.
  ///
  /// - Parameters:
  ///   - line: of a stream of texts, or of a file of rows, from 1.
  ///   - isPlace: whether the input is a file, and the line the place in it that is answered.
  ///   - place: of a part, in seconds.
  func write(
    _ input: String, line: Int? = nil, isPlace: Bool = false, place: ClosedRange<Double>? = nil,
    _ scores: [Classifier.Score], why: [Classifier.Reason]? = nil
  ) throws {
    let count = top ?? (isJSON ? 5 : 1)
    let best = count == 0 ? scores : Array(scores.prefix(count))
    if isJSON {
      try StandardOutput.writeJSON(
        Answer(
          input: input, line: line, start: place?.lowerBound, end: place?.upperBound,
          label: scores.first?.label ?? "", scores: best, why: why))
      return
    }
    let name = line.map { isPlace ? "\(input):\($0)" : Self.beginning(of: input) } ?? input
    StandardOutput.writeLine(Self.line(name, place, best))
    for reason in why ?? [] {
      StandardOutput.writeLine(
        "  +\(fixedPoint(reason.votes, places: 2))\t\(FileName.printable(reason.text))")
    }
  }

  /// The object that `--json` prints for an input.
  private struct Answer: Encodable {
    let input: String
    let line: Int?
    /// Of a part of the input, in seconds.
    let start, end: Double?
    let label: String
    let scores: [Classifier.Score]
    let why: [Classifier.Reason]?
  }

  /// The path or text, the part's time where it is of one, then a label and its probability for each of
  /// the likeliest.
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

  /// Scalars of a line that its answer repeats.
  private static let shown = 60

  private static func beginning(of text: String) -> String {
    let scalars = text.unicodeScalars
    guard
      let end = scalars.index(scalars.startIndex, offsetBy: shown, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "…"
  }
}
