import ConvKit
import ConvKitDrawing

/// A scan of a table as people read it: its columns, what was decided of them, and its examples.
struct TableScanReport: Encodable {
  private let scan: TableScan

  init(_ scan: TableScan) { self.scan = scan }

  /// More columns than this are not listed one by one.
  private static let mostListed = 200

  var text: String {
    let size =
      "\(Formatting.count(scan.table.rows, "row")), \(Formatting.count(scan.table.columns.count, "column")), "
      + "\(Formatting.count(scan.table.missing, "missing value"))\n"
    var table = TextTable([
      ("column", .left), ("holds", .left), ("missing", .right), ("different", .right),
      ("least", .right), ("greatest", .right),
    ])
    for column in scan.table.columns.prefix(Self.mostListed) {
      func number(_ value: Double?) -> String { value.map(Self.shortest) ?? "" }
      table.add([
        FileName.excerpt(column.name), column.kind.rawValue, Formatting.grouped(column.missing),
        column.levels.map(Formatting.grouped) ?? "", number(column.least), number(column.greatest),
      ])
    }
    let rest = scan.table.columns.count - Self.mostListed
    let sections = [
      size, table.text + (rest > 0 ? "and \(Formatting.count(rest, "more column"))\n" : ""),
      scan.table.notes.map { $0 + "\n" }.joined(), scan.examples.map { ScanReport($0).text } ?? "",
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Whole numbers without a point, up to where all of them are exact.
  private static func shortest(_ value: Double) -> String {
    value.magnitude < 0x1p53 && value == value.rounded() ? "\(Int(value))" : "\(value)"
  }

  private enum CodingKeys: CodingKey {
    case table
  }

  /// The keys of every scan, and one for the table.
  func encode(to encoder: any Encoder) throws {
    try scan.examples?.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scan.table, forKey: .table)
  }
}
