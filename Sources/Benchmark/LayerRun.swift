import ConvKit
import ConvKitWorkloads

/// What a layer is timed in.
enum LayerPass: String, CaseIterable {
  case forward
  case inputGradient = "input gradient"
  case featureGradient = "feature gradient"
}

/// The memory of one layer for one thread, laid as training lays it, and its three passes.
final class LayerRun {
  /// Examples that one run of a pass goes through.
  let examples: Int
  private let problem: LayerProblem
  private let layer: BoundLayer
  private let packed: UnsafeMutablePointer<Float>
  private let turned: UnsafeMutablePointer<Float>
  private let bias: UnsafeMutablePointer<Float>
  private let weightGradient: UnsafeMutablePointer<Float>
  private let input: UnsafeMutablePointer<Float>
  private let output: UnsafeMutablePointer<Float>
  private let inputGradient: UnsafeMutablePointer<Float>
  private let outputGradient: UnsafeMutablePointer<Float>

  private enum BoundLayer {
    case convolution(Convolution)
    case dense(ConvKitCore.Dense)
  }

  /// As many examples follow one another as have maps of about this many bytes in a pass: what a
  /// layer reads has left the first-level cache, and lies where a micro-batch leaves it.
  private static let mapBytes = 1 << 20

  /// The examples of a micro-batch are no more.
  private static let mostExamples = 16

  init(_ problem: LayerProblem, instructionSet: InstructionSet) {
    self.problem = problem
    let shape: ConvolutionShape
    switch problem.operation {
    case .convolution(let convolution, let geometry):
      shape = convolution
      let plan = ConvolutionPlan(
        shape: shape, geometry: geometry, input: problem.input, output: problem.output,
        inputGradient: problem.inputGradient, outputGradient: problem.outputGradient,
        needsInputGradient: problem.needsInputGradient)
      layer = .convolution(
        Convolution(plan, rectify: problem.rectify, instructionSet: instructionSet))
    case .dense(let inputs, let outputs):
      let dense = ConvKitCore.Dense(
        inputs: inputs, outputs: outputs, rectify: problem.rectify, instructionSet: instructionSet)
      shape = dense.shape
      layer = .dense(dense)
    }
    let perExample = (problem.input.count + problem.output.count) * MemoryLayout<Float>.stride
    let examples = min(
      Self.mostExamples, problem.batch, max(2, (Self.mapBytes + perExample - 1) / perExample))
    self.examples = examples

    func memory(_ count: Int) -> UnsafeMutablePointer<Float> {
      // A page, and as much behind as kernels may read beyond the end.
      let memory = UnsafeMutableRawPointer.allocate(
        byteCount: (count + 64) * MemoryLayout<Float>.stride, alignment: 4096
      ).bindMemory(to: Float.self, capacity: count + 64)
      memory.initialize(repeating: 0, count: count + 64)
      return memory
    }
    var random = RandomStream(seed: 0, purpose: .initialWeights, item: 0)
    /// Maps of all examples, with halos of zeros.
    func maps(_ layout: MapLayout) -> UnsafeMutablePointer<Float> {
      let maps = memory(layout.count * examples)
      let rows = layout.rowOffsets(merging: min(1, layout.extent.count))
      let length = layout.channels * (layout.extent.last ?? 1)
      for example in 0..<examples {
        for row in rows {
          for index in 0..<length {
            maps[example * layout.count + row + index] = Float(random.uniform(in: -1...1))
          }
        }
      }
      return maps
    }
    input = maps(problem.input)
    output = maps(problem.output)
    inputGradient = maps(problem.inputGradient)
    outputGradient = maps(problem.outputGradient)
    bias = memory(shape.features)
    weightGradient = memory(shape.weightCount + shape.features)
    let weights = memory(shape.weightCount)
    defer { weights.deallocate() }
    for index in 0..<shape.weightCount { weights[index] = Float(random.uniform(in: -1...1)) }
    func pack(_ packing: PackedWeights) -> UnsafeMutablePointer<Float> {
      let packed = memory(packing.count * packing.parts)
      for part in 0..<packing.parts {
        packing.pack(
          from: weights + part * packing.partStep, into: packed + part * packing.count)
      }
      return packed
    }
    packed = pack(Convolution.packing(shape, instructionSet))
    turned = pack(Convolution.turnedPacking(shape, instructionSet))
  }

  deinit {
    for memory in [
      packed, turned, bias, weightGradient, input, output, inputGradient, outputGradient,
    ] { memory.deallocate() }
  }

  /// One pass over all examples.
  func run(_ pass: LayerPass) {
    let forward = Examples(examples, from: problem.input.count, to: problem.output.count)
    let back = Examples(
      examples, from: problem.outputGradient.count, to: problem.inputGradient.count)
    let terms = Examples(examples, from: problem.input.count, to: problem.outputGradient.count)
    let bias = problem.hasBias ? UnsafePointer(bias) : nil
    let biasGradient = problem.hasBias ? weightGradient + problem.weightCount : nil
    switch (layer, pass) {
    case (.convolution(let layer), .forward):
      layer.forward(forward, input: input, packed: packed, bias: bias, output: output)
    case (.convolution(let layer), .inputGradient):
      layer.inputGradient(
        back, outputGradient: outputGradient, turned: turned, inputGradient: inputGradient,
        accumulate: false)
    case (.convolution(let layer), .featureGradient):
      layer.featureGradient(
        terms, input: input, outputGradient: outputGradient, weightGradient: weightGradient,
        biasGradient: biasGradient)
    case (.dense(let layer), .forward):
      layer.forward(forward, input: input, packed: packed, bias: bias, output: output)
    case (.dense(let layer), .inputGradient):
      layer.inputGradient(
        back, outputGradient: outputGradient, turned: turned, inputGradient: inputGradient,
        accumulate: false)
    case (.dense(let layer), .featureGradient):
      layer.weightGradient(
        terms, input: input, outputGradient: outputGradient, weightGradient: weightGradient,
        biasGradient: biasGradient)
    }
  }

  /// Bytes that one run must move at least: what it reads and writes, each once.
  func bytes(_ pass: LayerPass) -> Int {
    let (input, output) = (problem.input.valueCount, problem.output.valueCount)
    return ((input + output) * examples + problem.weightCount) * MemoryLayout<Float>.stride
  }
}
