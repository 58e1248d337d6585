/// Token embedding: every token is replaced by its row of a table [vocabulary, size].
///
/// Token 0 is padding. Its row is an ordinary one, whose gradient counts like any other, unless
/// `frozenToken` says otherwise (PyTorch's `padding_idx`).
public struct ReferenceEmbedding: Sendable {
  public var vocabulary: Int
  public var size: Int

  /// The token whose row receives no gradient.
  public var frozenToken: Int?

  public init(vocabulary: Int, size: Int, frozenToken: Int? = nil) {
    self.vocabulary = vocabulary
    self.size = size
    self.frozenToken = frozenToken
  }

  /// - Parameters:
  ///   - tokens: [position…], each of 0..<vocabulary.
  ///   - extent: the size along every axis of `tokens`.
  public func forward<Scalar>(_ tokens: [Int], extent: [Int], table: [Scalar]) -> Block<Scalar> {
    precondition(table.count == vocabulary * size)
    return Block(
      extent: extent, channels: size,
      values: tokens.flatMap { token in table[token * size..<(token + 1) * size] })
  }

  /// A row's gradient is the sum over the positions where its token stands.
  public func tableGradient<Scalar>(
    _ tokens: [Int], outputGradient: Block<Scalar>
  ) -> [Scalar] {
    var gradient = [Scalar](repeating: 0, count: vocabulary * size)
    for (position, token) in tokens.enumerated() where token != frozenToken {
      for channel in 0..<size {
        gradient[token * size + channel] += outputGradient[position, channel]
      }
    }
    return gradient
  }
}
