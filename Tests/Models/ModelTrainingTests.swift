import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTables
import ConvKitTraining
import Foundation
import Testing

@testable import ConvKitModels

@Suite struct ModelTrainingTests {
  @Test(arguments: [[1], [2], [3], [7], [8], [15], [28], [100], [8000]], [1, 2, 3, 4])
  func standardNetworkCompiles(extents: [Int], rank: Int) throws {
    let odd = [1, 2, 3, 7, 8, 15, 28]
    // The first axis is the one asked for; the others go through the odd ones.
    for turn in odd.indices {
      let extent = extents + (0..<rank - 1).map { odd[(turn + 3 * $0) % odd.count] }
      let shape = InputShape(extent: extent, content: .values(channels: 1))
      let network = Network.standard(for: shape)
      let compiled = try CompiledNetwork(network, input: shape, labels: 3)
      #expect(compiled.parameters.last?.shape == [3])
      let flattened = compiled.parameters.first { $0.name == "dense1.weight" }?.shape[1] ?? 0
      #expect(flattened <= 64 * Int(pow(7, Double(rank))), "\(extent)")
    }
  }

  @Test func standardNetworkIsTheKnownOne() {
    let network = Network {
      Conv(16, size: 3, padding: .same)
      ReLU()
      MaxPool(2)
      Conv(32, size: 3, padding: .same)
      ReLU()
      MaxPool(2)
      Flatten()
      Dense(64)
      ReLU()
      Votes()
    }
    let pictures = InputShape(extent: [28, 28], content: .values(channels: 1))
    #expect(Network.standard(for: pictures) == network)
    let clips = InputShape(extent: [28, 28], varies: true, content: .values(channels: 1))
    #expect(Network.standard(for: clips).layers.contains { $0 is GlobalMaxPool })
  }

  private static func letters(_ folder: TemporaryFolder) throws -> String {
    try folder.letters(count: 200, size: 16)
  }

  private static func training(
    _ change: (inout ModelTraining) -> Void = { _ in }
  ) -> ModelTraining {
    var training = ModelTraining()
    training.options.epochs = 3
    change(&training)
    return training
  }

  @Test func lettersAreLearned() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    var leftOut: [LeftOut] = []
    var started: [Int] = []
    var epochs = 0
    let result = try Self.training().train(on: data, kind: .image) { event in
      switch event {
      case .leftOut(let file): leftOut.append(file)
      case .started(let training, let validation): started = [training, validation]
      case .epoch: epochs += 1
      case .reading, .divided, .progress, .resumed, .rateTried, .checkpointFailed: break
      }
    }
    #expect(leftOut.map(\.name) == ["X/broken.png"])
    #expect(result.skipped == 1)
    #expect(result.examples == 200 && started.reduce(0, +) == 200)
    #expect(started[1] > 30 && started[1] < 50)
    #expect(epochs == 3 && result.epochs == 3)
    #expect(result.accuracy > 0.9, "\(result.model.record.history)")
    #expect(result.model.labels == ["O", "X"])

    // The file gives the same answers as what was trained.
    let path = folder.path + "/letters.convkit"
    try result.model.write(to: path)
    let classifier = try Classifier(Model.read(path: path))
    let scores = try classifier.classify(data.training[0].item)
    #expect(scores.map(\.label).sorted() == ["O", "X"])
    #expect(scores[0].score >= scores[1].score)
    #expect((scores[0].score + scores[1].score - 1).magnitude < 1e-6)
    let assessment = try classifier.evaluate(data)
    #expect(assessment.evaluation.examples == 200)
    #expect(assessment.evaluation.accuracy > 0.9)
    #expect(assessment.skipped.map(\.name) == ["X/broken.png"])
    #expect(assessment.added.isEmpty && assessment.lacking.isEmpty)
  }

  @Test func filesThatAreNotLearnedFromDoNotMatter() throws {
    let folder = try TemporaryFolder()
    let path = try Self.letters(folder)
    let first = try Self.training().train(on: DataSet.read(path, for: .training), kind: .image)
    for name in ["X/.DS_Store", "O/notes.txt"] {
      try AtomicFile.write(Array("x".utf8), to: "\(path)/\(name)")
    }
    let second = try Self.training().train(on: DataSet.read(path, for: .training), kind: .image)
    #expect(first.skipped == 1 && second.skipped == 3)
    #expect(try first.model.encoded() == second.model.encoded())
  }

  @Test func withoutValidationTheLastEpochIsKept() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    let result = try Self.training { $0.validationShare = 0 }.train(on: data, kind: .image)
    #expect(result.bestEpoch == 3 && result.model.record.bestEpoch == 3)
    #expect(result.model.record.validationExamples == 0)
    #expect(result.model.record.trainingExamples == 200)
    #expect(result.accuracy == result.model.record.history[2].trainingAccuracy)
  }

  @Test func threadsDoNotMatter() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    let files = try [1, 2].map { threads in
      try Self.training { $0.threads = threads }.train(on: data, kind: .image).model.encoded()
    }
    #expect(files[0] == files[1])
    let other = try Self.training { $0.options.seed = 1 }.train(on: data, kind: .image)
    #expect(try other.model.encoded() != files[0])
  }

  /// Before the first step, not after the last.
  @Test func whatNoModelCouldHoldIsRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    let path = try Self.letters(folder)
    let name = String(repeating: "long", count: 1 << 17)
    var listing = "path,label\n"
    for (number, letter) in try ["X", "O"].flatMap({ letter in
      try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(letter)").sorted().prefix(4)
        .map { "letters/\(letter)/\($0)" }
    }).enumerated() {
      listing += "\(letter),\(name)\(number / 4)\n"
    }
    try AtomicFile.write(Array(listing.utf8), to: folder.path + "/long.csv")
    let data = try DataSet.read(folder.path + "/long.csv", for: .training)
    var isStarted = false
    do {
      _ = try Self.training().train(on: data, kind: .image) { event in
        if case .started = event { isStarted = true }
      }
      Issue.record("trained")
    } catch let error as UnwritableModel {
      #expect(error.description.contains("\"convkit.labels\" has more than 1048576 bytes."))
      #expect(error.category == .badData && !isStarted)
    }
  }

  @Test func moreLabelsThanPairsFitAreRefusedAtOnce() throws {
    let folder = try TemporaryFolder()
    // Two of each label, for otherwise the data set itself is refused.
    let records = (0..<2 * (Evaluation.mostLabels + 1)).map {
      DataSet.Record(
        name: "\($0).png", item: .file("\(folder.path)/\($0).png"), label: "\($0 / 2)",
        part: .training)
    }
    let data = try DataSet(records, leftOut: [], for: .training, from: folder.path)
    #expect(throws: UnwritableModel(reason: .tooManyLabels(4097))) {
      try Self.training().train(on: data, kind: .image)
    }
  }

  @Test func filesAreNoRowsOfATable() throws {
    let folder = try TemporaryFolder()
    let data = try DataSet.read(Self.letters(folder), for: .training)
    #expect(throws: TableFrontEndError.nothingReadable) {
      try Self.training().train(on: data, kind: .table)
    }
  }
}
