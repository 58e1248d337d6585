/// The gradient of a function at a point by nudging each coordinate up and down a bit and seeing how
/// the value changes: (f(x + step) − f(x − step)) / (2 · step).
///
/// Where the function is smooth it agrees with backpropagation within `agrees(_:withNumerical:)`.
/// Across a kink (a ReLU at zero, a tie of two maxima) it does not: up and down differ there.
public func numericalGradient(
  of function: ([Double]) -> Double, at point: [Double], step: Double = 1e-6
) -> [Double] {
  point.indices.map { index in
    var (above, below) = (point, point)
    above[index] += step
    below[index] -= step
    return (function(above) - function(below)) / (2 * step)
  }
}

/// Whether a gradient is as close to the numerical one as a step of 1e-6 in Double allows:
/// |a − n| ≤ 1e-5 + 1e-3·|n| in every coordinate.
public func agrees(_ gradient: [Double], withNumerical numerical: [Double]) -> Bool {
  gradient.count == numerical.count
    && zip(gradient, numerical).allSatisfy { a, n in abs(a - n) <= 1e-5 + 1e-3 * abs(n) }
}
