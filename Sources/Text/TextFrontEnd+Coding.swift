import ConvKitCore
import ConvKitFiles

/// The tokens of a front end as plain lists of numbers, which a model keeps as tensors.
public enum StoredTokens: Equatable, Sendable {
  /// Words or characters: see `Vocabulary.init(bytes:offsets:)`.
  case listed(bytes: [UInt8], offsets: [Int32])
  /// Subwords: see `SubwordMerges.init(pairs:)`.
  case merged(pairs: [Int32])

  /// Tells them from others: 32 hexadecimal digits.
  var fingerprint: String {
    var hasher = Fingerprint.Hasher()
    func append(_ numbers: [Int32]) {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(4 * numbers.count)
      for number in numbers {
        for shift in stride(from: 0, to: 32, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
      }
      hasher.append(bytes[...])
    }
    switch self {
    case .listed(let bytes, let offsets):
      append(offsets)
      hasher.append(bytes[...])
    case .merged(let pairs): append(pairs)
    }
    return hasher.fingerprint.hexadecimal
  }

  fileprivate func tokenizer(_ settings: TokenSettings) throws -> Tokenizer {
    switch (self, settings.unit) {
    case (.listed(let bytes, let offsets), .words), (.listed(let bytes, let offsets), .characters):
      Tokenizer(
        settings, vocabulary: try Vocabulary(bytes: bytes, offsets: offsets.map(Int.init)))
    case (.merged(let pairs), .subwords):
      Tokenizer(settings, merges: try SubwordMerges(pairs: pairs))
    case (.listed, .subwords), (.merged, .words), (.merged, .characters):
      throw TextFrontEndError.tokens("are not \(settings.unit.rawValue), as its settings say")
    }
  }
}

extension TextFrontEnd {
  /// What a model keeps as tensors; the rest is coded.
  public var storedTokens: StoredTokens {
    if let vocabulary = tokenizer.vocabulary {
      return .listed(bytes: vocabulary.bytes, offsets: vocabulary.offsets.map(Int32.init))
    }
    return .merged(pairs: tokenizer.merges?.pairs ?? [])
  }

  /// Where a decoder has the tokens that belong to the settings it decodes: `StoredTokens`.
  public static let tokensKey: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "convkit.tokens") else {
      preconditionFailure("any text names a key")
    }
    return key
  }()

  private enum CodingKeys: CodingKey {
    case tokens, shortest, longest, vocabulary
  }

  /// Settings and the fingerprint of the tokens, which are kept elsewhere: `storedTokens`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(tokenizer.settings, forKey: .tokens)
    try values.encode(shortest, forKey: .shortest)
    try values.encode(longest, forKey: .longest)
    try values.encode(storedTokens.fingerprint, forKey: .vocabulary)
  }

  /// - Throws: the decoder's error for a missing or mistyped value, `VocabularyError` for tokens that
  ///   are none, `TextFrontEndError` for a setting that `init` refuses and where the decoder does not
  ///   have the tokens that were encoded.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let settings = try values.decode(TokenSettings.self, forKey: .tokens)
    guard let stored = decoder.userInfo[Self.tokensKey] as? StoredTokens else {
      throw TextFrontEndError.tokens("are missing")
    }
    guard try values.decode(String.self, forKey: .vocabulary) == stored.fingerprint else {
      throw TextFrontEndError.tokens("are not those that its settings belong to")
    }
    try self.init(
      tokenizer: stored.tokenizer(settings), shortest: values.decode(Int.self, forKey: .shortest),
      longest: values.decode(Int.self, forKey: .longest))
  }
}
