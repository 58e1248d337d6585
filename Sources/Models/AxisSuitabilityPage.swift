import ConvKitDrawing
import ConvKitFiles
import ConvKitTables

/// What a check along axes found, as one HTML file that opens anywhere, as `SuitabilityPage` is.
public struct AxisSuitabilityPage: Sendable {
  private let found: AxisSuitability
  private let title: String

  /// - Parameter title: what the data are called. A path would make the page depend on where they lie.
  public init(_ found: AxisSuitability, title: String) {
    self.found = found
    self.title = title
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
        title: FileName.printable(title), style: CheckSections.style,
        body: try [
          CheckSections.verdict(words.headline, of: words.subject),
          CheckSections.list("Why, and what to do", found.reasons),
          CheckSections.questions(words.questions), axes,
          CheckSections.list("Left out", found.leftOut.map { "\($0.name): \($0.reason)" }),
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
