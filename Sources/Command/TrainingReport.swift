import ConvKit

/// Tells on stderr how a training goes: a bar where stderr is a terminal, a line an epoch otherwise.
final class TrainingReport {
  private let isQuiet: Bool
  private var bar: ProgressBar
  private var start = ContinuousClock.now
  private var isStarted = false

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    bar = ProgressBar(isQuiet: isQuiet)
  }

  func take(_ event: ModelTraining.Event) {
    switch event {
    case .leftOut(let item):
      bar.clear()
      item.report()
    case .started(let training, let validation):
      bar.clear()
      start = .now
      trainingExamples = training
      bar = ProgressBar(isQuiet: isQuiet)
      guard !isQuiet else { return }
      StandardError.writeLine(
        "Learning from \(Formatting.count(training, "example")), "
          + (validation > 0
            ? "validating on \(Formatting.grouped(validation))." : "validating on none."))
    case .reading(let done, let total):
      bar.show(done: done, of: total, "files read")
    case .divided: break
    case .resumed(let state):
      // They were learned from before the clock began.
      examplesBefore = (state.epoch - 1) * trainingExamples + state.answers.examples
      guard !isQuiet else { return }
      StandardError.writeLine(
        "Going on from the checkpoint: \(Formatting.count(state.history.count, "epoch")) "
          + (state.history.count == 1 ? "is" : "are") + " done.")
    case .rateTried(let point, let step, let steps):
      bar.show(
        done: step + 1, of: steps, prefix: "step \(step + 1)/\(steps)",
        "loss \(Formatting.loss(point.loss))")
    case .checkpointFailed(let error):
      bar.clear()
      StandardError.writeLine("\(StandardError.warningPrefix) \(error)")
    case .progress(let progress):
      show(progress)
    case .epoch(let result):
      finish(result)
    }
  }

  /// Says what there is to learn from, and what somebody should know of it before that takes time.
  func announce(_ data: DataSet) {
    let examples = DataPart.allCases.flatMap { data[$0] }
    var counts = Array(repeating: 0, count: data.labels.count)
    for example in examples { counts[example.label] += 1 }
    let named = zip(data.labels, counts).prefix(20).map {
      "\(FileName.printable($0)) \(Formatting.grouped($1))"
    }.joined(separator: ", ")
    StandardError.writeLine(
      "Found \(Formatting.count(examples.count, "example")) in "
        + "\(Formatting.count(data.labels.count, "label")): \(named)"
        + (counts.count > 20 ? ", …" : ""))
    for line in ScanReport(data.scan()).headlines {
      StandardError.writeLine("\(StandardError.warningPrefix) \(line)")
    }
  }

  /// Before anything else is written.
  func close() { bar.clear() }

  private var epochs = 0
  private var examplesSeen = 0
  private var trainingExamples = 0
  private var examplesBefore = 0

  private var speed: String {
    let seconds = max(1e-9, (ContinuousClock.now - start).seconds)
    return
      "\(Formatting.grouped(Int(Double(max(0, examplesSeen - examplesBefore)) / seconds))) examples/s"
  }

  private func show(_ progress: TrainingProgress) {
    epochs = progress.epochs
    examplesSeen = (progress.epoch - 1) * progress.examples + progress.examplesDone
    bar.show(
      done: examplesSeen, of: progress.epochs * progress.examples,
      prefix: "epoch \(progress.epoch)/\(progress.epochs)",
      "loss \(Formatting.loss(progress.loss)), accuracy \(Formatting.percent(progress.accuracy)), "
        + speed)
  }

  private func finish(_ result: EpochResult) {
    bar.clear()
    guard !isQuiet else { return }
    var line =
      "epoch \(result.epoch)/\(epochs): loss \(Formatting.loss(result.trainingLoss)), accuracy "
      + Formatting.percent(result.trainingAccuracy)
    if let loss = result.validationLoss, let accuracy = result.validationAccuracy {
      line +=
        "; validation loss \(Formatting.loss(loss)), accuracy \(Formatting.percent(accuracy))"
    }
    StandardError.writeLine("\(line); \(speed)")
  }
}

extension LeftOut {
  /// Names the file and the reason on stderr.
  func report() {
    StandardError.writeLine("\(StandardError.warningPrefix) left out \(name): \(reason)")
  }
}
