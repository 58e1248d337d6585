import ConvKit

/// A scan as people read it: a table of the labels, and a section for everything found.
struct ScanReport {
  private let scan: DataScan

  init(_ scan: DataScan) { self.scan = scan }

  /// From here on it is said that labels differ in size: who always answers the larger of two is right
  /// in two thirds of the cases.
  private static let notableRatio = 2.0

  var text: String {
    let sections = [
      table, unusable, repeats, conflicts, straddling, oneLabel, notLearned, smallLabels, imbalance,
    ]
    return sections.compactMap { $0 }.joined(separator: "\n")
  }

  /// What somebody who trains should know, a line each, without the names.
  var headlines: [String] {
    [repeats, conflicts, straddling, smallLabels, imbalance].compactMap { section in
      section?.split(separator: "\n").first.map { line in
        line.last == ":" ? "\(line.dropLast()) (convkit scan names them)." : String(line)
      }
    }
  }

  private var table: String {
    var table = TextTable([
      ("label", .left), ("training", .right), ("validation", .right), ("test", .right),
      ("total", .right),
    ])
    func add(_ name: String, _ labels: [DataScan.Label]) {
      let counts = [\DataScan.Label.training, \.validation, \.test, \.total].map { part in
        Formatting.grouped(labels.reduce(0) { $0 + $1[keyPath: part] })
      }
      table.add([name] + counts)
    }
    for label in scan.labels { add(FileName.printable(label.label), [label]) }
    table.addRule()
    add("total", scan.labels)
    return table.text
  }

  private var unusable: String? {
    section(
      Formatting.count(scan.unusable.count, "thing") + " cannot be used:",
      scan.unusable.map { "\($0.name): \($0.reason)" })
  }

  private var repeats: String? {
    section(
      "\(contents(scan.repeats)) more than once; each is kept on one side of a split:",
      scan.repeats.map { places in places.map { name($0) }.joined(separator: ", ") })
  }

  private var conflicts: String? {
    section(
      "\(contents(scan.conflicts)) under more than one label; correct these or leave them out:",
      scan.conflicts.map { places in
        places.map { "\(name($0)) (\(FileName.printable($0.label)))" }.joined(separator: ", ")
      })
  }

  private var straddling: String? {
    section(
      "\(contents(scan.straddling)) in more than one part, so that the results there say too much:",
      scan.straddling.map { places in
        places.map { "\(name($0)) (\($0.part.rawValue))" }.joined(separator: ", ")
      })
  }

  private var oneLabel: String? {
    guard scan.labels.count < 2 else { return nil }
    return "To tell labels apart needs two, and there is \(scan.labels.isEmpty ? "none" : "one").\n"
  }

  private var notLearned: String? {
    section(
      Formatting.count(scan.notLearned.count, "label") + " without an example to learn from:",
      scan.notLearned.map(FileName.printable))
  }

  private var smallLabels: String? {
    section(
      Formatting.count(scan.smallLabels.count, "label")
        + " too small to divide; all examples stay in training:",
      scan.smallLabels.map {
        "\(FileName.printable($0.label)): \(Formatting.count($0.examples, "example"))"
          + ($0.examples > 1 ? " that belong together" : "")
      })
  }

  private var imbalance: String? {
    guard let imbalance = scan.imbalance, imbalance.ratio >= Self.notableRatio else { return nil }
    let (largest, smallest) = (imbalance.largest, imbalance.smallest)
    return """
      The labels differ in size: “\(FileName.printable(largest.label))” has \
      \(Formatting.grouped(largest.training)) training examples and \
      “\(FileName.printable(smallest.label))” \(Formatting.grouped(smallest.training)).

      """
  }

  /// A heading and what it counts, a line each; nil where there is nothing.
  private func section(_ heading: String, _ lines: [String]) -> String? {
    lines.isEmpty ? nil : ([heading] + lines.map { "  " + $0 }).map { $0 + "\n" }.joined()
  }

  /// "7 contents (19 files) occur".
  private func contents(_ sets: [[DataScan.Place]]) -> String {
    let files = sets.reduce(0) { $0 + $1.count }
    return "\(Formatting.count(sets.count, "content")) (\(Formatting.count(files, "file"))) "
      + (sets.count == 1 ? "occurs" : "occur")
  }

  private func name(_ place: DataScan.Place) -> String { FileName.printable(place.name) }
}
