import ConvKitCore
import ConvKitFiles
import ConvKitNetworks

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Model {
  /// Raised when a file of this version could not be understood by the one before.
  private static let formatVersion = "1"

  /// The keys of the metadata.
  private enum Key: String, CaseIterable {
    case version = "convkit.version"
    case network = "convkit.network"
    case frontEnd = "convkit.frontEnd"
    case labels = "convkit.labels"
    case record = "convkit.training"
  }

  /// The deepest that the JSON of a model may nest: layers within layers within layers.
  private static let deepestNesting = 64

  /// The longest JSON of a model in bytes: read, it takes many times its size.
  private static let longestText = 1 << 20

  /// The bytes of the model file: safetensors, with weights in PyTorch's layout.
  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func json(_ value: some Encodable, _ key: Key) throws -> String {
      let text = String(decoding: try encoder.encode(value), as: UTF8.self)
      guard text.utf8.count <= Self.longestText else {
        throw ModelFileError.tooLong(key.rawValue, limit: Self.longestText)
      }
      return text
    }
    var file = TensorFile(metadata: [
      Key.version.rawValue: Self.formatVersion,
      Key.network.rawValue: try json(network, .network),
      Key.frontEnd.rawValue: try json(frontEnd, .frontEnd),
      Key.labels.rawValue: try json(labels, .labels),
      Key.record.rawValue: try json(record, .record),
    ])
    for (name, tensor) in try compiled().tensors(of: values) { file.append(tensor, named: name) }
    return file.encoded()
  }

  /// Writes the model file; one that is there is replaced only by a complete new one.
  public func write(to path: String) throws {
    try AtomicFile.write(try encoded(), to: path)
  }

  /// Reads a model file, believing nothing that it says before it is checked.
  ///
  /// - Throws: `FileError`, `UnusableTensorFile` or `UnusableModel`.
  public static func read(path: String) throws -> Model {
    let file = try TensorFile.read(path: path)
    do {
      return try Model(file)
    } catch let error as ModelFileError {
      throw UnusableModel(path: FileName.printable(path), reason: error)
    }
  }

  /// - Throws: `ModelFileError` for each way in which a sound container can hold an unsound model.
  public init(_ file: TensorFile) throws {
    guard let version = file.metadata[Key.version.rawValue] else {
      throw ModelFileError.notAModel
    }
    guard version == Self.formatVersion else { throw ModelFileError.otherVersion(version) }
    func decode<Value: Decodable>(_ key: Key, as type: Value.Type = Value.self) throws -> Value {
      guard let text = file.metadata[key.rawValue] else {
        throw ModelFileError.missing(key.rawValue)
      }
      guard text.utf8.count <= Self.longestText else {
        throw ModelFileError.tooLong(key.rawValue, limit: Self.longestText)
      }
      guard nesting(of: text) <= Self.deepestNesting else {
        throw ModelFileError.tooDeep(key.rawValue)
      }
      do {
        return try JSONDecoder().decode(type, from: Data(text.utf8))
      } catch {
        throw ModelFileError.unreadable(key.rawValue, reason: describeDecoding(error))
      }
    }
    labels = try decode(.labels)
    guard !labels.isEmpty, labels.allSatisfy({ !$0.isEmpty }), Set(labels).count == labels.count
    else { throw ModelFileError.labels }
    network = try decode(.network)
    frontEnd = try decode(.frontEnd)
    record = try decode(.record)
    guard record.isSound else { throw ModelFileError.record }

    let compiled: CompiledNetwork
    do {
      compiled = try CompiledNetwork(network, input: frontEnd.inputShape, labels: labels.count)
    } catch let error as ShapeError {
      throw ModelFileError.network(error)
    }
    // All shapes are compared before the first value is copied.
    let wanted = compiled.parameters + compiled.statistics
    let names = Set(wanted.map(\.name))
    if let stray = file.entries.first(where: { !names.contains($0.name) }) {
      throw ModelFileError.parameter(.noSuchParameter(FileName.printable(stray.name)))
    }
    for specification in wanted {
      guard let entry = file.entry(named: specification.name) else {
        throw ModelFileError.parameter(.missing(specification.name))
      }
      guard entry.shape == specification.shape else {
        throw ModelFileError.parameter(
          .wrongShape(specification.name, received: entry.shape, needed: specification.shape))
      }
      guard entry.elementType == .float32 else {
        throw ModelFileError.elementType(specification.name, received: entry.elementType.rawValue)
      }
    }
    if let (name, index) = file.firstNonFinite() {
      throw ModelFileError.notFinite(name, index: index)
    }
    var tensors: [String: Tensor<Float>] = [:]
    for specification in wanted {
      tensors[specification.name] = try file.tensor(named: specification.name)
    }
    values = try compiled.values(from: tensors)
    guard compiled.hasUsableStatistics(values) else { throw ModelFileError.negativeVariance }
  }
}

extension TrainingRecord {
  /// Whether its numbers can be those of a training.
  fileprivate var isSound: Bool {
    (0..<1).contains(validationShare) && trainingExamples >= 0 && validationExamples >= 0
      && skipped >= 0 && history.map(\.epoch) == Array(history.indices.map { $0 + 1 })
      && (history.isEmpty ? bestEpoch == 0 : (1...history.count).contains(bestEpoch))
      && (0..<1).contains(options.loss.labelSmoothing)
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
