import ConvKitCore
import ConvKitNetworks
import ConvKitText

extension WordVectors {
  /// What a network starts from: vectors of words for every embedding of as many channels, and otherwise
  /// what the seed gives.
  ///
  /// - Throws: `VectorsError` where there is no such embedding.
  func values(
    for compiled: CompiledNetwork, vocabulary input: InputShape, seed: UInt64
  ) throws -> NetworkValues {
    guard case .tokens(let vocabulary) = input.content else {
      throw VectorsError(channels: channels)
    }
    let embeddings = compiled.embeddings.filter { $0.shape == [vocabulary, channels] }
    guard !embeddings.isEmpty else { throw VectorsError(channels: channels) }
    let table = table(tokens: vocabulary, seed: seed)
    return try compiled.initialValues(
      seed: seed, given: Dictionary(uniqueKeysWithValues: embeddings.map { ($0.name, table) }))
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
