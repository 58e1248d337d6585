/// The exponential and the logarithm, from basic arithmetic alone.
///
/// A mathematics library may differ between machines in the last bit, and one bit is enough to make
/// two trainings end in different models. Both are within 2 units in the last place over the range
/// that a softmax needs; the tests hold them to that.
package enum Elementary {
  /// ln 2 in two parts; the first has 32 trailing zero bits, so that k · high is exact for |k| < 2^20.
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
    return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
  }

  /// The natural logarithm of a positive finite number.
  package static func log(_ x: Double) -> Double {
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    // ln m = 2 artanh s, with s = (m − 1) / (m + 1), |s| ≤ 0.1716.
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var sum = 0.0
    for n in stride(from: 23.0, to: 1, by: -2) { sum = (sum + 1 / n) * square }
    return exponent * lnTwoHigh + (exponent * lnTwoLow + 2 * s * (1 + sum))
  }
}
