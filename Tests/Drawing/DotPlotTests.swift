import Foundation
import Testing

@testable import ConvKitDrawing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct DotPlotTests {
  /// The parts of an SVG text with one name; none where it is no XML.
  private final class Parts: NSObject, XMLParserDelegate {
    private(set) var found: [(name: String, attributes: [String: String])] = []
    private(set) var isWhole = false

    init(_ svg: String) {
      super.init()
      let parser = XMLParser(data: Data(svg.utf8))
      parser.delegate = self
      isWhole = parser.parse()
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      found.append((name, attributes))
    }

    func numbers(_ name: String, _ attribute: String) -> [Double] {
      found.filter { $0.name == name }.compactMap { $0.attributes[attribute].flatMap(Double.init) }
    }
  }

  /// By hand: a dot is 7 pixels wide.
  @Test func dotsThatTouchAreStacked() {
    #expect(DotPlot.levels(of: [0, 7, 14]) == [0, 0, 0])
    #expect(DotPlot.levels(of: [0, 1, 2, 8, 8.5]) == [0, 1, 2, 0, 1])
    #expect(DotPlot.levels(of: Array(repeating: 3, count: 5)) == [0, 1, 2, 3, 4])
    #expect(DotPlot.levels(of: Array(repeating: 3, count: 1000)).max() == 39)
    #expect(DotPlot.levels(of: []) == [])
  }

  @Test func everyValueHasItsDot() throws {
    let plot = DotPlot(
      title: "losses <&>", axis: "loss",
      rows: [.init("random", [0.3, 0.1, 0.2, .nan, 0.2]), .init("in groups", [0.4, .infinity])],
      mark: .init(0.05, "this \"order\""))
    let parts = Parts(plot.svg(width: 400))
    #expect(parts.isWhole)
    let columns = parts.numbers("circle", "cx")
    #expect(columns.count == 5)
    // In each row from left to right, and what is larger lies further to the right.
    #expect(columns[0] < columns[1] && columns[1] == columns[2] && columns[2] < columns[3])
    #expect(columns[3] < columns[4] && columns.allSatisfy { 0...400 ~= $0 })
    let heights = parts.numbers("circle", "cy")
    #expect(heights[1] - heights[2] == 7, "two equal values are stacked")
    #expect(heights[4] > heights[0], "the second row lies below the first")
    let height = try #require(parts.numbers("svg", "height").first)
    #expect(heights.allSatisfy { 0..<height ~= $0 })
    // The mark lies to the left of every dot.
    let mark = try #require(
      parts.found.first { $0.attributes["stroke"] == "#d55e00" }?.attributes["x1"])
    #expect(try #require(Double(mark)) < columns[0])
    #expect(plot.svg(width: 400) == plot.svg(width: 400))
  }

  @Test func nothingToDraw() {
    for rows in [[], [DotPlot.Row("none", [])], [DotPlot.Row("odd", [.nan])]] {
      let parts = Parts(
        DotPlot(title: "", axis: "", rows: rows, mark: .init(.nan, "x")).svg(width: 1))
      #expect(parts.isWhole && parts.numbers("circle", "cx").isEmpty)
    }
  }
}
