import ConvKitFiles

/// The files that a table lies in: one, or the parts in a folder.
struct TableFiles {
  let files: [(path: String, part: DataPart)]
  /// But for the header.
  let options: Table.ReadingOptions

  /// - Throws: `FileError`, `DataSetError`.
  init(_ path: String, options: DataSet.Options) throws {
    self.options = Table.ReadingOptions(options)
    var source = options
    source.test = nil
    files =
      switch try DataSource(path, options: source) {
      case .parts(let parts): parts.map { ($0.path, $0.part) }
      // What is no file says so when it is read.
      case .listing, .labelledFolder, .namedFiles, .idx, .archive: [(path, .training)]
      }
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
