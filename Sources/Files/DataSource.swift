import ConvKitCore

/// Where the examples of a data set come from, by what lies at its path.
package enum DataSource: Sendable, Equatable {
  /// A folder with one subfolder per label.
  case labelledFolder
  /// A folder of files whose names tell their labels.
  case namedFiles(FileNamePattern)
  /// A folder with a pair of IDX files.
  case idx
  /// A CSV or TSV file or one of JSON lines; `folder` is the one around it when the user named that.
  case listing(path: String, folder: String?)

  /// What a source finds.
  package struct Found: Sendable, Equatable {
    package var records: [DataSet.Record] = []
    package var leftOut: [LeftOut] = []

    mutating func leaveOut(_ name: String, because reason: String) {
      leftOut.append(LeftOut(name: FileName.printable(name), reason: reason))
    }
  }

  /// The listings that a folder may hold directly beside its files, as Hugging Face lays them out
  /// (datasets, "ImageFolder"); the first that names files and labels is read.
  private static let listings = ["metadata.csv", "metadata.tsv", "metadata.jsonl"]

  /// Looks at what lies at a path; a pattern decides before anything that is found.
  ///
  /// - Throws: `FileError`; `DataSetError.patternForAFile`.
  package init(_ path: String, labelPattern: FileNamePattern? = nil) throws {
    guard try LabelledFolder.isFolder(path) else {
      if labelPattern != nil { throw DataSetError.patternForAFile(path: path) }
      self = .listing(path: path, folder: nil)
      return
    }
    if let labelPattern {
      self = .namedFiles(labelPattern)
      return
    }
    let files = try FolderListing(of: path).files
    if IDXFolder.isOne(files) {
      self = .idx
    } else if let listing = Self.listings.first(where: {
      files.contains($0) && LabelListing.namesLabelledFiles(FileName.join(path, $0))
    }) {
      self = .listing(path: FileName.join(path, listing), folder: path)
    } else {
      self = .labelledFolder
    }
  }

  /// Finds the examples at the path that the source was made for; only listings and IDX files are
  /// opened.
  ///
  /// - Throws: `FileError`, `DataSetError`, `DataKindError`, `UnusableListing`, `ListingError`,
  ///   `IDXError`.
  package func found(at path: String) throws -> Found {
    switch self {
    case .labelledFolder:
      let folder = try LabelledFolder(path)
      return Found(records: folder.records, leftOut: folder.leftOut)
    case .namedFiles(let pattern): return try NamedFiles(path, pattern).found
    case .idx: return try IDXFolder.read(path)
    case .listing(let listing, let folder):
      return try LabelListing.read(listing, alsoBelow: folder)
    }
  }

  /// The files that hold or tell the labels, or hold several examples.
  func dataFiles(at path: String) throws -> [String] {
    switch self {
    case .labelledFolder, .namedFiles: []
    case .idx: try IDXFolder.dataFiles(of: path)
    case .listing(let listing, _): [listing]
    }
  }
}
