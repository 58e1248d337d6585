import ArgumentParser
import ConvKit

/// How tables are written: the same for `scan`, `train`, `evaluate` and `classify`.
struct TableDataArguments: ParsableArguments {
  @Flag(help: "The first line of a table is a row, and names no columns.")
  var noHeader = false
}

/// How a table is learned from.
struct TableArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Lays the columns of a table out as rows and columns of a picture. (default: one row)",
      valueName: "8x8"))
  var shape: ShapeArgument?

  @Flag(
    help: "Trains on a table even where the check says that a convolutional network does not suit.")
  var anyway = false
}

/// `--shape`: rows and columns with an x between them.
struct ShapeArgument: ExpressibleByArgument {
  let shape: [Int]

  init?(argument: String) {
    let parts = argument.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers.count == 2,
      numbers.allSatisfy({ 1...Table.mostColumns ~= $0 })
    else { return nil }
    shape = numbers
  }
}
