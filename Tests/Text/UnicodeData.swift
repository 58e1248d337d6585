import Foundation
import Testing

/// The Unicode Character Database of Debian's package unicode-data, 15.0.0 as the tables are.
enum UnicodeData {
  private static let folder = "/usr/share/unicode/"

  /// What a test needs that looks at files: it is skipped, and shown as skipped, where one of them is
  /// missing or of another version of Unicode.
  static func has(_ names: String...) -> ConditionTrait {
    .enabled("Debian's package unicode-data has \(names.joined(separator: ", ")) of Unicode 15.0.0")
    {
      names.allSatisfy { name in
        guard let head = try? text(of: name).prefix(500) else { return false }
        return head.contains("-15.0.0.txt") || head.contains("Emoji Version 15.0 ")
      }
    }
  }

  /// The records of a file, comments left out.
  static func lines(_ name: String) throws -> [String] {
    try text(of: name).split(separator: "\n").compactMap { line in
      let record = line.prefix { $0 != "#" }
      return record.allSatisfy(\.isWhitespace) ? nil : String(record)
    }
  }

  /// (scalars, fields behind them) of a file of properties.
  static func properties(_ name: String) throws -> [(scalars: ClosedRange<UInt32>, [String])] {
    try lines(name).map { line in
      let fields = line.split(separator: ";").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let ends = fields[0].split(separator: ".").map { UInt32($0, radix: 16)! }
      return (ends[0]...ends[ends.count - 1], Array(fields.dropFirst()))
    }
  }

  /// The scalars of a field such as "0041 030A".
  static func scalars(_ field: some StringProtocol) -> [UInt32] {
    field.split(separator: " ").map { UInt32($0, radix: 16)! }
  }

  /// A line of a test of boundaries, "÷ 0061 × 0308 ÷": its text, and where the boundaries are.
  static func boundaries(_ line: String) -> (text: [UInt8], boundaries: [Int]) {
    var text: [UInt8] = []
    var boundaries: [Int] = []
    for part in line.split(whereSeparator: \.isWhitespace) {
      if part == "÷" {
        boundaries.append(text.count)
      } else if let value = UInt32(part, radix: 16), let scalar = Unicode.Scalar(value) {
        text += Array(String(scalar).utf8)
      }
    }
    return (text, boundaries)
  }

  private static func text(of name: String) throws -> String {
    let path = folder + name
    return path.hasSuffix(".bz2")
      ? try unpacked(path) : try String(contentsOfFile: path, encoding: .utf8)
  }

  private static func unpacked(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bzip2", "-dc", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}
