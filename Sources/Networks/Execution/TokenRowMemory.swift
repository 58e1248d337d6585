import ConvKitCore

/// The rows that tokens add to convolutions over an embedding. A token's are filled when it is first
/// met after a change of the parameters.
///
/// A row is one sum in one order, whichever batch has the token first.
final class TokenRowMemory {
  /// The rows of one tap of one convolution.
  private struct Job {
    let product: RowProduct
    let tap: Int
    let table: Int
    let packed: Int
  }

  private let jobs: [Job]
  private let arena: Arena
  /// By token: which version of the parameters its rows are of.
  private var versions: [Int]
  private var fresh: [Int32] = []

  /// Tokens of a piece of work: four of the tallest tiles of 14 rows.
  private static let tokensAtATime = 56

  /// - Parameter packing: by node.
  init(_ graph: Graph, packing: [PackedPlace?], instructionSet: InstructionSet) throws {
    var jobs: [Job] = []
    var (vocabulary, floats) = (0, 0)
    for (node, packed) in zip(graph.nodes, packing) {
      guard case .convolution(let shape, _) = node.operation, let rows = node.rows, let packed
      else { continue }
      let product = RowProduct(shape, rows.layout, instructionSet: instructionSet)
      jobs += (0..<shape.tapCount).map {
        Job(
          product: product, tap: $0, table: graph.parameters[rows.table].offset,
          packed: packed.forward)
      }
      vocabulary = rows.vocabulary
      floats = vocabulary * rows.layout.tokenStep
    }
    self.jobs = jobs
    arena = try Arena(byteCount: floats * MemoryLayout<Float>.stride)
    versions = Array(repeating: -1, count: vocabulary)
  }

  var base: UnsafeMutablePointer<Float> { arena.base.assumingMemoryBound(to: Float.self) }

  /// Fills the rows of all tokens of a batch that are not filled yet.
  ///
  /// - Parameter version: counts the changes of the parameters.
  func fill(_ inputs: [Input], _ memory: SharedMemory, version: Int, _ workers: Workers) {
    guard !jobs.isEmpty else { return }
    collect(inputs, version: version)
    guard !fresh.isEmpty else { return }
    let pieces = (fresh.count + Self.tokensAtATime - 1) / Self.tokensAtATime
    fresh.withUnsafeBufferPointer { tokens in
      workers.run(items: jobs.count * pieces) { _, item in
        let (job, piece) = (jobs[item % jobs.count], item / jobs.count)
        job.product(
          tap: job.tap,
          tokens: tokens[
            tokens.count * piece / pieces..<tokens.count * (piece + 1) / pieces],
          table: memory.parameters + job.table, packed: memory.packed + job.packed,
          rows: memory.rows)
      }
    }
  }

  /// Notes the tokens whose rows are of another version, each once.
  private func collect(_ inputs: [Input], version: Int) {
    fresh.removeAll(keepingCapacity: true)
    versions.withUnsafeMutableBufferPointer { versions in
      for input in inputs {
        guard case .tokens(let tensor) = input.content else { continue }
        for token in tensor.elements where versions[Int(token)] != version {
          versions[Int(token)] = version
          fresh.append(token)
        }
      }
    }
  }
}
