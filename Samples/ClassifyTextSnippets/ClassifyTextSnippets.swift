// Tells what short messages to a shop are about: trains on a folder of CSV files, and answers for
// messages that it has not seen, with the words that told it.
//
//     swift run -c release ClassifyTextSnippets

import ConvKit

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
enum ClassifyTextSnippets {
  /// CI fails when a smaller share of the unseen messages is answered rightly. Guessing gets a fifth.
  static let accuracyFloor = 0.65

  static func main() {
    do {
      let accuracy = try run()
      if accuracy < accuracyFloor { fail("\(accuracy) is below the floor of \(accuracyFloor)") }
    } catch {
      fail("\(error)")
    }
  }

  /// Trains and answers; returns the share of unseen messages that were answered rightly.
  static func run() throws -> Double {
    let data = try DataSet.read(sampleFolder + "/Messages", for: .training)

    var training = ModelTraining(for: .text, examples: data.training.count)
    // So few messages are all needed for learning.
    training.validationShare = 0
    let result = try training.train(on: data, kind: .text)
    print("Trained for \(result.epochs) epochs on \(result.examples) messages.")

    let classifier = try Classifier(result.model, keepsEveryMap: true)
    for text in ["where is my parcel", "I lost my password", "are you open on Sunday?"] {
      let scores = try classifier.classify(.text(text))
      let reasons = try classifier.reasons(for: scores, of: .text(text))
      let words = reasons.first.map { " (“\($0.text)”)" } ?? ""
      print("\(text): \(scores[0].label), \(percent(scores[0].score)) sure\(words)")
    }
    let evaluation = try classifier.evaluate(data).evaluation
    print("\(evaluation.correct) of \(evaluation.examples) unseen messages are right.")
    return evaluation.accuracy
  }

  static func fail(_ message: String) -> Never {
    print("ClassifyTextSnippets failed: \(message)")
    exit(1)
  }

  /// This program's own folder, where its messages are.
  static var sampleFolder: String {
    String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
  }

  static func percent(_ share: Float) -> String { "\((share * 1000).rounded() / 10) %" }
}
