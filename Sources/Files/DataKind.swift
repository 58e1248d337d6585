import ConvKitCore

/// What the examples of a data set are.
///
/// Decided here and nowhere else; whether a version can learn from a kind is for the reader of that
/// kind to say.
public enum DataKind: String, CaseIterable, Codable, Sendable {
  case image, sound, text, volume, table
}

extension DataKind {
  /// Decides what the examples of a data set are.
  ///
  /// - A folder: by the first bytes of its files, names playing no part. Nine tenths of those that
  ///   are recognised must agree, so that stray files do not matter. Of gzip and zip files what is
  ///   inside counts. At most 1,000 files are looked at, evenly spread.
  /// - A folder of IDX files holds pictures, and one with a listing of its files is what they are.
  /// - A CSV or TSV file or one of JSON lines: by its columns. `path` or `file_name` names files,
  ///   whose content decides; `text`, or the given text column, is text; exactly two columns without
  ///   a header, the first repeating few values and the second not numeric and mostly distinct, are
  ///   labelled lines of text; anything else is a table.
  ///
  /// - Parameters:
  ///   - path: a folder or a file.
  ///   - choice: what the user said; then nothing is looked at.
  ///   - textColumn: the column that holds the texts, if the user named one.
  ///   - labelPattern: what tells the labels from the names of the files, if the user gave one.
  /// - Throws: `DataKindError`, `DataSetError`, `FileError`, `UnusableListing`.
  public static func decide(
    _ path: String, as choice: DataKind? = nil, textColumn: String? = nil,
    labelPattern: FileNamePattern? = nil
  ) throws -> DataKind {
    if let choice { return choice }
    let source = try DataSource(path, labelPattern: labelPattern)
    switch source {
    case .idx: return .image
    case .labelledFolder, .namedFiles:
      let found = try source.found(at: path)
      guard !found.records.isEmpty else {
        throw DataSetError.empty(path: path, leavingOut: found.leftOut)
      }
      let files = found.records.compactMap { record in
        if case .file(let path) = record.item { path } else { nil }
      }
      return try decide(files: files, of: path)
    case .listing(let listing, _):
      let head = try ListingHead(listing)
      switch try head.content(textColumn: textColumn) {
      case .files(let column):
        let folder = FileName.folder(of: listing)
        let files = head.values(of: column).map { FileName.resolve($0, in: folder) }
        return try decide(files: files, of: path)
      case .text, .labelledLines: return .text
      case .table: return .table
      }
    }
  }

  /// How many files decide for all.
  private static let sampled = 1000

  /// Decides by the first bytes of files; those that cannot be read have no say.
  package static func decide(files paths: [String], of source: String) throws -> DataKind {
    let count = min(paths.count, sampled)
    var votes: [DataKind: Int] = [:]
    for index in 0..<count {
      // Spread evenly, for the labels that come first may hold other files than the last.
      let path = paths[index * paths.count / count]
      guard let start = try? BoundedFile.readStart(path: path, count: FileContent.sniffed),
        let content = FileContent(start: start),
        let kind = content.kind ?? FileContent.packed(in: start)?.kind
      else { continue }
      votes[kind, default: 0] += 1
    }
    let total = votes.values.reduce(0, +)
    if let (kind, votes) = votes.first(where: { $0.value * 10 >= total * 9 }), votes > 0 {
      return kind
    }
    if total == 0 { throw DataKindError.unknown(path: source) }
    throw DataKindError.mixed(
      path: source,
      found: allCases.compactMap { kind in votes[kind].map { "\($0) of kind \(kind.rawValue)" } })
  }
}

/// Why the kind of a data set could not be decided. Each is mended by saying it.
public enum DataKindError: ReportableError, Equatable {
  /// Several kinds, none of which has nine tenths; `found` counts each.
  case mixed(path: String, found: [String])
  /// No file of a known format.
  case unknown(path: String)
  /// A single file that is no list of examples; `content` says what it is.
  case notAListing(path: String, content: String)
  /// The column that the user named does not exist.
  case missingColumn(path: String, column: String, columns: [String])

  public var category: ErrorCategory {
    switch self {
    case .mixed, .unknown, .missingColumn: .wrongCall
    case .notAListing: .badData
    }
  }

  public var description: String {
    let choices = "--as " + DataKind.allCases.map(\.rawValue).joined(separator: "|")
    return switch self {
    case .mixed(let path, let found):
      """
      “\(FileName.printable(path))” holds files of several kinds: \
      \(found.joined(separator: ", ")). Say which to learn from: \(choices).
      """
    case .unknown(let path):
      """
      “\(FileName.printable(path))” holds no file whose first bytes tell what it is. \
      Say what the files are: \(choices).
      """
    case .notAListing(let path, let content):
      """
      “\(FileName.printable(path))” is \(content); a folder with one subfolder per label, or a CSV, \
      TSV or JSON lines file was expected.
      """
    case .missingColumn(let path, let column, let columns):
      """
      “\(FileName.printable(path))” has no column “\(FileName.printable(column))”. It has: \
      \(FileName.printable(list: columns)). Name one of these.
      """
    }
  }
}
