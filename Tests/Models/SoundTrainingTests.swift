#if Sound
  import ConvKitCore
  import ConvKitFiles
  import ConvKitNetworks
  import ConvKitSound
  import ConvKitTraining
  import Foundation
  import Testing

  @testable import ConvKitModels

  /// From folders of clips to models and to answers.
  @Suite struct SoundTrainingTests {
    private static func tones(_ folder: TemporaryFolder, count: Int = 12) throws -> DataSet {
      try ToneClips.write(count: count, to: folder.path + "/tones")
      return try DataSet.read(folder.path + "/tones", for: .training)
    }

    /// A quarter of a second in 16 bands, a small network and two epochs.
    private static func training(
      _ form: SoundFrontEnd.Form = .spectrogram, _ change: (inout ModelTraining) -> Void = { _ in }
    ) throws -> ModelTraining {
      var training = ModelTraining()
      training.options.epochs = 2
      training.options.batchSize = 8
      training.frontEnd.sound.form = form
      training.frontEnd.sound.window = 0.25
      training.frontEnd.sound.bands = 16
      training.network = try JSONDecoder().decode(Network.self, from: Data(network.utf8))
      change(&training)
      return training
    }

    /// Every size is one number, for as many axes as there are.
    private static let network = """
      [{"layer": "conv", "features": 8, "size": 5, "stride": 2, "bias": false},
       {"layer": "batchNorm"}, {"layer": "relu"}, {"layer": "maxPool", "size": 2},
       {"layer": "conv", "features": 16, "size": 3, "padding": "same"}, {"layer": "relu"},
       {"layer": "flatten"}, {"layer": "dropout", "rate": 0.1}, {"layer": "votes"}]
      """

    @Test func tonesAreLearned() throws {
      let folder = try TemporaryFolder()
      let data = try Self.tones(folder, count: 24)
      let training = try Self.training {
        $0.network = nil
        $0.options.epochs = 8
        $0.frontEnd = FrontEndChoices()
        $0.frontEnd.sound.window = 0.25
      }
      let result = try training.train(on: data, kind: .sound)
      #expect(result.skipped == 0 && result.examples == 72)
      #expect(result.accuracy == 1, "\(result.model.record.history)")
      #expect(result.model.labels == ["low", "middle", "top"])
      #expect(result.model.record.augmentation == .sound(.usual))
      guard case .sound(let frontEnd) = result.model.frontEnd else {
        Issue.record("\(result.model.frontEnd)")
        return
      }
      #expect(frontEnd.form == .spectrogram && frontEnd.sampleRate == 8000)
      #expect(frontEnd.inputShape.extent == [26, 64] && frontEnd.channels == nil)

      // The file gives the answers of what was trained, and they are right for clips that are new.
      let path = folder.path + "/tones.convkit"
      try result.model.write(to: path)
      let read = try Model.read(path: path)
      #expect(read == result.model && read.frontEnd.kind == .sound)
      try ToneClips.write(count: 12, from: 100, to: folder.path + "/fresh")
      let fresh = try DataSet.read(folder.path + "/fresh", for: .evaluation)
      let (first, second) = (try Classifier(result.model), try Classifier(read, threads: 1))
      let assessment = try second.evaluate(fresh)
      #expect(assessment.evaluation.examples == 36 && assessment.evaluation.accuracy == 1)
      #expect(assessment.skipped.isEmpty)
      for example in fresh.training.prefix(6) {
        #expect(try first.classify(example.item) == second.classify(example.item))
      }
    }

    /// One description, for one axis and for two.
    @Test(arguments: SoundFrontEnd.Form.allCases) func theSameNetworkLearnsEveryForm(
      form: SoundFrontEnd.Form
    ) throws {
      let folder = try TemporaryFolder()
      let data = try Self.tones(folder, count: 24)
      let result = try Self.training(form) { $0.options.epochs = 12 }.train(on: data, kind: .sound)
      let axes = form == .spectrogram ? 2 : 1
      #expect(result.model.frontEnd.inputShape.extent.count == axes)
      #expect(try result.model.network == Self.training().network)
      let features = try result.model.compiled().parameters.first { $0.name == "conv1.weight" }
      #expect(features?.shape.count == axes + 2)
      try ToneClips.write(count: 12, from: 100, to: folder.path + "/fresh")
      let fresh = try DataSet.read(folder.path + "/fresh", for: .evaluation)
      let evaluation = try Classifier(result.model).evaluate(fresh).evaluation
      #expect(evaluation.accuracy > 0.9, "\(evaluation)")
    }

    @Test(arguments: SoundFrontEnd.Form.allCases, [nil, ModelAugmentation.none])
    func threadsDoNotMatter(
      form: SoundFrontEnd.Form, augmentation: ModelAugmentation?
    ) throws {
      let folder = try TemporaryFolder()
      let data = try Self.tones(folder)
      func bytes(_ change: (inout ModelTraining) -> Void) throws -> [UInt8] {
        try Self.training(form) {
          $0.augmentation = augmentation
          change(&$0)
        }.train(on: data, kind: .sound).model.encoded()
      }
      let one = try bytes { $0.threads = 1 }
      #expect(try bytes { $0.threads = 2 } == one)
      #expect(try bytes { $0.options.seed = 1 } != one)
    }

    @Test func goesOnToTheSameModel() throws {
      struct Interrupted: Error {}
      let folder = try TemporaryFolder()
      let data = try Self.tones(folder)
      let whole = try Self.training().train(on: data, kind: .sound)
      for stop in 1...6 {
        let training = try Self.training {
          $0.checkpoint = "\(folder.path)/\(stop).checkpoint"
          $0.resume = true
        }
        var left = stop
        #expect(throws: Interrupted.self) {
          try training.train(on: data, kind: .sound) { event in
            switch event {
            case .progress, .epoch:
              left -= 1
              if left == 0 { throw Interrupted() }
            default: break
            }
          }
        }
        var isResumed = false
        let result = try training.train(on: data, kind: .sound) { event in
          if case .resumed = event { isResumed = true }
        }
        #expect(isResumed)
        #expect(try result.model.encoded() == whole.model.encoded(), "stopped at \(stop)")
        #expect(result.evaluation == whole.evaluation && result.mistakes == whole.mistakes)
      }
    }

    @Test func otherSettingsOfSoundAreAnotherTraining() throws {
      let folder = try TemporaryFolder()
      let data = try Self.tones(folder)
      let model = try Self.training().train(on: data, kind: .sound).model
      func differences(_ change: (inout ModelTraining) -> Void) throws -> [String] {
        try Self.training(.spectrogram, change).differences(from: model, on: data, kind: .sound)
      }
      #expect(try differences { $0.threads = 2 }.isEmpty)
      #expect(try differences { $0.frontEnd.sound.hop = 0.02 } == ["the front end is another"])
      #expect(try differences { $0.frontEnd.sound.silence = 40 } == ["the front end is another"])
      let varied = try differences { $0.augmentation = .some(.none) }
      #expect(varied.count == 1 && varied[0].contains("augment"), "\(varied)")
    }

    /// What is wrong with some clips costs only them.
    @Test func brokenClipsAreNamedAndTheRestIsLearned() throws {
      let folder = try TemporaryFolder()
      let good = try Self.tones(folder)
      let expected = try Self.training().train(on: good, kind: .sound)
      let tone = ToneClips.samples(300, count: 2000, number: 1)
      var silent = tone
      silent[1234] = .nan
      let bad: [(String, [UInt8], String)] = [
        ("low/cut.wav", Array(ToneClips.file(tone, .pulseCode).dropLast(1000)), "broken WAV"),
        ("low/empty.wav", ToneClips.file([], .pulseCode), "no samples"),
        ("middle/nan.wav", ToneClips.file(silent, .floats), "no number (NaN), at 0.154 s"),
        ("middle/text.wav", Array("meow".utf8), "not sound"),
        ("top/nothing.wav", [], "empty"),
      ]
      for (name, bytes, _) in bad {
        try AtomicFile.write(bytes, to: "\(folder.path)/tones/\(name)")
      }
      let data = try DataSet.read(folder.path + "/tones", for: .training)
      var leftOut: [LeftOut] = []
      let result = try Self.training().train(on: data, kind: .sound) { event in
        if case .leftOut(let file) = event { leftOut.append(file) }
      }
      #expect(result.skipped == bad.count)
      #expect(Set(leftOut.map(\.name)) == Set(bad.map(\.0)))
      for (name, _, says) in bad {
        let reason = leftOut.first { $0.name == name }?.reason
        #expect(reason?.contains(says) == true, "\(name): \(reason ?? "")")
      }
      // Nothing else comes of them.
      #expect(try result.model.encoded() == expected.model.encoded())
      let unusable = try ModelFrontEnd.unusable(in: data, kind: .sound)
      #expect(
        unusable.map(\.name).sorted()
          == ["low/cut.wav", "low/empty.wav", "middle/nan.wav", "middle/text.wav"])
      #expect(throws: UnusableItem.self) {
        try Self.training { $0.strict = true }.train(on: data, kind: .sound)
      }
    }

    /// With versions to be made of the clip, and without.
    @Test(arguments: [true, false]) func whatIsNotKeptIsReadAgain(withSource: Bool) throws {
      let folder = try TemporaryFolder()
      let data = try Self.tones(folder)
      let frontEnd = try ModelFrontEnd.fitted(
        to: data.training.map(\.item), kind: .sound, choices: Self.training().frontEnd)
      let kept = try DecodedItems(data.training, frontEnd, withSource: withSource)
      let read = try DecodedItems(data.training, frontEnd, withSource: withSource, budget: 5000)
      let augmentation = withSource ? ModelAugmentation.sound(.usual) : .none
      let (a, b) = (
        kept.source(data.training, variedBy: augmentation),
        read.source(data.training, variedBy: augmentation)
      )
      try #require(a.count == 36 && b.count == 36)
      #expect(!a.takesWork(epoch: 0) && b.takesWork(epoch: 0))
      for index in 0..<a.count {
        let whole = try a.inputs(of: index, epoch: 0)
        #expect(try whole == b.inputs(of: index, epoch: 0))
        #expect(try whole == frontEnd.inputs(of: data.training[index].item))
        // One version an epoch, of a long clip one part.
        let versions = try (1...3).map { try a.inputs(of: index, epoch: $0) }
        #expect(try versions == (1...3).map { try b.inputs(of: index, epoch: $0) })
        #expect(versions.allSatisfy { $0.count == 1 })
        if withSource {
          #expect(versions[0] != versions[1])
        } else {
          #expect(versions.allSatisfy { whole.contains($0[0]) })
        }
      }
    }
  }
#endif
