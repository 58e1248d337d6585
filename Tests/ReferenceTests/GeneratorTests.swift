import ConvKitReference
import Testing

@Suite("Seeded values")
struct GeneratorTests {
  /// The first numbers of seed 1234567, as published for this generator (Rosetta Code).
  @Test func splitMix64() {
    var generator = SplitMix64(seed: 1_234_567)
    let first = (0..<5).map { _ in generator.next() }
    #expect(
      first == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func distinctValuesKeepTheirDistance() {
    for count in [1, 2, 7, 500] {
      var generator = SplitMix64(seed: 5)
      let values: [Double] = generator.distinctReals(count)
      let sorted = values.sorted()
      #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $1 - $0 > 0.0099 })
      #expect(values.allSatisfy { abs($0) > 0.0049 })
      #expect(count < 7 || values != sorted)
    }
  }

  @Test func rangesAreKeptAndFilled() {
    var generator = SplitMix64(seed: 6)
    let integers: [Double] = generator.integers(1000, in: -2...3)
    #expect(Set(integers) == [-2, -1, 0, 1, 2, 3])
    let reals: [Float] = generator.reals(1000)
    #expect(reals.allSatisfy { (-1..<1).contains($0) })
    #expect(abs(reals.reduce(0, +) / 1000) < 0.1)
  }
}
