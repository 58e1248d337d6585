import ConvKitDrawing
import ConvKitFiles
import ConvKitTables

/// The parts that the pages of checks have in common.
enum CheckSections {
  static let style = """
    svg { max-width: 100%; height: auto; }
    .large { font-size: 1.25em; }
    dt { font-weight: bold; margin-top: 0.8em; }
    dd { margin-left: 1.5em; }
    .matrix { display: inline-grid; grid-template-columns: auto auto; gap: 0.2em 0.6em; margin: 1em 0; }
    .matrix > div { display: flex; justify-content: space-between; font-size: 0.85em; }
    .matrix .rows { flex-direction: column; text-align: right; }
    .matrix span { max-width: 14em; overflow-wrap: anywhere; }
    .scale { display: flex; align-items: center; gap: 0.6em; font-size: 0.85em; }

    """

  /// What was checked.
  struct Source {
    /// Of the files, or of the folder.
    let names: [String]
    let seed: UInt64

    var title: String { "Check of \(FileName.printable(list: names, most: 3))" }
  }

  /// - Parameter limits: what of the subject was left out, in sentences.
  static func verdict(
    _ headline: String, of subject: String, _ limits: [String], _ source: Source
  ) -> String {
    // The word of the verdict stands before the colon.
    let parts = headline.split(separator: ":", maxSplits: 1)
    let text =
      parts.count == 2
      ? "<b>\(HTMLPage.text(String(parts[0])))</b>:\(HTMLPage.text(String(parts[1])))"
      : HTMLPage.text(headline)
    return """
      <p class="large">\(text)</p>
      <p>\(HTMLPage.text((["Judged: \(subject)."] + limits).joined(separator: " ")))</p>
      <p>Data: \(HTMLPage.text(source.names.map(FileName.printable).joined(separator: ", "))). Seed: \(source.seed).</p>

      """
  }

  static func questions(_ questions: [QuestionWords]) -> String {
    let items = questions.map { question in
      let letter = question.letter.isEmpty ? "" : "\(question.letter). "
      return "<dt>\(letter)\(HTMLPage.text(question.question)) "
        + "<em>\(HTMLPage.text(question.answer))</em></dt>\n"
        + question.figures.map { "<dd>\(HTMLPage.text($0))</dd>" }.joined(separator: "\n")
    }.joined(separator: "\n")
    return "<h2>The questions</h2>\n<dl>\n\(items)\n</dl>\n"
  }

  /// Sentences under a heading; nothing where there are none.
  static func list(_ heading: String, _ sentences: [String]) -> String {
    guard !sentences.isEmpty else { return "" }
    let items = sentences.map { "<li>\(HTMLPage.text($0))</li>" }.joined(separator: "\n")
    return "<h2>\(heading)</h2>\n<ul>\n\(items)\n</ul>\n"
  }

  /// The matrix as a picture with the names of the first and the last place at its sides.
  ///
  /// - Throws: `PictureError`.
  static func matrix(_ similarities: Similarities) throws -> String {
    guard let first = similarities.names.first, let last = similarities.names.last else {
      return ""
    }
    let ends = "<span>\(HTMLPage.text(first))</span><span>\(HTMLPage.text(last))</span>"
    let scale = heatMap(
      values: (0..<128).map { (Float($0) + 0.5) / 128 }, height: 1, width: 128,
      map: Similarities.colours, magnification: 1)
    return """
      <div class="matrix">
      <div class="rows">\(ends)</div>
      \(try image(similarities.picture(), "similarity of every two, in their order"))
      <div></div>
      <div>\(ends)</div>
      </div>
      <div class="scale">|Spearman| 0 \(try image(stretched(scale), "from 0 to 1")) 1</div>

      """
  }

  /// Twelve rows of the one that there is.
  private static func stretched(_ row: Picture) -> Picture {
    Picture(
      width: row.width, height: 12, pixels: Array((0..<12).map { _ in row.pixels }.joined()))
  }

  private static func image(_ picture: Picture, _ text: String) throws -> String {
    let data = base64(try picture.png())
    return "<img src=\"data:image/png;base64,\(data)\" width=\"\(picture.width)\" "
      + "height=\"\(picture.height)\" alt=\"\(text)\">"
  }
}
