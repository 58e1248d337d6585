import ConvKit
import Foundation
import Testing

@testable import ConvKitBenchmark

struct MutantTests {
  private var program: String { Program.folder.appending(path: "convkit-bench").path }

  private func mutants(_ line: String, in folder: TemporaryFolder) throws -> Program.Outcome {
    try Program.shell("\"\(program)\" mutants \(line)", in: folder.path)
  }

  private struct Told: Decodable, Equatable {
    let format: String
    let count, answers, errors, failures: Int
    let reached: Double
  }

  private func told(_ outcome: Program.Outcome) throws -> Told {
    try JSONDecoder().decode(Told.self, from: Data((outcome.lines.last ?? "").utf8))
  }

  /// One mutant in 16 stays unrepaired, and some changes hide where the checksum stands: of 500 of
  /// each format, 77 % (packed NIfTI) to 100 % (JPEG) reached the decoder.
  @Test(arguments: MutantFormat.allCases) func brokenFilesGiveAnAnswerOrAnError(
    format: MutantFormat
  ) throws {
    let folder = try TemporaryFolder()
    let outcome = try mutants("--format \(format.rawValue) --count 60", in: folder)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let result = try told(outcome)
    #expect(result.format == format.rawValue && result.count == 60 && result.failures == 0)
    #expect(result.answers + result.errors == 60)
    #expect(result.answers > 0 && result.errors > 5, "\(outcome.output)")
    #expect(result.reached > 0.7, "\(outcome.output)")
    #expect(try folder.names().isEmpty)
  }

  /// What is refused by its first bytes has not reached a decoder, whatever its checksums say.
  @Test func whatIsNotRecognisedIsNotReached() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("seeds"), withIntermediateDirectories: false)
    try folder.write("GIF89a and more of it".utf8, to: "seeds/a.gif")
    let result = try told(mutants("--format pgm --count 5 --seeds seeds", in: folder))
    #expect(result.errors == 5 && result.reached == 0)
  }

  /// With less memory than the file takes no process gets far: every one is a failure, and kept.
  @Test func failuresAreKeptAndNamed() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("seeds"), withIntermediateDirectories: false)
    let lines = String(repeating: "a.png,x\n", count: 120_000)
    try folder.write("path,label\n\(lines)".utf8, to: "seeds/a.csv")
    let outcome = try mutants(
      "--format csv --count 2 --memory 1 --keep kept --seeds seeds", in: folder)
    #expect(outcome.status == 1)
    #expect(try told(outcome).failures == 2)
    let names = try folder.names(in: "kept")
    #expect(names.count == 2)
    for name in names {
      #expect(outcome.output.contains("kept as kept/\(name)"))
      #expect(try !folder.bytes(of: "kept/\(name)").isEmpty)
    }
  }

  @Test(arguments: MutantFormat.allCases) func ownSeedsAreSound(format: MutantFormat) throws {
    let folder = try TemporaryFolder()
    for seed in try format.ownSeeds(in: folder.path) {
      // A folder of its own, as each mutant has, for some formats are read by the folder.
      let work = try TemporaryFolder()
      for file in format.companions + [seed] { try work.write(file.bytes, to: file.name) }
      #expect(throws: Never.self, "\(seed.name)") {
        let answer = try format.decode(work.path(seed.name))
        #expect(!answer.hasPrefix("0 "), "\(seed.name): \(answer)")
      }
      #expect(format.isIntact(seed.bytes, of: seed.bytes), "\(seed.name)")
      #expect(format.repaired(seed.bytes, of: seed.bytes) == seed.bytes, "\(seed.name)")
    }
  }

  /// The formats that have checksums.
  private static let sealed: [MutantFormat] = {
    var formats: [MutantFormat] = [.png, .gzip, .model, .niftigz, .npz]
    #if Sound
      formats += [.flac, .ogg]
    #endif
    return formats
  }()

  @Test(arguments: sealed) func repairMendsWhatAChangeBroke(
    format: MutantFormat
  ) throws {
    let folder = try TemporaryFolder()
    for seed in try format.ownSeeds(in: folder.path) {
      // Within the first chunk's data, within the checksum at the end, within the last weight; of sound
      // within the checksum of the last frame, or within the last packet; of zip and of gzip elsewhere
      // within the length at the end.
      let place = [.png: 20, .gzip: seed.bytes.count - 6][format] ?? seed.bytes.count - 1
      var broken = seed.bytes
      broken[place] ^= 0x10
      #expect(!format.isIntact(broken, of: seed.bytes), "\(seed.name)")
      #expect(format.isIntact(format.repaired(broken, of: seed.bytes), of: seed.bytes))
    }
  }

  /// The model's own reader finds the checksum right that the bench has repaired.
  @Test func repairedModelsAreIntact() throws {
    let folder = try TemporaryFolder()
    let seed = try #require(MutantFormat.model.ownSeeds(in: folder.path).first).bytes
    var broken = seed
    broken[seed.count - 1] ^= 1
    #expect(try TensorFile(bytes: broken).seal == .broken)
    #expect(try TensorFile(bytes: ModelChecksum.repaired(broken)).seal == .intact)
    // Where nothing leads to the digits, nothing is touched.
    for file in [[], Array(seed.prefix(8)), [UInt8](repeating: 0xFF, count: 99)] {
      #expect(ModelChecksum.repaired(file) == file && !ModelChecksum.isIntact(file))
    }
  }

  @Test func theSameSeedGivesTheSameMutants() {
    let (bytes, other) = (Array(UInt8(0)..<200), Array(repeating: UInt8(7), count: 50))
    var different = Set<[UInt8]>()
    for number in 0..<300 {
      var (one, two) = (Mutation(seed: 5, number: number), Mutation(seed: 5, number: number))
      let mutant = one.mutant(of: bytes, other: other)
      #expect(mutant == two.mutant(of: bytes, other: other))
      different.insert(mutant)
    }
    #expect(different.count > 290)
    var one = Mutation(seed: 5, number: 1)
    #expect(one.mutant(of: [], other: []).count <= 8)
  }

  @Test func anythingButAnAnswerOrAnErrorIsAFailure() throws {
    func outcome(_ line: String, limit: Double = 20) throws -> MutantOutcome {
      let folder = try TemporaryFolder()
      let process = try ChildProcess("/bin/sh", ["-c", line], output: folder.path("output"))
      while true {
        if let report = process.poll(limit: limit) { return MutantOutcome(report.end) }
        ChildProcess.pause()
      }
    }
    #expect(try outcome("exit 0") == .answer)
    #expect(try outcome("exit 65") == .error)
    #expect(try outcome("exit 76") == .unrecognised)
    #expect(try outcome("exit 70") == .failure("ended with the status 70"))
    #expect(try outcome("kill -ILL $$") == .failure("was ended by the signal 4"))
    #expect(try outcome("kill -SEGV $$") == .failure("was ended by the signal 11"))
    #expect(try outcome("kill -ALRM $$") == .failure("took too long"))
    #expect(try outcome("kill -KILL $$") == .failure("was ended by the signal 9"))
    #expect(try outcome("exec sleep 60", limit: 0.2) == .failure("took too long"))
  }

  @Test func outputIsKeptAndAProgramThatIsNotThereIsNamed() throws {
    let folder = try TemporaryFolder()
    let process = try ChildProcess(
      "/bin/sh", ["-c", "echo said; echo complained >&2"], output: folder.path("output"))
    var report: ChildProcess.Report?
    while report == nil { report = process.poll(limit: 20) }
    #expect(report?.end == .exited(0) && report?.memory ?? 0 > 0)
    #expect(try folder.bytes(of: "output") == Data("said\ncomplained\n".utf8))
    #expect(throws: ChildNotStarted.self) {
      try ChildProcess("/nowhere", [], output: folder.path("output"))
    }
  }
}
