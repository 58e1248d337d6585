import ConvKitCore
import ConvKitNetworks
import ConvKitReference
import FoundationEssentials

/// A network that has every test of the battery by being listed.
struct NetworkCase: Sendable, CustomStringConvertible {
  let name: String
  let network: Network
  var isText = false
  /// Whether small integers stay integers, so that nothing may differ from the reference.
  var isExact = true

  var description: String { name }

  init(
    _ name: String, isText: Bool = false, isExact: Bool = true,
    @LayerBuilder _ layers: () -> [any Layer]
  ) {
    self.name = name
    self.isText = isText
    self.isExact = isExact
    network = Network(layers: layers())
  }

  /// Something that learns stands before and behind every layer, so that gradients go through it.
  static func between(
    _ name: String, isExact: Bool = true, @LayerBuilder _ layers: () -> [any Layer]
  ) -> NetworkCase {
    NetworkCase(name, isExact: isExact) {
      Conv(4, size: 2)
      Network(layers: layers())
      Flatten()
      Votes()
    }
  }

  static let all: [NetworkCase] =
    layerByLayer + fused + [ofSingleNumbers]

  private static let ofSingleNumbers: NetworkCase = {
    do {
      let network = try JSONDecoder().decode(
        Network.self, from: Data(networkOfSingleNumbers.utf8))
      return NetworkCase("JSON of single numbers", isExact: false) { network }
    } catch {
      preconditionFailure("the network of single numbers cannot be read: \(error)")
    }
  }()

  private static let layerByLayer: [NetworkCase] = [
    between("convolution") { Conv(3, size: 2) },
    between("convolution, same, stride 2") { Conv(3, size: 3, stride: 2, padding: .same) },
    between("convolution, dilation 2") { Conv(5, size: 2, dilation: 2, padding: .same) },
    between("convolution, padding one by one") {
      Conv(3, size: 3, padding: .each(low: 2, high: 1), bias: false)
    },
    between("convolution, two groups") { Conv(6, size: 2, groups: 2) },
    between("convolution, depthwise") { Conv(4, size: 3, padding: .same, groups: 4) },
    between("ReLU") { ReLU() },
    between("leaky ReLU") { LeakyReLU(slope: 0.25) },
    between("ReLU twice") {
      ReLU()
      ReLU()
    },
    between("maximum") { MaxPool(2) },
    between("maximum, overlapping") { MaxPool(3, stride: 1, padding: .same) },
    between("maximum, overhanging") { MaxPool(2, overhang: true) },
    between("average") { AveragePool(2) },
    between("average, same", isExact: false) { AveragePool(3, stride: 2, padding: .same) },
    between("dropout of nothing") { Dropout(0) },
    between("batch normalisation", isExact: false) {
      BatchNorm()
      ReLU()
    },
    between("batch normalisation of flattened maps", isExact: false) {
      Flatten()
      BatchNorm()
      Dense(5)
      BatchNorm()
    },
    NetworkCase("batch normalisation first", isExact: false) {
      BatchNorm()
      Conv(3, size: 2)
      GlobalMaxPool()
      BatchNorm()
      Votes()
    },
    between("frozen batch normalisation", isExact: false) { Frozen { BatchNorm() } },
    NetworkCase("global maximum") {
      Conv(4, size: 2)
      GlobalMaxPool()
      Votes()
    },
    NetworkCase("global average", isExact: false) {
      Conv(4, size: 2)
      GlobalAveragePool()
      Votes()
    },
    between("dense") {
      Flatten()
      Dense(7)
      ReLU()
      Dense(3)
    },
    between("branches") {
      Branches {
        Branch { Conv(2, size: 3, padding: .same) }
        Branch {}
        Branch {
          Conv(3, size: 1)
          ReLU()
        }
      }
      ReLU()
    },
    between("flattened branches") {
      Branches {
        Branch { Flatten() }
        Branch { GlobalMaxPool() }
        Branch {
          MaxPool(2)
          Flatten()
        }
      }
      Dense(4)
    },
    between("residual") {
      Residual {
        Conv(4, size: 3, padding: .same)
        ReLU()
      }
      ReLU()
    },
    between("residual with a shortcut") {
      Residual {
        Conv(3, size: 3, stride: 2, padding: .same)
      } shortcut: {
        Conv(3, size: 1, stride: 2)
      }
    },
    between("residual of nothing") { Residual {} },
    between("nested") {
      Residual {
        Branches {
          Branch { Residual { Conv(4, size: 3, padding: .same) } }
          Branch {
            ReLU()
            Conv(2, size: 1)
          }
        }
        Conv(4, size: 1)
      }
    },
    between("frozen") { Frozen { Conv(3, size: 2) } },
    // Fused, its output has no gradient, and nothing may be written for one.
    NetworkCase("frozen, then ReLU") {
      Frozen {
        Conv(3, size: 2, padding: .same)
        ReLU()
        Flatten()
        Dense(6)
        ReLU()
      }
      Dense(5)
      ReLU()
      Votes()
    },
    NetworkCase("frozen embedding", isText: true) {
      Frozen { Embedding(4) }
      Conv(3, size: 2)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    NetworkCase("frozen throughout") {
      Frozen {
        Conv(3, size: 2)
        Flatten()
        Votes()
      }
    },
    NetworkCase("embedding", isText: true) {
      Embedding(5)
      Conv(3, size: 2)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    NetworkCase("one-hot", isText: true) {
      OneHot()
      Conv(3, size: 2)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    NetworkCase("embedding in branches", isText: true) {
      Embedding(32)
      Branches {
        for size in [1, 2, 3] {
          Branch {
            Conv(4, size: .all(size))
            ReLU()
            GlobalMaxPool()
          }
        }
      }
      Votes()
    },
  ]

  /// Odd and even, none like another, small in all.
  static let extents: [[Int]] = [[11], [7, 5], [5, 4, 6], [4, 3, 5, 4]]
  static let labels = 3
  static let vocabulary = 9

  func compiled(_ extent: [Int], varies: Bool = false) throws -> CompiledNetwork {
    try CompiledNetwork(
      network,
      input: InputShape(
        extent: extent, varies: varies,
        content: isText ? .tokens(vocabulary: Self.vocabulary) : .values(channels: 2)),
      labels: Self.labels)
  }
}

extension Network {
  /// The kinds of all layers, those inside of layers too.
  var kinds: Set<String> {
    layers.reduce(into: []) { kinds, layer in
      kinds.insert(type(of: layer).kind)
      switch layer {
      case let branches as Branches: kinds.formUnion(branches.branches.flatMap(\.kinds))
      case let residual as Residual:
        kinds.formUnion(residual.body.kinds.union(residual.shortcut.kinds))
      case let frozen as Frozen: kinds.formUnion(frozen.layers.kinds)
      default: break
      }
    }
  }
}
