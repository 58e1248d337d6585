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
  /// An `.npz` file of examples and labels.
  case archive(path: String)
  /// A folder of listings, each of which is a part.
  case parts([PartFile])

  /// A file whose name says which part of the data it is.
  package struct PartFile: Sendable, Equatable {
    package let path: String
    package let part: DataPart
  }

  /// What a source finds.
  package struct Found: Sendable, Equatable {
    package var records: [DataSet.Record] = []
    package var leftOut: [LeftOut] = []
    /// Whether the texts among the items are rows of listings.
    var textsAreRows = false

    /// The files among the items, by their paths.
    var files: [String] {
      records.compactMap { if case .file(let path) = $0.item { path } else { nil } }
    }

    mutating func leaveOut(_ name: String, because reason: String) {
      leftOut.append(LeftOut(name: FileName.printable(name), reason: reason))
    }
  }

  /// The listings that a folder may hold directly beside its files, as Hugging Face lays them out
  /// (datasets, "ImageFolder"); the first that names files and labels is read.
  private static let listings = ["metadata.csv", "metadata.tsv", "metadata.jsonl"]

  /// Looks at what lies at a path; a pattern decides before anything that is found.
  ///
  /// - Throws: `FileError`; `DataSetError.patternForAFile`, `listingOptionForAFolder`.
  package init(_ path: String, options: DataSet.Options = DataSet.Options()) throws {
    self = try Self.source(at: path, options: options)
    switch self {
    case .listing, .parts: break
    case .labelledFolder, .namedFiles, .idx, .archive:
      if let option = options.listingOption {
        throw DataSetError.listingOptionForAFolder(path: path, option: option)
      }
    }
  }

  private static func source(at path: String, options: DataSet.Options) throws -> DataSource {
    guard try LabelledFolder.isFolder(path) else {
      if options.labelPattern != nil { throw DataSetError.patternForAFile(path: path) }
      let start = try? BoundedFile.readStart(path: path, count: FileContent.sniffed)
      if start.flatMap(FileContent.init) == .zip { return .archive(path: path) }
      return .listing(path: path, folder: nil)
    }
    if let pattern = options.labelPattern { return .namedFiles(pattern) }
    let content = try FolderListing(of: path)
    if IDXFolder.isOne(content.files) { return .idx }
    if let listing = listings.first(where: {
      content.files.contains($0)
        && LabelListing.namesLabelledFiles(FileName.join(path, $0), options: options)
    }) {
      return .listing(path: FileName.join(path, listing), folder: path)
    }
    if content.folders.isEmpty {
      let parts = PartFiles.found(in: path, among: content.files)
      if !parts.isEmpty { return .parts(parts) }
    }
    // Whoever says what a listing's columns are has one; what is wrong with it is said where it is read.
    if options.listingOption != nil, let listing = listings.first(where: content.files.contains) {
      return .listing(path: FileName.join(path, listing), folder: path)
    }
    return .labelledFolder
  }

  /// Finds the examples at the path that the source was made for; only listings, archives and IDX
  /// files are opened.
  ///
  /// - Throws: `FileError`, `DataSetError`, `DataKindError`, `UnusableListing`, `ListingError`,
  ///   `TextFileError`, `IDXError`, `ArrayArchiveError`.
  package func found(
    at path: String, options: DataSet.Options = DataSet.Options()
  ) throws -> Found {
    switch self {
    case .labelledFolder:
      let folder = try LabelledFolder(path)
      return Found(records: folder.records, leftOut: folder.leftOut)
    case .namedFiles(let pattern): return try NamedFiles(path, pattern).found
    case .idx: return try IDXFolder.read(path)
    case .archive(let path): return try ArrayArchive(path).found()
    case .listing(let listing, let folder):
      return try LabelListing.read(listing, options: options, alsoBelow: folder)
    case .parts(let parts):
      var found = try LabelListing.read(parts: parts, of: path, options: options)
      let listing = try FolderListing(of: path)
      found.leftOut += listing.leftOut
      let used = Set(parts.map { FileName.last(of: $0.path) })
      for file in listing.files where !used.contains(file) {
        found.leaveOut(file, because: "lies beside the parts of the data")
      }
      return found
    }
  }

  /// The files that hold or tell the labels, or hold several examples.
  func dataFiles(at path: String) throws -> [String] {
    switch self {
    case .labelledFolder, .namedFiles: []
    case .idx: try IDXFolder.dataFiles(of: path)
    case .listing(let listing, _): [listing]
    case .archive(let path): [path]
    case .parts(let parts): parts.map(\.path)
    }
  }
}
