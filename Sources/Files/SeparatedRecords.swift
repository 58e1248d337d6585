/// The records of a CSV or TSV text that comes in pieces.
///
/// Takes the memory of one piece and of one record, however long the text and wherever the pieces end.
package struct SeparatedRecords {
  private var scanner: RecordScanner
  private let limit: Int
  /// What belongs to no record that has been handed over.
  private var waiting: [UInt8] = []
  /// Where that begins in the text.
  private var offset = 0
  /// Whether a byte order mark may be to come.
  private var isAtStart = true

  /// In bytes: as long as the longest text of an example.
  package static let longestRecord = TextFile.longestText

  /// - Parameter limit: the most bytes of a record, its line end left out.
  package init(form: SeparatedText.Form, limit: Int = Self.longestRecord) {
    scanner = RecordScanner(form: form)
    self.limit = limit
  }

  /// Hands over the records that the next piece completes.
  ///
  /// A byte order mark of UTF-8 at the start of the text is left out.
  ///
  /// - Throws: `SeparatedTextError`, or what `body` throws; nothing is read further then.
  package mutating func take(
    _ piece: ArraySlice<UInt8>, _ body: (SeparatedRecord) throws -> Void
  ) throws {
    waiting += piece
    try scan(isLast: false, body)
  }

  /// Hands over what the end of the text completes.
  ///
  /// - Throws: as `take`.
  package mutating func finish(_ body: (SeparatedRecord) throws -> Void) throws {
    try scan(isLast: true, body)
  }

  private mutating func scan(isLast: Bool, _ body: (SeparatedRecord) throws -> Void) throws {
    if isAtStart {
      // The mark has three bytes.
      guard waiting.count >= 3 || isLast else { return }
      isAtStart = false
      drop(waiting.count - TextEncoding.withoutMark(waiting[...]).count)
    }
    while try scanner.next(in: waiting[...], isLast: isLast) == .record {
      try requireShort(scanner.end - scanner.start)
      try body(
        SeparatedRecord(
          waiting[scanner.start...], fields: scanner.fields, line: scanner.recordLine,
          offset: offset + scanner.start))
    }
    try requireShort(waiting.count - scanner.start)
    let done = scanner.start
    drop(done)
    scanner.dropFirst(done)
  }

  private func requireShort(_ count: Int) throws(SeparatedTextError) {
    guard count <= limit else {
      throw .recordTooLong(
        line: scanner.recordLine, limit: limit, openQuote: scanner.openQuoteLine)
    }
  }

  private mutating func drop(_ count: Int) {
    guard count > 0 else { return }
    waiting.removeFirst(count)
    offset += count
  }
}
