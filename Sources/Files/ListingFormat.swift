/// How a file of many rows is written.
public enum ListingFormat: String, CaseIterable, Codable, Sendable {
  /// Fields between commas, quoted as RFC 4180 has it.
  case csv
  /// Fields between tabs, without quoting.
  case tsv
  /// An object of JSON in every line.
  case jsonLines = "jsonl"
  /// `__label__x text` in every line, as fastText reads it.
  case fastText = "fasttext"
  /// `LABEL text` or `LABEL<TAB>text` in every line, without header and without quoting: what stands
  /// before the first tab if the first line has one, and else before the first space, is the label.
  case labelledLines = "labelled-lines"
}
