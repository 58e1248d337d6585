import ConvKitCore
import ConvKitDrawing
import ConvKitTraining

/// How a model was trained, in words for people.
package struct TrainingWords {
  package private(set) var rows: [(name: String, value: String)] = []

  package init(_ record: TrainingRecord) {
    let options = record.options
    add("training examples", NumberText.grouped(record.trainingExamples))
    // Of all that were there: whether the data had a validation part or a share was kept.
    let all = Double(record.trainingExamples) + Double(record.validationExamples)
    add(
      "validation examples",
      record.validationExamples == 0
        ? "none"
        : "\(NumberText.grouped(record.validationExamples)), a share of "
          + NumberText.percent(Double(record.validationExamples) / all))
    add(
      "epochs",
      "\(record.history.count) of at most \(options.epochs); epoch \(record.bestEpoch) was kept")
    add(
      "patience", "\(NumberText.count(options.patience, "epoch")) without a better validation loss")
    add("batch", NumberText.count(options.batchSize, "example"))
    add(
      "optimiser",
      options.optimizer == .sgd
        ? "SGD with a momentum of \(options.momentum)"
        : options.optimizer == .adam ? "Adam" : "AdamW")
    add(
      "learning rate",
      "\(options.fullLearningRate)" + (options.learningRate == nil ? ", the usual one" : ""))
    add("schedule", options.schedule.description)
    if options.warmUp != 0 { add("warm-up", "\(options.warmUp) epochs") }
    add("augmentation", record.augmentation.description)
    if options.weightDecay != 0 { add("weight decay", "\(options.weightDecay)") }
    if let norm = options.gradientNorm { add("gradient's norm", "at most \(norm)") }
    if options.loss.labelSmoothing != 0 {
      add("label smoothing", "\(options.loss.labelSmoothing)")
    }
    if !options.loss.labelWeights.isEmpty {
      let weights = options.loss.labelWeights.map { "\($0)" }.joined(separator: ", ")
      add(
        "label weights",
        record.labelWeights == .none ? weights : "\(record.labelWeights.rawValue): \(weights)")
    }
    add("seed", "\(options.seed)")
  }

  private mutating func add(_ name: String, _ value: String) { rows.append((name, value)) }
}
