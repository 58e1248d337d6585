import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining
import Foundation
import Testing

@testable import ConvKitModels

/// Trainings from files that are interrupted, compared, or looked at afterwards.
@Suite struct ModelResumeTests {
  private static func letters(_ folder: TemporaryFolder, count: Int = 40) throws -> String {
    try folder.letters(count: count, size: 12)
  }

  private static func training(
    _ change: (inout ModelTraining) -> Void = { _ in }
  ) -> ModelTraining {
    var training = ModelTraining()
    training.options.epochs = 2
    training.options.batchSize = 16
    training.threads = 1
    training.network = Network {
      Conv(4, size: 3)
      BatchNorm()
      ReLU()
      Dropout(0.25)
      Flatten()
      Votes()
    }
    change(&training)
    return training
  }

  struct Interrupted: Error {}

  @Test(arguments: [0.2, 0]) func goesOnToTheSameModel(share: Double) throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    let whole = try Self.training { $0.validationShare = share }.train(on: data, kind: .image)
    for stop in 1...6 {
      let training = Self.training {
        $0.validationShare = share
        $0.checkpoint = "\(folder.path)/\(stop).checkpoint"
        $0.resume = true
      }
      var (left, isResumed) = (stop, false)
      var result: ModelTraining.Result?
      do {
        result = try training.train(on: data, kind: .image) { event in
          switch event {
          case .progress, .epoch:
            left -= 1
            if left == 0 { throw Interrupted() }
          default: break
          }
        }
      } catch is Interrupted {
        result = try training.train(on: data, kind: .image) { event in
          if case .resumed = event { isResumed = true }
        }
      }
      #expect(isResumed)
      #expect(try result?.model.encoded() == whole.model.encoded(), "stopped at \(stop)")
      #expect(result?.evaluation == whole.evaluation)
      #expect(result?.mistakes == whole.mistakes)
    }
    #expect((whole.evaluation == nil) == (share == 0))
  }

  @Test func aFinishedTrainingIsRecognised() throws {
    let folder = try TemporaryFolder()
    let path = try Self.letters(folder)
    let data = try DataSet.read(path, for: .training)
    let model = try Self.training { $0.labelWeights = .balanced }
      .train(on: data, kind: .image).model
    let same = Self.training {
      $0.labelWeights = .balanced
      $0.threads = 2
    }
    #expect(try same.differences(from: model, on: data, kind: .image).isEmpty)
    let read = try Model(TensorFile(bytes: model.encoded()))
    #expect(try same.differences(from: read, on: data, kind: .image).isEmpty)
    let other = Self.training { $0.options.epochs = 30 }
    #expect(
      try other.differences(from: model, on: data, kind: .image) == [
        "the option epochs is 30 here and 2 there",
        "the option label-weights is none here and balanced there",
      ])
    let divided = try Self.training {
      $0.labelWeights = .balanced
      $0.validationShare = 0.25
    }.differences(from: model, on: data, kind: .image)
    #expect(divided.count == 2 && divided[0].contains("or divided otherwise ("), "\(divided)")
    #expect(divided[1] == "the front end is another")
    // Another content under the same name.
    let names = try FileManager.default.contentsOfDirectory(atPath: path + "/X").sorted()
    let pictures = names.filter { $0 != "broken.png" }
    let bytes = try BoundedFile.read(path: "\(path)/X/\(pictures[1])", limit: 1 << 20)
    try AtomicFile.write(bytes, to: "\(path)/X/\(pictures[0])")
    let changed = try DataSet.read(path, for: .training)
    let differences = try same.differences(from: model, on: changed, kind: .image)
    #expect(differences.first?.hasPrefix("the data set is another or") == true, "\(differences)")
  }

  @Test func strictlyTheFirstUnusableItemIsThrown() throws {
    let folder = try TemporaryFolder()
    let path = try Self.letters(folder)
    try AtomicFile.write([1], to: path + "/O/zero.png")
    let data = try DataSet.read(path, for: .training)
    do {
      _ = try Self.training { $0.strict = true }.train(on: data, kind: .image)
      Issue.record("trained")
    } catch let error as UnusableItem {
      #expect(error.name == "O/zero.png" && error.category == .badData)
      #expect(error.description.contains("O/zero.png"))
    }
    #expect(try Self.training().train(on: data, kind: .image).skipped == 2)
  }

  /// The share is of what can be used: broken files do not fill the validation part.
  @Test func unusableItemsAreOnNoSide() throws {
    let folder = try TemporaryFolder()
    let path = try Self.letters(folder)
    for number in 0..<40 {
      try AtomicFile.write([1], to: "\(path)/X/broken\(number).png")
    }
    var started: [Int] = []
    _ = try Self.training().train(on: DataSet.read(path, for: .training), kind: .image) { event in
      if case .started(let training, let validation) = event { started = [training, validation] }
    }
    #expect(started == [32, 8])
  }

  /// The division that a training made is that of the file it writes: read again, it gives the same
  /// model, and the same training goes on.
  @Test(arguments: [0.2, 0]) func aDivisionThatIsReadGivesTheSameModel(share: Double) throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    var file: SplitFile?
    let first = try Self.training { $0.validationShare = share }.train(on: data, kind: .image) {
      if case .divided(let division) = $0 { file = division }
    }
    let assigned = try data.assigned(by: #require(file)).dataSet
    #expect(assigned.validation.isEmpty == (share == 0))
    // A part that is given replaces the share, whatever it is.
    let again = Self.training { $0.validationShare = share == 0 ? 0 : 0.5 }
    let second = try again.train(on: assigned, kind: .image)
    #expect(try second.model.encoded() == first.model.encoded())
    #expect(try again.differences(from: first.model, on: assigned, kind: .image).isEmpty)
  }

  /// The front end knows nothing of what validates, nor of what cannot be used.
  @Test func theFrontEndIsThatOfWhatIsLearned() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    var file: SplitFile?
    let result = try Self.training().train(on: data, kind: .image) {
      if case .divided(let division) = $0 { file = division }
    }
    let learned = try data.assigned(by: #require(file)).dataSet.training
    #expect(learned.count == 32)
    let frontEnd = try ModelFrontEnd.fitted(to: learned.map(\.item), kind: .image)
    #expect(result.model.frontEnd == frontEnd)
    #expect(try ModelFrontEnd.fitted(to: data.training.map(\.item), kind: .image) != frontEnd)
  }

  /// What is beyond the budget is read again, and is the same; a subset is by name.
  @Test func whatIsNotKeptIsReadAgain() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    let frontEnd = try ModelFrontEnd.fitted(to: data.training.map(\.item), kind: .image)
    let kept = try DecodedItems(data.training, frontEnd)
    let read = try DecodedItems(data.training, frontEnd, budget: 300)
    #expect(kept.usable == read.usable)
    #expect(kept.usable.count == 40 && kept.unusable.map(\.name) == ["X/broken.png"])
    let some = data.training.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    let (a, b) = (kept.source(some), read.source(some))
    #expect(a.count == b.count && a.count >= 13)
    for index in 0..<a.count {
      #expect(a.name(of: index) == b.name(of: index) && a.label(of: index) == b.label(of: index))
      #expect(try a.inputs(of: index, epoch: 1) == b.inputs(of: index, epoch: 1))
      let example = try #require(some.first { $0.name == a.name(of: index) })
      #expect(try a.inputs(of: index, epoch: 0) == frontEnd.inputs(of: example.item))
    }
  }

  @Test func mistakesAreTheWorstFirst() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder, count: 80), for: .training)
    let result = try Self.training {
      $0.options.epochs = 1
      // Learns nothing, so that there are mistakes.
      $0.options.learningRate = 1e-9
      $0.validationShare = 0.9
    }.train(on: data, kind: .image)
    let evaluation = try #require(result.evaluation)
    #expect(evaluation.examples == 72)
    #expect(evaluation.accuracy == result.accuracy)
    #expect(result.mistakes.count == min(24, evaluation.examples - evaluation.correct))
    #expect(!result.mistakes.isEmpty)
    #expect(
      zip(result.mistakes, result.mistakes.dropFirst()).allSatisfy {
        $0.truthScore <= $1.truthScore
      })
    let classifier = try Classifier(result.model, threads: 1)
    for mistake in result.mistakes {
      let example = try #require(data.training.first { $0.name == mistake.name })
      let scores = try classifier.classify(example.item)
      #expect(mistake.truth == example.label && mistake.answer != mistake.truth)
      #expect(scores[0].label == result.model.labels[mistake.answer])
      #expect(scores[0].score == mistake.score)
    }
  }

  @Test func findsALearningRate() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    var steps = 0
    let curve = try Self.training().findLearningRate(on: data, kind: .image) { event in
      if case .rateTried = event { steps += 1 }
    }
    #expect(steps == curve.points.count && steps > 20)
    #expect(throws: Interrupted.self) {
      try Self.training().findLearningRate(on: data, kind: .image) { event in
        if case .rateTried = event { throw Interrupted() }
      }
    }
  }
}
