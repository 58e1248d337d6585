// Tells drawings of X from drawings of O: trains on a folder of pictures, writes the model,
// and answers for pictures that it has not seen.
//
//     swift run -c release ClassifyXOImages

import ConvKit

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
enum ClassifyXOImages {
  /// CI fails when a smaller share of the unseen pictures is answered rightly. All 60 were when this
  /// was written; one may go wrong before something is amiss.
  static let accuracyFloor = 0.98

  static func main() {
    do {
      let accuracy = try run()
      if accuracy < accuracyFloor { fail("\(accuracy) is below the floor of \(accuracyFloor)") }
    } catch {
      fail("\(error)")
    }
  }

  /// Trains and answers; returns the share of unseen pictures that were answered rightly.
  static func run() throws -> Double {
    let pictures = sampleFolder + "/Pictures"
    let data = try DataSet.read(pictures, for: .training)

    var training = ModelTraining()
    training.options.epochs = 60
    // So few pictures are all needed for learning.
    training.validationShare = 0
    training.network = Network {
      Conv(8, size: 3, padding: .same)
      ReLU()
      MaxPool(2)
      Conv(16, size: 3, padding: .same)
      ReLU()
      MaxPool(2)
      Flatten()
      Dense(32)
      ReLU()
      Votes()
    }
    let result = try training.train(on: data, kind: .image)
    print("Trained for \(result.epochs) epochs on \(result.examples) pictures.")

    let classifier = try Classifier(result.model)
    let assessment = try classifier.evaluate(data)
    let evaluation = assessment.evaluation
    for example in data.test.prefix(6) {
      let scores = try classifier.classify(example.item)
      print("\(example.name) is \(scores[0].label), \(percent(scores[0].score)) sure")
    }
    print("\(evaluation.correct) of \(evaluation.examples) unseen pictures are right.")
    return evaluation.accuracy
  }

  static func fail(_ message: String) -> Never {
    print("ClassifyXOImages failed: \(message)")
    exit(1)
  }

  /// This program's own folder, where its pictures are.
  static var sampleFolder: String {
    String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
  }

  static func percent(_ share: Float) -> String { "\((share * 1000).rounded() / 10) %" }
}
