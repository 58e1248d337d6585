import ConvKitFiles
import ConvKitModels
import ConvKitNetworks
import Testing

@testable import ConvKitLetters

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Rank is a number: what says nothing of axes is the same network at each.
@Suite struct OneNetworkTests {
  static let network = """
    [
      {"layer": "conv", "features": 8, "size": 3, "padding": "same"}, {"layer": "relu"},
      {"layer": "maxPool", "size": 2},
      {"layer": "conv", "features": 16, "size": 3, "padding": "same"}, {"layer": "relu"},
      {"layer": "maxPool", "size": 2},
      {"layer": "flatten"}, {"layer": "dense", "neurons": 32}, {"layer": "relu"}, {"layer": "votes"}
    ]
    """

  /// Positions along each axis, few enough for a test at every rank.
  static let sizes = [LetterRank.one: 64, .two: 16, .three: 12]

  @Test(arguments: LetterRank.allCases)
  func oneDescriptionLearnsEveryRank(rank: LetterRank) throws {
    #if !Sound
      if rank == .one { return }
    #endif
    let network = try JSONDecoder().decode(Network.self, from: Data(Self.network.utf8))
    let size = try #require(Self.sizes[rank])
    try withPath { path in
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false)
      for (seed, name) in ["learn", "fresh"].enumerated() {
        try rank.letters.init(seed: UInt64(seed), size: size, difficulty: .all)
          .write(count: 400, to: "\(path)/\(name)")
      }
      var training = ModelTraining()
      training.network = network
      training.options.epochs = 12
      training.augmentation = ModelAugmentation.none
      training.validationShare = 0
      #if Sound
        training.frontEnd.sound.form = .waveform
        // No longer than the clips, or silence would surround them.
        training.frontEnd.sound.window = Double(size) / Double(LetterPulses.sampleRate)
      #endif
      let model = try training.train(
        on: DataSet.read("\(path)/learn", for: .training), kind: rank.kind
      ).model
      #expect(model.network == network)
      #expect(
        model.frontEnd.inputShape.extent == Array(repeating: size, count: rank.rawValue))
      let evaluation = try Classifier(model)
        .evaluate(DataSet.read("\(path)/fresh", for: .evaluation)).evaluation
      #expect(evaluation.examples == 400)
      // The whole of it is learned by the sample OneNetworkThreeRanks; this has a fifth of the letters, in
      // a quarter to a half of the size.
      #expect(evaluation.accuracy > 0.9, "\(evaluation.accuracy)")
    }
  }
}
