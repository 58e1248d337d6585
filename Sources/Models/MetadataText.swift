import ConvKitCore
import ConvKitFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// JSON texts among the metadata of a tensor file: how they are written, and what is checked before
/// one is believed.
enum MetadataText {
  /// The deepest that the JSON may nest: layers within layers within layers.
  static let deepestNesting = 64

  /// The longest JSON in bytes: read, it takes many times its size.
  static let longest = 1 << 20

  /// The same text for the same value.
  static func json(_ value: some Encodable, key: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    guard text.utf8.count <= longest else { throw MetadataError.tooLong(key, limit: longest) }
    return text
  }

  /// - Parameter userInfo: what the value needs beside the text.
  static func decode<Value: Decodable>(
    _ key: String, of file: TensorFile, as type: Value.Type = Value.self,
    userInfo: [CodingUserInfoKey: any Sendable] = [:]
  ) throws(MetadataError) -> Value {
    guard let text = file.metadata[key] else { throw .missing(key) }
    guard text.utf8.count <= longest else { throw .tooLong(key, limit: longest) }
    guard nesting(of: text) <= deepestNesting else { throw .tooDeep(key) }
    do {
      let decoder = JSONDecoder()
      decoder.userInfo = userInfo
      return try decoder.decode(type, from: Data(text.utf8))
    } catch {
      throw .unreadable(key, reason: describeDecoding(error))
    }
  }
}

extension MetadataText {
  /// The settings by name in a front end's JSON; empty for a text that is none.
  static func settings(ofFrontEnd text: String) -> [String: Setting] {
    struct FrontEnd: Decodable { let settings: [String: Setting] }
    guard nesting(of: text) <= deepestNesting else { return [:] }
    return (try? JSONDecoder().decode(FrontEnd.self, from: Data(text.utf8)))?.settings ?? [:]
  }

  /// A value of JSON, to be compared and told: a word, a number, a list of these, or an object.
  struct Setting: Decodable, Equatable, CustomStringConvertible {
    let description: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let word = try? container.decode(String.self) {
        description = word
      } else if let whole = try? container.decode(Int.self) {
        description = "\(whole)"
      } else if let number = try? container.decode(Float.self) {
        description = "\(number)"
      } else if let list = try? container.decode([Setting].self) {
        description = "\(list)"
      } else {
        let object = try container.decode([String: Setting].self)
        description = object.sorted { FileName.precedes($0.key, $1.key) }
          .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      }
    }
  }
}

/// What can be wrong with a text among the metadata.
public enum MetadataError: ReportableError, Equatable {
  case missing(String)
  case tooLong(String, limit: Int)
  case tooDeep(String)
  case unreadable(String, reason: String)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .missing(let key): "Its metadata lack \"\(key)\"."
    case .tooLong(let key, let limit): "Its \"\(key)\" has more than \(limit) bytes."
    case .tooDeep(let key): "Its \"\(key)\" nests more than \(MetadataText.deepestNesting) deep."
    case .unreadable(let key, let reason): "Its \"\(key)\" cannot be read: \(reason)."
    }
  }
}

/// How deep brackets nest in a JSON text.
private func nesting(of text: String) -> Int {
  var (depth, deepest) = (0, 0)
  var (isInString, isEscaped) = (false, false)
  for byte in text.utf8 {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      continue
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      depth += 1
      deepest = max(deepest, depth)
    case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
    default: break
    }
  }
  return deepest
}

/// What is wrong with a JSON text, and where in it.
public func describeDecoding(_ error: any Error) -> String {
  guard let error = error as? DecodingError else { return "\(error)" }
  func place(_ context: DecodingError.Context) -> String {
    let path = context.codingPath.map { key in
      key.intValue.map { "\($0 + 1)" } ?? key.stringValue
    }
    return path.isEmpty ? "" : " (at \(path.joined(separator: " › ")))"
  }
  switch error {
  case .keyNotFound(let key, let context):
    return "\"\(key.stringValue)\" is missing\(place(context))"
  case .typeMismatch(_, let context), .valueNotFound(_, let context),
    .dataCorrupted(let context):
    // Only the underlying error knows the line.
    let cause = context.underlyingError.map { ": \($0)" } ?? ""
    return context.debugDescription + cause + place(context)
  @unknown default:
    return "\(error)"
  }
}
