import ConvKitFiles

/// The files that a table lies in: one, or the parts in a folder.
struct TableFiles {
  /// Of the file or the folder.
  let path: String
  let files: [(path: String, part: DataPart)]
  let options: Table.ReadingOptions

  /// - Throws: `FileError`, `DataSetError`.
  init(_ path: String, hasHeader: Bool, options: DataSet.Options) throws {
    self.path = path
    var reading = Table.ReadingOptions(options)
    reading.hasHeader = hasHeader
    self.options = reading
    var source = options
    source.test = nil
    files =
      switch try DataSource(path, options: source) {
      case .parts(let parts): parts.map { ($0.path, $0.part) }
      // What is no file says so when it is read.
      case .listing, .labelledFolder, .namedFiles, .idx, .archive: [(path, .training)]
      }
  }

  /// The rows of all parts.
  ///
  /// - Throws: as `Table.read`.
  func table() throws -> Table {
    try Table.read(paths: files.map(\.path), options: options)
  }

  /// What the rows are called, by their file and the line that they begin in, as `wine.csv:17`, and the
  /// parts that they belong to. Costs going through the files once more.
  ///
  /// - Throws: `FileError`, also where there are not so many rows any more.
  func names(ofRows count: Int) throws -> [(name: String, part: DataPart)] {
    var names: [(name: String, part: DataPart)] = []
    names.reserveCapacity(count)
    for (path, part) in files {
      let file = FileName.last(of: path)
      var isHeader = options.hasHeader
      try SeparatedFile.read(path, form: options.form?.form, encoding: options.encoding) { record in
        if !isHeader { names.append(("\(file):\(record.line)", part)) }
        isHeader = false
      }
    }
    guard names.count == count else {
      throw FileError.unreadable(path: path, reason: "it changed while it was read")
    }
    return names
  }
}

extension Table.ReadingOptions {
  /// As a data set's options have it, with a header.
  init(_ options: DataSet.Options) {
    self.init()
    encoding = options.encoding
    form =
      switch options.format {
      case .csv: .commas
      case .tsv: .tabs
      default: nil
      }
  }
}
