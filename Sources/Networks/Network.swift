import ConvKitCore

/// A network as a value: layers in order, nothing compiled, nothing allocated.
///
///     Network { Conv(8, size: 3); ReLU(); MaxPool(2); Flatten(); Dense(16); ReLU(); Votes() }
///
/// Written with single numbers it compiles for an input of any rank.
public struct Network: Sendable {
  public var layers: [any Layer]

  public init(layers: [any Layer]) { self.layers = layers }

  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }
}

/// A sequence of layers beside others in `Branches`.
public typealias Branch = Network

extension Network: Equatable {
  public static func == (a: Network, b: Network) -> Bool {
    a.layers.count == b.layers.count && zip(a.layers, b.layers).allSatisfy { $0.isEqual(to: $1) }
  }
}

/// In JSON a list of layers, or an object whose "layers" is that list.
extension Network: Codable {
  enum CodingKeys: CodingKey {
    case layers
  }

  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: CodingKeys.self) {
      layers = try container.decode([CodedLayer].self, forKey: .layers).map(\.layer)
    } else {
      layers = try [CodedLayer](from: decoder).map(\.layer)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers.map(CodedLayer.init), forKey: .layers)
  }
}

/// Collects the layers of a network, written one a line; `if`, `else` and `for` work as expected.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildExpression(_ network: Network) -> [any Layer] { network.layers }
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  public static func buildEither(first: [any Layer]) -> [any Layer] { first }
  public static func buildEither(second: [any Layer]) -> [any Layer] { second }
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}

/// Collects the branches of `Branches`.
@resultBuilder
public enum BranchBuilder {
  public static func buildExpression(_ branch: Branch) -> [Branch] { [branch] }
  public static func buildBlock(_ parts: [Branch]...) -> [Branch] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [Branch]?) -> [Branch] { part ?? [] }
  public static func buildEither(first: [Branch]) -> [Branch] { first }
  public static func buildEither(second: [Branch]) -> [Branch] { second }
  public static func buildArray(_ parts: [[Branch]]) -> [Branch] { parts.flatMap { $0 } }
}
