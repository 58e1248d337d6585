import Foundation
import Testing

/// Runs the built program and keeps what it says apart.
struct Program {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
    /// The bytes of stdout, which is text only for results.
    var lines: [Substring] { output.split(separator: "\n") }
  }

  /// The folder that the products lie in: that of the test bundle.
  static let folder: URL = {
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: bundle)
    while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
    return folder
  }()

  static let path = folder.appending(path: "convkit").path

  /// Runs `convkit` to its end.
  ///
  /// - Parameters:
  ///   - environment: set beside a small one in which nothing is coloured or wide.
  ///   - interruptAfter: the signal is sent as soon as stderr holds this text.
  ///   - interruption: Ctrl-C where nothing else is said.
  static func run(
    _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
    interruptAfter: String? = nil, by interruption: Int32 = SIGINT
  ) throws -> Outcome {
    try run(path, arguments, in: folder, environment, interruptAfter, interruption)
  }

  /// Runs a line of shell in which `$CONVKIT` is the program.
  static func shell(
    _ line: String, in folder: String? = nil, interruptAfter: String? = nil,
    by interruption: Int32 = SIGINT
  ) throws -> Outcome {
    try run(
      "/bin/bash", ["-c", line], in: folder, ["CONVKIT": path], interruptAfter, interruption)
  }

  private static func run(
    _ program: String, _ arguments: [String], in folder: String?, _ environment: [String: String],
    _ interruptAfter: String?, _ interruption: Int32
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    var variables = ProcessInfo.processInfo.environment
    for name in ["CONVKIT_ISA", "NO_COLOR"] { variables[name] = nil }
    variables["COLUMNS"] = "80"
    process.environment = variables.merging(environment) { _, new in new }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    // Ignoring Ctrl-C is inherited: where the tests run in the background, so would the program.
    signal(SIGINT, SIG_DFL)
    try process.run()

    // Both at once: a program that fills one pipe while the other is read to its end would wait
    // for ever.
    let collected = Collected()
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      collected.output = output.fileHandleForReading.readDataToEndOfFile()
    }
    var seen = Data()
    var isInterrupted = false
    while case let piece = errors.fileHandleForReading.availableData, !piece.isEmpty {
      seen += piece
      if let interruptAfter, !isInterrupted,
        String(decoding: seen, as: UTF8.self).contains(interruptAfter)
      {
        kill(process.processIdentifier, interruption)
        isInterrupted = true
      }
    }
    group.wait()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: collected.output, as: UTF8.self),
      errors: String(decoding: seen, as: UTF8.self))
  }

  /// Written by one thread, read after the group has been waited for.
  private final class Collected: @unchecked Sendable {
    var output = Data()
  }
}

/// A folder of a test's own, removed with what was put into it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes the folders that the file lies in.
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let file = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func bytes(of name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name)))
  }

  func names(in name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
  }
}
