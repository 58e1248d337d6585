import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitText
import FoundationEssentials
import Testing

@testable import ConvKitModels
@testable import ConvKitTraining

/// From texts to a model and from there to answers.
@Suite struct TextModelTests {
  /// Two labels that a word tells, among words that tell nothing.
  static func data(_ count: Int = 60) throws -> DataSet {
    let records = (0..<count).map { index in
      var random = RandomStream(seed: 7, purpose: .tests, item: index)
      let isParcel = index % 2 == 0
      let others = ["please", "now", "my", "the", "is", "where", "soon"]
      var words = (0..<2 + Int(random.next() % 9)).map { _ in
        others[Int(random.next() % UInt64(others.count))]
      }
      words.insert(
        isParcel ? "parcel" : "refund", at: Int(random.next() % UInt64(words.count + 1)))
      return DataSet.Record(
        name: "texts:\(index)", item: .text(words.joined(separator: " ")),
        label: isParcel ? "delivery" : "money", part: .training)
    }
    return try DataSet(records, leftOut: [], for: .training, from: "texts")
  }

  static func trained(
    _ change: (inout ModelTraining) -> Void = { _ in }
  ) throws -> Model {
    var training = ModelTraining(for: .text, examples: 60)
    training.options.epochs = 12
    training.options.learningRate = 0.01
    // Some steps of so few texts.
    training.options.batchSize = 16
    change(&training)
    return try training.train(on: data(), kind: .text).model
  }

  @Test func fewTextsAreGoneThroughMoreOften() {
    func epochs(_ examples: Int) -> Int {
      ModelTraining.usualEpochs(of: .text, examples: examples)
    }
    #expect([0, 1, 640, 1280, 4480, 5452, 1_000_000].map(epochs) == [60, 60, 60, 30, 9, 8, 8])
    #expect(ModelTraining.usualEpochs(of: .image, examples: 7) == TrainingOptions().epochs)
    #expect(ModelTraining(for: .text, examples: 1280).options.epochs == 30)
  }

  @Test(arguments: TokenSettings.Unit.allCases)
  func learnsAndIsReadBack(unit: TokenSettings.Unit) throws {
    let model = try Self.trained {
      $0.frontEnd.text.tokens.unit = unit
      $0.frontEnd.text.vocabularyLimit = 300
    }
    let read = try Model(TensorFile(bytes: model.encoded()))
    #expect(read == model)
    #expect(try read.encoded() == model.encoded())
    let classifier = try Classifier(read, threads: 2)
    #expect(try classifier.classify(.text("Where is the PARCEL"))[0].label == "delivery")
    #expect(try classifier.classify(.text("my refund please"))[0].label == "money")
    #expect(try classifier.evaluate(Self.data()).evaluation.accuracy == 1)
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let one = try Self.trained { $0.threads = 1 }.encoded()
    #expect(try Self.trained { $0.threads = 2 }.encoded() == one)
    #expect(try Self.trained { $0.options.seed = 1 }.encoded() != one)
  }

  /// A text with padding up to any length scores bit for bit as the bare one.
  @Test func paddingChangesNoScore() throws {
    let model = try Self.trained()
    let classifier = try Classifier(model, threads: 1)
    let bare: [Int32] = [2, 3, 4, 5, 2, 6, 3]
    let input = Input.tokens(Tensor(shape: [7], elements: bare))
    let scores = try classifier.runner.scores(of: [input])
    for length in [8, 9, 16, 40, 64] {
      let padded = bare + Array(repeating: Vocabulary.padding, count: length - 7)
      let input = Input.tokens(Tensor(shape: [length], elements: padded), extent: [7])
      #expect(try classifier.runner.scores(of: [input]) == scores)
    }
  }

  /// Alone, among others, and in any order.
  @Test func anAnswerDoesNotDependOnTheOthers() throws {
    let classifier = try Classifier(Self.trained(), threads: 2)
    let texts = [
      "", "parcel", "where is my refund now please", "zebra", "the parcel is the parcel",
    ]
    let long = Array(repeating: "now my", count: 400).joined(separator: " ") + " refund"
    let items = (texts + [long] + texts.reversed()).map { Item.text($0) }
    var together: [[Classifier.Score]] = []
    try classifier.classify(items) { together.append(try $1.get()) }
    #expect(try together == items.map { try classifier.classify($0) })
    #expect(together[0].map(\.score).reduce(0, +) > 0.999)
  }

  @Test func theShortestInputIsThatOfTheNetwork() throws {
    let model = try Self.trained {
      $0.options.epochs = 1
      $0.network = Network {
        Embedding(4)
        Conv(3, size: 7)
        MaxPool(3)
        Conv(3, size: 2)
        GlobalMaxPool()
        Votes()
      }
    }
    guard case .text(let frontEnd) = model.frontEnd else {
      Issue.record("\(model.frontEnd)")
      return
    }
    // 12 positions leave 6 of the first convolution, 2 of the pooling and 1 of the second.
    #expect(frontEnd.shortest == 12)
    #expect(try Classifier(model).classify(.text("parcel")).count == 2)
  }

  @Test func oneHotTokensLearnToo() throws {
    let model = try Self.trained {
      $0.options.epochs = 60
      $0.validationShare = 0
      $0.network = Network {
        OneHot()
        Conv(8, size: 3)
        ReLU()
        GlobalMaxPool()
        Votes()
      }
    }
    #expect(try Classifier(model).evaluate(Self.data()).evaluation.accuracy == 1)
  }

  /// Of short texts and of long ones, with the word at the start, in the middle and at the end.
  @Test(arguments: [1, 3, 200], [0, 1, 2])
  func reasonsAreTheWordsThatTell(count: Int, place: Int) throws {
    let classifier = try Classifier(Self.trained(), keepsEveryMap: true)
    var words = Array(repeating: "now", count: count)
    words[place * (count - 1) / 2] = "parcel"
    let text = "é " + words.joined(separator: " ")
    let item = Item.text(text)
    // Whatever the other windows of a long text say.
    let scores = try classifier.classify(item).sorted { $0.label < $1.label }
    #expect(scores[0].label == "delivery")
    let reasons = try classifier.reasons(for: scores, of: item)
    #expect((1...5).contains(reasons.count))
    #expect(reasons.first?.text.contains("parcel") == true)
    #expect(reasons.map(\.votes) == reasons.map(\.votes).sorted(by: >))
    let scalars = Array(text.unicodeScalars)
    for reason in reasons {
      #expect(reason.votes > 0)
      var shown = String.UnicodeScalarView()
      shown.append(contentsOf: scalars[reason.start..<reason.end])
      #expect(String(shown) == reason.text)
    }
  }

  /// The votes of the run that one feature finds, and the biases, are the votes.
  @Test(arguments: [Padding.valid, .same, .each(low: 2, high: 0)])
  func reasonsAddUpToTheVotes(padding: Padding) throws {
    let model = try Self.trained {
      $0.network = Network {
        Embedding(6)
        Conv(1, size: 3, padding: padding)
        ReLU()
        GlobalMaxPool()
        Votes()
      }
    }
    let classifier = try Classifier(model, keepsEveryMap: true)
    let bias = try #require(
      model.compiled().tensors(of: model.values).first { $0.name == "votes1.bias" }?.tensor)
    var sums: [Float] = []
    for text in ["please where is my parcel now", "is my refund there soon"] {
      let input = try #require(model.frontEnd.inputs(of: .text(text)).first?.input)
      let votes = try classifier.runner.scores(of: [input])[0]
      for label in model.labels.indices {
        func excess(_ values: [Float]) -> Float {
          values[label] - values.reduce(0, +) / Float(values.count)
        }
        let score = Classifier.Score(label: model.labels[label], score: 0)
        let reasons = try classifier.reasons(for: [score], of: .text(text))
        let sum = reasons.map(\.votes).reduce(0, +)
        // Votes against a label are not told.
        #expect(abs(sum - max(0, excess(votes) - excess(bias.elements))) < 1e-5)
        sums.append(sum)
      }
    }
    #expect(sums.contains { $0 > 0 })
  }

  @Test func aNetworkWithoutSuchFeaturesGivesNoReasons() throws {
    let model = try Self.trained {
      $0.options.epochs = 1
      $0.network = Network {
        Embedding(4)
        GlobalAveragePool()
        Votes()
      }
    }
    let classifier = try Classifier(model, keepsEveryMap: true)
    let item = Item.text("my parcel")
    #expect(throws: ReasonsError.self) { try classifier.requireReasons() }
    #expect(throws: ReasonsError.self) {
      try classifier.reasons(for: classifier.classify(item), of: item)
    }
  }

  /// A network that finds a feature in a single token gets no padding, and averages no more than the text.
  @Test func aShortTextIsNotFilledWithoutNeed() throws {
    let model = try Self.trained {
      $0.options.epochs = 1
      $0.network = Network {
        Embedding(4)
        GlobalAveragePool()
        Votes()
      }
    }
    let classifier = try Classifier(model, threads: 1)
    #expect(try model.frontEnd.inputs(of: .text("parcel"))[0].input.extent == [1])
    #expect(
      try classifier.classify(.text("parcel parcel")) == classifier.classify(.text("parcel")))
    #expect(
      try Self.trained { $0.options.epochs = 1 }.frontEnd.inputs(of: .text(""))[0].input.extent == [
        1
      ])
  }

  /// Both embeddings of a network of two channels, as Kim's, begin with the vectors; the one-hot table
  /// does not.
  @Test func everyEmbeddingOfTheRightSizeGetsTheVectors() throws {
    let network = Network {
      Branches {
        Branch {
          Frozen { Embedding(3) }
          GlobalMaxPool()
        }
        Branch {
          Embedding(3)
          GlobalMaxPool()
        }
        Branch {
          OneHot()
          GlobalMaxPool()
        }
      }
      Votes()
    }
    let compiled = try CompiledNetwork(
      network,
      input: InputShape(extent: [8], varies: true, content: .tokens(vocabulary: 3)), labels: 2)
    #expect(compiled.embeddings.map(\.name) == ["embedding1.weight", "embedding2.weight"])
  }

  @Test func aSearchForTheRateBeginsWithTheVectors() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/vectors.txt"
    try AtomicFile.write(Array("parcel 1 2 3\nrefund -1 -2 -3\n".utf8), to: path)
    func firstLoss(_ vectors: ModelTraining.Vectors?) throws -> Double? {
      var training = ModelTraining(for: .text, examples: 60)
      training.network = Network {
        Embedding(3)
        GlobalMaxPool()
        Votes()
      }
      training.vectors = vectors
      return try training.findLearningRate(on: Self.data(), kind: .text).points.first?.loss
    }
    let with = try #require(try firstLoss(ModelTraining.Vectors(path: path)))
    #expect(try with != firstLoss(nil))
  }

  @Test func vectorsAreWhereTrainingBegins() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/vectors.txt"
    try AtomicFile.write(Array("parcel 1 2 3\nrefund -1 -2 -3\n".utf8), to: path)
    let frozen = try Self.trained {
      $0.vectors = ModelTraining.Vectors(path: path, areFrozen: true)
    }
    guard case .text(let frontEnd) = frozen.frontEnd,
      let table = try frozen.compiled().tensors(of: frozen.values).first?.tensor
    else {
      Issue.record("a model of texts")
      return
    }
    let token = try #require(frontEnd.tokenizer.tokens(of: "parcel").first.map(Int.init))
    #expect(table.shape == [frontEnd.tokenizer.count, 3])
    #expect(table.elements[3 * token..<3 * token + 3] == [1, 2, 3])
    #expect(table.elements[..<3] == [0, 0, 0])

    let tuned = try Self.trained { $0.vectors = ModelTraining.Vectors(path: path) }
    let moved = try #require(tuned.compiled().tensors(of: tuned.values).first?.tensor)
    #expect(moved.elements[3 * token..<3 * token + 3] != [1, 2, 3])
    #expect(try tuned.identity().difference(from: Self.trained().identity()).isEmpty == false)
    #expect(throws: VectorsError.self) {
      try Self.trained {
        $0.vectors = ModelTraining.Vectors(path: path)
        $0.network = Network {
          Embedding(4)
          GlobalMaxPool()
          Votes()
        }
      }
    }
  }

  /// Every way in which the tokens of a model can be others than its settings say.
  @Test func brokenTokensAreRefused() throws {
    let whole = try TensorFile(bytes: Self.trained { $0.options.epochs = 1 }.encoded())
    func file(_ change: (inout [TensorFile.Entry]) -> Void) -> TensorFile {
      var entries = whole.entries
      change(&entries)
      return TensorFile(entries: entries, metadata: whole.metadata, seal: .intact)
    }
    #expect(throws: Never.self) { try Model(file { _ in }) }
    for name in ["convkit.vocabulary.bytes", "convkit.vocabulary.offsets"] {
      #expect(throws: ModelFileError.self) {
        try Model(file { $0.removeAll { $0.name == name } })
      }
      #expect(throws: ModelFileError.self, "\(name)") {
        try Model(
          file { entries in
            guard let place = entries.firstIndex(where: { $0.name == name }) else { return }
            let entry = entries[place]
            var bytes = Array(entry.bytes)
            bytes[bytes.count / 2] ^= 0x40
            entries[place] = TensorFile.Entry(
              name: name, elementType: entry.elementType, shape: entry.shape, bytes: bytes[...])
          })
      }
      #expect(throws: ModelFileError.self) {
        try Model(
          file { entries in
            guard let place = entries.firstIndex(where: { $0.name == name }) else { return }
            entries[place] = TensorFile.Entry(
              name: name, elementType: .float32, shape: [1], bytes: [0, 0, 0, 0])
          })
      }
    }
    let image = try TensorFile(bytes: ModelFixture.model().encoded())
    let tokens = whole.entries.filter { $0.name.hasPrefix("convkit.vocabulary") }
    #expect(throws: ModelFileError.self) {
      try Model(
        TensorFile(
          entries: image.entries + tokens, metadata: image.metadata, seal: .intact))
    }
  }
}
