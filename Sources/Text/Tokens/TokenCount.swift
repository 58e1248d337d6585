import ConvKitFiles

/// How often each token is in the texts of a training set, from which the vocabulary is made.
///
/// Takes texts one by one, and memory for the different pieces alone. The order of the texts changes
/// nothing that is made of the counts.
public struct TokenCount {
  public let settings: TokenSettings
  private var cutter: TokenCutter
  private var table = ByteStringTable()
  private var counts: [Int] = []

  public init(_ settings: TokenSettings) {
    self.settings = settings
    cutter = TokenCutter(settings)
  }

  /// Counts the tokens of a text, any bytes. Those longer than `Vocabulary.longestToken` are left out.
  public mutating func add(_ text: ArraySlice<UInt8>) {
    cutter.forEachPiece(of: text) { _, content in
      guard content.count <= Vocabulary.longestToken else { return }
      if table.count == ByteStringTable.mostStrings, table.number(of: content) == nil { return }
      let (number, isNew) = table.insert(content)
      if isNew { counts.append(1) } else { counts[number] += 1 }
    }
  }

  /// The tokenizer of these texts.
  ///
  /// - Parameters:
  ///   - minimumCount: words and characters that are less frequent are unknown; pairs of subwords
  ///     that are, stay apart.
  ///   - limit: the most tokens, padding and unknown among them. Subwords are never fewer than the
  ///     258 that every byte needs.
  /// - Precondition: there is room for padding and unknown.
  public func tokenizer(minimumCount: Int = 1, limit: Int) -> Tokenizer {
    precondition(limit >= Int(Vocabulary.firstListed), "a limit of \(limit) tokens")
    let frequent = mostFrequentFirst(minimumCount: settings.unit == .subwords ? 1 : minimumCount)
    guard settings.unit == .subwords else {
      var listed = ByteStringTable(capacity: min(limit, frequent.count))
      for number in frequent.prefix(limit - Int(Vocabulary.firstListed)) {
        _ = listed.insert(table[number])
      }
      return Tokenizer(settings, vocabulary: Vocabulary(listed))
    }
    var pieces = ByteStringTable(capacity: frequent.count)
    for number in frequent { _ = pieces.insert(table[number]) }
    var learning = SubwordLearning(pieces, counts: frequent.map { counts[$0] })
    let room = max(0, limit - Int(SubwordMerges.firstMerge))
    let pairs = learning.pairs(
      limit: min(room, SubwordMerges.mostMerges), minimumCount: minimumCount)
    return Tokenizer(settings, merges: SubwordMerges(learned: pairs))
  }

  /// The numbers of the pieces by falling count, those of one count by their bytes.
  private func mostFrequentFirst(minimumCount: Int) -> [Int] {
    counts.indices.filter { counts[$0] >= minimumCount }.sorted { one, other in
      counts[one] == counts[other]
        ? table[one].lexicographicallyPrecedes(table[other]) : counts[one] > counts[other]
    }
  }
}
