import ConvKitCore
import ConvKitReference
import Testing

@Suite struct DropoutTests {
  private let plain = MapLayout(extent: [40, 30], channels: 7)

  private func stream(seed: UInt64 = 1, epoch: Int = 0, item: Int = 0) -> RandomStream {
    RandomStream(seed: seed, purpose: .dropout, epoch: epoch, item: item)
  }

  private func drop(
    _ values: [Float], rate: Double, from source: MapLayout? = nil, to target: MapLayout? = nil,
    random: RandomStream, onto start: [Float]? = nil
  ) -> [Float] {
    let (source, target) = (source ?? plain, target ?? plain)
    let input = GuardedMap(reading: values, in: source, halo: .nan)
    let output = GuardedMap(writing: target, over: start)
    Dropout(rate: rate, from: source, to: target)(
      input.start, into: output.start, random: random, accumulate: start != nil)
    #expect(input.strayWrite == nil)
    #expect(output.strayWrite == nil)
    return output.values
  }

  /// The share of a binomial stays within five standard deviations of the rate.
  @Test(arguments: [0.1, 0.25, 0.5, 0.9]) func removesTheShareAndScalesTheRest(rate: Double) {
    let ones = [Float](repeating: 1, count: plain.count)
    var removed = 0
    for item in 0..<20 {
      let output = drop(ones, rate: rate, random: stream(item: item))
      removed += output.count { $0 == 0 }
      let kept = Float(1 / (1 - rate))
      #expect(output.allSatisfy { $0 == 0 || $0 == kept })
    }
    let count = Double(20 * plain.count)
    let deviation = (count * rate * (1 - rate)).squareRoot()
    #expect(abs(Double(removed) - count * rate) <= 5 * deviation)
  }

  @Test func isTheReferencesForTheValuesThatItKeeps() {
    var generator = SplitMix64(seed: 90)
    // No value is zero, so what is zero was dropped.
    let values: [Float] = generator.distinctReals(plain.count)
    let output = drop(values, rate: 0.25, random: stream())
    let block = Block(extent: plain.extent, channels: plain.channels, values: values)
    // A quarter is exact, so is its mask; 4/3 is rounded once on either side.
    let expected = ReferenceDropout<Float>(probability: 0.25)
      .forward(block, keep: output.map { $0 != 0 })
    #expect(output == expected.values)
  }

  /// The gradient draws the mask again, over maps that lie otherwise.
  @Test func theSameStreamRemovesTheSameValues() {
    let ones = [Float](repeating: 1, count: plain.count)
    let first = drop(ones, rate: 0.4, random: stream())
    let banded = MapLayout(
      extent: plain.extent, channels: plain.channels, low: [2, 0], high: [1, 0])
    for (source, target) in [
      (plain.widened(by: 1), plain), (plain, plain.widened(by: 2)),
      (banded, plain.widened(by: 1)), (banded, banded),
    ] {
      #expect(drop(ones, rate: 0.4, from: source, to: target, random: stream()) == first)
    }
    for other in [stream(seed: 2), stream(epoch: 1), stream(item: 1)] {
      let agreeing = zip(drop(ones, rate: 0.4, random: other), first).count { $0 == $1 }
      // Two independent masks agree in 0.4² + 0.6² = 52 % of the places.
      #expect(abs(Double(agreeing) / Double(plain.count) - 0.52) < 0.03)
    }
  }

  @Test func rateZeroIsTheIdentity() {
    var generator = SplitMix64(seed: 91)
    let values: [Float] = generator.reals(plain.count)
    #expect(drop(values, rate: 0, random: stream()) == values)
  }

  @Test func isAddedToWhatStandsThere() {
    let values = (0..<plain.count).map { Float($0 % 9) }
    let start = (0..<plain.count).map { Float($0 % 5) }
    let alone = drop(values, rate: 0.5, random: stream())
    let added = drop(values, rate: 0.5, to: plain.widened(by: 1), random: stream(), onto: start)
    #expect(added == zip(start, alone).map(+))
  }
}
