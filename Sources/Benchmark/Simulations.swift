import ArgumentParser
import ConvKit
import ConvKitWorkloads

/// Counts how often the check of tables is right, on tables whose answer is known.
struct Simulations: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks made tables, in which the order of the columns matters or does not.",
    discussion: """
      Prints, for each kind of table, how many get which verdict. The nine kinds without an order \
      have labels that can be learnt nevertheless: "suits" is an error there, and "does not suit" \
      in the three with one. The same tables in each run. With --permuting, the columns of a table \
      of your own in random orders instead.

      Example:
        convkit-bench simulations --tables 100
        convkit-bench simulations --permuting digits.csv --tables 20
      """)

  @Option(help: "Tables of each kind.")
  var tables = 100

  @Option(parsing: .upToNextOption, help: "Kinds, by the beginnings of their names.")
  var only: [String] = []

  @Option(help: "A table with labels in the last column.")
  var permuting: String?

  @Flag(help: "The verdict of every table, with the figures that decided it.")
  var each = false

  func validate() throws {
    guard tables >= 1 else { throw ValidationError("--tables takes at least 1.") }
    if let stray = only.first(where: { name in !Self.kinds.contains { $0.hasPrefix(name) } }) {
      throw ValidationError(
        "There is no kind \"\(stray)\"; there are \(Self.kinds.joined(separator: ", ")).")
    }
  }

  private static let kinds = SimulatedTable.Kind.allCases.map(\.rawValue)

  func run() throws {
    if let permuting { return try check(permuting) }
    let columns = Suitability.Verdict.allCases.filter { $0 != .maySuit }
    print("| tables | \(columns.map(\.rawValue).joined(separator: " | ")) |")
    print("|---\(columns.map { _ in "|---" }.joined())|")
    var withoutOrder = (suits: 0, tables: 0)
    for kind in SimulatedTable.Kind.allCases
    where only.isEmpty || only.contains(where: kind.rawValue.hasPrefix) {
      var counts: [Suitability.Verdict: Int] = [:]
      for number in 0..<tables {
        let found = try SuitabilityCheck().judge(SimulatedTable(kind, number: number).sequence)
          .suitability
        counts[found.verdict, default: 0] += 1
        if each { print("\(number): \(found.verdict.rawValue): \(found.reasons)") }
      }
      let row = columns.map { "\(counts[$0, default: 0])" }.joined(separator: " | ")
      print("| \(kind.rawValue) | \(row) |")
      if !kind.hasOrder {
        withoutOrder.suits += counts[.suits, default: 0]
        withoutOrder.tables += tables
      }
    }
    if withoutOrder.tables > 0 {
      print("Without an order, \(withoutOrder.suits) of \(withoutOrder.tables) suit.")
    }
  }

  /// Checks a table in random orders of its columns.
  private func check(_ path: String) throws {
    let sequence = try Table.read(paths: [path]).prepared().sequence
    var counts: [Suitability.Verdict: Int] = [:]
    for number in 1...tables {
      var random = RandomStream(seed: 0, purpose: .simulatedTables, epoch: -1, item: number)
      let permuted = ColumnSequence(
        places: sequence.places.shuffled(using: &random), rowCount: sequence.rowCount,
        labels: sequence.labels, labelNames: sequence.labelNames)
      let found = try SuitabilityCheck().judge(permuted).suitability
      counts[found.verdict, default: 0] += 1
      if each { print("\(number): \(found.verdict.rawValue): \(found.reasons)") }
    }
    for verdict in Suitability.Verdict.allCases {
      print("\(verdict.rawValue): \(counts[verdict, default: 0]) of \(tables)")
    }
  }
}
