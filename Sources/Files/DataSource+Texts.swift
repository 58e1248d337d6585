import ConvKitCore

extension DataSource.Found {
  /// The most bytes that the texts of a folder may have together.
  static let mostTextBytes = 1 << 30

  /// Puts texts in place of the files that hold them, where the examples are files of kind text.
  ///
  /// A file that cannot be read as text is left out.
  ///
  /// - Parameter path: how errors name the source.
  /// - Throws: `TextFileError.tooMuch`.
  mutating func readTexts(
    of path: String, options: DataSet.Options, limit: Int = mostTextBytes
  ) throws {
    let files = files
    guard !files.isEmpty else { return }
    // Where files of several kinds are mixed, the choice is for who learns from them.
    let kind =
      options.kind
      ?? (try? DataKind.decide(files: files, of: path, encoding: options.encoding))
    guard kind == .text else { return }
    var left = limit
    let found = records
    records = []
    for record in found {
      guard case .file(let file) = record.item else {
        records.append(record)
        continue
      }
      let text: String
      do {
        text = try TextFile.whole(file, encoding: options.encoding)
      } catch {
        leaveOut(
          record.name,
          because: (error as? any ReportableError)?.descriptionWithoutName ?? "\(error)")
        continue
      }
      guard !TextFile.isBlank(text) else {
        leaveOut(record.name, because: "holds no character that one can see")
        continue
      }
      left -= text.utf8.count
      guard left >= 0 else { throw TextFileError.tooMuch(path: path, limit: limit) }
      records.append(record.with(item: .text(text), label: record.label))
    }
  }

  /// Keeps of every label what stands before `prefix`; examples of which nothing is left are left out.
  mutating func cutLabels(behind prefix: String) {
    let mark = Array(prefix.utf8)
    guard let first = mark.first else { return }
    let found = records
    records = []
    for record in found {
      let label = record.label.utf8
      let end = label.indices.first { label[$0] == first && label[$0...].starts(with: mark) }
      guard let end else {
        records.append(record)
        continue
      }
      guard end != label.startIndex else {
        leaveOut(
          record.name,
          because: """
            of its label “\(FileName.excerpt(record.label))” nothing stands before \
            “\(FileName.excerpt(prefix))”
            """)
        continue
      }
      records.append(record.with(item: record.item, label: String(record.label[..<end])))
    }
  }
}

extension DataSet.Record {
  fileprivate func with(item: Item, label: String) -> DataSet.Record {
    DataSet.Record(
      name: name, item: item, label: label, part: part, fields: fields, group: group,
      fingerprint: fingerprint)
  }
}
