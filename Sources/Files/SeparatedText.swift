import ConvKitCore

/// The records of a CSV or TSV text that lies in memory, one after the other; see `RecordScanner`.
package struct SeparatedText {
  package enum Form: Sendable {
    case commas, tabs
  }

  private let bytes: ArraySlice<UInt8>
  private var scanner: RecordScanner

  /// The most fields of a record: those of a line of nothing but separators take sixteen times its
  /// bytes and more. 2²⁰, beyond every table that somebody made on purpose.
  package static let mostFields = 1 << 20

  /// - Parameter bytes: UTF-8 without a byte order mark.
  package init(_ bytes: ArraySlice<UInt8>, form: Form) {
    self.bytes = bytes
    scanner = RecordScanner(form: form)
  }

  /// The next record with the line that it begins in, counted from 1; nil at the end.
  ///
  /// Empty lines are skipped.
  ///
  /// - Throws: `SeparatedTextError`.
  package mutating func next() throws -> (fields: [String], line: Int)? {
    guard try scanner.next(in: bytes, isLast: true) == .record else { return nil }
    let record = SeparatedRecord(
      bytes[(bytes.startIndex + scanner.start)...], fields: scanner.fields,
      line: scanner.recordLine, offset: scanner.start)
    let fields = try (0..<record.count).map { index in
      guard let text = String(validating: record[index], as: UTF8.self) else {
        throw SeparatedTextError.notUTF8(line: record.line(of: index))
      }
      return text
    }
    return (fields, record.line)
  }

  /// Whether the fields of a text are divided by tabs: where the name ends in `.tsv`, or the first line
  /// has one and the name does not end in `.csv`.
  package static func isTabbed(_ bytes: ArraySlice<UInt8>, path: String) -> Bool {
    // Texts hold commas far more often than tabs, so that one tab decides; but a name that defines the
    // format decides before it.
    let line = bytes.prefix { !TextLines.isEnd($0) }
    return path.hasSuffix(".tsv") || line.contains(0x09) && !path.hasSuffix(".csv")
  }
}

/// What a CSV or TSV text can have wrong, with the line, counted from 1.
public enum SeparatedTextError: ReportableError, Equatable {
  case openQuote(line: Int)
  case textBehindQuote(line: Int)
  case notUTF8(line: Int)
  case tooManyFields(line: Int, limit: Int)
  /// A record of more bytes than the limit; `openQuote` is the line of a quote in it that has not been
  /// closed until there.
  case recordTooLong(line: Int, limit: Int, openQuote: Int?)

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
    case .recordTooLong(let line, let limit, let quote?):
      """
      The quote that opens in line \(quote) is not closed within \(limit) bytes of the record that \
      begins in line \(line). Close it, or double quotes in a text.
      """
    case .recordTooLong(let line, let limit, nil):
      """
      The record in line \(line) has more than \(limit) bytes, which is all that is read of one. Check \
      whether the file is what it should be.
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
