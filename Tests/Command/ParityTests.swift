import Foundation
import Testing

/// Whether `convkit-bench parity` agrees with what PyTorch computes here and now.
///
/// Runs where the peers are installed, and says so where they are not.
struct ParityTests {
  /// The folder of the package.
  private static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What writes the files, or nil where the peers are missing.
  private func writer() -> URL? {
    let environment = ProcessInfo.processInfo.environment["PEERS_VENV"]
    let python =
      (environment ?? NSHomeDirectory() + "/.cache/convkit-peers") + "/bin/python"
    let script = Self.package.deletingLastPathComponent().appending(path: "shared/peers/parity")
    for needed in [python, script.path]
    where !FileManager.default.isExecutableFile(atPath: needed) {
      print("skipped: the comparison with PyTorch needs \(needed), which is not there")
      return nil
    }
    return script
  }

  /// The program that was built beside this test.
  private var program: URL {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = folder.appending(path: "convkit-bench")
    return FileManager.default.isExecutableFile(atPath: beside.path)
      ? beside : Self.package.appending(path: ".build/debug/convkit-bench")
  }

  private func run(_ program: URL, _ arguments: [String]) throws -> (status: Int32, output: String)
  {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func agreesWithPyTorch() throws {
    guard let writer = writer() else { return }
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-parity-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let made = try run(writer, [folder.path])
    #expect(made.status == 0, "\(made.output)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .map { folder.appending(path: $0).path }
    #expect(files.count == 8)
    let compared = try run(program, ["parity"] + files)
    #expect(compared.status == 0, "\(compared.output)")
    for name in files.map({ URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }) {
      #expect(compared.output.contains("\n\(name) "))
    }
  }

  /// A comparison that could not fail would show nothing.
  @Test func saysWhereItDiffers() throws {
    guard let writer = writer() else { return }
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-parity-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let made = try run(writer, [folder.path, "--only", "xo-28"])
    #expect(made.status == 0, "\(made.output)")
    let path = folder.appending(path: "xo-28.safetensors")
    var bytes = try Data(contentsOf: path)
    // The last tensor's last value: a part of what is compared or of what it is computed from.
    bytes[bytes.count - 1] ^= 0x80
    try bytes.write(to: path)
    let compared = try run(program, ["parity", "--all", path.path])
    #expect(compared.status == 1, "\(compared.output)")
    #expect(compared.output.contains("exceeded"))
  }
}
