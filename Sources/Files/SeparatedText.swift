import ConvKitCore

/// The records of a CSV (RFC 4180) or TSV text, one after the other.
///
/// A field of CSV may be quoted and then hold separators, line ends and doubled quotes. TSV has no
/// quoting: a quote is a character like others.
package struct SeparatedText {
  package enum Form: Sendable {
    case commas, tabs
  }

  private let bytes: ArraySlice<UInt8>
  private let form: Form
  private var position: Int
  private var line = 1

  /// The most fields of a record: those of a line of nothing but separators take sixteen times its
  /// bytes. 2²⁰, beyond every table that somebody made on purpose.
  package static let mostFields = 1 << 20

  /// - Parameter bytes: UTF-8 without a byte order mark.
  package init(_ bytes: ArraySlice<UInt8>, form: Form) {
    self.bytes = bytes
    self.form = form
    position = bytes.startIndex
  }

  /// The next record with the line that it begins in, counted from 1; nil at the end.
  ///
  /// Empty lines are skipped.
  ///
  /// - Throws: `SeparatedTextError`.
  package mutating func next() throws -> (fields: [String], line: Int)? {
    while position < bytes.endIndex, TextLines.isEnd(bytes[position]) { skipLineEnd() }
    guard position < bytes.endIndex else { return nil }
    let start = line
    var fields: [String] = []
    while true {
      guard fields.count < Self.mostFields else {
        throw SeparatedTextError.tooManyFields(line: start, limit: Self.mostFields)
      }
      fields.append(try field())
      guard position < bytes.endIndex else { break }
      if TextLines.isEnd(bytes[position]) {
        skipLineEnd()
        break
      }
      position += 1
    }
    return (fields, start)
  }

  private static let quote = UInt8(ascii: "\"")

  private var separator: UInt8 {
    switch form {
    case .commas: UInt8(ascii: ",")
    case .tabs: UInt8(ascii: "\t")
    }
  }

  private mutating func skipLineEnd() {
    position = TextLines.start(behindEndAt: position, in: bytes)
    line += 1
  }

  private mutating func field() throws -> String {
    if form == .commas, position < bytes.endIndex, bytes[position] == Self.quote {
      return try quotedField()
    }
    let end =
      bytes[position...].firstIndex { $0 == separator || TextLines.isEnd($0) } ?? bytes.endIndex
    defer { position = end }
    return try text(bytes[position..<end], line: line)
  }

  private mutating func quotedField() throws -> String {
    let start = line
    let content = position + 1..<(try closingQuote(behind: position + 1))
    line += TextLines.endCount(in: bytes[content])
    position = content.upperBound + 1
    guard
      position == bytes.endIndex || bytes[position] == separator || TextLines.isEnd(bytes[position])
    else { throw SeparatedTextError.textBehindQuote(line: line) }
    return try text(undoubled(bytes[content]), line: start)
  }

  /// Where the quote is that closes a field. Nothing is kept while it is looked for, for it may be missing
  /// and the rest of the file long.
  private func closingQuote(behind start: Int) throws -> Int {
    var search = start
    while let quote = bytes[search...].firstIndex(of: Self.quote) {
      guard quote + 1 < bytes.endIndex, bytes[quote + 1] == Self.quote else { return quote }
      search = quote + 2
    }
    throw SeparatedTextError.openQuote(line: line)
  }

  /// The content of a quoted field with one quote in place of two.
  private func undoubled(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard content.contains(Self.quote) else { return content }
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var isSecond = false
    for byte in content {
      isSecond = byte == Self.quote && !isSecond
      if byte != Self.quote || isSecond { result.append(byte) }
    }
    return result[...]
  }

  private func text(_ bytes: ArraySlice<UInt8>, line: Int) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SeparatedTextError.notUTF8(line: line)
    }
    return text
  }
}

/// What a CSV or TSV text can have wrong, with the line, counted from 1.
public enum SeparatedTextError: ReportableError, Equatable {
  case openQuote(line: Int)
  case textBehindQuote(line: Int)
  case notUTF8(line: Int)
  case tooManyFields(line: Int, limit: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .openQuote(let line):
      "The quote that opens in line \(line) is never closed. Close it, or double quotes in a text."
    case .textBehindQuote(let line):
      """
      In line \(line) something follows a closing quote; a comma or the end of the line was \
      expected. Double the quotes inside a quoted text.
      """
    case .notUTF8(let line):
      "Line \(line) is not UTF-8. Save the file as UTF-8."
    case .tooManyFields(let line, let limit):
      """
      Line \(line) has more than \(limit) fields, which is all that is read here. Check whether the \
      file is what it should be.
      """
    }
  }
}

/// A CSV or TSV file that cannot be read, by its path.
public struct UnusableListing: ReportableError, Equatable {
  public let path: String
  public let reason: SeparatedTextError

  public var category: ErrorCategory { reason.category }

  public var description: String {
    "“\(FileName.printable(path))” cannot be read: \(reason)"
  }

  /// What `body` returns; what it finds wrong with a text is thrown with the path.
  static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SeparatedTextError {
      throw UnusableListing(path: path, reason: error)
    }
  }
}
