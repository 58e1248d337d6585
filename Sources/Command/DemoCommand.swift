import ArgumentParser
import ConvKit
import ConvKitDrawing
import ConvKitLetters

/// `convkit demo`: the whole way in one command.
struct DemoCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Draws pictures of X and O, learns from them, and answers for new ones.",
    discussion: """
      Works in a temporary folder, which is removed at the end.

      Example:
        convkit demo
      """)

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  private static let trainingPictures = 2000
  private static let freshPictures = 3

  func run() throws {
    // Everything below lies in a folder that has to go, whatever happens.
    try Signals.uninterrupted { try Folder.withTemporary(show) }
    StandardError.writeLine(
      """

      Try it with files of your own:
        convkit xo generate xo --count 2000
        convkit train xo
        convkit classify xo.convkit xo/X/000000.png --stages stages
      """)
  }

  private func show(in folder: String) throws {
    let data = "\(folder)/xo"
    StandardOutput.writeLine(
      "Drawing \(Formatting.count(Self.trainingPictures, "picture")) of X and O: moved, shrunk or "
        + "grown, turned, thick or thin.")
    try StandardOutput.flush()
    try LetterPictures().write(count: Self.trainingPictures, to: data) { _ in
      try Signals.checkInterruption()
    }

    StandardOutput.writeLine("Learning to tell them apart.")
    try StandardOutput.flush()
    let result = try train(on: data)
    let shown = result.model.record.validationExamples
    StandardOutput.writeLine(
      "Learned: \(Formatting.percent(result.accuracy)) right on "
        + "\(Formatting.count(shown, "picture")) kept aside, after "
        + "\(Formatting.count(result.epochs, "epoch")).\n")

    StandardOutput.writeLine("Picture files that it has never seen:\n")
    StandardOutput.write(try answers(of: result.model, in: folder))
    try StandardOutput.flush()
  }

  private func train(on data: String) throws -> ModelTraining.Result {
    let report = TrainingReport(isQuiet: quiet)
    defer { report.close() }
    return try ModelTraining().train(on: DataSet.read(data, for: .training), kind: .image) {
      report.take($0)
      try Signals.checkInterruption()
    }
  }

  /// A table of fresh pictures, some with each difficulty, and what the model says of them.
  private func answers(of model: Model, in folder: String) throws -> String {
    let classifier = try Classifier(model)
    var table = TextTable([
      ("file", .left), ("shows", .left), ("decided", .left), ("how sure", .right),
    ])
    var (right, total) = (0, 0)
    for (name, difficulty) in LetterPictures.difficulties.parts + [("all at once", .all)] {
      let fresh = LetterPictures(seed: 1, difficulty: difficulty)
      for index in 0..<Self.freshPictures * 2 where index % 3 != 2 {
        let (letter, picture) = fresh.picture(index)
        let file = "\(name.replacing(" ", with: "-"))-\(letter.rawValue)-\(index).png"
        let path = "\(folder)/\(file)"
        try AtomicFile.write(try picture.png(), to: path)
        guard let answer = try classifier.classify(.file(path)).first else { continue }
        try Signals.checkInterruption()
        table.add([
          file, letter.rawValue, answer.label, Formatting.percent(Double(answer.score)),
        ])
        total += 1
        if answer.label == letter.rawValue { right += 1 }
      }
    }
    return table.text + "\n\(right) of \(total) right.\n"
  }
}
