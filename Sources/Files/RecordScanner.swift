/// Divides bytes of CSV (RFC 4180) or TSV into records, one after the other, also where more bytes are
/// still to come: what a call has seen the next one does not look at again.
///
/// A field of CSV may be quoted and then hold separators, line ends and doubled quotes. TSV has no
/// quoting: a quote is a character like others. A line ends with a line feed, a carriage return or both;
/// empty lines are skipped.
struct RecordScanner {
  /// Where a field's content lies, without the quotes around it, in bytes from the start of its record.
  struct Field {
    let start, end: Int
    /// In which it begins, counted from 1.
    let line: Int
    /// Whether two quotes in it stand for one.
    let hasDoubledQuotes: Bool
  }

  enum Step {
    /// `fields` are those of a whole record.
    case record
    /// The bytes end within a record or between two, and more may come.
    case more
    /// There are no more records.
    case end
  }

  private enum State {
    case betweenRecords, fieldStart, plainField, quotedField
    /// Behind a quote in a quoted field: it closes the field, or is the first of two.
    case behindQuote
    case recordEnd
  }

  private let separator: UInt8
  private let knowsQuotes: Bool
  private let mostFields: Int

  private var state = State.betweenRecords
  private var line = 1
  /// Whether the last byte was a carriage return that has ended a line.
  private var isBehindReturn = false
  private var fieldStart = 0
  private var fieldLine = 1
  private var hasDoubledQuotes = false

  /// Those of the record that is being read, or that has been.
  private(set) var fields: [Field] = []
  /// The line in which that record begins.
  private(set) var recordLine = 1
  /// Where that record begins, in bytes from the first that there is.
  private(set) var start = 0
  /// Where that record ends, once it has been read.
  private(set) var end = 0
  /// Where the next byte is taken from.
  private var position = 0

  init(form: SeparatedText.Form, mostFields: Int = SeparatedText.mostFields) {
    separator = form == .commas ? UInt8(ascii: ",") : UInt8(ascii: "\t")
    knowsQuotes = form == .commas
    self.mostFields = mostFields
  }

  private static let quote = UInt8(ascii: "\"")

  /// The line in which a quoted field begins whose end has not been seen yet.
  var openQuoteLine: Int? { state == .quotedField ? fieldLine : nil }

  /// Takes note that so many bytes have gone from the front: at most those before `start`.
  mutating func dropFirst(_ count: Int) {
    start -= count
    position -= count
  }

  /// Goes on to the end of the next record.
  ///
  /// - Parameters:
  ///   - bytes: those of the last call, but for what has gone from the front, and perhaps more behind them.
  ///   - isLast: whether no more will come.
  mutating func next(
    in bytes: ArraySlice<UInt8>, isLast: Bool
  ) throws(SeparatedTextError) -> Step {
    let bytes = bytes.span
    while true {
      switch state {
      case .betweenRecords, .recordEnd:
        if state == .recordEnd {
          fields.removeAll(keepingCapacity: true)
          state = .betweenRecords
        }
        while position < bytes.count, TextLines.isEnd(bytes[position]) { skipLineEnd(bytes) }
        start = position
        guard position < bytes.count else { return isLast ? .end : .more }
        isBehindReturn = false
        recordLine = line
        state = .fieldStart
      case .fieldStart:
        guard fields.count < mostFields else {
          throw .tooManyFields(line: recordLine, limit: mostFields)
        }
        guard position < bytes.count || isLast else { return .more }
        fieldLine = line
        fieldStart = position - start
        hasDoubledQuotes = false
        if knowsQuotes, position < bytes.count, bytes[position] == Self.quote {
          fieldStart += 1
          position += 1
          state = .quotedField
        } else {
          state = .plainField
        }
      case .plainField:
        skipPlain(bytes)
        guard position < bytes.count || isLast else { return .more }
        endField(at: position)
        try endRecordOrField(bytes)
      case .quotedField:
        skipQuoted(bytes)
        guard position < bytes.count else {
          if isLast { throw .openQuote(line: fieldLine) }
          return .more
        }
        position += 1
        state = .behindQuote
      case .behindQuote:
        guard position < bytes.count || isLast else { return .more }
        if position < bytes.count, bytes[position] == Self.quote {
          hasDoubledQuotes = true
          position += 1
          state = .quotedField
        } else {
          endField(at: position - 1)
          try endRecordOrField(bytes)
        }
      }
      if state == .recordEnd { return .record }
    }
  }

  private mutating func endField(at end: Int) {
    fields.append(
      Field(
        start: fieldStart, end: end - start, line: fieldLine, hasDoubledQuotes: hasDoubledQuotes))
  }

  /// Takes what stands behind a field: a separator, a line end or nothing.
  private mutating func endRecordOrField(_ bytes: Span<UInt8>) throws(SeparatedTextError) {
    end = position
    if position == bytes.count {
      state = .recordEnd
    } else if bytes[position] == separator {
      position += 1
      state = .fieldStart
    } else if TextLines.isEnd(bytes[position]) {
      skipLineEnd(bytes)
      state = .recordEnd
    } else {
      throw .textBehindQuote(line: line)
    }
  }

  /// A line feed behind a carriage return ends no line of its own.
  private mutating func skipLineEnd(_ bytes: Span<UInt8>) {
    let isReturn = bytes[position] == 0x0D
    if isReturn || !isBehindReturn { line += 1 }
    isBehindReturn = isReturn
    position += 1
  }

  private mutating func skipPlain(_ bytes: Span<UInt8>) {
    var position = position
    while position < bytes.count {
      let byte = bytes[position]
      // Neither separators nor line ends are above a comma, and most characters are.
      if byte <= 0x2C, byte == separator || TextLines.isEnd(byte) { break }
      position += 1
    }
    self.position = position
  }

  /// Goes on to a quote that is not followed by another one, counting lines; to the end where there is
  /// none, or where what follows it is still to come.
  private mutating func skipQuoted(_ bytes: Span<UInt8>) {
    var position = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == Self.quote {
        isBehindReturn = false
        guard position + 1 < bytes.count, bytes[position + 1] == Self.quote else { break }
        hasDoubledQuotes = true
        position += 2
        continue
      }
      if byte == 0x0D || byte == 0x0A && !isBehindReturn { line += 1 }
      isBehindReturn = byte == 0x0D
      position += 1
      // A quote may be missing and the rest of the file long: of plain text, eight bytes at once.
      while position + 8 <= bytes.count {
        let word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
        if Self.holds(Self.quote, word) || Self.holds(0x0D, word) || Self.holds(0x0A, word) {
          break
        }
        isBehindReturn = false
        position += 8
      }
    }
    self.position = position
  }

  /// Whether one of eight bytes is this one: what is left of it is zero, and only of zero does taking one
  /// away set the highest bit, but for what is borrowed from a lower byte that is zero itself.
  private static func holds(_ byte: UInt8, _ word: UInt64) -> Bool {
    let rest = word ^ UInt64(byte) &* 0x0101_0101_0101_0101
    return (rest &- 0x0101_0101_0101_0101) & ~rest & 0x8080_8080_8080_8080 != 0
  }
}
