import Foundation
import Testing

@Suite("summary --plan")
struct PlanTests {
  private static let network =
    #"[{"layer": "conv", "features": 8, "size": 3}, {"layer": "relu"}, "#
    + #"{"layer": "maxPool", "size": 2}, {"layer": "flatten"}, {"layer": "votes"}]"#

  private struct Plan: Decodable {
    struct Part: Decodable {
      let name: String
      let bytes: Int
    }
    struct Buffer: Decodable {
      let layer: String
      let content: String
      let offset: Int
      let bytes: Int
    }
    let batchSize: Int
    let workers: Int
    let workerBytes: Int
    let workerBuffers: [Buffer]
    let chunkBytes: Int
    let parts: [Part]
    let stretches: [[String]]
    let total: Int
  }

  private func plan(_ options: String...) throws -> Program.Outcome {
    let folder = try TemporaryFolder()
    try folder.write(Self.network.utf8, to: "net.json")
    return try Program.run(
      ["summary", "net.json", "--input", "28x28x1", "--plan"] + options, in: folder.path)
  }

  @Test func partsAddUpToTheTotal() throws {
    let outcome = try plan("--batch", "7", "--threads", "3", "--json")
    #expect(outcome.status == 0)
    let plan = try JSONDecoder().decode(Plan.self, from: Data(outcome.output.utf8))
    #expect(plan.batchSize == 7)
    #expect(plan.workers == 3)
    // The dense layer's weights are worth reading once for all examples.
    #expect(plan.stretches == [["conv1", "flatten1"], ["votes1"]])
    #expect(
      plan.total == 3 * plan.workerBytes + plan.chunkBytes
        + plan.parts.reduce(0) { $0 + $1.bytes })
    // 3×3 taps and a bias for 8 features; 13×13×8 votes and a bias for 2 labels.
    let parameters = 4 * (8 * 10 + 2 * (13 * 13 * 8 + 1))
    let bytes = Dictionary(uniqueKeysWithValues: plan.parts.map { ($0.name, $0.bytes) })
    #expect(bytes["parameters"] == parameters)
    #expect(bytes["gradients"] == parameters)
    #expect(bytes["state of the optimiser"] == 2 * parameters)
    // A lane for every example, of what lanes sum: the convolution.
    #expect(bytes["gradients of lanes"] == 7 * 4 * 8 * 10)
    #expect(plan.workerBuffers.contains { $0.layer == "conv1" && $0.content == "scratch" })
    for buffer in plan.workerBuffers {
      #expect(buffer.offset + buffer.bytes <= plan.workerBytes, "\(buffer)")
    }
  }

  @Test func tableNamesEveryWorkerAndTheTotal() throws {
    let outcome = try plan("--threads", "2")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("A step on 32 examples with 2 workers, "))
    for words in ["buffers of worker 1", "buffers of worker 2", "packed weights", "\ntotal "] {
      #expect(outcome.output.contains(words), "\(words)")
    }
  }

  @Test(arguments: [["--batch", "0"], ["--threads", "0"]])
  func refuses(_ options: [String]) throws {
    #expect(try plan(options[0], options[1]).status == 64)
    let without = try Program.run(["summary", "missing", options[0], "3"])
    #expect(without.status == 64)
    #expect(without.errors.contains("--plan"))
  }
}
