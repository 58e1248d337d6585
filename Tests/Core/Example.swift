import ConvKitCore
import ConvKitReference

/// What the reference says a real operation must give.
struct Expectation: Sendable {
  let name: String
  let values: [Double]
  /// By how much each value may differ; nil is not at all.
  let tolerance: [Double]?

  init(_ name: String, _ values: [some ReferenceScalar], tolerance: [Double]? = nil) {
    self.name = name
    self.values = values.map { Double($0) }
    self.tolerance = tolerance
  }
}

/// What a real operation gave.
struct Run {
  private(set) var results: [String: [Double]] = [:]
  private(set) var strayWrite: String?

  mutating func keep(_ name: String, _ map: GuardedMap) {
    keep(name, map.values, strayWrite: map.strayWrite)
  }

  mutating func keep(_ name: String, _ floats: GuardedFloats) {
    keep(name, floats.values, strayWrite: floats.strayWrite)
  }

  mutating func keep(
    _ name: String, _ values: [some ReferenceScalar], strayWrite stray: String? = nil
  ) {
    results[name] = values.map { Double($0) }
    if let stray { strayWrite = strayWrite ?? "\(name): \(stray)" }
  }

  /// Makes sure that what an operation only reads, or may only fill, has nothing written around it.
  /// It also keeps the memory alive until the operation is done.
  mutating func checkGuards(of memory: GuardedFloats...) {
    for stray in memory.compactMap(\.strayWrite) { strayWrite = strayWrite ?? stray }
  }

  mutating func checkGuards(of bytes: GuardedBytes) {
    strayWrite = strayWrite ?? bytes.strayWrite
  }

  mutating func checkGuards(of maps: GuardedMap...) {
    for stray in maps.compactMap(\.strayWrite) { strayWrite = strayWrite ?? stray }
  }

  /// The first difference from what was expected, or nil where there is none.
  func mismatch(with expectations: [Expectation]) -> String? {
    if let strayWrite { return strayWrite }
    guard results.count == expectations.count else {
      return "\(results.keys.sorted()) were run, \(expectations.map(\.name)) expected"
    }
    for expected in expectations {
      guard let found = results[expected.name], found.count == expected.values.count else {
        return "\(expected.name) is missing or of another size"
      }
      for (index, (found, value)) in zip(found, expected.values).enumerated() {
        if found == value || (found.isNaN && value.isNaN) { continue }
        if let tolerance = expected.tolerance?[index], abs(found - value) <= tolerance { continue }
        return "\(expected.name)[\(index)] is \(found), expected \(value)"
          + (expected.tolerance.map { " ± \($0[index])" } ?? "")
      }
    }
    return nil
  }

  /// The first result whose bits differ from another run's.
  func bitDifference(from other: Run) -> String? {
    guard results.count == other.results.count else { return "other results" }
    for (name, values) in results {
      guard let others = other.results[name], values.count == others.count else { return name }
      for (index, (a, b)) in zip(values, others).enumerated() where a.bitPattern != b.bitPattern {
        return "\(name)[\(index)] is \(a) and \(b)"
      }
    }
    return nil
  }
}

/// An operation on given values, with the reference's answers.
protocol Example: Sendable {
  var expectations: [Expectation] { get }
  func run(on instructionSet: InstructionSet) throws -> Run
}

extension Example {
  func mismatch(on instructionSet: InstructionSet) throws -> String? {
    try run(on: instructionSet).mismatch(with: expectations)
  }
}

/// What an example's values are.
enum Values: Sendable {
  /// From −4 to 4: sums of products are exact, so results compare without tolerance.
  case integers
  /// From −1 to 1.
  case reals

  func make(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
    switch self {
    case .integers: generator.integers(count)
    case .reals: generator.reals(count)
    }
  }
}

/// The error that a sum of `terms` products may have in Float, whatever its order: each product is
/// rounded, in it and in the sums that it enters, at most `terms` times by a factor within
/// 1 ± 2⁻²⁴ or by a flushed denormal. Twice that covers what this first-order bound leaves out.
///
/// - Parameter magnitude: the sum of the absolute values of the products.
func sumTolerance(terms: Int, magnitude: Double) -> Double {
  2 * Double(terms) * (0x1p-24 * magnitude + Double(Float.leastNormalMagnitude))
}
