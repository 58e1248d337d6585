import ConvKitCore
import Testing

@Suite struct RandomStreamTests {
  /// The known answers for Philox4x32-10 that its authors publish with Random123 (kat_vectors).
  @Test func philoxGivesTheKnownAnswers() {
    #expect(
      RandomStream.philox(SIMD4(repeating: 0), key: SIMD2(repeating: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      RandomStream.philox(SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    // The digits of π.
    #expect(
      RandomStream.philox(
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  private func numbers(_ stream: RandomStream, _ count: Int = 8) -> [UInt64] {
    var stream = stream
    return (0..<count).map { _ in stream.next() }
  }

  @Test func aStreamIsTheBlocksOfItsCounter() {
    let stream = RandomStream(
      seed: 0x0123_4567_89ab_cdef, purpose: .letters, epoch: 7, item: 0x5_1234_5678)
    let expected = (0..<4).flatMap { block in
      let words = RandomStream.philox(
        SIMD4(UInt32(block), 0x1234_5678, 7, RandomStream.Purpose.letters.code << 12 | 5),
        key: SIMD2(0x89ab_cdef, 0x0123_4567))
      return [
        UInt64(words.y) << 32 | UInt64(words.x), UInt64(words.w) << 32 | UInt64(words.z),
      ]
    }
    #expect(numbers(stream) == expected)
  }

  /// Every part of the name of a stream counts, and a stream depends on nothing else.
  @Test func streamsAreIndependent() {
    let purposes: [RandomStream.Purpose] = [
      .initialWeights, .order, .dropout, .split, .letters, .tests,
    ]
    var streams: [RandomStream] = []
    for seed: UInt64 in [0, 1, 1 << 32, .max] {
      for purpose in purposes {
        for epoch in [0, 1, 1000] {
          for item in [0, 1, 2, 1 << 31, 1 << 32, 1 << 43] {
            streams.append(RandomStream(seed: seed, purpose: purpose, epoch: epoch, item: item))
          }
        }
      }
    }
    let all = streams.flatMap { numbers($0) }
    #expect(Set(all).count == all.count, "no number occurs twice in \(all.count)")
    #expect(streams.map { numbers($0) } == streams.reversed().map { numbers($0) }.reversed())

    // Bits of neighbouring streams agree half of the time, within five standard deviations.
    for (a, b) in zip(streams, streams.dropFirst()) {
      let agreeing = zip(numbers(a, 64), numbers(b, 64)).reduce(0) {
        $0 + (~($1.0 ^ $1.1)).nonzeroBitCount
      }
      #expect(abs(agreeing - 2048) <= 5 * 32)
    }
  }

  /// Mean and variance of 100,000 numbers, within five standard deviations.
  @Test func uniformNumbersAreUniform() {
    var stream = RandomStream(seed: 5, purpose: .tests)
    let values = (0..<100_000).map { _ in stream.uniform() }
    #expect(values.allSatisfy { 0 <= $0 && $0 < 1 })
    #expect(values.allSatisfy { ($0 * 0x1p24).rounded() == $0 * 0x1p24 }, "24 bits, all exact")
    let mean = values.reduce(0) { $0 + Double($1) } / 100_000
    #expect(abs(mean - 0.5) < 5 * (1.0 / 12 / 100_000).squareRoot())
    let variance = values.reduce(0) { $0 + (Double($1) - 0.5) * (Double($1) - 0.5) } / 100_000
    #expect(abs(variance - 1.0 / 12) < 5 * (1.0 / 180 / 100_000).squareRoot())
    // Every sixteenth of the range has its share.
    var counts = [Int](repeating: 0, count: 16)
    for value in values { counts[Int(value * 16)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 6250) < 5 * 77 })

    let inRange = (0..<10_000).map { _ in stream.uniform(in: -3...5) }
    #expect(inRange.allSatisfy { -3 <= $0 && $0 <= 5 })
    #expect(inRange.contains { $0 < -2.9 } && inRange.contains { $0 > 4.9 })
    #expect(stream.uniform(in: 2...2) == 2)
  }
}
