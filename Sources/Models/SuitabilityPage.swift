import ConvKitDrawing
import ConvKitFiles
import ConvKitTables

/// What a check of a table found, as one HTML file that opens anywhere: pictures are inside, and it asks
/// for nothing from elsewhere.
///
/// It holds no times, so that the same check gives the same page.
public struct SuitabilityPage: Sendable {
  private let found: Suitability
  private let similarities: Similarities
  private let isQuick: Bool
  private let notes: [String]
  private let source: CheckSections.Source

  /// - Parameters:
  ///   - isQuick: whether only A and B were wanted.
  ///   - notes: what was noted while the table was read, in sentences.
  ///   - names: of the files that the table lies in. Paths would make the page depend on where they lie.
  ///   - seed: of the check.
  public init(
    _ found: Suitability, similarities: Similarities, isQuick: Bool = false, notes: [String],
    names: [String], seed: UInt64
  ) {
    self.found = found
    self.similarities = similarities
    self.isQuick = isQuick
    self.notes = notes
    source = CheckSections.Source(names: names, seed: seed)
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
      let words = SuitabilityWords(found, isQuick: isQuick)
      return HTMLPage(
        title: source.title, style: CheckSections.style,
        body: try [
          CheckSections.verdict(words.headline, of: words.subject, words.limits, source),
          CheckSections.list("Why, and what to do", found.reasons),
          CheckSections.questions(words.questions), columns, orders,
          CheckSections.list("Noted while reading", notes),
          CheckSections.list("Words", Glossary.entries(for: words.questions)),
        ].joined()
      ).html
    }
  }

  private var columns: String {
    get throws {
      guard similarities.names.count > 1 else { return "" }
      return """
        <h2>How alike the columns are</h2>
        <p>Every two of the columns that are used, in the order of the table: the brighter, the more alike. \
        Where neighbours belong together, a bright band runs along the diagonal and fades away from it, with \
        more of them beside it, a row apart, where the columns are a picture; \
        where columns come in groups there are bright squares; where the order says nothing, colours are \
        strewn.</p>
        \(try CheckSections.matrix(similarities))
        """
    }
  }

  private var orders: String {
    guard let order = found.order else { return "" }
    let grouped = found.groupedOrder
    // Both compare the same network on the same order.
    let rows =
      [DotPlot.Row("random orders: \(order.permutedLosses.count)", order.permutedLosses)]
      + (grouped.map {
        [
          DotPlot.Row(
            "orders shuffled inside groups alone: \($0.permutedLosses.count)", $0.permutedLosses)
        ]
      } ?? [])
    let plot = DotPlot(
      title: "Question C: the network on this order and on others",
      axis: "log-loss, averaged over folds and seeds (less is better)", rows: rows,
      mark: .init(order.loss, "the order of the table"))
    return """
      <h2>What other orders cost</h2>
      <p>The same small network was trained on the same rows, with the columns in other orders: one dot for \
      each. Where the line stands to the left of all dots, the network uses the order; where it stands \
      among them, any order is as good.</p>
      \(plot.svg(width: 720))
      """
  }
}
