import ConvKitCore

/// Reading the records of a CSV or TSV file of any size.
package enum SeparatedFile {
  /// Hands over the records of a file, one after the other, as UTF-8 that nobody has checked yet; see
  /// `SeparatedRecord.text`.
  ///
  /// Takes the memory of some pieces of the file and of one record.
  ///
  /// - Parameter form: nil for tabs where the name ends in `.tsv`, or the first line has one and the name
  ///   does not end in `.csv`; else commas.
  /// - Throws: `FileError`, `SeparatedFileError`, `TextFileError.utf16`, `UnusableListing`, or what `body`
  ///   throws.
  package static func read(
    _ path: String, form: SeparatedText.Form?, encoding: TextEncoding,
    _ body: (SeparatedRecord) throws -> Void
  ) throws {
    var records: SeparatedRecords?
    try UnusableListing.naming(path) {
      try BoundedFile.readPieces(path: path) { piece in
        if records == nil {
          try requireText(piece, encoding: encoding, path: path)
          let start = TextEncoding.withoutMark(piece)
          let isTabbed = SeparatedText.isTabbed(start, path: path)
          records = SeparatedRecords(form: form ?? (isTabbed ? .tabs : .commas))
        }
        switch encoding {
        case .utf8: try records?.take(piece, body)
        case .latin1:
          // Every byte is a character, so that pieces can be decoded one by one.
          try records?.take(
            TextFile.text(of: Array(piece), isStart: false, encoding: encoding, path: path), body)
        }
      }
      guard records != nil else { throw FileError.empty(path: path) }
      try records?.finish(body)
    }
  }

  private static func requireText(
    _ start: ArraySlice<UInt8>, encoding: TextEncoding, path: String
  ) throws {
    let start = Array(start.prefix(FileContent.sniffed))
    // Decodes no more than the mark: a text may end anywhere within a character here.
    if TextEncoding.hasMarkOfUTF16(start), encoding == .utf8 || start.contains(0) {
      throw TextFileError.utf16(path: path)
    }
    guard !FileContent.mayBeText(start) else { return }
    let found =
      switch FileContent(start: start) {
      case .gzip: "packed by gzip"
      case .zip: "a zip file"
      case let content?: content.kind.map { "a file of kind \($0.rawValue)" } ?? "no text"
      case nil: "no text"
      }
    throw SeparatedFileError(path: path, found: found)
  }
}

/// A file that is no text where a CSV or TSV file was expected.
public struct SeparatedFileError: ReportableError, Equatable {
  public let path: String
  /// What it is, for the middle of a sentence.
  public let found: String

  public var category: ErrorCategory { .badData }

  public var description: String {
    """
    “\(FileName.printable(path))” is \(found), and a table in CSV or TSV was expected. Unpack it or \
    save it as CSV, or name another file.
    """
  }

  public var descriptionWithoutName: String { "it is \(found), and CSV or TSV was expected" }
}
