import Foundation
import Testing

@testable import ConvKitModels
@testable import ConvKitTables

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct SuitabilityPageTests {
  private static func page(
    names: [String] = ["age", "postcode", "visits"], order: Bool = true, notes: [String] = [],
    title: String = "table.csv"
  ) throws -> String {
    let found = Suitability(
      verdict: .doesNotSuit, rows: 400, columns: names.count, labels: order ? 2 : 0,
      neighbours: NeighbourEvidence(
        shape: [names.count], isSearched: false, isPicture: false, similarity: 0.1,
        permutedSimilarity: 0.09,
        permutations: 999, asAlike: 400, holds: false),
      groups: GroupEvidence(cuts: [], permutations: 999, tooFewOrders: nil, holds: false),
      order: order
        ? OrderEvidence(loss: 0.5, permutedLosses: [0.4, 0.6, 0.5], planned: 39) : nil,
      groupedOrder: order
        ? OrderEvidence(loss: 0.5, permutedLosses: [0.7, 0.8], planned: 39) : nil,
      reasons: ["Any order is as good <as> this."])
    let values = (0..<names.count * names.count).map { Float($0) / 10 }
    return try SuitabilityPage(
      found, similarities: Similarities(names: names, values: values), notes: notes,
      names: [title], seed: 7
    ).html
  }

  @Test func everythingIsOnThePage() throws {
    let page = try Self.page(notes: ["One column is set aside: customer."])
    for text in [
      "<h1>Check of table.csv</h1>", "Data: table.csv. Seed: 7.", "<b>does not suit</b>",
      "400 rows, 3 columns used, 2 labels",
      "A. Are neighbouring columns", "D. Is it as good", "Any order is as good &lt;as&gt; this.",
      "<span>age</span><span>visits</span>", "random orders: 3",
      "orders shuffled inside groups alone: 2", "One column is set aside: customer.",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(page.components(separatedBy: "<circle").count == 1 + 5)
    #expect(page.components(separatedBy: "data:image/png;base64,").count == 1 + 2)
    #expect(try page == Self.page(notes: ["One column is set aside: customer."]))
  }

  /// A browser forgives what is wrong; a reader of XML says it. Names may hold anything.
  @Test func itIsWellFormed() throws {
    let odd = ["<b>&\"'</b>", "\u{0}\u{FFFE}\r\n", "größe 大小"]
    for page in [
      try Self.page(names: odd, notes: odd, title: odd[0]), try Self.page(order: false),
      try Self.page(names: ["alone"]),
    ] {
      // What HTML leaves open and XML does not.
      let text = page.replacing("<!DOCTYPE html>", with: "")
        .replacing(/<(meta|img)([^>]*)>/) { "<\($0.1)\($0.2)/>" }
      let parser = XMLParser(data: Data(text.utf8))
      #expect(
        parser.parse(), "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
    }
  }

  @Test func whatWasNotAskedIsNotDrawn() throws {
    let page = try Self.page(order: false)
    #expect(!page.contains("<svg") && page.contains("There are no labels to learn."))
    #expect(!(try Self.page(names: ["alone"])).contains("How alike the columns are"))
  }
}
