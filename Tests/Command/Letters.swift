import Foundation
import Testing

/// The generated letters that tests of the command learn from, and how they look at what came of it.
extension TemporaryFolder {
  /// `xo/X` and `xo/O` with half of the pictures each, and `net.json`, a network that learns fast.
  static func letters(_ count: Int, size: Int = 12) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let drawn = try Program.run(
      ["xo", "generate", "xo", "--count", "\(count)", "--size", "\(size)", "--quiet"],
      in: folder.path)
    #expect(drawn.status == 0, "\(drawn.errors)")
    let network =
      #"[{"layer": "conv", "features": 4, "size": 3}, {"layer": "relu"}, "#
      + #"{"layer": "maxPool", "size": 2}, {"layer": "flatten"}, {"layer": "votes"}]"#
    try folder.write(network.utf8, to: "net.json")
    return folder
  }

  /// Trains with the small network, one epoch where nothing else is said.
  func train(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["train"] + Self.fast(arguments), in: path)
  }

  static func fast(_ arguments: [String]) -> [String] {
    arguments + ["--network", "net.json"]
      + (arguments.contains("--epochs") ? [] : ["--epochs", "1"])
  }

  func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: path)
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
  }

  /// Copies a file or a folder; folders around it are made.
  func copy(_ name: String, to other: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path(other) as NSString).deletingLastPathComponent, withIntermediateDirectories: true
    )
    try FileManager.default.copyItem(atPath: path(name), toPath: path(other))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  /// Makes a picture one that is cut off.
  func cut(_ name: String) throws { try write(try bytes(of: name).dropLast(30), to: name) }

  func text(of name: String) throws -> String {
    String(decoding: try bytes(of: name), as: UTF8.self)
  }
}

extension Program.Outcome {
  /// The one JSON object on stdout.
  func object() throws -> [String: Any] {
    try #require(lines.count == 1, "\(errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }

  /// What stderr says but for how fast it was.
  var quietErrors: String { errors.replacing(/; [0-9,]+ examples\/s/, with: "") }

  /// The names and reasons of what was left out, as stderr says.
  var leftOut: [(name: String, reason: String)] {
    errors.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("Warning: left out ") else {
        return nil
      }
      let rest = line.dropFirst("Warning: left out ".count)
      guard let colon = rest.range(of: ": ") else { return nil }
      return (String(rest[..<colon.lowerBound]), String(rest[colon.upperBound...]))
    }
  }
}
