import ConvKitCore

/// A parameter of a network: its name, its shape and where it lies in the flat list of all.
public struct ParameterSpecification: Equatable, Sendable {
  /// The layer's name and the role, such as "conv1.weight".
  public let name: String
  package let arrangement: ParameterArrangement
  package let initial: InitialValues

  /// Where its first value lies in the flat list of the network's parameters.
  public let offset: Int

  /// Whether training changes it.
  public let isTrainable: Bool

  /// Whether weight decay applies: to weights, not to biases, scales and shifts.
  package let decays: Bool

  /// The shape in a model file: [feature, input, tap…] of a convolution, [output, input] of a
  /// dense layer.
  public var shape: [Int] { arrangement.fileShape }

  public var count: Int { shape.reduce(1, *) }
  package var end: Int { offset + count }
}

/// How a parameter's values lie in memory, against how the model file, as PyTorch does, has them.
package enum ParameterArrangement: Equatable, Sendable {
  /// The same in both.
  case plain([Int])
  /// [tap…, input, feature] in memory, [feature, input, tap…] in the file.
  case convolution(sizes: [Int], inputs: Int, features: Int)
  /// [input, output] in memory with each part's channels fastest; [output, input] in the file with
  /// each part's positions fastest.
  case dense(parts: [FlatPart], outputs: Int)
  /// One value a channel of a flattened value, in the same two orders.
  case channels([FlatPart])

  package var fileShape: [Int] {
    switch self {
    case .plain(let shape): shape
    case .convolution(let sizes, let inputs, let features): [features, inputs] + sizes
    case .dense(let parts, let outputs): [outputs, Self.valueCount(parts)]
    case .channels(let parts): [Self.valueCount(parts)]
    }
  }

  private static func valueCount(_ parts: [FlatPart]) -> Int {
    parts.reduce(0) { $0 + $1.positions * $1.channels }
  }

  /// Calls `body` with every pair of an index in the file's order, ascending, and the same value's
  /// index in memory.
  private func forEachIndex(_ body: (_ file: Int, _ memory: Int) -> Void) {
    var file = 0
    func place(_ memory: Int) {
      body(file, memory)
      file += 1
    }
    func forEachInput(_ parts: [FlatPart], _ body: (Int) -> Void) {
      var start = 0
      for part in parts {
        for channel in 0..<part.channels {
          for position in 0..<part.positions { body(start + position * part.channels + channel) }
        }
        start += part.positions * part.channels
      }
    }
    switch self {
    case .plain(let shape):
      for index in 0..<shape.reduce(1, *) { place(index) }
    case .convolution(let sizes, let inputs, let features):
      for feature in 0..<features {
        for input in 0..<inputs {
          for tap in 0..<sizes.reduce(1, *) { place((tap * inputs + input) * features + feature) }
        }
      }
    case .dense(let parts, let outputs):
      for output in 0..<outputs { forEachInput(parts) { place($0 * outputs + output) } }
    case .channels(let parts):
      forEachInput(parts, place)
    }
  }

  /// From memory's order to the file's.
  package func fileOrder(_ memory: ArraySlice<Float>) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(memory.count)
    forEachIndex { result.append(memory[memory.startIndex + $1]) }
    return result
  }

  /// From the file's order to memory's.
  package func memoryOrder(_ file: [Float]) -> [Float] {
    var result = file
    forEachIndex { result[$1] = file[$0] }
    return result
  }
}

/// What a parameter holds before training.
package enum InitialValues: Equatable, Sendable {
  case constant(Float)
  /// Uniform in ±√(6 / inputs): He et al. 2015, for layers that ReLU follows.
  case he(inputs: Int)
  /// Uniform in ±√(6 / (inputs + outputs)): Glorot and Bengio 2010, for votes.
  case glorot(inputs: Int, outputs: Int)
  /// Uniform with mean 0, as embeddings start.
  case uniform(deviation: Float)
  /// A square table with ones on its diagonal, of so many rows.
  case identity(Int)

  /// `count` values; `random` is the parameter's own stream.
  func values(count: Int, random: RandomStream) -> [Float] {
    let bound: Float
    switch self {
    case .constant(let value): return Array(repeating: value, count: count)
    case .identity(let rows):
      return (0..<count).map { $0 % (rows + 1) == 0 ? 1 : 0 }
    case .he(let inputs): bound = (6 / Float(inputs)).squareRoot()
    case .glorot(let inputs, let outputs): bound = (6 / Float(inputs + outputs)).squareRoot()
    case .uniform(let deviation): bound = Float(3).squareRoot() * deviation
    }
    var random = random
    return (0..<count).map { _ in random.uniform(in: -bound...bound) }
  }
}
