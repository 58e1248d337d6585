import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

/// Repeats planted in a copy of real data.
@Suite struct HandwritingTests {
  private static let source = "../shared/data/xo-handwritten"

  private struct Planted {
    /// Names of a picture and its copy, sorted.
    var sameLabel: Set<[String]> = []
    var otherLabel: Set<[String]> = []
  }

  /// Copies the i-th of evenly spaced pictures of each letter under other names.
  private func plant(in folder: TemporaryFolder) throws -> Planted {
    var planted = Planted()
    for (label, other) in [("O", "X"), ("X", "O")] {
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(Self.source)/\(label)")
        .sorted()
      for copy in 0..<5 {
        let name = names[copy * names.count / 5]
        let target = copy < 4 ? label : other
        let planting = "\(target)/copy-\(label)-\(copy).png"
        try FileManager.default.copyItem(
          atPath: folder.path("\(label)/\(name)"), toPath: folder.path(planting))
        let pair = ["\(label)/\(name)", planting].sorted()
        if copy < 4 { planted.sameLabel.insert(pair) } else { planted.otherLabel.insert(pair) }
      }
    }
    return planted
  }

  @Test(.enabled("the set is there") { FileManager.default.fileExists(atPath: source) })
  func plantedRepeatsAreFoundAndKeptTogether() throws {
    // The set has no repeats of its own.
    let before = try DataSet.read(Self.source, for: .training)
    #expect(before.scan().repeats.isEmpty && before.scan().conflicts.isEmpty)
    #expect(before.training.count == 590)

    let folder = try TemporaryFolder()
    for label in ["O", "X"] {
      try FileManager.default.copyItem(
        atPath: "\(Self.source)/\(label)", toPath: folder.path(label))
    }
    let planted = try plant(in: folder)
    let data = try DataSet.read(folder.path, for: .training)
    let scan = data.scan()
    #expect(scan.examples == 600)
    #expect(Set(scan.repeats.map { $0.map(\.name) }) == planted.sameLabel)
    #expect(Set(scan.conflicts.map { $0.map(\.name) }) == planted.otherLabel)
    #expect(planted.sameLabel.count == 8 && planted.otherLabel.count == 2)
    #expect(scan.straddling.isEmpty)

    var apart = 0
    for seed in 0..<20 as Range<UInt64> {
      let split = try Split(data, seed: seed)
      let kept = Set(split.validation.map(\.name))
      // A unit that is taken may go one beyond the share of its label.
      #expect((118...122).contains(kept.count))
      for pair in planted.sameLabel.union(planted.otherLabel) {
        #expect(pair.count(where: kept.contains) != 1, "\(pair) with seed \(seed)")
        apart += pair.allSatisfy(kept.contains) ? 1 : 0
      }
    }
    #expect(apart > 0, "some pairs validate")
  }
}
