import ConvKitCore
import ConvKitReference
import Testing

@Suite struct CrossEntropyTests {
  /// Everything is computed in Double, u = 2⁻⁵³, and so is the reference. A score's difference d from
  /// the largest is rounded, which exp turns into a relative error of |d|·u; of a probability, which
  /// is at most exp(−|d|), that is at most u in absolute terms. exp and log are within 2 ulp, 4 u;
  /// the total sums K of these, and a few products and quotients follow: (2·K + 16)·u for a
  /// probability or the logarithm of the total. In the loss, two numbers as large as the largest
  /// score are rounded as well. Twice that, for there are two sides. A gradient is rounded to Float
  /// at the end.
  @Test func staysWithinTheBoundOfTheReference() throws {
    var generator = SplitMix64(seed: 80)
    for round in 0..<600 {
      let count = 1 + round % 40
      let size = generator.integer(in: 1...6)
      let spread: Float = [0.1, 1, 10, 80, 1e4, 1e38][generator.integer(in: 0...5)]
      let smoothing = [0, 0.1, 0.5, 0.99][generator.integer(in: 0...3)]
      let weights: [Float] =
        generator.integer(in: 0...1) == 0
        ? [] : (0..<count).map { _ in 0.01 + abs(generator.real()) }
      let scores: [[Float]] = (0..<size).map { _ in
        (0..<count).map { _ in generator.real() * spread }
      }
      let labels = (0..<size).map { _ in generator.integer(in: 0...count - 1) }

      let real = CrossEntropy(labelSmoothing: smoothing, labelWeights: weights)
      let reference = ReferenceCrossEntropy<Double>(
        labelSmoothing: smoothing, labelWeights: weights.isEmpty ? nil : weights.map(Double.init))
      let expected = reference.scoreGradients(
        scores: scores.map { $0.map(Double.init) }, labels: labels)
      let normalizer = real.normalizer(labels: labels)
      var (loss, lossTolerance) = (0.0, 0.0)
      for (example, (scores, label)) in zip(scores, labels).enumerated() {
        let gradient = GuardedFloats(writing: count)
        let part = scores.withUnsafeBufferPointer {
          real.loss(
            scores: $0, label: label, normalizer: normalizer, gradient: gradient.start)
        }
        #expect(
          part
            == scores.withUnsafeBufferPointer {
              real.loss(scores: $0, label: label, normalizer: normalizer, gradient: nil)
            }, "with and without a gradient")
        loss += part

        // What all labels' terms weigh together, at most.
        let weight =
          (real.weight(of: label)
            + (0..<count).reduce(0) { $0 + real.weight(of: $1) } / Double(count)) / normalizer
        let steps = Double(2 * count + 16)
        let largest = scores.reduce(0) { max($0, abs(Double($1))) }
        lossTolerance += 2 * 0x1p-53 * (steps + 2 * largest) * weight
        for (index, (found, right)) in zip(gradient.values, expected[example]).enumerated() {
          let tolerance =
            abs(right) * 0x1p-24 + 2 * 0x1p-53 * steps * weight
            + Double(Float.leastNormalMagnitude)
          #expect(
            abs(Double(found) - right) <= tolerance,
            "gradient \(index) of \(scores), label \(label), smoothing \(smoothing)")
        }
        #expect(gradient.strayWrite == nil)
      }
      let right = reference.loss(scores: scores.map { $0.map(Double.init) }, labels: labels)
      #expect(
        abs(loss - right) <= lossTolerance, "\(scores), \(labels), smoothing \(smoothing)")
    }
  }

  @Test func whatIsNotFiniteIsNaN() {
    let loss = CrossEntropy(labelSmoothing: 0.1)
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in 0..<3 {
        var scores: [Float] = [1, 2, 3]
        scores[place] = bad
        let found = scores.withUnsafeBufferPointer {
          loss.loss(scores: $0, label: 0, normalizer: 1, gradient: nil)
        }
        #expect(found.isNaN, "\(bad) at \(place)")
      }
    }
  }

  @Test func knownValues() {
    let even: [Float] = [7, 7]
    let loss = even.withUnsafeBufferPointer {
      CrossEntropy().loss(scores: $0, label: 1, normalizer: 1, gradient: nil)
    }
    #expect(abs(loss - 0.6931471805599453) < 1e-15)
    #expect(CrossEntropy(labelWeights: [1, 3]).normalizer(labels: [0, 1, 1]) == 7)
    #expect(CrossEntropy().normalizer(labels: [0, 1, 1]) == 3)
    let only: [Float] = [-3]
    var slope: Float = 1
    let nothing = only.withUnsafeBufferPointer {
      CrossEntropy(labelSmoothing: 0.3).loss(scores: $0, label: 0, normalizer: 1, gradient: &slope)
    }
    #expect(abs(nothing) < 1e-15 && abs(slope) < 1e-15, "a single label is no surprise")
  }

  /// As above, but relative to the probability: |d| is at most 745, or exp gives 0. One rounding to
  /// Float.
  @Test func softmaxIsTheReferences() {
    var generator = SplitMix64(seed: 81)
    for count in 1...60 {
      for spread: Float in [0, 1, 30, 1e30] {
        let scores: [Float] = (0..<count).map { _ in generator.real() * spread }
        let found = CrossEntropy.softmax(scores)
        let right = referenceSoftmax(scores.map(Double.init))
        for (found, right) in zip(found, right) {
          let tolerance =
            right * (0x1p-24 + 2 * 0x1p-53 * (Double(2 * count + 16) + 745))
            + Double(Float.leastNormalMagnitude)
          #expect(abs(Double(found) - right) <= tolerance, "\(scores)")
        }
        let total = found.reduce(0.0) { $0 + Double($1) }
        #expect(abs(total - 1) <= 0x1p-24 * 2, "\(scores)")
      }
    }
    #expect(CrossEntropy.softmax([]).isEmpty)
  }
}
