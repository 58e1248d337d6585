/// Lines of a label and a text, without header and without quoting.
struct LabelledLines {
  /// What stands between a label and its text.
  enum Form: Equatable {
    /// The first of this byte: a tab or a space.
    case separator(UInt8)
    /// White space, and before every label its mark.
    case fastText
  }

  /// What fastText writes before a label.
  static let mark = Array("__label__".utf8)

  private let form: Form
  private var lines: TextLines

  /// - Parameter bytes: UTF-8 without a byte order mark.
  init(_ bytes: ArraySlice<UInt8>, form: Form) {
    self.form = form
    lines = TextLines(bytes)
  }

  /// What separates labels and texts if nothing else is known: a tab if the first line has one.
  static func separator(of bytes: ArraySlice<UInt8>) -> Form {
    .separator(firstLine(of: bytes).contains(0x09) ? 0x09 : 0x20)
  }

  /// Whether a text begins with a label of fastText.
  static func areFastText(_ bytes: ArraySlice<UInt8>) -> Bool {
    firstLine(of: bytes).drop(while: TextLines.isSpace).starts(with: mark)
  }

  /// Whether labels and texts are what they look like: the labels repeat few values, that of the first
  /// line among them (that of a header would not return), and the texts are mostly distinct and few of
  /// them numbers.
  ///
  /// Few are at most half of the lines and at most three times the root of their number: 50 labels
  /// are that for the 5,452 questions of TREC and 42 for its 500, and the first words of the lines
  /// of a book are more.
  static func areThere(_ pairs: [(label: String, text: String)]) -> Bool {
    guard pairs.count >= 4 else { return false }
    let labels = Set(pairs.lazy.map(\.label)).count
    let isNumeric = { (text: String) in
      text.utf8.split { TextLines.isSpace($0) || $0 == UInt8(ascii: ",") }
        .allSatisfy { Double(Substring($0)) != nil }
    }
    return labels * 2 <= pairs.count && labels * labels <= 9 * pairs.count
      && pairs.dropFirst().contains { $0.label == pairs[0].label }
      && Set(pairs.lazy.map { Fingerprint(Array($0.text.utf8)[...]) }).count * 2 > pairs.count
      && pairs.count { isNumeric($0.text) } * 10 <= pairs.count
  }

  /// The next line that is not blank, with its number, counted from 1; nil at the end.
  mutating func next() -> (row: Result<(label: String, text: String), UselessRow>, line: Int)? {
    lines.next().map { line in
      (Result { () throws(UselessRow) in try divided(line.content) }, line.number)
    }
  }

  private func divided(
    _ line: ArraySlice<UInt8>
  ) throws(UselessRow) -> (label: String, text: String) {
    switch form {
    case .separator(let byte):
      // A tab at the start separates an empty label; a space there only indents.
      let line = byte == 0x20 ? line.drop(while: TextLines.isSpace) : line
      guard let end = line.firstIndex(of: byte) else {
        throw UselessRow(
          reason: "has no \(byte == 0x09 ? "tab" : "space") between a label and a text")
      }
      return (Self.string(Self.trimmed(line[..<end])), Self.string(Self.trimmed(line[end...])))
    case .fastText:
      var label: ArraySlice<UInt8>?
      var count = 0
      var rest = line.drop(while: TextLines.isSpace)
      while rest.starts(with: Self.mark) {
        let end = rest.firstIndex(where: TextLines.isSpace) ?? rest.endIndex
        label = label ?? rest[..<end].dropFirst(Self.mark.count)
        count += 1
        rest = rest[end...].drop(while: TextLines.isSpace)
      }
      guard let label else { throw UselessRow(reason: "does not begin with __label__") }
      guard count == 1 else {
        throw UselessRow(reason: "has \(count) labels, and one was expected")
      }
      return (Self.string(label), Self.string(Self.trimmed(rest)))
    }
  }

  /// The first line that is not blank.
  private static func firstLine(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var lines = TextLines(bytes)
    return lines.next()?.content ?? []
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let bytes = bytes.drop(while: TextLines.isSpace)
    return bytes[..<(bytes.lastIndex { !TextLines.isSpace($0) }.map { $0 + 1 } ?? bytes.startIndex)]
  }

  private static func string(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
