import ConvKitCore

/// What a network is made of, layer by layer, for one example.
public struct NetworkSummary: Codable, Equatable, Sendable {
  public struct Layer: Codable, Equatable, Sendable {
    public let name: String
    /// [position…, channel] of its output.
    public let shape: [Int]
    /// Values that it learns or keeps fixed.
    public let parameters: Int
    /// Products of the forward pass that are added up.
    public let multiplyAdds: Int
  }

  public struct Total: Codable, Equatable, Sendable {
    public let parameters: Int
    public let multiplyAdds: Int
  }

  /// In the order in which they run. A layer of layers follows its own and counts only what it adds.
  public let layers: [Layer]
  public let total: Total
}

extension CompiledNetwork {
  public var summary: NetworkSummary {
    let layers = graph.layers.map { record in
      let own = graph.nodes[record.nodes].filter { $0.layer == record.name }
      let value = graph.values[record.output]
      return NetworkSummary.Layer(
        name: record.name, shape: value.extent + [value.channels],
        parameters: own.flatMap(\.parameters).reduce(0) { $0 + graph.parameters[$1].count },
        multiplyAdds: own.reduce(0) { $0 + $1.multiplyAdds })
    }
    return NetworkSummary(
      layers: layers,
      total: NetworkSummary.Total(
        parameters: layers.reduce(0) { $0 + $1.parameters },
        multiplyAdds: layers.reduce(0) { $0 + $1.multiplyAdds }))
  }
}
