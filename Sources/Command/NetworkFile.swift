import ConvKit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A network that somebody wrote in JSON.
enum NetworkFile {
  /// In bytes: a description of a thousand layers takes a tenth of it.
  private static let limit = 1 << 20

  /// - Throws: `FileError`, `NetworkFileError`.
  static func read(_ path: String) throws -> Network {
    let bytes = try BoundedFile.read(path: path, limit: limit)
    do {
      return try JSONDecoder().decode(Network.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw NetworkFileError(path: path, reason: describeDecoding(error))
    }
  }

  /// Whether the file holds text, as opposed to a model, whose first eight bytes are the length of
  /// its header and have zeros among them.
  static func isText(_ path: String) throws -> Bool {
    try !BoundedFile.readStart(path: path, count: 8).contains(0)
  }
}

/// JSON that describes no network.
struct NetworkFileError: ReportableError {
  let path: String
  /// What is wrong, and where in the file.
  let reason: String

  var category: ErrorCategory { .badData }

  var description: String {
    """
    “\(FileName.printable(path))” describes no network: \(FileName.printable(reason)). A network is a \
    list of layers, as [{"layer": "conv", "features": 8, "size": 3}, {"layer": "relu"}, \
    {"layer": "flatten"}, {"layer": "votes"}].
    """
  }
}
