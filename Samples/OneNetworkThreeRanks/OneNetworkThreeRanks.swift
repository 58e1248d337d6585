// Tells X from O in clips of sound, in pictures and in volumes: one network, written once in
// network.json, learns each of them.
//
//     swift run -c release OneNetworkThreeRanks [SEED]

import ConvKit
import ConvKitLetters

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
enum OneNetworkThreeRanks {
  /// CI fails when a smaller share of the fresh letters is answered rightly at any rank.
  static let accuracyFloor = 0.99

  static let trainingLetters = 2000
  static let freshLetters = 1000

  static func main() {
    // Decides everything that is random: the letters, the first weights and the order of the examples.
    let seed = CommandLine.arguments.dropFirst().first.flatMap { UInt64($0) } ?? 0
    do {
      let network = try network(from: sampleFolder + "/network.json")
      for rank in LetterRank.allCases {
        #if !Sound
          if rank == .one { continue }
        #endif
        let accuracy = try withTemporaryFolder { folder in
          try learn(rank, with: network, seed: seed, in: folder)
        }
        if accuracy < accuracyFloor {
          fail("\(accuracy) at rank \(rank.rawValue) is below the floor of \(accuracyFloor)")
        }
      }
    } catch {
      fail("\(error)")
    }
  }

  /// Nothing in it says how many axes there are.
  static func network(from path: String) throws -> Network {
    try JSONDecoder().decode(Network.self, from: Data(contentsOf: URL(filePath: path)))
  }

  /// Learns from files of X and O; returns the share of fresh ones that is answered rightly.
  static func learn(
    _ rank: LetterRank, with network: Network, seed: UInt64, in folder: String
  ) throws -> Double {
    try write(trainingLetters, rank, seed: 2 * seed, to: folder + "/learn")
    try write(freshLetters, rank, seed: 2 * seed + 1, to: folder + "/fresh")

    var training = ModelTraining()
    training.network = network
    training.options.epochs = 10
    training.options.seed = seed
    // As many as are generated need not be varied, and none is kept aside.
    training.augmentation = ModelAugmentation.none
    training.validationShare = 0
    #if Sound
      // One axis: samples, not a spectrogram.
      training.frontEnd.sound.form = .waveform
    #endif
    let model = try training.train(
      on: DataSet.read(folder + "/learn", for: .training), kind: rank.kind
    ).model

    let evaluation = try Classifier(model).evaluate(
      DataSet.read(folder + "/fresh", for: .evaluation)
    ).evaluation
    let extent = model.frontEnd.inputShape.extent.map { "\($0)" }.joined(separator: "×")
    print(
      "rank \(rank.rawValue): \(rank.kind.rawValue) of \(extent),"
        + " \(try model.compiled().summary.total.parameters) parameters,"
        + " \(evaluation.correct) of \(evaluation.examples) fresh letters right")
    return evaluation.accuracy
  }

  /// Moved, shrunk and grown, turned, thick and thin, loud and soft, in noise: whatever a rank has.
  static func write(_ count: Int, _ rank: LetterRank, seed: UInt64, to folder: String) throws {
    let letters = rank.letters
    try letters.init(seed: seed, size: letters.usualSize, difficulty: .all)
      .write(count: count, to: folder)
  }

  /// A new folder that is removed afterwards with all that lies in it.
  static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let manager = FileManager.default
    let folder = manager.temporaryDirectory.appending(path: "letters-\(UUID().uuidString)")
    try manager.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? manager.removeItem(at: folder) }
    return try body(folder.path())
  }

  static func fail(_ message: String) -> Never {
    print("OneNetworkThreeRanks failed: \(message)")
    exit(1)
  }

  /// This program's own folder, where its network is.
  static var sampleFolder: String {
    String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
  }
}
