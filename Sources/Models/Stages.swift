import ConvKitCore
import ConvKitDrawing
import ConvKitFiles
import ConvKitNetworks
import ConvKitVolumes

/// One of the stages that an input goes through on its way to an answer.
public struct Stage: Sendable {
  /// What happened there.
  public enum Content: Sendable {
    /// What the network sees of a picture file.
    case picture(Picture)
    /// A map [position…, channel] that a layer made, and the features [feature, channel, tap…] that
    /// it looked for, where they can be compared with the picture.
    case map(Tensor<Float>, features: Tensor<Float>?)
    /// The sum of votes for each label.
    case votes([Bar])
    /// The probability of each label.
    case scores([Bar])
  }

  /// "input", the layer's name such as "conv1", or "answer".
  public let name: String

  /// [position…, channel].
  public let shape: [Int]

  public let content: Content

  /// How the first two axes of maps and features are drawn.
  public var axes = Axes.downAndAcross

  /// Where axes of positions lie in a picture.
  public enum Axes: Sendable {
    /// The first from the top down, the second to the right, as a picture has rows and columns.
    case downAndAcross
    /// The first to the right, the second from the bottom up, as people draw time and pitch.
    case acrossAndUp
  }
}

extension Classifier {
  /// Every stage that the first input of an item goes through: what the network sees, the map of
  /// every layer, votes, answer.
  ///
  /// - Throws: a `ReportableError` that says what is wrong with the item.
  /// - Precondition: the classifier keeps every map.
  public func stages(of item: Item) throws -> [Stage] {
    guard let input = try model.frontEnd.inputs(of: item).first?.input,
      case .values(let values) = input.content
    else { return [] }
    var stages = [
      Stage(name: "input", shape: values.shape, content: model.frontEnd.content(of: values))
    ]
    let maps = try runner.maps(of: input)
    let firstFeatures = runner.compiled.tensors(of: model.values).first {
      $0.tensor.shape.count >= 3 && $0.name.hasSuffix(".weight")
    }
    for map in maps.dropLast() {
      let features = firstFeatures.flatMap { first in
        first.name == "\(map.layer).weight" ? first.tensor : nil
      }
      stages.append(
        Stage(
          name: map.layer, shape: map.values.shape,
          content: .map(map.values, features: features), axes: model.frontEnd.axes))
    }
    if let votes = maps.last {
      let sums = votes.values.elements
      func bars(_ values: [Float]) -> [Bar] { zip(model.labels, values).map { Bar($0, $1) } }
      stages.append(
        Stage(name: votes.layer, shape: votes.values.shape, content: .votes(bars(sums))))
      stages.append(
        Stage(
          name: "answer", shape: votes.values.shape,
          content: .scores(bars(CrossEntropy.softmax(sums)))))
    }
    return stages
  }
}

extension ModelFrontEnd {
  /// How the axes of its inputs, and of the maps made of them, are drawn.
  fileprivate var axes: Stage.Axes {
    switch self {
    case .image, .text, .table: .downAndAcross
    case .volume: .acrossAndUp
    #if Sound
      case .sound: inputShape.extent.count == 2 ? .acrossAndUp : .downAndAcross
    #endif
    }
  }

  /// An input as people can see it.
  func content(of input: Tensor<Float>) -> Stage.Content {
    switch self {
    case .image(let frontEnd): .picture(frontEnd.picture(of: input))
    // Texts have no stages: what a network sees of them are no values.
    case .text, .table: .map(input, features: nil)
    case .volume(let frontEnd): .picture(frontEnd.picture(of: input))
    #if Sound
      case .sound(let frontEnd): .picture(frontEnd.picture(of: input))
    #endif
    }
  }
}
