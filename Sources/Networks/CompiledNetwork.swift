import ConvKitCore

/// A network that has met the shape of its inputs and the number of labels: every shape is checked,
/// every parameter has its name and place.
public struct CompiledNetwork: Sendable {
  public let network: Network
  public let inputShape: InputShape
  public let labelCount: Int

  /// The graph for `inputShape.extent`.
  package let graph: Graph

  /// - Throws: `ShapeError` for every mistake of shape; it names the layer, what that received, what
  ///   it needs, and what to do.
  public init(_ network: Network, input: InputShape, labels: Int) throws {
    self.network = network
    inputShape = input
    labelCount = labels
    graph = try Self.graph(of: network, input: input, labels: labels)
  }

  private static func graph(
    of network: Network, input: InputShape, labels: Int
  ) throws -> Graph {
    guard labels >= 1 else {
      throw ShapeError(
        received: "\(labels) labels", needed: "at least one", remedy: "Give every example a label.")
    }
    var builder = try GraphBuilder(inputShape: input, labelCount: labels)
    let output = try builder.lower(network.layers, from: 0)
    let value = builder.graph.values[output]
    guard output != 0, value.extent.isEmpty, value.channels == labels else {
      throw ShapeError(
        received: "a network that ends in \((value.extent + [value.channels]).asExtent)",
        needed: "one sum of votes for each of \(labels) labels",
        remedy: "End the network with Votes().")
    }
    return builder.graph
  }

  /// The graph for inputs of another extent.
  ///
  /// - Throws: `ShapeError` when the network does not fit them.
  package func graph(for extent: [Int]) throws -> Graph {
    if extent == inputShape.extent { return graph }
    var shape = inputShape
    shape.extent = extent
    return try Self.graph(of: network, input: shape, labels: labelCount)
  }

  /// What training learns, in the order of the network.
  public var parameters: [ParameterSpecification] { graph.parameters }

  /// The tables [token, channel] of the embeddings among them; those of one-hot tokens are none.
  package var embeddings: [ParameterSpecification] {
    graph.nodes.compactMap { node in
      guard case .embedding = node.operation else { return nil }
      let table = parameters[node.parameters[0]]
      if case .identity = table.initial { return nil }
      return table
    }
  }

  /// What batch normalisations keep beside it.
  public var statistics: [ParameterSpecification] { graph.statistics }

  /// Values to start training from.
  ///
  /// - Parameters:
  ///   - seed: decides every value that is not given.
  ///   - given: by name, in the shapes of the model file, such as the layers of another model.
  /// - Throws: `ParameterError` when a given value has no place or another shape.
  public func initialValues(
    seed: UInt64, given: [String: Tensor<Float>] = [:]
  ) throws -> NetworkValues {
    let names = Set((parameters + statistics).map(\.name))
    if let stray = given.keys.sorted().first(where: { !names.contains($0) }) {
      throw ParameterError.noSuchParameter(stray)
    }
    func fill(_ specifications: [ParameterSpecification]) throws -> [Float] {
      var flat: [Float] = []
      flat.reserveCapacity(specifications.last?.end ?? 0)
      for (index, specification) in specifications.enumerated() {
        if let tensor = given[specification.name] {
          flat += try specification.memoryOrder(of: tensor)
        } else {
          flat += specification.initial.values(
            count: specification.count,
            random: RandomStream(seed: seed, purpose: .initialWeights, item: index))
        }
      }
      return flat
    }
    return NetworkValues(parameters: try fill(parameters), statistics: try fill(statistics))
  }

  /// The values by name, in the shapes and order of the model file.
  public func tensors(of values: NetworkValues) -> [(name: String, tensor: Tensor<Float>)] {
    func named(_ specification: ParameterSpecification, _ flat: [Float]) -> (String, Tensor<Float>)
    {
      let slice = flat[specification.offset..<specification.end]
      return (
        specification.name,
        Tensor(shape: specification.shape, elements: specification.arrangement.fileOrder(slice))
      )
    }
    return parameters.map { named($0, values.parameters) }
      + statistics.map { named($0, values.statistics) }
  }

  /// The values that named tensors hold; the reverse of `tensors(of:)`.
  ///
  /// - Throws: `ParameterError` when one is missing, is one too many or has another shape.
  public func values(from tensors: [String: Tensor<Float>]) throws -> NetworkValues {
    for specification in parameters + statistics where tensors[specification.name] == nil {
      throw ParameterError.missing(specification.name)
    }
    return try initialValues(seed: 0, given: tensors)
  }
}

/// All that a network has learned.
public struct NetworkValues: Codable, Equatable, Sendable {
  /// Every parameter, flat, in ConvKit's own order.
  package var parameters: [Float]
  /// Every running statistic.
  package var statistics: [Float]

  package init(parameters: [Float], statistics: [Float]) {
    self.parameters = parameters
    self.statistics = statistics
  }

  /// Of no network.
  package static let empty = NetworkValues(parameters: [], statistics: [])

  /// Whether every value is a finite number.
  package var isFinite: Bool {
    parameters.allSatisfy { $0.isFinite } && statistics.allSatisfy { $0.isFinite }
  }

  /// How many values are learned.
  public var parameterCount: Int { parameters.count }
}

/// Named values that do not fit a network.
public enum ParameterError: ReportableError, Equatable {
  case missing(String)
  case noSuchParameter(String)
  case wrongShape(String, received: [Int], needed: [Int])

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .missing(let name):
      "The network needs values \"\(name)\", and there are none of that name."
    case .noSuchParameter(let name):
      "There are values \"\(name)\", and the network has no parameter of that name."
    case .wrongShape(let name, let received, let needed):
      "\"\(name)\" has the shape \(received), and the network needs \(needed)."
    }
  }
}

extension ParameterSpecification {
  fileprivate func memoryOrder(of tensor: Tensor<Float>) throws -> [Float] {
    guard tensor.shape == shape else {
      throw ParameterError.wrongShape(name, received: tensor.shape, needed: shape)
    }
    return arrangement.memoryOrder(tensor.elements)
  }
}

extension CompiledNetwork {
  /// Whether no running variance is negative: batch normalisation takes its root.
  public func hasUsableStatistics(_ values: NetworkValues) -> Bool {
    graph.nodes.allSatisfy { node in
      node.statistics.dropFirst().allSatisfy { index in
        let specification = graph.statistics[index]
        return values.statistics[specification.offset..<specification.end].allSatisfy { $0 >= 0 }
      }
    }
  }
}
