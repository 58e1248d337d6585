#if Sound
  import ConvKitCore
  import ConvKitDrawing
  import ConvKitFiles
  import ConvKitNetworks
  import ConvKitTraining
  import Foundation
  import Testing

  @testable import ConvKitModels
  @testable import ConvKitSound

  /// Answers of a model of clips; it has learned next to nothing, so that scores differ in every digit.
  @Suite struct SoundClassificationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func model(_ form: SoundFrontEnd.Form = .spectrogram) throws -> Model {
      let path = folder.path + "/tones"
      try ToneClips.write(count: 4, to: path)
      var training = ModelTraining()
      training.options.epochs = 1
      training.frontEnd.sound.form = form
      training.frontEnd.sound.window = 0.25
      training.frontEnd.sound.bands = 16
      training.network = Network {
        Conv(4, size: 3)
        ReLU()
        GlobalAveragePool()
        Votes()
      }
      return try training.train(on: DataSet.read(path, for: .training), kind: .sound).model
    }

    /// Tones of all pitches one after the other.
    private func recording(_ seconds: Int) throws -> Item {
      let samples = (0..<seconds).flatMap {
        ToneClips.samples([300, 800, 2200][$0 % 3], count: 8000, number: $0)
      }
      let path = "\(folder.path)/\(seconds).wav"
      try AtomicFile.write(ToneClips.file(samples, .pulseCode), to: path)
      return .file(path)
    }

    @Test(arguments: SoundFrontEnd.Form.allCases, [1, 12])
    func aRecordingIsTheMeanOfItsWindows(form: SoundFrontEnd.Form, seconds: Int) throws {
      let model = try model(form)
      let item = try recording(seconds)
      let inputs = try model.frontEnd.inputs(of: item)
      // Of a quarter of a second, one beginning every eighth.
      #expect(inputs.count == 8 * seconds - 1)
      let classifier = try Classifier(model, threads: 2)
      let votes = try inputs.map { try classifier.runner.scores(of: [$0.input])[0] }
      var parts: [(place: ClosedRange<Double>?, scores: [Classifier.Score])] = []
      let whole = try classifier.classify(item) { parts.append(($0, $1)) }
      #expect(parts.map(\.place) == inputs.map(\.place))
      #expect(parts.last?.place?.upperBound == Double(seconds))
      func expectScores(_ scores: [Classifier.Score], _ votes: [Double]) {
        let powers = votes.map(exp)
        for (label, power) in zip(model.labels, powers) {
          let score = scores.first { $0.label == label }?.score ?? -1
          #expect(abs(Double(score) - power / powers.reduce(0, +)) < 1e-5)
        }
        #expect(zip(scores, scores.dropFirst()).allSatisfy { $0.score >= $1.score })
      }
      for (part, votes) in zip(parts, votes) { expectScores(part.scores, votes.map(Double.init)) }
      expectScores(
        whole,
        model.labels.indices.map { label in
          votes.reduce(0) { $0 + Double($1[label]) } / Double(votes.count)
        })
      // The windows are not all alike.
      #expect(Set(parts.map { $0.scores[0].score }).count > 2)
    }

    /// Short clips, long ones, those that cannot be read: in whatever company.
    @Test(arguments: [1, 2, 3], [false, true])
    func manyAreAnsweredAsOneIs(threads: Int, keepsEveryMap: Bool) throws {
      let model = try model()
      var items = try DataSet.read(folder.path + "/tones", for: .training).training.map(\.item)
      items.insert(try recording(3), at: 2)
      items.insert(.text("meow"), at: 4)
      items.append(try recording(1))
      items.append(.file(folder.path + "/missing.wav"))
      let one = try Classifier(model, threads: 1)
      let many = try Classifier(model, threads: threads, keepsEveryMap: keepsEveryMap)
      var places: [Int] = []
      var failures: [Int] = []
      try many.classify(items) { place, found in
        places.append(place)
        switch (found, Result { try one.classify(items[place]) }) {
        case (.success(let found), .success(let expected)): #expect(found == expected)
        case (.failure(let found), .failure(let expected)):
          failures.append(place)
          #expect("\(found)" == "\(expected)")
        case (let found, let expected):
          Issue.record("item \(place): \(found), alone \(expected)")
        }
      }
      #expect(places == Array(items.indices))
      #expect(failures == [4, items.count - 1])
    }

    @Test(arguments: SoundFrontEnd.Form.allCases) func everyStageIsDrawn(
      form: SoundFrontEnd.Form
    ) throws {
      let model = try model(form)
      let classifier = try Classifier(model, keepsEveryMap: true)
      let stages = try classifier.stages(of: recording(1))
      #expect(stages.map(\.name).first == "input" && stages.map(\.name).last == "answer")
      #expect(stages.map(\.name).contains("conv1"))
      #expect(try stages[0].shape == model.frontEnd.inputs(of: recording(1))[0].tensorShape)
      guard case .picture(let picture) = stages[0].content else {
        Issue.record("\(stages[0].content)")
        return
      }
      #expect(picture.width > 100 && picture.height > 50)
      for stage in stages {
        guard case .map = stage.content else { continue }
        // Time runs to the right and pitch upwards.
        #expect(stage.axes == (form == .spectrogram ? .acrossAndUp : .downAndAcross))
      }
      let drawn = folder.path + "/stages"
      try FileManager.default.createDirectory(
        atPath: drawn, withIntermediateDirectories: false)
      try StagePictures(stages, title: "tones").write(to: drawn)
      let files = try FileManager.default.contentsOfDirectory(atPath: drawn).sorted()
      #expect(files.first == "01-input.png" && files.last == "index.html")
      #expect(files.count == stages.count + 1)
    }

    @Test func otherRatesAreMentioned() throws {
      let frontEnd = try model().frontEnd
      let path = folder.path + "/fast.wav"
      try AtomicFile.write(
        ToneClips.file(ToneClips.samples(300, count: 9000, number: 1), .otherRate), to: path)
      #expect(frontEnd.conversion(of: .file(path))?.contains("11025 samples a second") == true)
      #expect(try frontEnd.conversion(of: recording(1)) == nil)
    }

    @Test func modelFilesThatLieAreRefused() throws {
      let whole = try TensorFile(bytes: model().encoded())
      let settings = try #require(whole.metadata["convkit.frontEnd"])
      #expect(try Model(whole).frontEnd.kind == .sound)
      for (old, new) in [
        (#""kind":"sound""#, #""kind":"smell""#), (#""kind":"sound""#, #""kind":"image""#),
        (#""form":"spectrogram""#, #""form":"waveform""#),
        (#""form":"spectrogram""#, #""form":"frames""#),
        (#""windowLength":2000"#, #""windowLength":4000"#),
        (#""windowLength":2000"#, #""windowLength":0"#),
        (#""windowLength":2000"#, #""windowLength":9223372036854775807"#),
        (#""bands":16"#, #""bands":0"#), (#""sampleRate":8000"#, #""sampleRate":-1"#),
        (#""isCentred":true"#, #""isCentred":7"#),
      ] {
        let changed = settings.replacing(old, with: new)
        try #require(changed != settings, "\(old) in \(settings)")
        var file = whole
        file.metadata["convkit.frontEnd"] = changed
        // Another length of a clip is fine for a network that takes the mean over all places.
        if new.contains("4000") {
          #expect(try Model(TensorFile(bytes: file.encoded())).frontEnd.inputShape.extent[0] == 51)
        } else {
          #expect(throws: (any Error).self, "\(new)") {
            try Model(TensorFile(bytes: file.encoded()))
          }
        }
      }
    }

    /// Of every form, down to a single frame and a single band.
    @Test func standardNetworksCompile() throws {
      func expectCompiles(_ frontEnd: SoundFrontEnd) throws {
        let network = Network.standard(for: ModelFrontEnd.sound(frontEnd))
        let compiled = try CompiledNetwork(network, input: frontEnd.inputShape, labels: 3)
        #expect(compiled.parameters.last?.shape == [3], "\(frontEnd.inputShape)")
      }
      for window in [1, 2, 7, 100, 800, 1023, 1024, 1025, 4000, 80_000] {
        for channels in [nil, 2] as [Int?] {
          try expectCompiles(
            SoundFrontEnd(
              form: .waveform, sampleRate: 8000, windowLength: window, channels: channels))
        }
      }
      let transform = try ShortTimeFourierTransform(frameLength: 256, hopLength: 80)
      for bands in [1, 2, 8, 9, 10, 13, 16, 40, 64, 65, 128] {
        let spectrum = try MelSpectrogram(sampleRate: 8000, transform: transform, bands: bands)
        // 1 to 1001 frames, and some on both sides of 16.
        for window in [1, 80, 800, 1199, 1200, 1280, 8000, 80_000] {
          for form in [SoundFrontEnd.Form.frames, .spectrogram] {
            for channels in [nil, 2] as [Int?] {
              try expectCompiles(
                SoundFrontEnd(
                  form: form, sampleRate: 8000, windowLength: window, channels: channels,
                  spectrum: spectrum))
            }
          }
        }
      }
    }
  }

  extension PlacedInput {
    fileprivate var tensorShape: [Int] {
      guard case .values(let tensor) = input.content else { return [] }
      return tensor.shape
    }
  }
#endif
