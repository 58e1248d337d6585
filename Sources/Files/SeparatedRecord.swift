/// A record of CSV or TSV, as the bytes that it was read from.
package struct SeparatedRecord {
  private let bytes: ArraySlice<UInt8>
  private let fields: [RecordScanner.Field]

  /// The line that it begins in, counted from 1.
  package let line: Int

  /// Where it begins in the text, in bytes.
  private let offset: Int

  /// - Parameter bytes: from the record's first one on.
  init(_ bytes: ArraySlice<UInt8>, fields: [RecordScanner.Field], line: Int, offset: Int) {
    self.bytes = bytes
    self.fields = fields
    self.line = line
    self.offset = offset
  }

  /// The number of fields, at least 1.
  package var count: Int { fields.count }

  /// What a field holds, in whatever encoding the text has: without its quotes, and one quote in place of
  /// two. Takes memory only in the latter case.
  package subscript(index: Int) -> ArraySlice<UInt8> {
    let content = raw(index)
    return fields[index].hasDoubledQuotes ? Self.undoubled(content) : content
  }

  /// What a field holds as UTF-8.
  ///
  /// - Throws: `TextEncoding.Failure.notUTF8`, with the line and the offset in the whole text.
  package func text(_ index: Int) throws(TextEncoding.Failure) -> String {
    if let text = String(validating: self[index], as: UTF8.self) { return text }
    do throws(TextEncoding.Failure) {
      return String(
        decoding: try TextEncoding.utf8.decoded(Array(raw(index)), isStart: false), as: UTF8.self)
    } catch {
      guard case .notUTF8(let byte, let line, let position) = error else { throw error }
      throw .notUTF8(
        byte: byte, line: fields[index].line + line - 1,
        offset: offset + fields[index].start + position)
    }
  }

  /// The line that a field begins in.
  func line(of index: Int) -> Int { fields[index].line }

  /// What stands between a field's quotes, if it has any.
  private func raw(_ index: Int) -> ArraySlice<UInt8> {
    let field = fields[index]
    return bytes[bytes.startIndex + field.start..<bytes.startIndex + field.end]
  }

  private static func undoubled(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let bytes = content.span
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      result.append(byte)
      // Quotes stand in pairs here: a single one would have closed the field.
      index += byte == UInt8(ascii: "\"") ? 2 : 1
    }
    return result[...]
  }
}
