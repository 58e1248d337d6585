import Foundation
import Testing

@testable import ConvKitDrawing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a reader of XML makes of a text: the elements with their attributes, and the text.
final class XMLReading: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var text = ""
  private(set) var isWellFormed = false

  init(_ xml: String) {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func named(_ name: String) -> [[String: String]] {
    elements.filter { $0.name == name }.map(\.attributes)
  }
}

@Suite struct MarkupTests {
  @Test func charactersOfTheirOwnMeaningAreNamed() {
    #expect(
      Markup.escaped("a<b>&\"c\" 'd'") == "a&lt;b&gt;&amp;&quot;c&quot; &#39;d&#39;")
  }

  /// A quotation mark under an accent is one `Character` that equals no quotation mark, and yet ends
  /// an attribute.
  @Test func accentsHideNothing() {
    let hostile = "\"\u{301} onload=\"\u{301}alert(1) <\u{338}b"
    let escaped = Markup.escaped(hostile)
    #expect(!escaped.unicodeScalars.contains("\"") && !escaped.unicodeScalars.contains("<"))
    let reading = XMLReading("<a title=\"\(escaped)\">\(escaped)</a>")
    #expect(reading.isWellFormed)
    #expect(reading.elements.count == 1)
    #expect(Array(reading.elements[0].attributes.keys) == ["title"])
    #expect(Array(reading.text.unicodeScalars) == Array(hostile.unicodeScalars))
  }

  @Test func everyControlCharacterIsReplaced() {
    for code in Array(0..<32) + Array(127..<160) + [0xFFFE, 0xFFFF] {
      guard let scalar = Unicode.Scalar(UInt32(code)) else { continue }
      let escaped = Markup.escaped("a\(Character(scalar))b")
      #expect(XMLReading("<a>\(escaped)</a>").isWellFormed, "\(code)")
      #expect(escaped.contains("\u{FFFD}") == ![9, 10, 13].contains(code), "\(code)")
    }
  }

  @Test func aPageHasItsTitleTwiceAndNoTextOfItsOwn() {
    let page = HTMLPage(title: "<script>&", style: "p { color: red; }\n", body: "<p>x</p>").html
    #expect(page.contains("<title>&lt;script&gt;&amp;</title>"))
    #expect(page.contains("<h1>&lt;script&gt;&amp;</h1>\n<p>x</p>"))
    #expect(!page.contains("<script>") && !page.contains("http"))
  }
}
