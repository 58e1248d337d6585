import ConvKitCore
import Foundation
import Testing

@testable import ConvKitModels

/// Whether Python's safetensors reads what we write, and we what it writes.
///
/// Runs where the peers are installed, and says so where they are not.
@Suite struct TensorFilePeerTests {
  private static let python = NSHomeDirectory() + "/.cache/convkit-peers/bin/python"

  /// What the script prints, or nil where there is no such Python.
  private func run(_ script: String, _ arguments: String...) throws -> String? {
    guard FileManager.default.isExecutableFile(atPath: Self.python),
      try run(["-c", "import numpy, safetensors.numpy"]).status == 0
    else {
      print("skipped: \(Self.python) with safetensors is not installed")
      return nil
    }
    let (status, output) = try run(["-c", script] + arguments)
    #expect(status == 0, "\(output)")
    return output
  }

  private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.python)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func pythonReadsOurs() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/ours.convkit"
    var file = TensorFile(metadata: ["network": #"{"layers": ["é\n"]}"#])
    file.append(
      Tensor<Float>(shape: [2, 1, 3], elements: [1, 2, 3, -4, 0.5, 0.25]), named: "0.weight")
    file.append(Tensor<Int64>(shape: [2], elements: [-1, 1 << 40]), named: "steps")
    file.append(bytes: [7, 8], named: "vocabulary")
    try file.write(to: path)
    let output = try run(
      """
      import sys
      from safetensors import safe_open
      with safe_open(sys.argv[1], framework="np") as f:
          print(sorted(f.metadata().items()))
          for name in sorted(f.keys()):
              t = f.get_tensor(name)
              print(name, t.dtype, t.shape, t.ravel().tolist())
      """, path)
    guard let output else { return }
    #expect(
      output == """
        [('format', 'pt'), ('network', '{"layers": ["é\\\\n"]}')]
        0.weight float32 (2, 1, 3) [1.0, 2.0, 3.0, -4.0, 0.5, 0.25]
        steps int64 (2,) [-1, 1099511627776]
        vocabulary uint8 (2,) [7, 8]

        """)
  }

  @Test func weReadPythons() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/theirs.safetensors"
    let output = try run(
      """
      import sys
      import numpy as np
      from safetensors.numpy import save_file
      save_file({
          "weight": np.array([[1, 2, 3], [4, 5, -6.5]], np.float32),
          "double": np.array([np.pi]), "whole": np.array(-3, np.int64),
          "none": np.zeros((0, 5), np.int32), "half": np.array([1, 2], np.float16),
          "flags": np.array([True, False]), "na\\"me\\n": np.array([1], np.uint8),
      }, sys.argv[1], metadata={"key": "välue\\t"})
      """, path)
    guard output != nil else { return }
    let file = try TensorFile.read(path: path)
    #expect(file.entries.count == 7)
    #expect(file.metadata == ["key": "välue\t"])
    #expect(
      try file.tensor(named: "weight")
        == Tensor<Float>(shape: [2, 3], elements: [1, 2, 3, 4, 5, -6.5]))
    #expect(try file.tensor(named: "double", of: Double.self).elements == [.pi])
    #expect(
      try file.tensor(named: "whole") == Tensor<Int64>(shape: [], elements: [-3]))
    #expect(try file.tensor(named: "none", of: Int32.self).shape == [0, 5])
    #expect(file.entry(named: "half")?.elementType == .float16)
    #expect(file.entry(named: "flags")?.bytes.elementsEqual([1, 0]) == true)
    #expect(try file.tensor(named: "na\"me\n", of: UInt8.self).elements == [1])
  }
}
