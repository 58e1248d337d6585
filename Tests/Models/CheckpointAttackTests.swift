import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import Testing

@testable import ConvKitModels
@testable import ConvKitTraining

/// Checkpoints that lie: an error that can be told, or a training that goes on, never a trap.
@Suite struct CheckpointAttackTests {
  private static let job = CheckpointTests.Job(name: "attacked")

  /// A checkpoint in the second epoch, so that everything is in it.
  private static let attacked = Result {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.checkpoint"
    #expect(throws: CheckpointTests.Job.Interrupted.self) {
      try job.train(path: path, resumes: false, calls: 5)
    }
    return try BoundedFile.read(path: path, limit: 1 << 20)
  }

  private static func whole() throws -> [UInt8] { try attacked.get() }

  @Test func everyPrefixIsRefused() throws {
    let bytes = try Self.whole()
    for count in 0..<bytes.count {
      #expect(throws: TensorFileError.self) {
        try Checkpoint(TensorFile(bytes: Array(bytes[..<count])))
      }
    }
  }

  @Test func everyFlippedBitIsDetected() throws {
    let whole = try Self.whole()
    var random = RandomStream(seed: 5, purpose: .tests)
    for _ in 0..<3000 {
      var bytes = whole
      let bit = Int(random.next() % UInt64(whole.count * 8))
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        _ = try Checkpoint(TensorFile(bytes: bytes))
        Issue.record("bit \(bit) is missed")
      } catch {
        #expect(error is any ReportableError)
      }
    }
  }

  /// A part of the header replaced, with the length and the checksum mended.
  private static func attack(_ old: String, _ new: String) throws -> [UInt8] {
    let bytes = try whole()
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    precondition(header.contains(old), "\(header) lacks \(old)")
    return SealTests.resealed(
      TensorFileAttack.file(
        header.replacing(old, with: new, maxReplacements: 1), data: Array(bytes[(8 + length)...])))
  }

  private static func file(_ change: (inout TensorFile) -> Void) throws -> [UInt8] {
    var file = try TensorFile(bytes: whole())
    change(&file)
    return file.encoded()
  }

  /// A flat list of the file replaced.
  private static func list<Scalar: TensorFileScalar>(
    _ name: String, _ tensor: Tensor<Scalar>?
  ) throws -> [UInt8] {
    let whole = try TensorFile(bytes: whole())
    var file = TensorFile(
      entries: whole.entries.filter { $0.name != name }, metadata: whole.metadata, seal: .intact)
    if let tensor { file.append(tensor, named: name) }
    return file.encoded()
  }

  @Test func liesAreRefused() throws {
    let none: Tensor<Float>? = nil
    let nan = Tensor<Float>(repeating: .nan, shape: [3])
    let counters = "convkit.counters"
    let deep = String(repeating: "[", count: 10_000)
    let attacks: [(String, [UInt8])] = [
      ("without a training", try Self.file { $0.metadata["convkit.checkpoint"] = nil }),
      ("format 9", try Self.file { $0.metadata["convkit.checkpoint"] = "9" }),
      ("checksum", try Self.file { $0.seal = .none }),
      (
        "numbers are not",
        try Self.attack(#"{\"dataSet\":\""#, #"{\"dataSet\":\"\\u001b"#)
      ),
      ("convkit.identity", try Self.file { $0.metadata["convkit.identity"] = nil }),
      ("identity\" cannot", try Self.file { $0.metadata["convkit.identity"] = "[]" }),
      ("nests", try Self.file { $0.metadata["convkit.identity"] = deep }),
      (
        "more than 1048576",
        try Self.file { $0.metadata[counters] = String(repeating: " ", count: 1 << 21) }
      ),
      ("counters\" cannot", try Self.file { $0.metadata[counters] = "{" }),
      ("values.parameters", try Self.list("values.parameters", none)),
      ("optimizer.firstMoment", try Self.list("optimizer.firstMoment", none)),
      ("other axes", try Self.list("history", Tensor<Double>(repeating: 0, shape: [4]))),
      ("other axes", try Self.list("history", Tensor<Double>(repeating: 0, shape: [1, 5]))),
      (
        "other axes",
        try Self.list("values.statistics", Tensor<Float>(repeating: 1, shape: [2, 2]))
      ),
      ("of type F64", try Self.list("values.parameters", Tensor<Double>(repeating: 0, shape: [1]))),
      ("numbers are not", try Self.list("values.parameters", nan)),
      ("numbers are not", try Self.list("optimizer.secondMoment", nan)),
      ("numbers are not", try Self.list("best.parameters", nan)),
      (
        "numbers are not",
        try Self.list("history", Tensor<Double>(repeating: .infinity, shape: [1, 4]))
      ),
      ("numbers are not", try Self.list("history", Tensor<Double>(repeating: 2, shape: [1, 4]))),
      ("numbers are not", try Self.list("history", Tensor<Double>(repeating: 0, shape: [5, 4]))),
      ("numbers are not", try Self.attack(#"\"examples\":8"#, #"\"examples\":-8"#)),
      ("numbers are not", try Self.attack(#"\"examples\":8"#, #"\"examples\":0"#)),
      (
        "numbers are not",
        try Self.attack(#"\"examples\":8"#, #"\"examples\":9223372036854775807"#)
      ),
      ("no checkpoint has", try Self.file { $0.append(nan, named: "stray") }),
      ("numbers are not", try Self.attack(#"\"batch\":2"#, #"\"batch\":-2"#)),
      ("numbers are not", try Self.attack(#"\"epoch\":2"#, #"\"epoch\":3"#)),
      ("numbers are not", try Self.attack(#"\"bestEpoch\":1"#, #"\"bestEpoch\":7"#)),
      (
        "numbers are not",
        try Self.attack(#"\"steps\":5"#, #"\"steps\":9223372036854775807"#)
      ),
      ("cannot be read", try Self.attack(#"\"steps\":5"#, #"\"steps\":92233720368547758070"#)),
      ("cannot be read", try Self.attack(#"\"steps\":5"#, #"\"steps\":5.5"#)),
      ("more elements than", try Self.attack("[1,4]", "[4294967296,4294967296]")),
      ("bytes, and its shape", try Self.attack("[1,4]", "[2,1]")),
    ]
    let folder = try TemporaryFolder()
    let path = folder.path + "/bad.checkpoint"
    for (says, bytes) in attacks {
      try AtomicFile.write(bytes, to: path)
      do {
        _ = try Self.job.train(path: path)
        Issue.record("believed: \(says)")
      } catch let error as any ReportableError {
        #expect(error.description.contains(says), "\(says): \(error)")
        #expect(error.description.contains("bad.checkpoint"), "\(says): \(error)")
        #expect(error.category == .badData)
      }
    }
  }

  @Test func aFileCannotMakeASentenceEndless() throws {
    let job = Self.job
    var checkpoint = try Checkpoint(TensorFile(bytes: Self.whole()))
    let further = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("\u{1B}\($0)", "x") })
    checkpoint = Checkpoint(
      identity: try TrainingIdentity(
        dataSet: TrainingIdentity.fingerprint(of: job.source(count: 10, seed: 1)),
        network: CheckpointTests.Job.network, options: job.options, further: further),
      state: checkpoint.state)
    let folder = try TemporaryFolder()
    let path = folder.path + "/long.checkpoint"
    try checkpoint.write(to: path)
    do {
      _ = try job.train(path: path)
      Issue.record("goes on")
    } catch let error as CheckpointOfOtherTraining {
      #expect(error.description.contains("and 4990 more"), "\(error)")
      #expect(error.description.utf8.count < 2000)
      #expect(!error.description.contains("\u{1B}"))
    }
  }

  /// Lists that agree with each other but are not those of the network.
  @Test func listsOfOtherLengthsAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/bad.checkpoint"
    for name in [
      "values.parameters", "values.statistics", "best.parameters", "best.statistics",
      "optimizer.firstMoment", "optimizer.secondMoment",
    ] {
      for count in [0, 3, 100_000] {
        try AtomicFile.write(
          Self.list(name, Tensor<Float>(repeating: 1, shape: [count])), to: path)
        #expect(throws: TrainingError.otherState) { try Self.job.train(path: path) }
      }
    }
  }

  /// One to four changes in the header, with the checksum mended.
  @Test func mutantsAreRefusedOrGoneOnFrom() throws {
    let whole = try Self.whole()
    let header = 8 + whole[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let data = whole.count - header
    let compiled = try Self.job.compiled()
    let source = Self.job.source(count: 10, seed: 1)
    var (refused, byTheCheckpoint, gone) = (0, 0, 0)
    for mutant in 0..<1000 {
      var stream = RandomStream(seed: 9, purpose: .tests, item: mutant)
      func below(_ bound: Int) -> Int { Int(stream.next() % UInt64(bound)) }
      var bytes = whole
      for _ in 0...below(4) {
        let place = mutant % 4 == 3 ? header + below(data) : 8 + below(header - 8)
        if mutant % 4 == 3 {
          bytes[place] ^= 1 << UInt8(below(8))
        } else {
          bytes[place] = Array("{}[]\",:0129-.eE\\u".utf8)[below(17)]
        }
      }
      do {
        let checkpoint = try Checkpoint(TensorFile(bytes: SealTests.resealed(bytes)))
        let trainer = try Trainer(compiled, options: Self.job.options, threads: 1)
        try trainer.resume(from: checkpoint.state)
        // As far as the first report, if there is anything left to do.
        try trainer.train(on: source, report: { _ in throw CheckpointTests.Job.Interrupted() })
        gone += 1
      } catch is CheckpointTests.Job.Interrupted {
        gone += 1
      } catch let error as any ReportableError {
        refused += 1
        if !(error is TensorFileError) { byTheCheckpoint += 1 }
      }
    }
    print(
      "of 1000 mutants \(refused) refused, \(byTheCheckpoint) beyond the container; \(gone) go on")
    #expect(byTheCheckpoint > 50 && gone > 50)
  }
}
