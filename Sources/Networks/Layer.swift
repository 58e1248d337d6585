import ConvKitCore

/// One layer of a network: what it does and its knobs, before it has met an input.
///
/// A layer is a small value. It checks shapes and allocates nothing until a network is compiled.
public protocol Layer: Codable, Equatable, Sendable {
  /// The word for it in JSON; with a number, the name of one in a network ("conv2").
  static var kind: String { get }

  /// The keys that its JSON may have, beside "layer".
  static var knobs: [String] { get }

  /// Adds the operations that this layer stands for and returns the value that they end in.
  ///
  /// - Throws: `ShapeError` when the layer does not fit the value it is given.
  func lower(_ input: Graph.ValueID, into builder: inout GraphBuilder) throws -> Graph.ValueID
}

extension Layer {
  package func isEqual(to other: any Layer) -> Bool { (other as? Self) == self }
}

/// Every kind of layer there is: a layer exists for networks, JSON and model files by being listed.
package let layerKinds: [any Layer.Type] = [
  Conv.self, Dense.self, Votes.self, ReLU.self, LeakyReLU.self, MaxPool.self, AveragePool.self,
  GlobalMaxPool.self, GlobalAveragePool.self, Dropout.self, BatchNorm.self, Flatten.self,
  Embedding.self, OneHot.self, Branches.self, Residual.self, Frozen.self,
]

/// A layer as JSON has it: an object whose "layer" names the kind.
struct CodedLayer: Codable {
  let layer: any Layer

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(_ layer: any Layer) { self.layer = layer }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let kind = try container.decode(String.self, forKey: Key(stringValue: "layer"))
    func fail(_ message: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: message))
    }
    guard let type = layerKinds.first(where: { $0.kind == kind }) else {
      throw fail(
        "there is no layer \"\(kind)\"; the layers are "
          + layerKinds.map { $0.kind }.joined(separator: ", "))
    }
    // A misspelt knob would otherwise be passed over and its default used.
    let known = type.knobs + ["layer"]
    if let unknown = container.allKeys.map(\.stringValue).sorted().first(where: {
      !known.contains($0)
    }) {
      throw fail(
        "layer \"\(kind)\" has no \"\(unknown)\"; it has "
          + (type.knobs.isEmpty ? "nothing to set" : type.knobs.joined(separator: ", ")))
    }
    layer = try type.init(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type(of: layer).kind, forKey: Key(stringValue: "layer"))
    try layer.encode(to: encoder)
  }
}
