import ConvKitCore
import ConvKitNetworks

/// The weights of the worked example in its own terms: pixels of ±1, and votes that are averaged.
struct ExampleWeights {
  /// [feature, pixel].
  var features = WorkedExample.features
  /// [letter, place]: what a vote weighs before the votes of a letter are averaged.
  var voting: [[Float]]

  /// The features of the example, and one weight wherever a place speaks for a letter.
  init(votingWeight: Float) {
    voting = Letter.allCases.map { letter in
      let places = WorkedExample.places(for: letter)
      return (1...12).map { places.contains($0) ? votingWeight : 0 }
    }
  }

  subscript(weight: WorkedExample.Weight) -> Float {
    get {
      switch weight {
      case .votingWeight(let letter, let place): voting[letter.index][place - 1]
      case .featurePixel(let feature, let row, let column): features[feature][3 * row + column]
      }
    }
    set {
      switch weight {
      case .votingWeight(let letter, let place): voting[letter.index][place - 1] = newValue
      case .featurePixel(let feature, let row, let column):
        features[feature][3 * row + column] = newValue
      }
    }
  }

  /// Goes down the slope.
  mutating func step(_ slopes: ExampleWeights, learningRate: Float) {
    for feature in features.indices {
      for pixel in features[feature].indices {
        features[feature][pixel] -= learningRate * slopes.features[feature][pixel]
      }
    }
    for letter in voting.indices {
      for place in voting[letter].indices {
        voting[letter][place] -= learningRate * slopes.voting[letter][place]
      }
    }
  }
}

extension Letter {
  /// Its place among a network's labels.
  var index: Int { self == .x ? 0 : 1 }
}

/// The network of the worked example, and how the example's terms become its parameters.
struct ExampleNetwork {
  private let compiled: CompiledNetwork
  private let runner: NetworkRunner

  init(instructionSet: InstructionSet?) throws {
    let network = Network {
      Conv(3, size: 3, bias: false)
      ReLU()
      MaxPool(2, overhang: true)
      MaxPool(2, overhang: true)
      Flatten()
      Votes()
    }
    compiled = try CompiledNetwork(
      network, input: InputShape(extent: [9, 9], content: .values(channels: 1)), labels: 2)
    runner = try NetworkRunner(
      compiled, values: try compiled.initialValues(seed: 0), threads: 1,
      instructionSet: instructionSet, keepsEveryMap: true)
  }

  /// What the example divides by to average over the nine pixels of a feature.
  ///
  /// The filtering of the example averages the nine products; the convolution that learning uses adds
  /// them up. They are one operation: the sum with the weights divided by the number of pixels. This
  /// ninth has 20 binary digits, so that whatever nine of them add up to is exact in a Float: equal
  /// matches are equal, in whatever order they were added, and maxima tie where they should.
  private static let ninth = (Float(1 << 23) / 9).rounded() / Float(1 << 23)

  /// What averages the votes of a letter: the sum with the weights divided by their number.
  private static func share(_ letter: Letter) -> Float {
    1 / Float(WorkedExample.places(for: letter).count)
  }

  private func use(_ weights: ExampleWeights) throws {
    runner.values = try compiled.values(from: [
      "conv1.weight": Tensor(
        shape: [3, 1, 3, 3], elements: weights.features.flatMap { $0.map { $0 * Self.ninth } }),
      // [label, value], the values channel first: the twelve places, feature by feature.
      "votes1.weight": Tensor(
        shape: [2, 12],
        elements: Letter.allCases.flatMap { letter in
          weights.voting[letter.index].map { $0 * Self.share(letter) }
        }),
      "votes1.bias": Tensor(repeating: 0, shape: [2]),
    ])
  }

  private func input(_ picture: [[Float]]) -> Input {
    .values(Tensor(shape: [9, 9, 1], elements: picture.flatMap { $0 }))
  }

  func answers(to picture: [[Float]], with weights: ExampleWeights) throws -> [Float] {
    try use(weights)
    return try runner.scores(of: [input(picture)])[0]
  }

  func stages(
    of picture: [[Float]], with weights: ExampleWeights
  ) throws -> WorkedExample.Stages {
    try use(weights)
    let maps = try runner.maps(of: input(picture)).map(\.values)
    let stacked = planes(maps[3])
    return WorkedExample.Stages(
      picture: picture, maps: planes(maps[0]), normalised: planes(maps[1]),
      pooled: planes(maps[2]), stacked: stacked, votes: stacked.flatMap { $0.flatMap { $0 } },
      answers: maps[5].elements)
  }

  /// [row, column, feature] → [feature, row, column].
  private func planes(_ map: Tensor<Float>) -> [[[Float]]] {
    let (rows, columns, features) = (map.shape[0], map.shape[1], map.shape[2])
    return (0..<features).map { feature in
      (0..<rows).map { row in
        (0..<columns).map { map.elements[(row * columns + $0) * features + feature] }
      }
    }
  }
}

// MARK: learning

extension ExampleNetwork {
  /// The sum over both letters of |right − given|; right is 1 for the letter shown, 0 for the other.
  func error(of letter: Letter, with weights: ExampleWeights) throws -> Double {
    let given = try answers(to: WorkedExample.picture(of: letter), with: weights)
    return Letter.allCases.reduce(0) {
      $0 + abs(right($1, shown: letter) - Double(given[$1.index]))
    }
  }

  private func right(_ letter: Letter, shown: Letter) -> Double { letter == shown ? 1 : 0 }

  /// The slope of the summed error of some letters by every weight, by backpropagation.
  private func backpropagate(
    _ letters: [Letter], with weights: ExampleWeights
  ) throws -> ExampleWeights {
    try use(weights)
    _ = try runner.findGradients(
      of: letters.map { input(WorkedExample.picture(of: $0)) }, examples: Array(letters.indices),
      batchSize: letters.count, step: StepKey(seed: 0, epoch: 0)
    ) { place, scores, slopes in
      var error = 0.0
      for letter in Letter.allCases {
        let missing = right(letter, shown: letters[place]) - Double(scores[letter.index])
        error += abs(missing)
        slopes[letter.index] = missing > 0 ? -1 : missing < 0 ? 1 : 0
      }
      return error
    }
    var gradients = runner.values
    gradients.parameters = Array(runner.gradients)
    // In the order of the network: the features, the voting weights, the bias.
    let tensors = compiled.tensors(of: gradients).map(\.tensor)
    // A pixel is nine times its parameter, so its slope is a ninth of the parameter's; so with votes.
    var slopes = weights
    slopes.features = (0..<3).map { feature in
      tensors[0].elements[9 * feature..<9 * feature + 9].map { $0 * Self.ninth }
    }
    slopes.voting = Letter.allCases.map { letter in
      tensors[1].elements[12 * letter.index..<12 * letter.index + 12].map {
        $0 * Self.share(letter)
      }
    }
    return slopes
  }

  /// The slope of the error for the X by one weight, by nudging and by backpropagation.
  func slope(
    by weight: WorkedExample.Weight, at weights: ExampleWeights
  ) throws -> WorkedExample.Slope {
    var up = weights
    up[weight] += WorkedExample.Slope.nudge
    var down = weights
    down[weight] -= WorkedExample.Slope.nudge
    return WorkedExample.Slope(
      weight: weight, error: try error(of: .x, with: weights),
      errorNudgedUp: try error(of: .x, with: up), errorNudgedDown: try error(of: .x, with: down),
      gradient: Double(try backpropagate([.x], with: weights)[weight]))
  }

  /// Gradient descent on both letters: the errors before every step and after the last.
  func descend(
    from start: ExampleWeights, steps: Int, learningRate: Float
  ) throws -> [WorkedExample.DescentStep] {
    var weights = start
    var errors: [WorkedExample.DescentStep] = []
    for step in 0...steps {
      errors.append(
        WorkedExample.DescentStep(
          errorOfX: try error(of: .x, with: weights), errorOfO: try error(of: .o, with: weights)))
      guard step < steps else { break }
      weights.step(
        try backpropagate(Letter.allCases, with: weights), learningRate: learningRate)
    }
    return errors
  }
}
