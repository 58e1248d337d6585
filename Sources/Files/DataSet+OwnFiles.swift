import ConvKitCore

extension DataSet {
  /// The data set without the files that the caller makes beside the data, which are no news to it: a
  /// model, its lock or a report may lie in the folder that is learned from.
  ///
  /// Files are compared by what they are, not by how their paths are written. Of those among the
  /// examples the first bytes decide: what is of the data's kind is data, whoever names it. Costs a look
  /// at every example that is a file, unless none of the files is there.
  ///
  /// - Parameters:
  ///   - written: the paths of files that will be replaced.
  ///   - others: the paths of files that are the caller's own too and stay as they are.
  /// - Throws: `DataSetError.overwritten` where one of `written` is a listing that tells the labels, an
  ///   IDX file, an archive or an example; `FileError`.
  public func sparing(
    written: [String], others: [String] = [], kind: DataKind
  ) throws -> DataSet {
    let written = OwnFiles(written)
    let others = OwnFiles(others)
    guard !written.isEmpty || !others.isEmpty else { return self }
    let folder = try LabelledFolder.isFolder(source) ? source : FileName.folder(of: source)
    if let path = origin.files.lazy.compactMap(written.path).first {
      throw DataSetError.overwritten(path: path, source: source)
    }
    var parts: [DataPart: [Example]] = [:]
    for part in DataPart.allCases {
      parts[part] = try self[part].filter { example in
        let file: String
        switch example.item {
        case .file(let path): file = path
        case .text where origin.holdsTexts: return true
        // Where it was read from a file, that is its name.
        case .text: file = FileName.resolve(example.name, in: folder)
        case .array, .row: return true
        }
        let isOfKind = {
          if kind == .text, case .text = example.item { return true }
          return (try? BoundedFile.readStart(path: file, count: FileContent.sniffed))
            .flatMap { FileContent(start: $0)?.kind ?? FileContent.packed(in: $0)?.kind } == kind
        }
        if let path = written.path(of: file) {
          if isOfKind() { throw DataSetError.overwritten(path: path, source: source) }
          return false
        }
        return others.path(of: file) == nil || isOfKind()
      }
    }
    return with(
      parts,
      leftOut: leftOut.filter { item in
        let path = FileName.join(source, item.name)
        return written.path(of: path) == nil && others.path(of: path) == nil
      })
  }
}

/// Files that are there, by what the system knows them by.
private struct OwnFiles {
  private var paths: [SIMD2<UInt64>: String] = [:]

  init(_ paths: [String]) {
    for path in paths {
      // A link and what it leads to: a folder lists the one, an example may be the other.
      for followingLinks in [false, true] {
        if let status = try? System.status(path, followingLinks: followingLinks) {
          self.paths[status.identity] = path
        }
      }
    }
  }

  var isEmpty: Bool { paths.isEmpty }

  /// How the caller names the file that lies at a path; nil where it is none of these.
  func path(of file: String) -> String? {
    for followingLinks in [false, true] {
      if let status = try? System.status(file, followingLinks: followingLinks),
        let path = paths[status.identity]
      {
        return path
      }
    }
    return nil
  }
}
