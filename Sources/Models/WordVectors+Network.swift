import ConvKitCore
import ConvKitNetworks
import ConvKitText

extension WordVectors {
  /// What a network starts from: vectors of words for its embedding, and otherwise what the seed gives.
  ///
  /// - Throws: `VectorsError` where no embedding has such vectors.
  func values(
    for compiled: CompiledNetwork, vocabulary input: InputShape, seed: UInt64
  ) throws -> NetworkValues {
    guard case .tokens(let vocabulary) = input.content,
      let embedding = compiled.parameters.first(where: { $0.shape == [vocabulary, channels] })
    else { throw VectorsError(channels: channels) }
    return try compiled.initialValues(
      seed: seed, given: [embedding.name: table(tokens: vocabulary, seed: seed)])
  }
}

/// Vectors of words that a network has no place for.
public struct VectorsError: ReportableError, Equatable {
  public let channels: Int

  public var category: ErrorCategory { .wrongCall }
  public var description: String {
    "the vectors have \(channels) numbers, and the network has no embedding of as many channels. "
      + "Give its embedding \(channels) channels, or leave --network out."
  }
}
