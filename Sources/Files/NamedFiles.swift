import ConvKitCore

/// Files at any depth below a folder, whose names tell their labels.
///
/// Where every folder at the top has the name of a part (`train`, `validation`, `val`, `valid`, `dev`,
/// `test`), it gives the part; otherwise all are to learn from.
struct NamedFiles {
  private(set) var found = DataSource.Found()

  /// Finds the files; none of them is opened.
  ///
  /// - Throws: `FileError`; `DataSetError.partBesideLabels` where some folders at the top look like
  ///   parts and others do not, unless the pattern speaks of folders.
  init(_ path: String, _ pattern: FileNamePattern) throws {
    let top = try FolderListing(of: path)
    found.leftOut = top.leftOut
    let part = top.folders.first { LabelledFolder.parts[$0] != nil }
    let other = top.folders.first { LabelledFolder.parts[$0] == nil }
    if let part, let other, !pattern.namesFolders {
      throw DataSetError.partBesideLabels(path: path, part: part, other: other)
    }
    let hasParts = part != nil && other == nil
    if hasParts {
      for file in top.files { found.leaveOut(file, because: "lies beside the parts of the data") }
    } else {
      add(top.files, of: path, pattern, part: .training)
    }
    for folder in top.folders {
      let (files, leftOut) = FolderListing.filesBelow(folder, of: path)
      found.leftOut += leftOut
      let part = hasParts ? LabelledFolder.parts[folder] ?? .training : .training
      add(files, of: path, pattern, part: part)
    }
  }

  private mutating func add(
    _ files: [String], of root: String, _ pattern: FileNamePattern, part: DataPart
  ) {
    for file in files {
      guard var fields = pattern.values(in: file),
        let label = fields.removeValue(forKey: "label")
      else {
        found.leaveOut(
          file, because: "its name does not match “\(FileName.printable(pattern.text))”")
        continue
      }
      let group = fields.removeValue(forKey: "group")
      found.records.append(
        DataSet.Record(
          name: file, item: .file(FileName.join(root, file)), label: label, part: part,
          fields: fields, group: group))
    }
  }
}
