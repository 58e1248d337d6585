import ArgumentParser
import ConvKit

/// What `convkit check` is given.
enum CheckInput {
  static func isFolder(_ path: String) -> Bool {
    (try? LabelledFolder.isFolder(path)) == true
  }

  /// What a file or a folder is called, wherever it lies.
  static func name(_ path: String) -> String {
    var path = path[...]
    while path.count > 1, path.last == "/" { path.removeLast() }
    return FileName.last(of: String(path))
  }

  /// - Throws: `FolderOfTables` where a path is a folder with tables in it.
  static func requireNoTables(in path: String) throws {
    guard isFolder(path) else { return }
    let files = try FolderListing(of: path).files.filter { name in
      [".csv", ".tsv"].contains { name.lowercased().hasSuffix($0) }
    }
    guard files.isEmpty else { throw FolderOfTables(path: path, files: files) }
  }
}

/// A folder of tables, where one table was expected.
struct FolderOfTables: ReportableError {
  let path: String
  let files: [String]

  var category: ErrorCategory { .wrongCall }

  var description: String {
    """
    “\(FileName.printable(path))” is a folder of tables (\(FileName.printable(list: files, most: 3))). Name the \
    files themselves: one, or several that are parts of one table.
    """
  }
}

/// `--shape`: rows and columns with an x between them.
struct PictureShapeArgument: ExpressibleByArgument {
  /// [rows, columns]
  let extent: [Int]

  init?(argument: String) {
    let parts = argument.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
    extent = parts.compactMap { Int($0) }
    guard parts.count == 2, extent.count == 2, extent.allSatisfy({ 1...1 << 20 ~= $0 }) else {
      return nil
    }
  }
}
