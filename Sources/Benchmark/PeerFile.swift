import ConvKit
import ConvKitWorkloads
import FoundationEssentials

/// What PyTorch computed for a workload on a small batch.
struct PeerFile {
  let workload: Workload
  let compiled: CompiledNetwork
  let values: NetworkValues
  let inputs: [Input]
  let labels: [Int]

  /// What was computed in training mode before the first step.
  let logits: [Float]
  /// By ConvKit's name of the parameter.
  let gradients: [(name: String, tensor: Tensor<Float>)]
  /// Before each of the steps and after the last.
  let losses: [Float]
  /// Scores in evaluation mode after the steps.
  let evaluation: [Float]

  init(path: String) throws {
    let file = try TensorFile.read(path: path)
    guard let name = file.metadata["workload"], let workload = Workload.named(name) else {
      throw PeerFileError(path: path, problem: "names no workload of this program")
    }
    guard let list = file.metadata["parameters"],
      let names = try? JSONDecoder().decode([String].self, from: Data(list.utf8))
    else { throw PeerFileError(path: path, problem: "does not list its parameters") }
    self.workload = workload
    compiled = try CompiledNetwork(workload.network, input: workload.input, labels: workload.labels)
    guard names.count == compiled.parameters.count else {
      throw PeerFileError(
        path: path,
        problem: "has \(names.count) parameters where the network has \(compiled.parameters.count)")
    }
    let pairs = zip(compiled.parameters.map(\.name), names)
    // Statistics start at mean 0 and variance 1 on both sides.
    values = try compiled.initialValues(
      seed: 0,
      given: Dictionary(
        uniqueKeysWithValues: try pairs.map { ($0, try file.tensor(named: "before/\($1)")) }))
    gradients = try pairs.map { ($0, try file.tensor(named: "grad/\($1)")) }
    labels = try file.tensor(named: "labels", of: Int64.self).elements.map(Int.init)
    logits = try file.tensor(named: "logits", of: Float.self).elements
    losses = try file.tensor(named: "losses", of: Float.self).elements
    evaluation = try file.tensor(named: "evaluation", of: Float.self).elements
    switch workload.input.content {
    case .values: inputs = Self.inputs(try file.tensor(named: "input", of: Float.self))
    case .tokens: inputs = Self.tokens(try file.tensor(named: "input", of: Int64.self))
    }
  }

  /// Of [example, channel, position…] the examples as [position…, channel].
  private static func inputs(_ batch: Tensor<Float>) -> [Input] {
    let channels = batch.shape[1]
    let extent = Array(batch.shape.dropFirst(2))
    let positions = extent.reduce(1, *)
    return (0..<batch.shape[0]).map { example in
      var values = Array(repeating: Float(0), count: positions * channels)
      for channel in 0..<channels {
        for position in 0..<positions {
          values[position * channels + channel] =
            batch.elements[(example * channels + channel) * positions + position]
        }
      }
      return .values(Tensor(shape: extent + [channels], elements: values))
    }
  }

  private static func tokens(_ batch: Tensor<Int64>) -> [Input] {
    let extent = Array(batch.shape.dropFirst())
    let length = extent.reduce(1, *)
    return (0..<batch.shape[0]).map { example in
      let tokens = batch.elements[example * length..<(example + 1) * length]
      return .tokens(Tensor(shape: extent, elements: tokens.map(Int32.init)))
    }
  }
}

/// A file that PyTorch's side of the comparison did not write, or wrote for another network.
struct PeerFileError: ReportableError {
  let path: String
  let problem: String
  var category: ErrorCategory { .badData }
  var description: String {
    "\(path) \(problem). Make the files anew with ../shared/peers/parity DIR."
  }
}
