/// Text that HTML and SVG show as it is.
package enum Markup {
  /// The text with nothing in it that a reader of HTML or XML would take for its own.
  ///
  /// It goes by the single code points, as these readers do: a quotation mark with an accent on it is
  /// one `Character`, and still ends an attribute. What XML forbids becomes U+FFFD.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// A page of HTML that needs nothing from elsewhere: no script, no font, no style sheet.
package struct HTMLPage {
  private let title: String
  private let style: String
  private let body: String

  /// - Parameters:
  ///   - title: text, not yet escaped.
  ///   - style: rules beside those that every page has.
  ///   - body: HTML, the heading left out.
  package init(title: String, style: String = "", body: String) {
    self.title = title
    self.style = style
    self.body = body
  }

  package var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>\(Markup.escaped(title))</title>
    <style>
    body { font: 16px/1.5 sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; }
    body { background: #fff; color: #222; }
    h1 { overflow-wrap: anywhere; }
    h2 { margin-top: 2em; }
    img { max-width: 100%; height: auto; image-rendering: pixelated; border: 1px solid #ccc; }
    \(style)</style>
    </head>
    <body>
    <h1>\(Markup.escaped(title))</h1>
    \(body)
    </body>
    </html>

    """
  }
}
