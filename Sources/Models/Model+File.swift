import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitText
import ConvKitTraining

extension Model {
  /// Raised when a file of this version could not be understood by the one before.
  static let formatVersion = "2"

  /// The keys of the metadata.
  private enum Key: String, CaseIterable {
    case version = "convkit.version"
    case network = "convkit.network"
    case frontEnd = "convkit.frontEnd"
    case labels = "convkit.labels"
    case record = "convkit.training"
  }

  /// The results of the epochs; no layer can have this name.
  private static let historyName = "convkit.history"

  /// The bytes of the model file: safetensors, with weights in PyTorch's layout.
  public func encoded() throws -> [UInt8] {
    var file = TensorFile(
      metadata: try Self.metadata(
        network: network, labels: labels, frontEnd: frontEnd, record: record), isSealed: true)
    for (name, tensor) in try compiled().tensors(of: values) { file.append(tensor, named: name) }
    file.append(EpochResult.tensor(of: record.history), named: Self.historyName)
    if case .text(let frontEnd) = frontEnd { file.append(frontEnd.storedTokens) }
    return file.encoded()
  }

  /// The texts of a model file.
  ///
  /// Whatever the length of the training, they are as long: what can be written before the first step
  /// can be written after the last.
  ///
  /// - Throws: `ModelFileError` for what is too long.
  static func metadata(
    network: Network, labels: [String], frontEnd: ModelFrontEnd, record: TrainingRecord
  ) throws -> [String: String] {
    func json(_ value: some Encodable, _ key: Key) throws -> String {
      do {
        return try MetadataText.json(value, key: key.rawValue)
      } catch let error as MetadataError {
        throw ModelFileError.metadata(error)
      }
    }
    return [
      Key.version.rawValue: formatVersion,
      Key.network.rawValue: try json(network, .network),
      Key.frontEnd.rawValue: try json(frontEnd, .frontEnd),
      Key.labels.rawValue: try json(labels, .labels),
      Key.record.rawValue: try json(record, .record),
    ]
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
    guard file.seal != .broken else { throw ModelFileError.checksum }
    guard let version = file.metadata[Key.version.rawValue] else {
      throw ModelFileError.notAModel
    }
    guard version == Self.formatVersion else { throw ModelFileError.otherVersion(version) }
    guard file.seal == .intact else {
      throw ModelFileError.metadata(.missing(TensorFile.sealKey))
    }
    let tokens = try file.storedTokens()
    func decode<Value: Decodable>(_ key: Key) throws(ModelFileError) -> Value {
      do {
        return try MetadataText.decode(
          key.rawValue, of: file,
          userInfo: tokens.map { [TextFrontEnd.tokensKey: $0] } ?? [:])
      } catch {
        throw .metadata(error)
      }
    }
    labels = try decode(.labels)
    guard !labels.isEmpty, labels.allSatisfy({ !$0.isEmpty }), Set(labels).count == labels.count
    else { throw ModelFileError.labels }
    guard labels.count <= Evaluation.mostLabels else {
      throw ModelFileError.tooManyLabels(labels.count)
    }
    network = try decode(.network)
    frontEnd = try decode(.frontEnd)
    var record: TrainingRecord = try decode(.record)
    record.history = try Self.history(of: file)
    guard record.isSound(labels: labels.count) else { throw ModelFileError.record }

    self.record = record

    let compiled: CompiledNetwork
    do {
      compiled = try CompiledNetwork(network, input: frontEnd.inputShape, labels: labels.count)
    } catch let error as ShapeError {
      throw ModelFileError.network(error)
    }
    // All shapes are compared before the first value is copied.
    let wanted = compiled.parameters + compiled.statistics
    let names = Set(wanted.map(\.name))
    var others: Set<String> = []
    if case .text(let frontEnd) = frontEnd { others = frontEnd.storedTokens.names }
    if let stray = file.entries.first(where: {
      $0.name != Self.historyName && !others.contains($0.name) && !names.contains($0.name)
    }) {
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
    if let (name, index) = file.firstNonFinite(among: names) {
      throw ModelFileError.notFinite(name, index: index)
    }
    var tensors: [String: Tensor<Float>] = [:]
    for specification in wanted {
      tensors[specification.name] = try file.tensor(named: specification.name)
    }
    values = try compiled.values(from: tensors)
    guard compiled.hasUsableStatistics(values) else { throw ModelFileError.negativeVariance }
  }

  private static func history(of file: TensorFile) throws -> [EpochResult] {
    guard let entry = file.entry(named: historyName) else {
      throw ModelFileError.parameter(.missing(historyName))
    }
    guard entry.elementType == .float64, EpochResult.fits(entry),
      let results = EpochResult.results(of: try file.tensor(named: historyName))
    else { throw ModelFileError.record }
    return results
  }
}

extension TrainingRecord {
  /// Whether its numbers can be those of a training.
  fileprivate func isSound(labels: Int) -> Bool {
    trainingExamples >= 0 && validationExamples >= 0
      && (history.isEmpty ? bestEpoch == 0 : (1...history.count).contains(bestEpoch))
      && (0..<1).contains(options.loss.labelSmoothing)
      && [0, labels].contains(options.loss.labelWeights.count)
      && Fingerprint.isHexadecimal(dataSet)
  }
}
