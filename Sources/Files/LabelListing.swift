import ConvKitCore

/// A file whose rows are labelled examples: texts, or files that it names.
struct LabelListing {
  /// Where a file was listed first, and with which label.
  struct Place {
    let listing: String
    let line: Int
    let label: String
  }

  /// The most bytes that a listing may have: sixty for each of `DataSet.mostExamples`.
  static let limit = 1 << 30

  private static let partColumns = ["part", "split"]
  private static let groupColumn = "group"

  private let path: String
  private let name: String
  private let folder: String
  /// The folder from the root, by which two ways of writing one path are known as one.
  private let base: String
  private let content: ListingHead.Content
  private let labelColumn: String
  /// The part of all rows, if the name of the file tells it.
  private let part: DataPart?
  private let partColumn: String?

  private var found = DataSource.Found()
  /// By bytes: two names that Unicode considers equal may be two files.
  private var listed: [[UInt8]: Place] = [:]

  /// Whether a file is a listing with a column of files and one of labels.
  static func namesLabelledFiles(_ path: String, options: DataSet.Options) -> Bool {
    guard let head = try? ListingHead(path, options: options), case .files? = try? head.content()
    else { return false }
    return head.columns.contains(options.labelColumn ?? defaultLabelColumn)
  }

  private static let defaultLabelColumn = "label"

  /// Reads a listing and looks at each file that it names; none of these is opened.
  ///
  /// - Parameter root: a folder whose files are reported when the listing does not name them.
  /// - Throws: `FileError`, `DataKindError`, `DataSetError`, `UnusableListing`, `ListingError`,
  ///   `TextFileError`.
  static func read(
    _ path: String, options: DataSet.Options, alsoBelow root: String?
  ) throws -> DataSource.Found {
    var listing = try LabelListing(path, part: nil, options: options)
    if let root { try listing.leaveOutUnlisted(below: root) }
    return listing.found
  }

  /// Reads listings that are the parts of a data set.
  ///
  /// - Parameter path: how errors name the data set.
  /// - Throws: as `read(_:options:alsoBelow:)`; `DataKindError.mixedParts` where some list texts and
  ///   others files, one of which might be called like a row of another part.
  static func read(
    parts: [DataSource.PartFile], of path: String, options: DataSet.Options
  ) throws -> DataSource.Found {
    var found = DataSource.Found()
    var listed: [[UInt8]: Place] = [:]
    var contents: [(path: String, content: ListingHead.Content)] = []
    for part in parts {
      let listing = try LabelListing(part.path, part: part.part, options: options, listed: listed)
      contents.append((part.path, listing.content))
      try DataKind.requireOneContent(contents, of: path)
      found.textsAreRows = listing.found.textsAreRows
      found.records += listing.found.records
      found.leftOut += listing.found.leftOut
      listed = listing.listed
    }
    return found
  }

  private init(
    _ path: String, part: DataPart?, options: DataSet.Options, listed: [[UInt8]: Place] = [:]
  ) throws {
    let head = try ListingHead(path, options: options)
    content = try head.content()
    if case .text = content { found.textsAreRows = true }
    if case .table = content {
      throw DataSetError.listingNotRead(path: path, columns: head.columns)
    }
    self.path = path
    self.part = part
    self.listed = listed
    name = FileName.last(of: path)
    folder = FileName.folder(of: path)
    base = FileName.absolute(folder)
    labelColumn = options.labelColumn ?? Self.defaultLabelColumn
    partColumn = part == nil ? Self.partColumns.first(where: head.columns.contains) : nil
    guard head.columns.contains(labelColumn) else {
      guard let column = options.labelColumn else {
        throw ListingError.noLabelColumn(path: path, columns: head.columns)
      }
      throw DataKindError.missingColumn(path: path, column: column, columns: head.columns)
    }
    let bytes = try TextFile.read(path, encoding: options.encoding, limit: Self.limit)
    let used = [content.column, labelColumn, partColumn, Self.groupColumn, options.test?.field]
    var rows = try ListingRows(bytes, head: head, used: Set(used.compactMap(\.self)))
    while let (row, line) = try rows.next() { try add(row, line: line) }
  }

  private mutating func add(_ row: ListingRows.Row, line: Int) throws {
    guard found.records.count + found.leftOut.count < DataSet.mostExamples else {
      throw ListingError.tooManyRows(path: path, limit: DataSet.mostExamples)
    }
    switch row {
    case .failure(let useless): leaveOut(line, because: useless.reason)
    case .success(var values):
      let part = try takePart(&values, line: line)
      switch content {
      case .files(let column): addFile(&values, column: column, part: part, line: line)
      case .text(let column): addText(&values, column: column, part: part, line: line)
      case .table: break
      }
    }
  }

  private mutating func addText(
    _ values: inout [String: String], column: String, part: DataPart, line: Int
  ) {
    guard let label = takeLabel(&values, line: line) else { return }
    guard let text = values.removeValue(forKey: column), !TextFile.isBlank(text) else {
      return leaveOut(line, because: "has no \(FileName.excerpt(column))")
    }
    guard text.utf8.count <= TextFile.longestText else {
      return leaveOut(
        line,
        because: """
          has a text of \(text.utf8.count) bytes, and at most \(TextFile.longestText) are read here
          """)
    }
    append("\(name):\(line)", .text(text), label, part, values)
  }

  private mutating func addFile(
    _ values: inout [String: String], column: String, part: DataPart, line: Int
  ) {
    guard let file = values.removeValue(forKey: column), !file.isEmpty else {
      return leaveOut(line, because: "has no \(column)")
    }
    guard let label = takeLabel(&values, line: line) else { return }
    let whole = FileName.resolve(file, in: folder)
    if let reason = Self.reason(against: whole) {
      return leaveOut(line, because: "names “\(FileName.excerpt(ofPath: file))”, which \(reason)")
    }
    let key = key(of: file)
    if let first = listed[key] {
      let place =
        first.listing == name
        ? "line \(first.line)" : "\(FileName.printable(first.listing)) line \(first.line)"
      let reason =
        first.label.utf8.elementsEqual(label.utf8)
        ? "which \(place) names already"
        : """
        which \(place) names with another label, “\(FileName.excerpt(first.label))”: that one is \
        used
        """
      return leaveOut(line, because: "names “\(FileName.excerpt(ofPath: file))”, \(reason)")
    }
    listed[key] = Place(listing: name, line: line, label: label)
    append(file, .file(whole), label, part, values)
  }

  private mutating func append(
    _ name: String, _ item: Item, _ label: String, _ part: DataPart, _ values: [String: String]
  ) {
    // An empty field says nothing, and a wide listing may have hundreds of them in every row.
    var fields = values.filter { !$0.value.isEmpty }
    let group = fields.removeValue(forKey: Self.groupColumn)
    found.records.append(
      DataSet.Record(
        name: name, item: item, label: label, part: part, fields: fields, group: group))
  }

  /// Takes the label out of a row's values, or leaves out the row that has none.
  private mutating func takeLabel(_ values: inout [String: String], line: Int) -> String? {
    guard let label = values.removeValue(forKey: labelColumn), !label.isEmpty else {
      leaveOut(
        line,
        because: "has no \(FileName.excerpt(labelColumn)), or one that is no plain value")
      return nil
    }
    return label
  }

  /// Takes the part out of a row's values.
  ///
  /// Of JSON lines the first mebibyte tells the columns; a line far behind may still have a part.
  private func takePart(_ values: inout [String: String], line: Int) throws -> DataPart {
    if let part { return part }
    guard let column = partColumn ?? Self.partColumns.first(where: { values[$0] != nil }) else {
      return .training
    }
    let value = values.removeValue(forKey: column) ?? ""
    guard let part = LabelledFolder.parts[value] else {
      throw ListingError.unknownPart(path: path, line: line, column: column, value: value)
    }
    return part
  }

  private mutating func leaveOut(_ line: Int, because reason: String) {
    found.leaveOut("\(name) line \(line)", because: reason)
  }

  /// Why the file at a path cannot be an example; links are followed, for somebody wrote them down.
  private static func reason(against path: String) -> String? {
    do throws(SystemFailure) {
      let status = try System.status(path, followingLinks: true)
      guard status.kind == .regular else { return "is \(status.kind.description)" }
      return status.size == 0 ? "is empty" : nil
    } catch {
      return error.isMissing ? "does not exist" : "cannot be looked at: \(error.reason)"
    }
  }

  /// The bytes of a path from the root, without what leads nowhere ("./", "//").
  private func key(of file: String) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    let parts = FileName.resolve(file, in: base).utf8.split(separator: slash)
    return Array(parts.filter { !$0.elementsEqual(".".utf8) }.joined(separator: [slash]))
  }

  private mutating func leaveOutUnlisted(below root: String) throws {
    let top = try FolderListing(of: root)
    var (files, leftOut) = (top.files, top.leftOut)
    for folder in top.folders {
      let below = FolderListing.filesBelow(folder, of: root)
      files += below.files
      leftOut += below.leftOut
    }
    for file in files where file != name && listed[key(of: file)] == nil {
      found.leaveOut(
        file,
        because: found.textsAreRows
          ? "lies beside the listing of the texts"
          : "no usable row of \(FileName.printable(name)) names it")
    }
    // A link or a hidden file that a row names is used.
    let used = Set(listed.keys.map { FileName.printable(bytes: $0) })
    let place = FileName.printable(bytes: key(of: "."))
    found.leftOut += leftOut.filter { !used.contains(FileName.join(place, $0.name)) }
  }
}
