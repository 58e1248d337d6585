import ConvKitCore
import ConvKitNetworks
import FoundationEssentials
import Testing

/// What compiling a network refuses, and what it makes of names and first values.
struct CompilingTests {
  /// A mistake, and the parts of the message that a user needs.
  struct Mistake: Sendable, CustomStringConvertible {
    let layer: String?
    let received: String
    let needed: String
    let remedy: String
    let shape: InputShape
    let labels: Int
    let network: Network

    var description: String { received }

    init(
      _ layer: String?, _ received: String, _ needed: String, _ remedy: String,
      _ extent: [Int] = [6, 6], varies: Bool = false,
      content: InputShape.Content = .values(channels: 2), labels: Int = 2,
      @LayerBuilder _ layers: () -> [any Layer]
    ) {
      (self.layer, self.received, self.needed, self.remedy) = (layer, received, needed, remedy)
      shape = InputShape(extent: extent, varies: varies, content: content)
      self.labels = labels
      network = Network(layers: layers())
    }
  }

  static let mistakes = [
    Mistake(nil, "0 labels", "at least one", "Give every example", labels: 0) { Votes() },
    Mistake(nil, "an input of", "at least one axis", "28x28x1", []) { Votes() },
    Mistake(nil, "an input of 0×6×2", "at least one axis", "28x28x1", [0, 6]) { Votes() },
    Mistake(nil, "an input of", "at most", "smaller", [1 << 40, 1 << 40]) { Votes() },
    Mistake(nil, "a network that ends in 6×6×2", "2 labels", "Votes()") {},
    Mistake(nil, "a network that ends in 5", "2 labels", "Votes()") {
      Flatten()
      Dense(5)
    },
    Mistake("conv2", "", "", "", [4, 4]) {
      Conv(2, size: 3)
      Conv(2, size: 3)
    },
    Mistake("conv1", "a size of 3×3×3 for an input of 2 axes", "2 of them", "single number") {
      Conv(2, size: [3, 3, 3])
    },
    Mistake("conv1", "a stride of 0", "from 1", "Correct the stride") {
      Conv(2, size: 3, stride: 0)
    },
    Mistake("conv1", "0 features in 1 groups", "at least one", "Correct") { Conv(0, size: 3) },
    Mistake("conv1", "3 groups for 2 channels", "divides both", "2 for a depthwise") {
      Conv(3, size: 3, groups: 3)
    },
    Mistake("conv1", "values without position", "positions", "before the Flatten") {
      Flatten()
      Conv(3, size: 3)
    },
    Mistake("conv1", "1099511627776 features", "at most", "Correct") {
      Conv(1 << 40, size: 1)
    },
    Mistake("dense1", "a map of 6×6×2", "without position", "Flatten()") { Dense(3) },
    Mistake("dense1", "0 neurons", "at least 1", "Correct") {
      Flatten()
      Dense(0)
    },
    Mistake("votes1", "a map of 6×6×2", "without position", "Flatten()") { Votes() },
    Mistake("leakyReLU1", "a slope of 1.0", "below 1", "ReLU") { LeakyReLU(slope: 1) },
    Mistake("dropout1", "a rate of 1.0", "0 to 0.999", "0.5") { Dropout(1) },
    Mistake("dropout1", "a rate of nan", "0 to 0.999", "0.5") { Dropout(.nan) },
    Mistake("batchNorm1", "epsilon 0.0", "above 0", "Leave them out") { BatchNorm(epsilon: 0) },
    Mistake("maxPool1", "", "", "", [2, 2]) { MaxPool(3) },
    Mistake("globalMaxPool1", "values without position", "positions", "before") {
      Flatten()
      GlobalMaxPool()
    },
    Mistake("flatten1", "extent varies", "one extent", "GlobalMaxPool()", varies: true) {
      Flatten()
    },
    Mistake("embedding1", "values", "tokens", "first layer") { Embedding(3) },
    Mistake(
      "embedding1", "0 channels", "at least one", "Correct", content: .tokens(vocabulary: 5)
    ) { Embedding(0) },
    Mistake("conv1", "tokens", "values with channels", "Embedding", content: .tokens(vocabulary: 5))
    {
      Conv(2, size: 3)
    },
    Mistake("branches1", "no branch", "at least one", "Branch {") { Branches {} },
    Mistake("branches1", "4×4, 6×6", "one extent", "global pooling") {
      Branches {
        Branch { Conv(2, size: 3) }
        Branch { Conv(2, size: 1) }
      }
    },
    Mistake("residual1", "6×6×3 from its layers and 6×6×2", "one shape", "Conv(3, size: 1)") {
      Residual { Conv(3, size: 3, padding: .same) }
    },
    // The innermost layer is named.
    Mistake("dropout1", "a rate of -1.0", "0 to 0.999", "0.5") {
      Residual { Branches { Branch { Frozen { Dropout(-1) } } } }
    },
  ]

  @Test(arguments: mistakes)
  func namesLayerReceivedNeededAndRemedy(_ mistake: Mistake) throws {
    let error = try #require(
      #expect(throws: ShapeError.self) {
        try CompiledNetwork(mistake.network, input: mistake.shape, labels: mistake.labels)
      })
    #expect(error.layer == mistake.layer)
    for (text, part) in [
      (error.received, mistake.received), (error.needed, mistake.needed),
      (error.remedy, mistake.remedy),
    ] {
      #expect(!text.isEmpty && (part.isEmpty || text.contains(part)), "\(error)")
    }
  }

  @Test(arguments: [false, true]) func buildsWithConditionsAndLoops(_ isDeep: Bool) {
    let network = Network {
      if isDeep { BatchNorm() }
      for features in [2, 3] { Conv(features, size: 1) }
      if isDeep { Dense(1) } else { Dense(2) }
    }
    let convolutions: [any Layer] = [Conv(2, size: 1), Conv(3, size: 1)]
    let expected: [any Layer] =
      isDeep ? [BatchNorm()] + convolutions + [Dense(1)] : convolutions + [Dense(2)]
    #expect(network == Network(layers: expected))
  }

  @Test(arguments: [
    (#"[{"layer": "convolution"}]"#, "there is no layer \"convolution\""),
    (#"[{"layer": "conv", "features": 2, "size": 3, "strides": 2}]"#, "has no \"strides\""),
    (#"[{"layer": "relu", "slope": 2}]"#, "nothing to set"),
    (#"[{"layer": "frozen", "layers": [{"layer": "x"}]}]"#, "there is no layer \"x\""),
  ])
  func refusesUnknownJSON(_ json: String, _ message: String) throws {
    let error = try #require(
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(Network.self, from: Data(json.utf8))
      })
    #expect("\(error)".contains(message) || error.text.contains(message), "\(error)")
  }

  private var small: CompiledNetwork {
    get throws {
      try CompiledNetwork(
        Network {
          Conv(2, size: 3)
          Frozen { Conv(2, size: 1) }
          Flatten()
          Votes()
        }, input: InputShape(extent: [5], content: .values(channels: 1)), labels: 2)
    }
  }

  @Test func drawsFirstValuesBySeed() throws {
    let compiled = try small
    let values = try compiled.initialValues(seed: 5)
    #expect(try compiled.initialValues(seed: 5) == values)
    #expect(try compiled.initialValues(seed: 6) != values)
    #expect(
      compiled.parameters.map(\.name) == [
        "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "votes1.weight", "votes1.bias",
      ])
    #expect(compiled.parameters.map(\.isTrainable) == [true, true, false, false, true, true])
  }

  @Test func usesGivenValues() throws {
    let compiled = try small
    let given = Tensor<Float>(shape: [2, 1, 3], elements: [1, 2, 3, 4, 5, 6])
    let plain = compiled.tensors(of: try compiled.initialValues(seed: 5))
    let values = try compiled.initialValues(seed: 5, given: ["conv1.weight": given])
    let tensors = compiled.tensors(of: values)
    #expect(tensors[0].tensor == given)
    #expect(tensors.dropFirst().map(\.tensor) == plain.dropFirst().map(\.tensor))
    #expect(throws: ParameterError.noSuchParameter("conv9.weight")) {
      try compiled.initialValues(seed: 0, given: ["conv9.weight": given])
    }
    #expect(
      throws: ParameterError.wrongShape("conv2.weight", received: [2, 1, 3], needed: [2, 2, 1])
    ) {
      try compiled.initialValues(seed: 0, given: ["conv2.weight": given])
    }
    #expect(throws: ParameterError.missing("conv1.bias")) {
      try compiled.values(from: ["conv1.weight": given])
    }
  }
}

extension DecodingError {
  fileprivate var text: String {
    if case .dataCorrupted(let context) = self { return context.debugDescription }
    return ""
  }
}
