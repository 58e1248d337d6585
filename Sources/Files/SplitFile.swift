import ConvKitCore

/// A CSV file that says which example went into which part of a data set.
///
/// The header is `path,label,part`; a row names an example, its label, and `training` (or `train`),
/// `validation` (or `val`, `valid`, `dev`) or `test`. Where no row has the part validation, there is none.
public struct SplitFile: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    /// The name of an example.
    public let path: String
    public let label: String
    public let part: DataPart

    public init(path: String, label: String, part: DataPart) {
      self.path = path
      self.label = label
      self.part = part
    }
  }

  /// In the order of the file.
  public let rows: [Row]

  private static let header = ["path", "label", "part"]

  /// What a part may be called: as anywhere, or by the name that is written.
  private static let parts = LabelledFolder.parts.merging(["training": .training]) { own, _ in own }

  /// In bytes: a million rows of 256 bytes, a long path each.
  private static let sizeLimit = 1 << 28

  /// Where every example went, by name bytewise.
  ///
  /// - Parameter labels: what the labels' numbers mean.
  public init(
    training: [DataSet.Example], validation: [DataSet.Example], test: [DataSet.Example],
    labels: [String]
  ) {
    func rows(_ examples: [DataSet.Example], _ part: DataPart) -> [Row] {
      examples.map { Row(path: $0.name, label: labels[$0.label], part: part) }
    }
    self.rows = (rows(training, .training) + rows(validation, .validation) + rows(test, .test))
      .sorted { FileName.precedes($0.path, $1.path) }
  }

  /// Reads a file of at most 256 MiB.
  ///
  /// - Throws: `FileError`, `UnusableListing` for what is no CSV, `SplitFileError`.
  public init(reading path: String) throws {
    try self.init(try BoundedFile.read(path: path, limit: Self.sizeLimit)[...], path: path)
  }

  /// - Parameter path: how errors name the file.
  /// - Throws: `UnusableListing`, `SplitFileError`.
  package init(_ bytes: ArraySlice<UInt8>, path: String) throws {
    rows = try UnusableListing.naming(path) {
      try Self.rows(of: TextEncoding.withoutMark(bytes), path: path)
    }
  }

  private static func rows(of bytes: ArraySlice<UInt8>, path: String) throws -> [Row] {
    var text = SeparatedText(bytes, form: .commas)
    let first = try text.next()?.fields ?? []
    guard first == header else { throw SplitFileError.header(path: path, found: first) }
    var rows: [Row] = []
    var lines: [ExactName: Int] = [:]
    while let (fields, line) = try text.next() {
      guard fields.count == header.count else {
        throw SplitFileError.fields(path: path, line: line, found: fields.count)
      }
      if let empty = fields.firstIndex(of: "") {
        throw SplitFileError.emptyField(path: path, line: line, column: header[empty])
      }
      guard let part = parts[fields[2]] else {
        throw SplitFileError.part(path: path, line: line, found: fields[2])
      }
      if let other = lines.updateValue(line, forKey: ExactName(fields[0])) {
        throw SplitFileError.twice(path: path, line: line, first: other, name: fields[0])
      }
      rows.append(Row(path: fields[0], label: fields[1], part: part))
    }
    return rows
  }

  /// Writes the file, or replaces one; see `AtomicFile`.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    try AtomicFile.write(to: path) { writer throws in
      try writer.append(Self.line(Self.header))
      for row in rows {
        try writer.append(Self.line([row.path, row.label, row.part.rawValue]))
      }
    }
  }

  /// A line as RFC 4180 has it, but for its end, which is that of the system.
  private static func line(_ fields: [String]) -> ArraySlice<UInt8> {
    var line: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      let needsQuotes = field.utf8.contains { byte in
        [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D].contains(byte)
      }
      guard needsQuotes else {
        line += field.utf8
        continue
      }
      line.append(UInt8(ascii: "\""))
      for byte in field.utf8 {
        if byte == UInt8(ascii: "\"") { line.append(byte) }
        line.append(byte)
      }
      line.append(UInt8(ascii: "\""))
    }
    line.append(0x0A)
    return line[...]
  }
}

extension DataSet {
  /// A data set divided as a file says.
  public struct Assignment: Sendable, Equatable {
    /// The examples that the file names, in the parts that it gives them. The others are among what was
    /// left out; labels of theirs alone disappear.
    public let dataSet: DataSet
    /// What the file names and the data set lacks, sorted bytewise.
    public let missing: [String]
  }

  /// The examples of all parts in the parts that a file gives them.
  ///
  /// - Throws: `SplitFileError.label` for the first example whose label is another in the file.
  public func assigned(by file: SplitFile) throws -> Assignment {
    // A file that was read names nothing twice.
    var rows = Dictionary(
      file.rows.map { (ExactName($0.path), $0) }, uniquingKeysWith: { first, _ in first })
    var leftOut = leftOut
    var parts: [DataPart: [Example]] = [:]
    for example in DataPart.allCases.flatMap({ self[$0] }) {
      guard let row = rows.removeValue(forKey: ExactName(example.name)) else {
        leftOut.append(
          LeftOut(name: FileName.printable(example.name), reason: "not in the split file"))
        continue
      }
      let label = labels[example.label]
      guard row.label.utf8.elementsEqual(label.utf8) else {
        throw SplitFileError.label(name: example.name, label: label, inFile: row.label)
      }
      parts[row.part, default: []].append(example)
    }
    return Assignment(
      dataSet: with(parts, leftOut: leftOut),
      missing: rows.values.map(\.path).sorted(by: FileName.precedes))
  }
}
