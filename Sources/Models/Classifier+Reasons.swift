import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitText
import ConvKitTraining

extension Classifier {
  /// A run of tokens of a text, and what it did for the answer.
  public struct Reason: Codable, Equatable, Sendable {
    /// As it stands in the text.
    public let text: String
    /// Where it begins in the text, counted in Unicode scalars from 0.
    public let start: Int
    /// Where it ends; the scalar there is no longer of it.
    public let end: Int
    /// The votes of the features whose best match it was: for the answer, less their mean for all
    /// labels.
    public let votes: Float
  }

  /// The runs that `reasons` tells.
  private static let mostReasons = 5

  /// Whether `reasons` can be asked for, which depends on the network alone.
  ///
  /// - Throws: `ReasonsError`.
  public func requireReasons() throws { _ = try votingFeatures() }

  /// The runs of tokens whose features voted most for the first of some scores, those with most votes
  /// first. Of a text that the network sees in several windows, votes are means over these, as the scores
  /// are.
  ///
  /// - Throws: `ReasonsError` for a network without features whose best match alone votes; what reading
  ///   the item throws.
  /// - Precondition: the classifier keeps every map.
  public func reasons(for scores: [Score], of item: Item) throws -> [Reason] {
    let features = try votingFeatures()
    guard case .text(let frontEnd) = model.frontEnd, let answer = scores.first?.label,
      let label = model.labels.firstIndex(of: answer)
    else { throw ReasonsError() }
    let text = try frontEnd.placedText(of: item)
    var windows = frontEnd.windows(of: text.tokenCount)[...]
    let count = Float(windows.count)
    var votes: [Range<Int>: Float] = [:]
    try frontEnd.forEachInput(of: item) { placed in
      guard let window = windows.popFirst() else { return }
      try forEachMatch(features, in: placed.input, label: label) { run, vote in
        // What reaches over an end saw no more than what lies inside.
        let run = (run.lowerBound + window.lowerBound..<run.upperBound + window.lowerBound)
          .clamped(to: window)
        votes[run, default: 0] += vote / count
      }
    }
    return votes.filter { $0.value > 0 }.sorted {
      ($1.value, $0.key.lowerBound, $0.key.count) < ($0.value, $1.key.lowerBound, $1.key.count)
    }.lazy.compactMap { run, votes in
      text.passage(of: run).map {
        Reason(
          text: $0.text, start: $0.scalars.lowerBound, end: $0.scalars.upperBound, votes: votes)
      }
    }.prefix(Self.mostReasons).map(\.self)
  }

  /// Features of one window, whose best matches vote.
  private struct VotingFeatures {
    let window: Window
    /// The channels of the votes' input that are their matches.
    let channels: Range<Int>
  }

  /// The best match of every feature in an input: its tokens, counted from the start of the input, and
  /// its votes. Tokens may lie before the first or behind the last.
  private func forEachMatch(
    _ features: [VotingFeatures], in input: Input, label: Int,
    _ take: (_ run: Range<Int>, _ votes: Float) -> Void
  ) throws {
    let maps = try runner.maps(of: input).filter { $0.layer.hasPrefix("relu") }
    guard maps.count == features.count,
      let weight = runner.compiled.tensors(of: model.values).last(where: {
        $0.name.hasSuffix(".weight")
      })?.tensor
    else { throw ReasonsError() }
    let width = weight.shape[1]
    for (map, features) in zip(maps, features) {
      guard map.values.shape.count == 2,
        let axis = try features.window.geometry(over: input.extent).axes.first
      else { throw ReasonsError() }
      let (places, count) = (map.values.shape[0], map.values.shape[1])
      for (feature, channel) in features.channels.enumerated() {
        let values = (0..<places).map { map.values.elements[$0 * count + feature] }
        let place = indexOfLargest(values)
        let slopes = model.labels.indices.map { weight.elements[$0 * width + channel] }
        let mean = slopes.reduce(0, +) / Float(slopes.count)
        let start = place * axis.stride - axis.low
        take(
          start..<start + (axis.size - 1) * axis.dilation + 1,
          values[place] * (slopes[label] - mean))
      }
    }
  }

  /// What branches of a convolution, ReLU and the best match each find, or a single such chain, on an
  /// embedding and in front of the votes.
  private func votingFeatures() throws -> [VotingFeatures] {
    let layers = model.network.layers.filter { !($0 is ConvKitNetworks.Dropout) }
    guard let first = layers.first, Self.isEmbedding(first), layers.last is Votes else {
      throw ReasonsError()
    }
    let between = layers.dropFirst().dropLast()
    let chains =
      between.count == 1 && between.first is Branches
      ? (between.first as? Branches)?.branches.map(\.layers) ?? [] : [Array(between)]
    var channels = 0
    return try chains.map { chain in
      guard chain.count == 3, let convolution = chain[0] as? Conv, chain[1] is ReLU,
        chain[2] is GlobalMaxPool
      else { throw ReasonsError() }
      defer { channels += convolution.features }
      return VotingFeatures(
        window: convolution.window, channels: channels..<channels + convolution.features)
    }
  }

  private static func isEmbedding(_ layer: any Layer) -> Bool {
    if let frozen = layer as? Frozen {
      return frozen.layers.layers.count == 1 && frozen.layers.layers.allSatisfy(isEmbedding)
    }
    return layer is ConvKitNetworks.Embedding || layer is OneHot
  }
}

/// Reasons were asked for of a network that gives none.
public struct ReasonsError: ReportableError, Equatable {
  public var category: ErrorCategory { .wrongCall }
  public var description: String {
    "reasons can be told of networks of an embedding, then a convolution, ReLU and the global maximum "
      + "(maybe several side by side), and votes, as texts get where no network is given. This "
      + "model's is another; leave --why out"
  }
}
