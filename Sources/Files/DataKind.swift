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
  /// - An `.npz` file of examples and labels: by the axes of the examples.
  /// - A CSV or TSV file or one of JSON lines: by its columns. `path` or `file_name` names files,
  ///   whose content decides; `text`, or the given text column, is text. Lines of fastText are
  ///   text, and so are exactly two columns without a header, the first repeating few values and the
  ///   second not numeric and mostly distinct, and lines that a space divides in this way. Anything
  ///   else is a table.
  /// - A folder of such files that are its parts: what all of them are.
  ///
  /// - Parameters:
  ///   - path: a folder or a file.
  ///   - options: how the data set is read; a kind in them is the answer, and nothing is looked at.
  /// - Throws: `DataKindError`, `DataSetError`, `FileError`, `UnusableListing`, `TextFileError`,
  ///   `ArrayArchiveError`.
  public static func decide(
    _ path: String, options: DataSet.Options = DataSet.Options()
  ) throws -> DataKind {
    if let choice = options.kind { return choice }
    let source = try DataSource(path, options: options)
    switch source {
    case .idx: return .image
    case .archive(let path): return try ArrayArchive(path).kind()
    case .labelledFolder, .namedFiles:
      let found = try source.found(at: path, options: options)
      guard !found.records.isEmpty else {
        throw DataSetError.empty(path: path, leavingOut: found.leftOut)
      }
      return try decide(files: found.files, of: path, encoding: options.encoding)
    case .listing(let listing, _):
      return try decide(listings: [listing], of: path, options: options)
    case .parts(let files):
      return try decide(listings: files.map(\.path), of: path, options: options)
    }
  }

  private static func decide(
    listings: [String], of path: String, options: DataSet.Options
  ) throws -> DataKind {
    var contents: [(path: String, content: ListingHead.Content)] = []
    var files: [String] = []
    for listing in listings {
      let head = try ListingHead(listing, options: options)
      contents.append((listing, try head.content()))
      try requireOneContent(contents, of: path)
      if case .files(let column) = contents[0].content {
        let folder = FileName.folder(of: listing)
        files += head.values(of: column).map { FileName.resolve($0, in: folder) }
      }
    }
    return switch contents.first?.content {
    case .text: .text
    case .table: .table
    case .files, nil: try decide(files: files, of: path, encoding: options.encoding)
    }
  }

  /// - Throws: `DataKindError.mixedParts` where the last of the parts lists other things than the first.
  static func requireOneContent(
    _ parts: [(path: String, content: ListingHead.Content)], of path: String
  ) throws {
    guard let (first, last) = parts.first.flatMap({ first in parts.last.map { (first, $0) } }),
      first.content.things != last.content.things
    else { return }
    throw DataKindError.mixedParts(
      path: path,
      found: [first, last].map { "“\(FileName.last(of: $0.path))” \($0.content.things)" })
  }

  /// How many files decide for all.
  private static let sampled = 1000

  /// Decides by the first bytes of files; those that cannot be read have no say.
  package static func decide(
    files paths: [String], of source: String, encoding: TextEncoding = .utf8
  ) throws -> DataKind {
    let count = min(paths.count, sampled)
    var votes: [DataKind: Int] = [:]
    var unread = (texts: 0, others: 0)
    for index in 0..<count {
      // Spread evenly, for the labels that come first may hold other files than the last.
      let path = paths[index * paths.count / count]
      guard let start = try? BoundedFile.readStart(path: path, count: FileContent.sniffed) else {
        continue
      }
      if let kind = kind(ofFileWith: start, encoding: encoding) {
        votes[kind, default: 0] += 1
      } else if FileContent(start: start) == nil, FileContent.isUnreadText(start) {
        unread.texts += 1
      } else {
        unread.others += 1
      }
    }
    let total = votes.values.reduce(0, +)
    if let (kind, votes) = votes.first(where: { $0.value * 10 >= total * 9 }), votes > 0 {
      return kind
    }
    if total == 0 {
      throw DataKindError.unknown(path: source, mayBeLatin1: unread.texts > unread.others)
    }
    throw DataKindError.mixed(
      path: source,
      found: allCases.compactMap { kind in votes[kind].map { "\($0) of kind \(kind.rawValue)" } })
  }

  private static func kind(ofFileWith start: [UInt8], encoding: TextEncoding) -> DataKind? {
    guard let content = FileContent(start: start) else {
      // In Latin-1 any byte stands for a character.
      return encoding == .latin1 && FileContent.isUnreadText(start) ? .text : nil
    }
    return content.kind ?? FileContent.packed(in: start)?.kind
  }
}

extension ListingHead.Content {
  /// What a file with such rows lists, as the rest of a sentence.
  fileprivate var things: String {
    switch self {
    case .files: "names files"
    case .text: "holds texts"
    case .table: "is a table"
    }
  }
}

/// Why the kind of a data set could not be decided. Most are mended by saying it.
public enum DataKindError: ReportableError, Equatable {
  /// Several kinds, none of which has nine tenths; `found` counts each.
  case mixed(path: String, found: [String])
  /// Parts of which some list other things than others; `found` says it of one of each.
  case mixedParts(path: String, found: [String])
  /// No file of a known format; most are texts if they are in Latin-1, or not.
  case unknown(path: String, mayBeLatin1: Bool = false)
  /// A single file that is no list of examples; `content` says what it is.
  case notAListing(path: String, content: String)
  /// The column that the user named does not exist.
  case missingColumn(path: String, column: String, columns: [String])

  public var category: ErrorCategory {
    switch self {
    case .mixed, .unknown, .missingColumn: .wrongCall
    case .notAListing, .mixedParts: .badData
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
    case .mixedParts(let path, let found):
      """
      The parts in “\(FileName.printable(path))” do not go together: \
      \(found.map { FileName.printable($0) }.joined(separator: ", ")). Give all of them the same columns.
      """
    case .unknown(let path, let mayBeLatin1):
      """
      “\(FileName.printable(path))” holds no file whose first bytes tell what it is. \
      \(mayBeLatin1 ? "If they are texts in Latin-1: --encoding latin1. Otherwise say" : "Say") what \
      the files are: \(choices).
      """
    case .notAListing(let path, let content):
      """
      “\(FileName.printable(path))” is \(content); a folder with one subfolder per label, or a CSV, \
      TSV or JSON lines file was expected.
      """
    case .missingColumn(let path, let column, let columns):
      """
      “\(FileName.printable(path))” has no column “\(FileName.excerpt(column))”. It has: \
      \(FileName.printable(list: columns)). \
      \(Spelling.question(for: column, among: columns))Name one of these.
      """
    }
  }
}
