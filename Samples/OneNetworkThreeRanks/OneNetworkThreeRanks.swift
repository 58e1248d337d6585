// Tells X from O in clips of sound, in pictures and in volumes, with one network of one JSON file.
//
//     swift run -c release OneNetworkThreeRanks

import ConvKit
import ConvKitLetters

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@main
enum OneNetworkThreeRanks {
  /// CI fails when a smaller share of the fresh letters is answered rightly at any rank.
  static let accuracyFloor = 0.99

  static let trainingLetters = 2000
  static let freshLetters = 1000

  static func main() {
    do {
      // A seed may follow, for everything that is random.
      let seed = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 0
      let network = try JSONDecoder().decode(
        Network.self, from: Data(contentsOf: URL(filePath: sampleFolder + "/network.json")))
      for rank in LetterRank.allCases {
        let accuracy = try inTemporaryFolder { folder in
          try accuracy(of: network, rank: rank, seed: seed, in: folder)
        }
        if accuracy < accuracyFloor { fail("\(accuracy) is below the floor of \(accuracyFloor)") }
      }
    } catch {
      fail("\(error)")
    }
  }

  /// Learns from letters of a rank; returns the share of fresh ones that is answered rightly.
  static func accuracy(
    of network: Network, rank: LetterRank, seed: UInt64, in folder: String
  ) throws -> Double {
    let letters = rank.letters
    for (name, count, seed) in [
      ("learn", trainingLetters, 2 * seed), ("fresh", freshLetters, 2 * seed + 1),
    ] {
      try letters.init(seed: seed, size: letters.usualSize, difficulty: .all)
        .write(count: count, to: "\(folder)/\(name)")
    }
    var training = ModelTraining()
    training.network = network
    training.options.epochs = 10
    training.options.seed = seed
    training.augmentation = ModelAugmentation.none
    // All are learned from, and the last epoch is kept.
    training.validationShare = 0
    #if Sound
      training.frontEnd.sound.form = .waveform
    #endif
    let clock = ContinuousClock()
    let begin = clock.now
    let result = try training.train(
      on: DataSet.read("\(folder)/learn", for: .training), kind: rank.kind)
    let time = clock.now - begin
    let model = result.model
    let accuracy = try Classifier(model)
      .evaluate(DataSet.read("\(folder)/fresh", for: .evaluation)).evaluation.accuracy
    print(
      "\(rank.rawValue) \(model.frontEnd.inputShape.extent) \(model.values) \(accuracy) \(time)")
    return accuracy
  }
}
