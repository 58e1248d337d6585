import ConvKitCore
import Foundation
import Testing

@testable import ConvKitTraining

@Suite struct TrainingOptionsTests {
  private static func decoded(_ json: String) throws -> TrainingOptions {
    try JSONDecoder().decode(TrainingOptions.self, from: Data(json.utf8))
  }

  @Test func whatIsMissingHasItsDefault() throws {
    #expect(try Self.decoded("{}") == TrainingOptions())
    var options = TrainingOptions()
    options.epochs = 7
    options.schedule = .step(factor: 0.5, every: 3)
    options.warmUp = 1.5
    options.learningRate = 0.25
    options.gradientNorm = 2
    options.loss = CrossEntropy(labelSmoothing: 0.1, labelWeights: [1, 2])
    let written = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: written) == options)
    // Without what newer versions added.
    let older = String(decoding: written, as: UTF8.self)
      .replacing(/"schedule":\{.*?\}\},?/, with: "").replacing(/"warmUp":[0-9.]+,?/, with: "")
    options.schedule = .constant
    options.warmUp = 0
    #expect(try Self.decoded(older.replacing(",}", with: "}")) == options)
  }

  @Test func whatNoTrainingHasIsRefused() {
    for json in [
      #"{"epochs":0}"#, #"{"epochs":9223372036854775807}"#, #"{"batchSize":0}"#,
      #"{"batchSize":-1}"#, #"{"learningRate":0}"#, #"{"learningRate":-1}"#,
      #"{"learningRate":1e999}"#, #"{"momentum":1}"#, #"{"momentum":-0.1}"#,
      #"{"weightDecay":-1}"#, #"{"gradientNorm":0}"#, #"{"patience":-1}"#, #"{"warmUp":-1}"#,
      #"{"seed":-1}"#, #"{"optimizer":"none"}"#, #"{"schedule":{"smell":{}}}"#,
      #"{"schedule":{"step":{"factor":0,"every":1}}}"#,
      #"{"schedule":{"step":{"factor":0.5,"every":0}}}"#,
      #"{"schedule":{"step":{"factor":2,"every":1}}}"#,
      #"{"schedule":{"cosine":{"floor":-1}}}"#, #"{"schedule":{"cosine":{"floor":2}}}"#,
      #"{"loss":{"labelSmoothing":1,"labelWeights":[]}}"#,
      #"{"loss":{"labelSmoothing":0,"labelWeights":[-1]}}"#,
    ] {
      #expect(throws: DecodingError.self, "\(json)") { try Self.decoded(json) }
    }
  }

  /// A new option must not be forgotten where two trainings are compared.
  @Test func settingsNameEveryOption() {
    let names = Mirror(reflecting: TrainingOptions()).children.compactMap(\.label)
    let settings = TrainingOptions().settings
    #expect(names.count == 12)
    for name in names where name != "loss" {
      // As the command has it: --warm-up, and --batch alone without its size.
      let flag = name.replacing("Size", with: "")
        .replacing(/[A-Z]/) { "-" + $0.output.lowercased() }
      #expect(settings[flag] != nil, "\(name)")
    }
    #expect(settings.count == names.count - 1 + Mirror(reflecting: CrossEntropy()).children.count)
  }

  /// Of scikit-learn 1.x: `compute_class_weight("balanced", …)` is n / (K · n_k), here by hand.
  @Test func balancedWeights() {
    #expect(CrossEntropy.balancedWeights(counts: [2, 6]) == [2, Float(8) / 12])
    #expect(CrossEntropy.balancedWeights(counts: [5, 5, 5]) == [1, 1, 1])
    #expect(CrossEntropy.balancedWeights(counts: [1, 0, 3]) == [2, 0, Float(4) / 6])
    #expect(CrossEntropy.balancedWeights(counts: [0, 0]) == [0, 0])
    #expect(LabelWeights.none.weights(counts: [1, 2]).isEmpty)
    #expect(LabelWeights.balanced.weights(counts: [2, 6]) == [2, Float(8) / 12])
  }
}
