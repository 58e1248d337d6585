import ConvKitDrawing
import ConvKitFiles
import ConvKitTables

/// What a check along axes found, as one HTML file that opens anywhere, as `SuitabilityPage` is.
public struct AxisSuitabilityPage: Sendable {
  private let found: AxisSuitability
  private let source: CheckSections.Source

  /// - Parameters:
  ///   - name: what the data are called. A path would make the page depend on where they lie.
  ///   - seed: of the check.
  public init(_ found: AxisSuitability, name: String, seed: UInt64) {
    self.found = found
    source = CheckSections.Source(names: [name], seed: seed)
  }

  /// Writes the page; an earlier file is replaced as a whole.
  ///
  /// - Throws: `FileError`, `PictureError`.
  public func write(to path: String) throws {
    try AtomicFile.write(Array(html.utf8), to: path)
  }

  /// The page.
  ///
  /// - Throws: `PictureError`.
  public var html: String {
    get throws {
      let words = AxisSuitabilityWords(found)
      return HTMLPage(
        title: source.title, style: CheckSections.style,
        body: try [
          CheckSections.verdict(words.headline, of: words.subject, words.limits, source),
          CheckSections.list("Why, and what to do", found.reasons),
          CheckSections.questions(words.questions), axes,
          CheckSections.list("Left out", found.leftOut.map { "\($0.name): \($0.reason)" }),
          CheckSections.list("Words", Glossary.entries(for: words.questions)),
        ].joined()
      ).html
    }
  }

  private var axes: String {
    get throws {
      try found.axes.filter { $0.similarities.names.count > 1 }.map { axis in
        """
        <h2>How alike the positions \(HTMLPage.text(axis.phrase)) are</h2>
        <p>Every two, in their order: the brighter, the more alike. Where neighbours belong together, a \
        bright band runs along the diagonal; where the order says nothing, colours are strewn.</p>
        \(try CheckSections.matrix(axis.similarities))
        """
      }.joined()
    }
  }
}
