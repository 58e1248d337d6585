import ConvKitCore
import Testing

@testable import ConvKitTables

/// Tables of scikit-learn whose answers are known.
@Suite struct RealTablesTests {
  private static let folder = "../shared/data/tables"

  private static var isThere: Bool {
    (try? Table.read(paths: ["\(folder)/iris.csv"])) != nil
  }

  private static let reason = Comment("needs the tables of ../shared/data/tables")

  private func found(
    _ name: String, shape: [Int]? = nil, quick: Bool = false
  ) throws -> Suitability {
    let table = try Table.read(paths: ["\(Self.folder)/\(name).csv"]).prepared(shape: shape)
    var check = SuitabilityCheck()
    check.isQuick = quick
    return try check.judge(table.sequence).suitability
  }

  @Test(.enabled(if: isThere, reason)) func irisCannotBeTold() throws {
    let found = try found("iris")
    #expect(found.verdict == .cannotTell)
    #expect(found.reasons[0].contains("only 12 neighbour orders"))
  }

  @Test(.enabled(if: isThere, reason), arguments: ["wine", "breast-cancer"])
  func swappableColumnsDoNotSuit(name: String) throws {
    #expect(try found(name).verdict == .doesNotSuit)
  }

  @Test(.enabled(if: isThere, reason)) func pixelsInOrderAreSeen() throws {
    let row = try found("digits", quick: true)
    #expect(row.verdict == .maySuit)
    #expect(row.neighbours?.shape == [8, 8])
    #expect(row.columns == 61)
    #expect(try found("digits", shape: [8, 8], quick: true).verdict == .maySuit)
    #expect(try found("digits-columns-shuffled", quick: true).verdict == .doesNotSuit)
  }
}
