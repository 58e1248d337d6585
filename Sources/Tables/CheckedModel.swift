import ConvKitCore
import ConvKitNetworks
import ConvKitTraining

/// One of the models that the check trains: a network, and how it is trained.
///
/// The settings were chosen for low losses of rows that were not learned from, on tables of
/// `SimulatedTable` and on the data sets that the README names; a convolutional network that pools often
/// tells orders apart best, for what it pools must belong together.
struct CheckedModel: Sendable {
  let name: String
  let network: Network
  private let stepsPerRoot: Double
  private let batchSize: Int
  private let learningRate: Double
  private let weightDecay: WeightDecay

  private enum WeightDecay {
    /// AdamW's.
    case apart(Double)
    /// The penalty that scikit-learn's logistic regression has with C = 1.
    case ridge
  }

  /// The small convolutional network: blocks that each halve the layout, and votes that see what is left
  /// where, and what is anywhere.
  ///
  /// - Parameter shape: the layout, of at least eight positions. No axis is 1.
  static func convolutional(_ shape: [Int]) -> CheckedModel {
    let blocks = blockCount(shape)
    var extent = shape
    return CheckedModel(
      name: "convolutional network",
      network: Network {
        for block in 0..<blocks {
          // A first window of about as many values in a row as in a picture.
          Conv(
            features[min(block, features.count - 1)], size: block == 0 && shape.count == 1 ? 5 : 3,
            padding: .same)
          BatchNorm()
          ReLU()
          if block + 1 < blocks { halving(&extent) }
        }
        Branches {
          Branch {
            halving(&extent)
            Flatten()
          }
          Branch {
            GlobalMaxPool()
            Flatten()
          }
        }
        Votes()
      }, stepsPerRoot: 16, batchSize: 32, learningRate: 0.0075, weightDecay: .apart(1))
  }

  /// Features of the blocks; all after the last have as many.
  private static let features = [8, 16, 32]

  /// At least two, and as many as leave at most nine positions on the longest axis before the last
  /// halving.
  private static func blockCount(_ shape: [Int]) -> Int {
    var (blocks, longest) = (0, shape.max() ?? 1)
    while longest > 9 || blocks < 2 {
      blocks += 1
      longest /= 2
    }
    return blocks
  }

  /// Pooling along every axis that can be halved.
  private static func halving(_ extent: inout [Int]) -> MaxPool {
    let window = extent.map { min($0, 2) }
    extent = zip(extent, window).map { $0 / $1 }
    return MaxPool(.each(window))
  }

  static let logisticRegression = CheckedModel(
    name: "logistic regression",
    network: Network {
      Flatten()
      Votes()
    }, stepsPerRoot: 16, batchSize: 128, learningRate: 0.05, weightDecay: .ridge)

  static let dense = CheckedModel(
    name: "dense network",
    network: Network {
      Flatten()
      Dense(64)
      ReLU()
      Votes()
    }, stepsPerRoot: 24, batchSize: 32, learningRate: 0.005, weightDecay: .apart(0.3))

  /// How it is trained on so many rows: the passes that make about as many steps as the root of the rows
  /// times a constant. Many rows need more steps in all and fewer for each.
  func options(rows: Int, seed: UInt64) -> TrainingOptions {
    var options = TrainingOptions()
    options.batchSize = batchSize
    options.learningRate = learningRate
    options.schedule = .cosine(floor: 0)
    options.seed = seed
    switch weightDecay {
    case .apart(let decay):
      options.optimizer = .adamw
      options.weightDecay = decay
    case .ridge:
      options.optimizer = .adam
      options.weightDecay = 1 / Double(rows)
    }
    let batches = (rows + batchSize - 1) / batchSize
    let steps = stepsPerRoot * Double(rows).squareRoot()
    options.epochs = max(1, Int((steps / Double(batches)).rounded()))
    return options
  }
}
