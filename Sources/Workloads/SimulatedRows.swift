import ConvKitCore

/// How the rows of simulated tables are made, by kind.
enum SimulatedRows {
  /// Makes a row and its label.
  typealias Maker = (inout RandomStream) -> (values: [Float], label: Int)

  /// - Parameter random: decides what all rows of a table share.
  static func maker(of kind: SimulatedTable.Kind, _ random: inout RandomStream) -> Maker {
    switch kind {
    case .independent: independent(&random) { value, _ in value }
    case .equalCorrelation: equalCorrelation(&random)
    case .factors: factors(&random)
    case .heavyTails:
      // Student's t with 2 degrees of freedom from a normal value: its variance is infinite.
      independent(&random) { value, random in
        let chi = -2 * Elementary.log(1 - Double(random.uniform()))
        return value / Float((chi / 2).squareRoot() + 1e-3)
      }
    case .sortedByVariance: sortedByVariance(&random)
    case .countsByMean: countsByMean(&random)
    case .oneHotBlocks: oneHotBlocks(&random)
    case .topicBlocks: topicBlocks(&random)
    case .derivedPairs: derivedPairs(&random)
    case .motif: motif
    case .peak: peak
    case .bars: bars
    }
  }

  private static let columns = SimulatedTable.columnCount

  /// Independent standard normal values.
  private static func normals(_ count: Int, _ random: inout RandomStream) -> [Float] {
    (0..<count).map { _ in random.normal() }
  }

  /// A label by the sign of a weighted sum; a fifth of its variance is noise, so that a good model is right
  /// about 85 times of 100.
  private static func label(
    _ values: [Float], _ weights: [Float], _ random: inout RandomStream
  ) -> Int {
    let sum = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
    let length = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return sum + 0.5 * length * random.normal() > 0 ? 1 : 0
  }

  /// Six of the columns count, alike.
  private static func sixWeights(_ count: Int, _ random: inout RandomStream) -> [Float] {
    var weights = [Float](repeating: 0, count: count)
    while weights.count(where: { $0 != 0 }) < 6 {
      weights[random.place(below: count)] = random.uniform() < 0.5 ? 1 : -1
    }
    return weights
  }

  private static func independent(
    _ random: inout RandomStream,
    _ spread: @escaping (Float, inout RandomStream) -> Float
  ) -> Maker {
    let weights = sixWeights(columns, &random)
    return { random in
      let values = normals(columns, &random)
      let label = label(values, weights, &random)
      return (values.map { spread($0, &random) }, label)
    }
  }

  /// Every two columns correlate by 0.3.
  private static func equalCorrelation(_ random: inout RandomStream) -> Maker {
    let weights = sixWeights(columns, &random)
    return { random in
      let own = normals(columns, &random)
      let label = label(own, weights, &random)
      let common = random.normal()
      return (own.map { Float(0.7).squareRoot() * $0 + Float(0.3).squareRoot() * common }, label)
    }
  }

  /// Five factors, which every column has its own share of; the label goes by two of them.
  private static func factors(_ random: inout RandomStream) -> Maker {
    let loadings = (0..<columns).map { _ in normals(5, &random) }
    return { random in
      let factors = normals(5, &random)
      let label = label(factors, [1, 1, 0, 0, 0], &random)
      let values = loadings.map { loading in
        zip(loading, factors).reduce(random.normal()) { $0 + $1.0 * $1.1 }
      }
      return (values, label)
    }
  }

  /// Deviations from 1/8 to 8, ascending.
  private static func sortedByVariance(_ random: inout RandomStream) -> Maker {
    let weights = sixWeights(columns, &random)
    let deviations = (0..<columns).map { _ in
      Float(Elementary.exp(Double(random.uniform(in: -2.08...2.08))))
    }.sorted()
    return { random in
      let values = normals(columns, &random)
      let label = label(values, weights, &random)
      return (zip(values, deviations).map { $0 * $1 }, label)
    }
  }

  /// Counts of means from 0.1 to 20, ascending, that three factors raise and lower; the label goes by two.
  private static func countsByMean(_ random: inout RandomStream) -> Maker {
    let means = (0..<columns).map { _ in
      Elementary.exp(Double(random.uniform(in: -2.3...3)))
    }.sorted()
    let loadings = (0..<columns).map { _ in normals(3, &random) }
    return { random in
      let factors = normals(3, &random)
      let label = label(factors, [1, 1, 0], &random)
      let values = zip(means, loadings).map { mean, loading in
        let raised = zip(loading, factors).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        return count(mean * Elementary.exp(0.4 * Double(raised)), &random)
      }
      return (values, label)
    }
  }

  /// A count of Poisson's distribution, cut off at 500.
  private static func count(_ mean: Double, _ random: inout RandomStream) -> Float {
    // Waiting times between events add up to one.
    var (time, events) = (0.0, -1)
    while time < mean, events < 500 {
      time -= Elementary.log(1 - Double(random.uniform()))
      events += 1
    }
    return Float(events)
  }

  /// Nine categories of four levels; each level of the first four has its own effect.
  private static func oneHotBlocks(_ random: inout RandomStream) -> Maker {
    let effects = normals(16, &random)
    return { random in
      var values = [Float](repeating: 0, count: columns)
      for block in 0..<columns / 4 { values[block * 4 + random.place(below: 4)] = 1 }
      return (values, label(Array(values.prefix(16)), effects, &random))
    }
  }

  /// Six topics, each in six columns that stand together; the label goes by two of them.
  private static func topicBlocks(_ random: inout RandomStream) -> Maker {
    { random in
      let topics = normals(6, &random)
      let label = label(topics, [1, -1, 0, 0, 0, 0], &random)
      let values = (0..<columns).map { 0.7 * topics[$0 / 6] + 0.7 * random.normal() }
      return (values, label)
    }
  }

  /// Eighteen columns, each with one behind it that is derived from it; the label goes by six.
  private static func derivedPairs(_ random: inout RandomStream) -> Maker {
    let weights = sixWeights(columns / 2, &random)
    return { random in
      let own = normals(columns / 2, &random)
      let label = label(own, weights, &random)
      return (own.flatMap { [$0, $0 + 0.3 * random.normal()] }, label)
    }
  }

  /// Noise in which each value keeps half of the one before, and somewhere in it one of two motifs of nine
  /// columns, that are each other reversed.
  private static func motif(_ random: inout RandomStream) -> (values: [Float], label: Int) {
    var values: [Float] = []
    var last = random.normal()
    for _ in 0..<columns {
      values.append(last)
      last = 0.5 * last + Float(0.75).squareRoot() * random.normal()
    }
    let label = random.place(below: 2)
    let motif: [Float] = [3, 2.25, 1.5, 0.75, 0, -0.75, -1.5, -2.25, -3]
    let start = random.place(below: columns - motif.count + 1)
    for (offset, value) in (label == 0 ? motif : motif.reversed()).enumerated() {
      values[start + offset] += value
    }
    return (values, label)
  }

  /// A peak at any of the middle places, narrow or wide by the label, its area the same, with noise.
  private static func peak(_ random: inout RandomStream) -> (values: [Float], label: Int) {
    let label = random.place(below: 2)
    let width: Double = label == 0 ? 1.2 : 2.4
    let centre = Double(random.uniform(in: 5...Float(columns - 6)))
    let values = (0..<columns).map { column in
      let distance = (Double(column) - centre) / width
      return Float(2.4 / width * Elementary.exp(-0.5 * distance * distance))
        + 0.2 * random.normal()
    }
    return (values, label)
  }

  /// Three bars of five pixels each in a picture of 8 × 8, across or down by the label, with noise.
  private static func bars(_ random: inout RandomStream) -> (values: [Float], label: Int) {
    let label = random.place(below: 2)
    var values = (0..<64).map { _ in 0.25 * random.normal() }
    for _ in 0..<3 {
      let (along, beside) = (random.place(below: 4), random.place(below: 8))
      for step in along..<along + 5 {
        values[label == 0 ? beside * 8 + step : step * 8 + beside] += 1
      }
    }
    return (values, label)
  }
}
