// Finds out which of three tables a convolutional network suits: customers, a series of a sensor, and small
// pictures written as rows.
//
//     swift run -c release CheckDataSuitability

import ConvKit

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
enum CheckDataSuitability {
  /// The tables, what their columns are laid out as (nil for a row), and what the check should say. CI fails
  /// where it says anything else.
  static let tables: [(file: String, shape: [Int]?, expected: Suitability.Verdict)] = [
    ("customers.csv", nil, .doesNotSuit), ("sensor.csv", nil, .suits),
    ("bars.csv", [8, 8], .suits),
  ]

  static func main() {
    do {
      for table in tables {
        let found = try check(table.file, shape: table.shape)
        guard found.verdict == table.expected else {
          fail("\(table.file): “\(table.expected.rawValue)” was expected")
        }
      }
    } catch {
      fail("\(error)")
    }
  }

  /// Reads a table, judges it, and says what was found.
  static func check(_ file: String, shape: [Int]?) throws -> Suitability {
    let table = try Table.read(paths: [sampleFolder + "/Tables/" + file]).prepared(shape: shape)
    let found = try SuitabilityCheck().judge(table.sequence) { _ in }.suitability

    print("\(file): \(found.verdict.rawValue)")
    for sentence in table.notes.sentences + found.reasons { print("  \(sentence)") }
    if let neighbours = found.neighbours {
      print(
        "  Neighbours: \(rounded(neighbours.similarity)) alike, in random orders "
          + "\(rounded(neighbours.permutedSimilarity)), p = \(neighbours.pValue).")
    }
    if let order = found.order {
      print(
        "  The network's log-loss: \(rounded(order.loss)); \(order.asGood) of "
          + "\(order.permutedLosses.count) random orders are as good.")
    }
    print()
    return found
  }

  static func fail(_ message: String) -> Never {
    print("CheckDataSuitability failed: \(message)")
    exit(1)
  }

  /// This program's own folder, where its tables are.
  static var sampleFolder: String {
    String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
  }

  static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
