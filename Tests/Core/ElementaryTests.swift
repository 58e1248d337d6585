import ConvKitCore
import ConvKitReference
import Foundation
import Testing

@Suite struct ElementaryTests {
  /// How many units in the last place of `right` lie between the two.
  private func units(_ found: Double, _ right: Double) -> Double {
    if found == right || (found.isNaN && right.isNaN) { return 0 }
    return abs(found - right) / right.ulp
  }

  @Test func expIsWithinTwoUnitsOfTheSystems() {
    var generator = SplitMix64(seed: 50)
    // From the whole range, from that of a softmax, and near zero.
    for scale in [707.9, 40, 1, 1e-3, 1e-12] {
      var worst = 0.0
      for _ in 0..<40_000 {
        let x: Double = generator.real() * scale
        worst = max(worst, units(Elementary.exp(x), exp(x)))
      }
      #expect(worst <= 2, "for |x| up to \(scale)")
    }
    var worst = 0.0
    for _ in 0..<20_000 {
      let x = 709 + abs(generator.real() as Double) * 0.77
      worst = max(worst, units(Elementary.exp(x), exp(x)))
    }
    #expect(worst <= 2, "just below infinity")
  }

  @Test func expAtTheEdges() {
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(-0.0) == 1)
    #expect(Elementary.exp(-.infinity) == 0)
    #expect(Elementary.exp(.infinity) == .infinity)
    #expect(Elementary.exp(.nan).isNaN)
    #expect(Elementary.exp(710) == .infinity)
    #expect(Elementary.exp(-708.01) == 0)
    #expect(units(Elementary.exp(709.779), exp(709.779)) <= 2)
    #expect(units(Elementary.exp(-707.99), exp(-707.99)) <= 2)
    #expect(Elementary.exp(.leastNonzeroMagnitude) == 1)
  }

  @Test func logIsWithinTwoUnitsOfTheSystems() {
    var generator = SplitMix64(seed: 51)
    // All exponents; the totals of a softmax; close to 1, where the result is small.
    let draws: [(String, (inout SplitMix64) -> Double)] = [
      ("all", { Double(bitPattern: $0.next() % Double.infinity.bitPattern) }),
      ("1 to 1001", { 1 + 1000 * abs($0.real() as Double) }),
      ("near 1", { 1 + 1e-3 * ($0.real() as Double) }),
      ("nearer to 1", { 1 + 1e-9 * ($0.real() as Double) }),
      ("near √½ and √2", { [0.5, 2].randomElement(using: &$0)!.squareRoot() + 1e-6 * $0.real() }),
    ]
    for (name, draw) in draws {
      var worst = 0.0
      for _ in 0..<40_000 {
        let x = draw(&generator)
        guard x > 0 else { continue }
        worst = max(worst, units(Elementary.log(x), log(x)))
      }
      #expect(worst <= 2, "\(name)")
    }
  }

  @Test func logAtTheEdges() {
    #expect(Elementary.log(1) == 0)
    for x in [
      Double.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1.0.nextUp,
      1.0.nextDown, 2, 0.5, M_E, 1.4142135623730951, 1.4142135623730951.nextUp,
    ] {
      #expect(units(Elementary.log(x), log(x)) <= 2, "of \(x)")
    }
  }

  @Test func cosineAndSineAreWithinTheirBound() {
    var generator = SplitMix64(seed: 52)
    for scale in [1e-6, 1, 10, 5000] {
      for _ in 0..<5000 {
        let angle: Double = generator.real() * scale
        let (cosine, sine) = Elementary.cosineAndSine(angle)
        #expect(abs(cosine - cos(angle)) < 1e-11 && abs(sine - sin(angle)) < 1e-11)
      }
    }
    #expect(Elementary.cosineAndSine(0) == (1, 0))
  }
}
