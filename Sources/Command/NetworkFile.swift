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
      throw NetworkFileError(path: path, error)
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
  /// Where in the file, as "layers[2].size"; empty for the whole.
  let place: String
  let reason: String

  var category: ErrorCategory { .badData }

  var description: String {
    """
    “\(FileName.printable(path))” describes no network\
    \(place.isEmpty ? "" : "; at \(FileName.printable(place))"): \(FileName.printable(reason)). A \
    network is a list of layers, as [{"layer": "conv", "features": 8, "size": 3}, {"layer": "relu"}, \
    {"layer": "flatten"}, {"layer": "votes"}].
    """
  }
}

extension NetworkFileError {
  init(path: String, _ error: DecodingError) {
    self.path = path
    let context: DecodingError.Context
    switch error {
    case .keyNotFound(let key, let found):
      context = found
      reason = "there is no “\(key.stringValue)”"
    case .typeMismatch(let type, let found):
      context = found
      reason = "something of another type than \(type) stands there"
    case .valueNotFound(let type, let found):
      context = found
      reason = "null stands there instead of \(type)"
    case .dataCorrupted(let found):
      context = found
      reason = Self.sentence(found)
    @unknown default:
      context = DecodingError.Context(codingPath: [], debugDescription: "")
      reason = "it cannot be read"
    }
    place = context.codingPath.reduce("") { path, key in
      if let index = key.intValue { return path + "[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }

  /// What the decoder says, with the line that only its underlying error knows.
  private static func sentence(_ context: DecodingError.Context) -> String {
    var text = context.debugDescription
    if let error = context.underlyingError { text = "it is not valid JSON (\(error))" }
    return text.last == "." ? String(text.dropLast()) : text
  }
}
