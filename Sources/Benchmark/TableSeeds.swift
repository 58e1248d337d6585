import ConvKit

/// Small tables with what reading and preparing them treat apart.
enum TableSeeds {
  static var all: [MutantSeed] {
    let rows = (1...12).map { row in
      "\(100 + row * row),\(Double(row) / 4),\(row % 3),\"t\(row % 2), \"\"x\"\"\",5,\(row % 4 == 0 ? "?" : "é")"
        + ",\(row % 3),\(row % 2 == 0 ? "yes" : "no")\r\n"
    }
    let samples = (1...10).map { row in
      (0..<6).map { "\(row * row * ($0 + 3) % 97)\t" }.joined() + "\(row * row).5e-1\n"
    }
    let files = [
      ("mixed.csv", "\u{FEFF}id,a,b,t,same,gap,again,label\r\n" + rows.joined()),
      ("samples.tsv", "t0\tt1\tt2\tt3\tt4\tt5\tlast\n" + samples.joined()),
      ("lines.csv", "a,\"long \nname\",y\n1,\"b\n\nc\",x\r\n\r\nNA,,z\n-0,7,x\n1e999,0x1F,z"),
    ]
    return files.map { MutantSeed(name: $0.0, bytes: Array($0.1.utf8)) }
  }

  /// Reads a table with and without a header, and prepares it with every choice of label.
  ///
  /// - Throws: what the usual way of reading and preparing it throws.
  static func decode(_ path: String) throws -> String {
    var options = Table.ReadingOptions()
    options.hasHeader = false
    if let bare = try? Table.read(paths: [path, path], options: options) {
      for choice in [LabelChoice.last, .named("column 1"), .none] {
        _ = try? bare.prepared(labelledBy: choice)
      }
    }
    let table = try Table.read(paths: [path])
    for column in table.columns {
      _ = try? table.prepared(labelledBy: .named(column.name))
    }
    _ = try table.prepared(labelledBy: .none)
    let prepared = try table.prepared()
    let values = prepared.sequence.places.reduce(Float(0)) { sum, place in
      place.components.reduce(sum) { $1.reduce($0) { $1.isNaN ? $0 : $0 + $1 } }
    }
    let cells = (0..<prepared.table.rowCount).reduce(0) {
      $0 + prepared.table.cells(ofRow: $1).count { $0 != .missing }
    }
    return "\(cells) values, \(values), \(prepared.notes.sentences.joined(separator: " "))"
  }

  /// With the header of the seed, and without the control characters by which a file is no text.
  static func repaired(_ mutant: [UInt8], header: [UInt8]) -> [UInt8] {
    let text = mutant.map { isControl($0) ? UInt8(ascii: ",") : $0 }
    return text.starts(with: header) ? text : header + text
  }

  static func isIntact(_ mutant: [UInt8], header: [UInt8]) -> Bool {
    mutant.starts(with: header) && !mutant.contains(where: isControl)
  }

  /// ASCII without its white space and escape, which texts may have.
  private static func isControl(_ byte: UInt8) -> Bool {
    byte == 0x7F || byte < 0x20 && !(0x09...0x0D).contains(byte) && byte != 0x1B
  }
}
