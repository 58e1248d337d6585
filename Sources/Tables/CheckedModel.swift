import ConvKitNetworks
import ConvKitTraining

/// One of the models that the check trains: a network, and how it is trained.
///
/// The settings were chosen on tables of `SimulatedTable` that no figure is of, and on the data sets of
/// scikit-learn and the UCR archive that the README names, by the loss of rows that were not learned from.
struct CheckedModel: Sendable {
  let name: String
  let network: Network
  private let stepsPerRoot: Double
  private let batchSize: Int
  private let learningRate: Double
  private let weightDecay: WeightDecay

  private enum WeightDecay {
    case apart(Double)
    /// The penalty that scikit-learn's logistic regression has with C = 1.
    case ridge
  }

  /// The small convolutional network: its votes see what is where, and what is anywhere.
  ///
  /// - Parameter rank: of the layout.
  static func convolutional(rank: Int) -> CheckedModel {
    CheckedModel(
      name: "convolutional network",
      network: Network {
        // As many values as in a picture of three.
        Conv(16, size: rank == 1 ? 5 : 3, padding: .same)
        BatchNorm()
        ReLU()
        MaxPool(2)
        Conv(16, size: 3, padding: .same)
        BatchNorm()
        ReLU()
        Branches {
          Branch { Flatten() }
          Branch {
            GlobalMaxPool()
            Flatten()
          }
        }
        Votes()
      }, stepsPerRoot: 16, batchSize: 32, learningRate: 0.005, weightDecay: .apart(1))
  }

  static let logisticRegression = CheckedModel(
    name: "logistic regression", network: Network { Flatten(); Votes() }, stepsPerRoot: 16,
    batchSize: 128, learningRate: 0.05, weightDecay: .ridge)

  static let dense = CheckedModel(
    name: "dense network",
    network: Network { Flatten(); Dense(64); ReLU(); Votes() }, stepsPerRoot: 24, batchSize: 32,
    learningRate: 0.005, weightDecay: .apart(0.3))

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
