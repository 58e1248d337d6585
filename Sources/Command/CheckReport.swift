import ConvKit

/// What a check found, as people read it: the verdict first, then the questions with their figures, then why
/// and what to do, then what was noted, and the words that need it explained.
struct CheckReport {
  private let headline: String
  /// What was judged, and what of it was left out.
  private let subject: [String]
  private let questions: [QuestionWords]
  private let reasons: [String]
  private let notes: [String]

  init(_ found: Suitability, isQuick: Bool, notes: [String]) {
    let words = SuitabilityWords(found, isQuick: isQuick)
    headline = words.headline
    subject = ["Judged: \(words.subject)."] + words.limits
    questions = words.questions
    reasons = found.reasons
    self.notes = notes
  }

  init(_ found: AxisSuitability) {
    let words = AxisSuitabilityWords(found)
    headline = words.headline
    subject = ["Judged: \(words.subject)."] + words.limits
    questions = words.questions
    reasons = found.reasons
    notes = found.leftOut.map { "\($0.name) was left out: \($0.reason)." }
  }

  /// As wide as a terminal usually is.
  private static let width = 80

  var text: String {
    var text = headline + "\n" + subject.map { Self.lines($0, indent: 0) }.joined()
    for question in questions {
      let mark = question.letter.isEmpty ? "" : "\(question.letter). "
      text += "\n" + Self.lines("\(mark)\(question.question) \(question.answer)", indent: 0)
      for figures in question.figures { text += Self.lines(figures, indent: 3) }
    }
    return text + section("Why, and what to do:", reasons) + section("Noted:", notes)
      + section("Words:", Glossary.entries(for: questions))
  }

  private func section(_ heading: String, _ sentences: [String]) -> String {
    guard !sentences.isEmpty else { return "" }
    return "\n\(heading)\n" + sentences.map { Self.lines($0, indent: 2) }.joined()
  }

  /// Words in lines, each indented; a word that is longer than a line has one of its own. "p = 0.01" is one.
  static func lines(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.replacing(" = ", with: "\u{A0}=\u{A0}").split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.map { margin + $0.replacing("\u{A0}", with: " ") + "\n" }.joined()
  }
}
