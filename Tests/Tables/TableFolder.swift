import ConvKitTables
import Foundation
import Testing

/// A folder of a test's own with tables in it, removed with them.
final class TableFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Makes a file and gives its path.
  func add(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try Data(bytes).write(to: url)
    return url.path
  }

  /// Reads a text as a table.
  func table(
    _ text: String, name: String = "t.csv",
    _ change: (inout Table.ReadingOptions) -> Void = { _ in }
  ) throws -> Table {
    var options = Table.ReadingOptions()
    change(&options)
    return try Table.read(paths: [add(name, text.utf8)], options: options)
  }

  /// What is said of a text that is no table; the path is left out.
  func complaint(
    _ bytes: some Sequence<UInt8>, name: String = "t.csv",
    _ change: (inout Table.ReadingOptions) -> Void = { _ in }
  ) -> String {
    var options = Table.ReadingOptions()
    change(&options)
    do {
      _ = try Table.read(paths: [add(name, bytes)], options: options)
      return "no error"
    } catch {
      return "\(error)".replacing("\(path)/", with: "")
    }
  }
}
