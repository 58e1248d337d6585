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
    /// The votes of the features whose best match it was: for the answer, less their mean for all
    /// labels.
    public let votes: Float
  }

  /// The runs that `reasons` tells.
  private static let mostReasons = 5

  /// The runs of tokens whose features voted most for the first of some scores, those with most votes
  /// first. Of a text longer than the network sees, the first part is looked at.
  ///
  /// - Throws: `ReasonsError` for a network without features whose best match alone votes; what reading
  ///   the item throws.
  /// - Precondition: the classifier keeps every map.
  public func reasons(for scores: [Score], of item: Item) throws -> [Reason] {
    guard case .text(let frontEnd) = model.frontEnd, let answer = scores.first?.label,
      let label = model.labels.firstIndex(of: answer)
    else { throw ReasonsError() }
    let branches = try Self.branches(of: model.network)
    guard let input = try frontEnd.inputs(of: item).first?.input,
      let weight = runner.compiled.tensors(of: model.values).first(where: {
        $0.name == "votes1.weight"
      })?.tensor
    else { throw ReasonsError() }
    let maps = try runner.maps(of: input).filter { $0.layer.hasPrefix("relu") }
    guard maps.count == branches.count else { throw ReasonsError() }

    let width = weight.shape[1]
    var votes: [Range<Int>: Float] = [:]
    var first = 0
    for (map, size) in zip(maps, branches) {
      guard map.values.shape.count == 2 else { throw ReasonsError() }
      let (positions, features) = (map.values.shape[0], map.values.shape[1])
      guard first + features <= width else { throw ReasonsError() }
      for feature in 0..<features {
        let values = (0..<positions).map { map.values.elements[$0 * features + feature] }
        let place = indexOfLargest(values)
        let slopes = model.labels.indices.map { weight.elements[$0 * width + first + feature] }
        let mean = slopes.reduce(0, +) / Float(slopes.count)
        votes[place..<place + size, default: 0] += values[place] * (slopes[label] - mean)
      }
      first += features
    }
    let text = try frontEnd.placedText(of: item)
    return votes.filter { $0.value > 0 }.sorted {
      ($1.value, $0.key.lowerBound, $0.key.count) < ($0.value, $1.key.lowerBound, $1.key.count)
    }.compactMap { run, votes in
      text.text(of: run).map { Reason(text: $0, votes: votes) }
    }.prefix(Self.mostReasons).map(\.self)
  }

  /// The sizes of the features of branches of a convolution, ReLU and the best match each, on an
  /// embedding and in front of the votes.
  private static func branches(of network: Network) throws -> [Int] {
    let layers = network.layers.filter { !($0 is ConvKitNetworks.Dropout) }
    guard layers.count == 3, layers[0] is ConvKitNetworks.Embedding || layers[0] is Frozen,
      layers[2] is Votes,
      let branches = layers[1] as? Branches
    else { throw ReasonsError() }
    return try branches.branches.map { branch in
      guard branch.layers.count == 3, let convolution = branch.layers[0] as? Conv,
        branch.layers[1] is ReLU, branch.layers[2] is GlobalMaxPool,
        convolution.window == Window(size: convolution.window.size),
        let size = convolution.window.size.values(rank: 1)
      else { throw ReasonsError() }
      return size[0]
    }
  }
}

/// Reasons were asked for of a network that gives none.
public struct ReasonsError: ReportableError, Equatable {
  public var category: ErrorCategory { .wrongCall }
  public var description: String {
    "reasons can be told of networks of an embedding, branches of a convolution, ReLU and the global "
      + "maximum each, and votes, as texts get where no network is given; leave --why out"
  }
}
