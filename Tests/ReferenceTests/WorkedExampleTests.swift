import ConvKitReference
import Testing

/// The worked example of the design: X and O through filtering, normalisation, pooling and deep
/// stacking to votes, and the slopes of the error.
@Suite("The worked example")
struct WorkedExampleTests {
  @Test func filtering() {
    let maps = Self.filtering.forward(Self.x, weights: Self.features)
    #expect(maps.extent == [7, 7])
    #expect(
      (0..<7).map { cut(maps[$0, 0]) } == [
        "0.77", "-0.11", "0.11", "0.33", "0.55", "-0.11", "0.33",
      ])
    let diagonal = (0..<7).map { cut(maps[$0 * 7 + $0, 0]) }
    #expect(diagonal == ["0.77", "1.00", "1.00", "0.55", "1.00", "1.00", "0.77"])
    #expect(cut(maps[3 * 7 + 3, 0]) == "0.55")
  }

  @Test func normalisationAndPooling() {
    let maps = Self.filtering.forward(Self.x, weights: Self.features)
    let pooled = Self.pooling.forward(ReferenceReLU().forward(maps)).output
    #expect(pooled.extent == [4, 4])
    #expect(
      Self.table(pooled, feature: 0) == """
        1.00 0.33 0.55 0.33
        0.33 1.00 0.33 0.55
        0.55 0.33 1.00 0.11
        0.33 0.55 0.11 0.77
        """)
    #expect(
      Self.table(pooled, feature: 1) == """
        0.55 0.33 0.55 0.33
        0.33 1.00 0.55 0.11
        0.55 0.55 0.55 0.11
        0.33 0.11 0.11 0.33
        """)
    #expect(
      Self.table(pooled, feature: 2) == """
        0.33 0.55 1.00 0.77
        0.55 0.55 1.00 0.33
        1.00 1.00 0.11 0.55
        0.77 0.33 0.55 0.33
        """)
  }

  @Test func deepStacking() {
    let stacked = Self.stages(Self.x, features: Self.features).stacked.output
    #expect(stacked.extent == [2, 2])
    #expect(Self.table(stacked, feature: 0) == "1.00 0.55\n0.55 1.00")
    #expect(Self.table(stacked, feature: 1) == "1.00 0.55\n0.55 0.55")
    #expect(Self.table(stacked, feature: 2) == "0.55 1.00\n1.00 0.55")
  }

  @Test func votes() {
    for (picture, ones) in [(Self.x, Self.placesForX), (Self.o, Self.placesForO)] {
      let votes = Self.featureByFeature(
        Self.stages(picture, features: Self.features).stacked.output)
      #expect(votes.count == 12)
      for (index, vote) in votes.enumerated() {
        #expect(cut(vote) == (ones.contains(index + 1) ? "1.00" : "0.55"))
      }
    }
    let weights = Self.votingWeights(1)
    #expect(
      Self.scores(Self.x, features: Self.features, voting: weights).map(cut) == ["1.00", "0.55"])
    #expect(
      Self.scores(Self.o, features: Self.features, voting: weights).map(cut) == ["0.55", "1.00"])
  }

  /// The error for the X with voting weights of nine tenths, and its slopes, by nudging and by
  /// backpropagation through the reference's operations.
  @Test func errorAndSlopes() {
    let voting = Self.votingWeights(0.9)
    let scores = Self.scores(Self.x, features: Self.features, voting: voting)
    #expect(abs(scores[0] - 0.9) < 1e-12)
    #expect(abs(scores[1] - 0.5) < 1e-12)
    #expect(abs(Self.error(features: Self.features, voting: voting) - 0.6) < 1e-12)

    let (featureSlopes, votingSlopes) = Self.backpropagated(voting)
    let nudgedVoting = numericalGradient(
      of: { Self.error(features: Self.features, voting: $0) }, at: voting)
    #expect(agrees(votingSlopes, withNumerical: nudgedVoting))
    // [place, letter]: the X's place 1 and the O's place 2.
    #expect(abs(votingSlopes[0] + 0.2) < 1e-12)
    #expect(abs(votingSlopes[1 * 2 + 1] - 5.0 / 36) < 1e-12)

    // The middle pixel of the falling diagonal: tap 4 of feature 0.
    let middle = 4 * 3
    let nudged = numericalGradient(
      of: { pixel in
        var features = Self.features
        features[middle] = pixel[0]
        return Self.error(features: features, voting: voting)
      }, at: [Self.features[middle]])
    #expect(abs(nudged[0] + 0.09) < 1e-6)
    #expect(abs(featureSlopes[middle] + 0.09) < 1e-12)
  }
}

extension WorkedExampleTests {
  static let x = picture { row, column in
    (1...7).contains(row) && (row == column || row + column == 8)
  }

  static let o = picture { row, column in
    switch row {
    case 1, 7: (3...5).contains(column)
    case 2, 6: column == 2 || column == 6
    case 3, 4, 5: column == 1 || column == 7
    default: false
    }
  }

  private static func picture(_ isDrawn: (_ row: Int, _ column: Int) -> Bool) -> Block<Double> {
    let values = product(Array(0..<9), Array(0..<9)).map { isDrawn($0, $1) ? 1.0 : -1 }
    return Block(extent: [9, 9], channels: 1, values: values)
  }

  /// [tap…, channel, feature]: the falling diagonal, the crossing, the rising diagonal.
  static let features: [Double] = {
    let falling = [1, -1, -1, -1, 1, -1, -1, -1, 1]
    let crossing = [1, -1, 1, -1, 1, -1, 1, -1, 1]
    let rising = [-1, -1, 1, -1, 1, -1, 1, -1, -1]
    return (0..<9).flatMap { [falling[$0], crossing[$0], rising[$0]].map(Double.init) }
  }()

  static let filtering = ReferenceConvolution<Double>(
    window: ReferenceWindow(size: [3, 3]), channels: 1, features: 3, scale: 1 / 9)

  static let pooling = ReferenceMaxPooling(
    window: ReferenceWindow(size: [2, 2], stride: [2, 2], overhang: true))

  /// The places, counted from 1, whose votes speak for each letter.
  static let placesForX = [1, 4, 5, 10, 11]
  static let placesForO = [2, 3, 9, 12]

  /// [place, letter]: the same weight wherever a place speaks for a letter, zero elsewhere.
  static func votingWeights(_ weight: Double) -> [Double] {
    (1...12).flatMap { place in
      [placesForX, placesForO].map { $0.contains(place) ? weight : 0 }
    }
  }

  typealias Pooled = (output: Block<Double>, taps: [Int])

  static func stages(
    _ picture: Block<Double>, features: [Double]
  ) -> (maps: Block<Double>, normalised: Block<Double>, pooled: Pooled, stacked: Pooled) {
    let maps = filtering.forward(picture, weights: features)
    let normalised = ReferenceReLU().forward(maps)
    let pooled = pooling.forward(normalised)
    return (maps, normalised, pooled, pooling.forward(pooled.output))
  }

  /// The values of a map, one feature after the other; within a block the channel is fastest.
  static func featureByFeature(_ block: Block<Double>) -> [Double] {
    (0..<block.channels).flatMap { feature in
      (0..<block.positions).map { block[$0, feature] }
    }
  }

  /// Each letter's votes, averaged over the places that speak for it.
  static func scores(
    _ picture: Block<Double>, features: [Double], voting: [Double]
  ) -> [Double] {
    let votes = featureByFeature(stages(picture, features: features).stacked.output)
    let sums = ReferenceDense(inputs: 12, outputs: 2).forward(Block(votes), weights: voting)
    return [
      sums.values[0] / Double(placesForX.count), sums.values[1] / Double(placesForO.count),
    ]
  }

  /// The error for the X: the sum over both letters of |right − given|.
  static func error(features: [Double], voting: [Double]) -> Double {
    let scores = scores(x, features: features, voting: voting)
    return abs(1 - scores[0]) + abs(0 - scores[1])
  }

  /// The gradients of `error` where the X's score is below 1 and the O's above 0.
  static func backpropagated(_ voting: [Double]) -> (features: [Double], voting: [Double]) {
    let (maps, normalised, pooled, stacked) = stages(x, features: features)
    let sumGradient = Block([-1 / Double(placesForX.count), 1 / Double(placesForO.count)])
    let dense = ReferenceDense(inputs: 12, outputs: 2).gradients(
      Block(featureByFeature(stacked.output)), weights: voting, outputGradient: sumGradient)

    // Back from feature by feature to [position…, channel].
    var gradient = stacked.output
    for feature in 0..<3 {
      for position in 0..<4 {
        gradient[position, feature] = dense.input.values[feature * 4 + position]
      }
    }
    gradient = pooling.inputGradient(
      extent: pooled.output.extent, taps: stacked.taps, outputGradient: gradient)
    gradient = pooling.inputGradient(
      extent: normalised.extent, taps: pooled.taps, outputGradient: gradient)
    gradient = ReferenceReLU().inputGradient(maps, outputGradient: gradient)
    return (filtering.weightGradient(x, outputGradient: gradient), dense.weights)
  }

  /// A map as the design prints it, row by row.
  static func table(_ block: Block<Double>, feature: Int) -> String {
    let (rows, columns) = (block.extent[0], block.extent[1])
    return (0..<rows).map { row in
      (0..<columns).map { cut(block[row * columns + $0, feature]) }.joined(separator: " ")
    }.joined(separator: "\n")
  }
}

/// A value with two places, cut and not rounded.
private func cut(_ value: Double) -> String {
  let hundredths = Int((abs(value) * 100).rounded(.down))
  let sign = value < 0 && hundredths > 0 ? "-" : ""
  let places = hundredths % 100
  return "\(sign)\(hundredths / 100).\(places < 10 ? "0" : "")\(places)"
}
