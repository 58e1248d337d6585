extension SeparatedFile {
  /// What errors call the standard input.
  package static let standardInputName = "standard input"

  /// Hands over the records that come in by the standard input, each as soon as its line has ended.
  ///
  /// Takes the memory of one read and of one record.
  ///
  /// - Parameter form: nil for tabs where the first line has one; else commas.
  /// - Throws: `FileError`, `TextFileError`, `UnusableListing`, or what `body` throws.
  package static func readStandardInput(
    form: SeparatedText.Form?, encoding: TextEncoding, _ body: (SeparatedRecord) throws -> Void
  ) throws {
    try readStream(
      form: form, encoding: encoding, name: standardInputName, next: LineStream.standardInput,
      body)
  }

  /// - Parameter next: gives what there is by now; nothing at the end.
  static func readStream(
    form: SeparatedText.Form?, encoding: TextEncoding, name: String, next: () throws -> [UInt8],
    _ body: (SeparatedRecord) throws -> Void
  ) throws {
    try UnusableListing.naming(name) {
      var records = form.map { SeparatedRecords(form: $0) }
      // Until the first line is there.
      var start: [UInt8] = []
      while true {
        let piece = try next()
        let text =
          encoding == .utf8
          ? piece
          : Array(try TextFile.text(of: piece, isStart: false, encoding: encoding, path: name))
        start += text
        guard
          records != nil || piece.isEmpty || start.contains(where: TextLines.isEnd)
            || start.count > SeparatedRecords.longestRecord
        else { continue }
        if records == nil {
          records = SeparatedRecords(
            form: SeparatedText.isTabbed(start[...], path: "") ? .tabs : .commas)
        }
        try records?.take(start[...], body)
        start = []
        if piece.isEmpty { break }
      }
      try records?.finish(body)
    }
  }
}
