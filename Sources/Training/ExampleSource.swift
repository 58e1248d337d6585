import ConvKitCore

/// Where examples come from. Training asks for them one by one and never needs them all at once.
public protocol ExampleSource {
  var count: Int { get }

  /// The label of an example, from 0.
  func label(of index: Int) -> Int

  /// What to call an example when there is something to say about it.
  func name(of index: Int) -> String

  /// The inputs of an example, at least one; a function of the example and the epoch alone, so that
  /// a training that goes on sees what it would have seen.
  ///
  /// - Parameter epoch: from 1; 0 where nothing is to be varied, as in validation.
  func inputs(of index: Int, epoch: Int) throws -> [PlacedInput]

  /// How many positions an example has, or about; 0 where that is not known. Where inputs differ in
  /// extent, examples of one length are trained on together.
  func length(of index: Int) -> Int
}

extension ExampleSource {
  public func length(of index: Int) -> Int { 0 }
}

/// A source whose inputs may take work, such as reading, decoding or varying: training then asks for
/// several at once, on different threads.
public protocol ParallelExampleSource: ExampleSource, Sendable {
  /// Whether the inputs of an epoch take so much work that sharing it out pays: some microseconds.
  func takesWork(epoch: Int) -> Bool
}

/// Examples that are all in memory.
public struct ExamplesInMemory: ExampleSource, Sendable {
  public let inputs: [Input]
  public let labels: [Int]

  /// - Precondition: as many inputs as labels.
  public init(inputs: [Input], labels: [Int]) {
    precondition(
      inputs.count == labels.count,
      "as many inputs as labels, received \(inputs.count) and \(labels.count)")
    self.inputs = inputs
    self.labels = labels
  }

  public var count: Int { inputs.count }
  public func label(of index: Int) -> Int { labels[index] }
  public func name(of index: Int) -> String { "example \(index + 1)" }
  public func inputs(of index: Int, epoch: Int) -> [PlacedInput] { [PlacedInput(inputs[index])] }
  public func length(of index: Int) -> Int { inputs[index].extent.reduce(1, *) }
}

/// An order of `count` examples, each once: Fisher and Yates' shuffle by the counter-based stream.
package func shuffled(count: Int, using random: RandomStream) -> [Int] {
  var random = random
  var order = Array(0..<count)
  for last in stride(from: count - 1, to: 0, by: -1) {
    // The high half of a product is uniform to within 2^-64 · count.
    let chosen = Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high)
    order.swapAt(last, chosen)
  }
  return order
}
