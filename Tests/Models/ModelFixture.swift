import ConvKitCore
import ConvKitImages
import ConvKitNetworks

@testable import ConvKitModels
@testable import ConvKitTraining

/// A small model with every kind of tensor, and its file with one thing changed.
enum ModelFixture {
  static func model() throws -> Model {
    let network = Network {
      Conv(2, size: 2)
      BatchNorm()
      ReLU()
      Flatten()
      Votes()
    }
    let frontEnd = ModelFrontEnd.image(try ImageFrontEnd(height: 3, width: 3))
    let compiled = try CompiledNetwork(network, input: frontEnd.inputShape, labels: 2)
    var options = TrainingOptions()
    options.epochs = 2
    let history = (1...2).map {
      EpochResult(
        epoch: $0, trainingLoss: 0.5, trainingAccuracy: 0.75, validationLoss: 0.25,
        validationAccuracy: 0.875)
    }
    return Model(
      network: network, labels: ["O", "X"], frontEnd: frontEnd,
      values: try compiled.initialValues(seed: 4),
      record: TrainingRecord(
        options: options, arithmetic: .fused,
        dataSet: String(repeating: "0123456789abcdef", count: 2), trainingExamples: 8,
        validationExamples: 2, history: history, bestEpoch: 2))
  }

  /// The tensors of a file by name, to be changed and put together again.
  static func fileOfTensors(_ change: (inout [String: Tensor<Float>]) -> Void) throws -> [UInt8] {
    let whole = try TensorFile(bytes: model().encoded())
    var tensors: [String: Tensor<Float>] = [:]
    let history: Tensor<Double> = try whole.tensor(named: "convkit.history")
    for entry in whole.entries where entry.name != "convkit.history" {
      tensors[entry.name] = try whole.tensor(named: entry.name)
    }
    change(&tensors)
    var file = TensorFile(metadata: whole.metadata, isSealed: true)
    for (name, tensor) in tensors { file.append(tensor, named: name) }
    file.append(history, named: "convkit.history")
    return file.encoded()
  }

  /// The file with other metadata.
  static func file(metadata change: (inout [String: String]) -> Void) throws -> [UInt8] {
    var file = try TensorFile(bytes: model().encoded())
    change(&file.metadata)
    return file.encoded()
  }

  static func file(network: String) throws -> [UInt8] {
    try file(metadata: { $0["convkit.network"] = network })
  }

  /// The file with a part of a text of its metadata replaced.
  static func file(_ key: String, _ old: String, _ new: String) throws -> [UInt8] {
    try file(metadata: { metadata in
      let text = metadata["convkit." + key] ?? ""
      precondition(text.contains(old), "\(text) lacks \(old)")
      metadata["convkit." + key] = text.replacing(old, with: new)
    })
  }

  /// The file with a part of its header replaced and the length mended; metadata are quoted there.
  static func file(header old: String, _ new: String) throws -> [UInt8] {
    let bytes = try model().encoded()
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    precondition(header.contains(old), "\(header) lacks \(old)")
    return TensorFileAttack.file(
      header.replacing(old, with: new, maxReplacements: 1), data: Array(bytes[(8 + length)...]))
  }
}
