/// A folder with one subfolder per label, maybe below `train/`, `validation/` and `test/`.
///
/// The names of the parts are `train`, `validation` (or `val`, `valid`, `dev`) and `test`. They are parts
/// when every folder beside them is one too and one of them holds folders; otherwise they are
/// labels (buses, cars and a "train").
package struct LabelledFolder {
  package private(set) var records: [DataSet.Record] = []
  package private(set) var leftOut: [LeftOut]

  private let root: String

  /// The parts by what they are called: as folders, in the names of files, and in listings.
  static let parts: [String: DataPart] = [
    "train": .training, "validation": .validation, "val": .validation, "valid": .validation,
    "dev": .validation, "test": .test,
  ]

  /// Whether a path leads to a folder.
  ///
  /// - Throws: `FileError` when it leads nowhere.
  package static func isFolder(_ path: String) throws -> Bool {
    do throws(SystemFailure) {
      return try System.status(path, followingLinks: true).kind == .folder
    } catch {
      throw FileError(reading: path, error)
    }
  }

  /// Finds the examples; none of them is opened.
  ///
  /// - Throws: `FileError`, and `DataSetError` when nothing tells the labels.
  package init(_ path: String) throws {
    root = path
    let top = try FolderListing(of: path)
    leftOut = top.leftOut
    if top.folders.isEmpty, let example = top.files.first {
      throw DataSetError.filesWithoutLabels(path: path, count: top.files.count, example: example)
    }
    leaveOut(top.files, at: "", because: "lies beside the folders of the labels")

    if try hasParts(top.folders) {
      for folder in top.folders {
        guard let part = Self.parts[folder] else { continue }
        let labels = try FolderListing(of: FileName.join(path, folder), at: folder)
        leftOut += labels.leftOut
        leaveOut(labels.files, at: folder, because: "lies beside the folders of the labels")
        for label in labels.folders {
          add(FileName.join(folder, label), label: label, part: part)
        }
      }
    } else {
      for label in top.folders { add(label, label: label, part: .training) }
    }
  }

  private func hasParts(_ folders: [String]) throws -> Bool {
    let withFolders = try folders.filter {
      try Self.parts[$0] != nil
        && !FolderListing(of: FileName.join(root, $0), at: $0).folders.isEmpty
    }
    guard let part = withFolders.first else { return false }
    if let other = folders.first(where: { Self.parts[$0] == nil }) {
      throw DataSetError.partBesideLabels(path: root, part: part, other: other)
    }
    return true
  }

  private mutating func add(_ folder: String, label: String, part: DataPart) {
    let (files, leftOut) = FolderListing.filesBelow(folder, of: root)
    self.leftOut += leftOut
    records += files.map {
      DataSet.Record(name: $0, item: .file(FileName.join(root, $0)), label: label, part: part)
    }
  }

  private mutating func leaveOut(_ files: [String], at place: String, because reason: String) {
    leftOut += files.map {
      LeftOut(name: FileName.printable(FileName.join(place, $0)), reason: reason)
    }
  }
}
