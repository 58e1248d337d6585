/// The words of statistics that answers of a check use, each in a line.
package enum Glossary {
  /// Those that are used in some text, with what they mean.
  package static func entries(for questions: [QuestionWords]) -> [String] {
    let text = questions.flatMap(\.figures).joined(separator: " ")
    return entries.filter { text.contains($0.word) }.map(\.meaning)
  }

  private static let entries = [
    (
      word: "|Spearman|",
      meaning:
        "|Spearman|: how alike two columns or positions rank their values, from 0 (not at all) "
        + "to 1 (just as, or just the other way round)."
    ),
    (word: "p = ", meaning: "p: how often chance alone would give as much; less is surer."),
    (
      word: "log-loss",
      meaning: "log-loss: how much the right labels surprise a model; less is better."
    ),
  ]
}
