import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitModels
@testable import ConvKitTraining

@Suite struct ModelFileTests {
  @Test func readsWhatItWrote() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/small.convkit"
    let model = try ModelFixture.model()
    try model.write(to: path)
    let read = try Model.read(path: path)
    #expect(read == model)
    #expect(read.labels == ["O", "X"])
    #expect(read.record.bestEpoch == 2)
    #expect(try read.encoded() == model.encoded())
    try model.write(to: path)
    #expect(try BoundedFile.read(path: path, limit: 100_000) == model.encoded())
  }

  @Test func tensorsHaveReadableNames() throws {
    let file = try TensorFile(bytes: ModelFixture.model().encoded())
    let shapes = Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, $0.shape) })
    #expect(
      shapes == [
        "conv1.weight": [2, 1, 2, 2], "conv1.bias": [2], "batchNorm1.weight": [2],
        "batchNorm1.bias": [2], "batchNorm1.runningMean": [2], "batchNorm1.runningVariance": [2],
        "votes1.weight": [2, 8], "votes1.bias": [2], "convkit.history": [2, 4],
      ])
  }

  /// A JSON text of so many epochs is longer than one may be.
  @Test func aLongHistoryIsWrittenAndRead() throws {
    let model = try ModelFixture.model()
    let history = (1...20_000).map {
      EpochResult(
        epoch: $0, trainingLoss: 1 / Double($0), trainingAccuracy: 0.75, validationLoss: nil,
        validationAccuracy: nil)
    }
    var options = model.record.options
    options.epochs = 20_000
    let long = Model(
      network: model.network, labels: model.labels, frontEnd: model.frontEnd, values: model.values,
      record: TrainingRecord(
        options: options, arithmetic: .fused, dataSet: model.record.dataSet, trainingExamples: 8,
        validationExamples: 0, history: history, bestEpoch: 20_000))
    #expect(try MetadataText.json(history.prefix(1000).map(\.self), key: "").utf8.count > 60_000)
    #expect(try Model(TensorFile(bytes: long.encoded())) == long)
  }

  @Test func everyPrefixIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/cut.convkit"
    let bytes = try ModelFixture.model().encoded()
    for count in 0..<bytes.count {
      if count % 16 == 0 {
        try AtomicFile.write(Array(bytes[..<count]), to: path)
        #expect(throws: UnusableTensorFile.self) { try Model.read(path: path) }
      }
      #expect(throws: TensorFileError.self) {
        try Model(TensorFile(bytes: Array(bytes[..<count])))
      }
    }
  }

  /// One to four bytes changed, removed or added: an error that can be told, or a model that works.
  @Test func mutantsAreRefusedOrRead() throws {
    let whole = try ModelFixture.model().encoded()
    let header = 8 + whole[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let data = whole.count - header
    var (refused, beyondTheContainer) = (0, 0)
    let mutants = 2000
    for mutant in 0..<mutants {
      var stream = RandomStream(seed: 3, purpose: .tests, item: mutant)
      func below(_ bound: Int) -> Int { Int(stream.next() % UInt64(bound)) }
      var bytes = whole
      // Most in the header; a quarter in the values.
      let isInData = mutant % 4 == 3
      for _ in 0...below(4) {
        let place = isInData ? header + below(data) : 8 + below(header - 8)
        switch isInData ? below(2) : below(4) {
        case 0: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes[place] = isInData ? 0xFF : Array("{}[]\",:0129-.eE\\u".utf8)[below(17)]
        case 2: bytes.remove(at: place)
        default: bytes.insert(bytes[8 + below(header - 8)], at: place)
        }
      }
      let length = bytes.count - data - 8
      for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
      do {
        // With the checksum mended, so that more than it is asked.
        let model = try Model(TensorFile(bytes: SealTests.resealed(bytes)))
        let classifier = try Classifier(model, threads: 1)
        #expect(classifier.model.values.parameterCount == 32)
      } catch {
        #expect(error is any ReportableError, "\(error)")
        refused += 1
        if error is ModelFileError { beyondTheContainer += 1 }
      }
    }
    #expect(refused > mutants / 2)
    #expect(beyondTheContainer > mutants / 20)
    print("of \(mutants) mutants \(refused) refused, \(beyondTheContainer) of them by the model")
  }
}
