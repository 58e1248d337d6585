import ConvKitCore

/// Lowers the layers of a network into a graph, checking every shape on the way.
public struct GraphBuilder {
  package private(set) var graph: Graph
  package let inputShape: InputShape
  package let labelCount: Int
  private var ordinals: [String: Int] = [:]
  private var currentLayer = ""
  private var isFrozen = false

  /// The most parameters a network may have: 2^28 floats are 1 GiB, and training keeps several.
  private static let mostParameters = 1 << 28

  /// The most values a map may have with its padding: 2^29 floats are 2 GiB for every example.
  private static let largestMap = 1 << 29

  /// The most taps a window may have. Its offsets are listed one by one.
  private static let mostTaps = 1 << 24

  init(inputShape: InputShape, labelCount: Int) throws {
    self.inputShape = inputShape
    self.labelCount = labelCount
    let channels =
      switch inputShape.content {
      case .values(let channels): channels
      case .tokens: 1
      }
    graph = Graph(values: [
      Graph.Value(extent: inputShape.extent, channels: channels, parts: [])
    ])
    // An input of no axes would make every later message a riddle.
    guard !inputShape.extent.isEmpty, inputShape.extent.allSatisfy({ $0 >= 1 }), channels >= 1
    else {
      throw ShapeError(
        received: "an input of \(inputShape.description)",
        needed: "at least one axis, one position along each and one channel",
        remedy: "Write the input as EXTENT…xCHANNELS, such as 28x28x1.")
    }
    try check(graph.values[0].extent + [channels], "an input", atMost: Self.largestMap)
  }

  // MARK: layers

  /// Lowers layers one after the other.
  mutating func lower(_ layers: [any Layer], from input: Graph.ValueID) throws -> Graph.ValueID {
    try layers.reduce(input) { try lower($1, from: $0) }
  }

  private mutating func lower(
    _ layer: any Layer, from input: Graph.ValueID
  ) throws -> Graph.ValueID {
    let kind = type(of: layer).kind
    ordinals[kind, default: 0] += 1
    let outer = currentLayer
    let name = "\(kind)\(ordinals[kind, default: 0])"
    currentLayer = name
    defer { currentLayer = outer }
    let firstNode = graph.nodes.count
    do {
      if isTokens(input), !(layer is any TakesTokens) {
        throw ShapeError(
          received: "tokens", needed: "values with channels",
          remedy: "Put Embedding before it, which gives every token a learned vector.")
      }
      let output = try layer.lower(input, into: &self)
      guard !isTokens(output) else {
        throw ShapeError(
          received: "tokens that pass through", needed: "values with channels",
          remedy: "Put Embedding into it, which gives every token a learned vector.")
      }
      graph.layers.append(
        Graph.LayerRecord(name: name, output: output, nodes: firstNode..<graph.nodes.count))
      return output
    } catch var error as ShapeError {
      if error.layer == nil { error.layer = name }
      throw error
    }
  }

  /// Lowers what `body` lowers with parameters that do not learn.
  mutating func frozen(
    _ body: (inout GraphBuilder) throws -> Graph.ValueID
  ) rethrows -> Graph.ValueID {
    let outer = isFrozen
    isFrozen = true
    defer { isFrozen = outer }
    return try body(&self)
  }

  private func isTokens(_ value: Graph.ValueID) -> Bool {
    if case .tokens = inputShape.content { return value == 0 }
    return false
  }

  // MARK: values and nodes

  func extent(of value: Graph.ValueID) -> [Int] { graph.values[value].extent }
  func channels(of value: Graph.ValueID) -> Int { graph.values[value].channels }
  func parts(of value: Graph.ValueID) -> [FlatPart] { graph.values[value].parts }

  /// Adds an operation and the value that it makes.
  mutating func append(
    _ operation: Graph.Operation, _ inputs: [Graph.ValueID], extent: [Int], channels: Int,
    parts: [FlatPart] = [], parameters: [Int] = [], statistics: [Int] = [], multiplyAdds: Int = 0
  ) throws -> Graph.ValueID {
    try check(extent + [channels], "a map", atMost: Self.largestMap)
    graph.values.append(Graph.Value(extent: extent, channels: channels, parts: parts))
    graph.nodes.append(
      Graph.Node(
        layer: currentLayer, operation: operation, inputs: inputs, output: graph.values.count - 1,
        parameters: parameters, statistics: statistics, isTrainable: !isFrozen,
        multiplyAdds: multiplyAdds))
    return graph.values.count - 1
  }

  /// Adds a parameter of the current layer.
  ///
  /// - Parameter role: its name after the layer's, such as "weight".
  mutating func parameter(
    _ role: String, _ arrangement: ParameterArrangement, _ initial: InitialValues,
    decays: Bool = false
  ) throws -> Int {
    try check(
      arrangement.fileShape, "a parameter \"\(role)\"", atMost: Self.mostParameters)
    let specification = ParameterSpecification(
      name: "\(currentLayer).\(role)", arrangement: arrangement, initial: initial,
      offset: graph.parameters.last?.end ?? 0, isTrainable: !isFrozen, decays: decays)
    try check([specification.end], "a network of parameters", atMost: Self.mostParameters)
    graph.parameters.append(specification)
    return graph.parameters.count - 1
  }

  /// Adds a running statistic of the current layer.
  mutating func statistic(
    _ role: String, _ arrangement: ParameterArrangement, _ initial: InitialValues
  ) -> Int {
    graph.statistics.append(
      ParameterSpecification(
        name: "\(currentLayer).\(role)", arrangement: arrangement, initial: initial,
        offset: graph.statistics.last?.end ?? 0, isTrainable: false, decays: false))
    return graph.statistics.count - 1
  }

  /// Where a window stands over a value.
  func geometry(_ window: Window, over value: Graph.ValueID) throws -> Geometry {
    let extent = extent(of: value)
    guard !extent.isEmpty else {
      throw ShapeError(
        received: "\(channels(of: value)) values without position",
        needed: "a map with positions to slide over",
        remedy: "Put it before the Flatten or the global pooling.")
    }
    let geometry = try window.geometry(over: extent)
    try check(geometry.axes.map(\.size), "a window", atMost: Self.mostTaps)
    try check(
      geometry.axes.map { $0.low + $0.extent + $0.high } + [channels(of: value)], "a padded map",
      atMost: Self.largestMap)
    return geometry
  }

  /// Refuses a convolution whose gradient needs more room than a map may have.
  func checkGradient(_ geometry: Geometry, features: Int) throws {
    let halo = ConvolutionPlan.outputGradientHalo(geometry)
    try check(
      geometry.axes.indices.map { halo.low[$0] + geometry.axes[$0].positions + halo.high[$0] }
        + [features], "a padded gradient", atMost: Self.largestMap)
  }

  /// Refuses a pooling with more different windows at its edges than can be listed.
  func checkTapLists(_ geometry: Geometry) throws {
    try check(
      geometry.axes.map { axis in
        Set((0..<axis.positions).map(axis.tapsInside)).reduce(0) { $0 + $1.count }
      }, "windows", atMost: Self.mostTaps)
  }

  /// Refuses sizes whose product no machine holds, before anything is allocated.
  private func check(_ sizes: [Int], _ what: String, atMost limit: Int) throws {
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= limit else {
        throw ShapeError(
          received: "\(what) of \(sizes.asExtent)", needed: "at most \(limit) in all",
          remedy: "Use fewer features, smaller sizes or a smaller input.")
      }
      product = next
    }
  }
}

/// A layer that tokens may reach: an embedding, or one whose own layers are asked in turn.
protocol TakesTokens: Layer {}

extension InputShape: CustomStringConvertible {
  /// "28×28×1", or "50 tokens of 8000".
  public var description: String {
    let most = varies ? "up to " : ""
    return switch content {
    case .values(let channels): most + (extent + [channels]).asExtent
    case .tokens(let vocabulary): "\(most)\(extent.asExtent) tokens of \(vocabulary)"
    }
  }
}
