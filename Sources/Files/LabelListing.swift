import ConvKitCore

/// A CSV or TSV file or one of JSON lines that names files and their labels.
struct LabelListing {
  /// One row: what it says by column, or why it cannot be used.
  private enum Row {
    case values([String: String])
    case unusable(String)
  }

  /// The most bytes that a listing may have: sixty for each of `DataSet.mostExamples`.
  static let limit = 1 << 30

  private static let partColumns = ["part", "split"]

  private let path: String
  private let name: String
  private let folder: String
  /// The folder from the root, by which two ways of writing one path are known as one.
  private let base: String
  /// Which of the columns name the file and the part.
  private let pathColumn: String
  private let partColumn: String?

  private var found = DataSource.Found()
  /// The line in which each file was listed, and its label. By bytes: two names that Unicode
  /// considers equal may be two files.
  private var listed: [[UInt8]: (line: Int, label: String)] = [:]

  /// Whether a file is a listing with a column of files and one of labels.
  static func namesLabelledFiles(_ path: String) -> Bool {
    guard let head = try? ListingHead(path), case .files? = try? head.content(textColumn: nil)
    else { return false }
    return head.columns.contains("label")
  }

  /// Reads a listing and looks at each file that it names; none of these is opened.
  ///
  /// - Parameter root: a folder whose files are reported when the listing does not name them.
  /// - Throws: `FileError`, `DataKindError`, `DataSetError`, `UnusableListing`, `ListingError`.
  static func read(_ path: String, alsoBelow root: String?) throws -> DataSource.Found {
    let head = try ListingHead(path)
    guard case .files(let pathColumn) = try head.content(textColumn: nil) else {
      throw DataSetError.listingNotRead(path: path, columns: head.columns)
    }
    let bytes = try BoundedFile.read(path: path, limit: limit)[...]
    var listing = LabelListing(path, pathColumn: pathColumn, columns: head.columns)
    switch head.form {
    case .commas: try listing.addRecords(SeparatedText(bytes, form: .commas))
    case .tabs: try listing.addRecords(SeparatedText(bytes, form: .tabs))
    case .jsonLines: try listing.addLines(JSONLines(bytes), columns: head.columns)
    }
    if let root { try listing.leaveOutUnlisted(below: root) }
    return listing.found
  }

  private init(_ path: String, pathColumn: String, columns: [String]) {
    self.path = path
    self.pathColumn = pathColumn
    name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0) ?? path } ?? path
    folder = FileName.folder(of: path)
    base = FileName.absolute(folder)
    partColumn = Self.partColumns.first(where: columns.contains)
  }

  private mutating func addRecords(_ text: SeparatedText) throws {
    var text = text
    func next() throws -> (fields: [String], line: Int)? {
      do {
        return try text.next()
      } catch let error as SeparatedTextError {
        throw UnusableListing(path: path, reason: error)
      }
    }
    let columns = try next()?.fields ?? []
    var known: Set<String> = []
    for column in columns where !known.insert(column).inserted {
      throw ListingError.repeatedColumn(path: path, column: column)
    }
    try requireLabels(columns)
    while let (fields, line) = try next() {
      let row: Row =
        fields.count == columns.count
        ? .values(Dictionary(uniqueKeysWithValues: zip(columns, fields)))
        : .unusable("has \(Self.counted(fields.count)), and the header has \(columns.count)")
      try add(row, line: line)
    }
  }

  private mutating func addLines(_ lines: JSONLines, columns: [String]) throws {
    try requireLabels(columns)
    var lines = lines
    while let (row, line) = lines.next() {
      try add(
        row.map { .values($0.values) } ?? .unusable("is not one JSON object with every key once"),
        line: line)
    }
  }

  private func requireLabels(_ columns: [String]) throws {
    guard columns.contains("label") else {
      throw ListingError.noLabelColumn(path: path, columns: columns)
    }
  }

  private mutating func add(_ row: Row, line: Int) throws {
    guard found.records.count + found.leftOut.count < DataSet.mostExamples else {
      throw ListingError.tooManyRows(path: path, limit: DataSet.mostExamples)
    }
    switch row {
    case .unusable(let reason): leaveOut(line, because: reason)
    case .values(var values):
      let part = try takePart(&values, line: line)
      guard let file = values.removeValue(forKey: pathColumn), !file.isEmpty else {
        return leaveOut(line, because: "has no \(pathColumn)")
      }
      guard let label = values.removeValue(forKey: "label"), !label.isEmpty else {
        return leaveOut(line, because: "has no label, or one that is no plain value")
      }
      let whole = FileName.resolve(file, in: folder)
      if let reason = Self.reason(against: whole) {
        return leaveOut(line, because: "names “\(FileName.printable(file))”, which \(reason)")
      }
      let key = key(of: file)
      if let first = listed[key] {
        let reason =
          first.label.utf8.elementsEqual(label.utf8)
          ? "which line \(first.line) names already"
          : """
          which line \(first.line) names with another label, “\(FileName.printable(first.label))”: \
          that one is used
          """
        return leaveOut(line, because: "names “\(FileName.printable(file))”, \(reason)")
      }
      listed[key] = (line, label)
      let group = values.removeValue(forKey: "group")
      found.records.append(
        DataSet.Record(
          name: file, item: .file(whole), label: label, part: part, fields: values,
          group: group.flatMap { $0.isEmpty ? nil : $0 }))
    }
  }

  /// Takes the part out of a row's values.
  ///
  /// Of JSON lines the first mebibyte tells the columns; a line far behind may still have a part.
  private func takePart(_ values: inout [String: String], line: Int) throws -> DataPart {
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
      found.leaveOut(file, because: "no usable row of \(FileName.printable(name)) names it")
    }
    // A link or a hidden file that a row names is used.
    let used = Set(listed.keys.map { FileName.printable(bytes: $0) })
    let place = FileName.printable(bytes: key(of: "."))
    found.leftOut += leftOut.filter { !used.contains(FileName.join(place, $0.name)) }
  }

  private static func counted(_ fields: Int) -> String {
    fields == 1 ? "1 field" : "\(fields) fields"
  }
}

/// Why a listing as a whole cannot be read; single rows are left out instead.
public enum ListingError: ReportableError, Equatable {
  case noLabelColumn(path: String, columns: [String])
  case repeatedColumn(path: String, column: String)
  case unknownPart(path: String, line: Int, column: String, value: String)
  case tooManyRows(path: String, limit: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .noLabelColumn(let path, let columns):
      """
      “\(FileName.printable(path))” has no column “label”. It has: \
      \(FileName.printable(list: columns)). Call the column of the labels \
      “label”.
      """
    case .repeatedColumn(let path, let column):
      """
      “\(FileName.printable(path))” has two columns called “\(FileName.printable(column))”. Give each \
      a name of its own.
      """
    case .unknownPart(let path, let line, let column, let value):
      """
      In “\(FileName.printable(path))” line \(line) has “\(FileName.printable(value))” in the column \
      “\(FileName.printable(column))”; train, validation (or val, valid) or test was expected. Mend \
      it, or give the column another name.
      """
    case .tooManyRows(let path, let limit):
      """
      “\(FileName.printable(path))” has more than \(limit) rows, which is all that is read here. \
      Divide it.
      """
    }
  }
}
