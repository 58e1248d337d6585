/// The exponential, the logarithm, cosine and sine, from basic arithmetic alone.
///
/// A mathematics library may differ between machines in the last bit, and one bit is enough to make
/// two trainings end in different models. The first two are within 2 units in the last place over the
/// range that a softmax needs, cosine and sine within 1e-11; the tests hold them to that.
package enum Elementary {
  /// ln 2 in two parts; the first has 21 trailing zero bits, so that k · high is exact for |k| < 2^21.
  private static let (lnTwoHigh, lnTwoLow) = (0x1.62e42feep-1, 0x1.a39ef35793c76p-33)

  /// e to the power of `x`: infinity above 709.78, and 0 below −708, where the result would be a
  /// denormal, which worker threads flush anyway.
  package static func exp(_ x: Double) -> Double {
    guard x == x else { return x }
    guard x > -708 else { return 0 }
    guard x < 709.78 else { return .infinity }
    let k = (x * 1.4426950408889634).rounded()
    let r = (x - k * lnTwoHigh) - k * lnTwoLow
    // The Taylor series on |r| ≤ ln 2 / 2: the first term left out is below 2^-57.
    var sum = 1.0
    for n in stride(from: 13.0, to: 0, by: -1) { sum = 1 + sum * r / n }
    // The sum is scaled as a whole: 2^1024 alone would already be infinite.
    return Double(sign: .plus, exponent: Int(k), significand: sum)
  }

  /// The natural logarithm of a positive finite number.
  package static func log(_ x: Double) -> Double {
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    // With f = m − 1, which is exact, and s = f / (2 + f), |s| ≤ 0.1716: ln m = 2 artanh s
    // = f − (f²/2 − s·(f²/2 + R)), where all that is rounded is small beside f.
    let f = mantissa - 1
    let s = f / (2 + f)
    let square = s * s
    var sum = 0.0
    for n in stride(from: 23.0, to: 1, by: -2) { sum = (sum + 2 / n) * square }
    let half = f * f / 2
    return exponent * lnTwoHigh - (half - (s * (half + sum) + exponent * lnTwoLow) - f)
  }

  /// The cosine and the sine of an angle in radians of up to some thousand turns.
  package static func cosineAndSine(_ angle: Double) -> (cosine: Double, sine: Double) {
    let quarters = (angle / (Double.pi / 2)).rounded()
    let rest = angle - quarters * (Double.pi / 2)
    let square = rest * rest
    // 1 − a²/2! + a⁴/4! − …, and a (1 − a²/3! + a⁴/5! − …), each from the innermost term outwards;
    // on |a| ≤ π/4 the first terms left out are below 4e-13.
    var (cosine, sine) = (1.0, 1.0)
    for even in [12.0, 10, 8, 6, 4, 2] {
      cosine = 1 - square / ((even - 1) * even) * cosine
      sine = 1 - square / (even * (even + 1)) * sine
    }
    sine *= rest
    return switch Int(quarters) & 3 {
    case 0: (cosine, sine)
    case 1: (-sine, cosine)
    case 2: (-cosine, -sine)
    default: (sine, -cosine)
    }
  }
}
