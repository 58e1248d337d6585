/// The code of a source file in Swift or C: comments and the text of literals become spaces, so that
/// what is left stands where it stood. What is interpolated into a text is code.
struct SourceCode {
  let text: String

  init(_ source: String, isSwift: Bool) {
    var reader = Reader(source, isSwift: isSwift)
    reader.readCode(inParentheses: false)
    text = String(decoding: reader.code, as: UTF8.self)
  }

  private struct Reader {
    private let source: [UInt8]
    private let isSwift: Bool
    private(set) var code: [UInt8] = []

    init(_ source: String, isSwift: Bool) {
      self.source = Array(source.utf8)
      self.isSwift = isSwift
    }

    /// All that was read has its place in `code`.
    private var place: Int { code.count }
    private var isAtEnd: Bool { place >= source.count }

    private func isNext(_ text: String) -> Bool { source[place...].starts(with: text.utf8) }

    private mutating func keep() { code.append(source[place]) }

    private mutating func blank(_ count: Int = 1) {
      for _ in 0..<min(count, source.count - place) {
        code.append(source[place] == UInt8(ascii: "\n") ? source[place] : UInt8(ascii: " "))
      }
    }

    /// Reads to the end, or to the parenthesis that closes one opened before.
    mutating func readCode(inParentheses: Bool) {
      var depth = inParentheses ? 1 : 0
      while !isAtEnd {
        if isNext("//") {
          while !isAtEnd, !isNext("\n") { blank() }
        } else if isNext("/*") {
          skipComment()
        } else if let hashes = hashesOfLiteral {
          readLiteral(hashes: hashes)
        } else if !isSwift, isNext("'") {
          skipCharacter()
        } else {
          if isNext("(") { depth += 1 }
          if isNext(")") { depth -= 1 }
          keep()
          if inParentheses, depth == 0 { return }
        }
      }
    }

    /// Swift's comments may stand in one another, C's end with the first end.
    private mutating func skipComment() {
      var depth = 0
      repeat {
        if isNext("/*"), isSwift || depth == 0 {
          depth += 1
          blank(2)
        } else if isNext("*/") {
          depth -= 1
          blank(2)
        } else {
          blank()
        }
      } while depth > 0 && !isAtEnd
    }

    private mutating func skipCharacter() {
      blank()
      while !isAtEnd, !isNext("'"), !isNext("\n") { blank(isNext("\\") ? 2 : 1) }
      blank()
    }

    /// The number of # in front of the quotation mark that begins a literal here, if one does.
    private var hashesOfLiteral: Int? {
      var hashes = 0
      while isSwift, place + hashes < source.count,
        source[place + hashes] == UInt8(ascii: "#")
      {
        hashes += 1
      }
      let isLiteral =
        place + hashes < source.count && source[place + hashes] == UInt8(ascii: "\"")
      return isLiteral ? hashes : nil
    }

    private mutating func readLiteral(hashes: Int) {
      let mark = String(repeating: "#", count: hashes)
      blank(hashes)
      let quotation = isSwift && isNext("\"\"\"") ? "\"\"\"" : "\""
      blank(quotation.utf8.count)
      while !isAtEnd {
        if isNext(quotation + mark) {
          return blank(quotation.utf8.count + hashes)
        } else if isSwift, isNext("\\" + mark + "(") {
          blank(1 + hashes)
          keep()
          readCode(inParentheses: true)
        } else if isNext("\\" + mark) {
          blank(2 + hashes)
        } else {
          blank()
        }
      }
    }
  }
}
