import ArgumentParser
import ConvKit

struct Parity: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares scores, gradients and training steps with what PyTorch computed.",
    discussion: """
      The files are those of ../shared/peers/parity. Exits with 1 when a difference exceeds its \
      bound.

      Example: convkit-bench parity build/parity/*.safetensors
      """)

  @Argument(help: "Files written by ../shared/peers/parity.", completion: .file())
  var files: [String]

  @Option(help: "Threads to compute with; as many as there are cores unless given.")
  var threads: Int?

  @Flag(help: "Print every quantity, not the worst gradient of each network alone.")
  var all = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads takes at least 1.") }
  }

  func run() throws {
    var holds = true
    print(row("network", "quantity", "difference", "bound"))
    for file in files {
      let comparisons = try PeerFile(path: file).compare(threads: threads)
      for comparison in all ? comparisons : Self.worst(of: comparisons) {
        print(
          row(
            comparison.workload, comparison.quantity, Self.scientific(comparison.error),
            Self.scientific(comparison.bound))
            + (comparison.holds ? "" : "  exceeded"))
      }
      holds = holds && comparisons.allSatisfy(\.holds)
    }
    guard holds else { throw ExitCode(1) }
  }

  /// All but the gradients that differ less than another of the same network.
  private static func worst(of comparisons: [Comparison]) -> [Comparison] {
    func isGradient(_ comparison: Comparison) -> Bool {
      comparison.quantity.hasPrefix("gradient")
    }
    // A difference that is not a number is the worst of all.
    func badness(_ comparison: Comparison) -> Double {
      comparison.error.isNaN ? .infinity : comparison.error
    }
    let worst = comparisons.filter(isGradient).max { badness($0) < badness($1) }
    return comparisons.filter { !isGradient($0) || $0.quantity == worst?.quantity }
  }

  private func row(_ network: String, _ quantity: String, _ error: String, _ bound: String)
    -> String
  {
    func pad(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    return "\(pad(network, 16))\(pad(quantity, 38))\(pad(error, 12))\(bound)"
  }

  /// Two digits and a power of ten.
  private static func scientific(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "\(value)" }
    var mantissa = value
    var exponent = 0
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return "\((mantissa * 10).rounded() / 10)e\(exponent)"
  }
}
