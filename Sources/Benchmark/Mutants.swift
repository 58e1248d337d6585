import ArgumentParser
import ConvKit
import FoundationEssentials

#if Sound
  import ConvKitSound
#endif

struct Mutants: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decodes broken files, each in a process of its own.",
    discussion: """
      Small files that are right are changed at random, their checksums are set right, and each is \
      decoded with a limit of memory and of time. An answer or an error is what should come of it. \
      Whatever else a process ends with (a trap, a signal, too much time) is a failure: the mutant \
      is kept, named, and the exit status is 1. The last line is JSON.

      Example: convkit-bench mutants --format png --count 5000
      """)

  @Option(help: "What to break.")
  var format: MutantFormat

  @Option(help: "Mutants to make of the seeds.")
  var count = 5000

  @Option(help: "Decides the mutants.")
  var seed: UInt64 = 0

  @Option(help: "Megabytes of addresses that a process may have.")
  var memory = 1024

  @Option(help: "Seconds that a process may take.")
  var seconds = 10

  @Option(
    help: "A folder of files to make mutants of, instead of the bench's own.",
    completion: .directory)
  var seeds: String?

  @Option(
    help: "The folder that mutants with failures are kept in; made when there is the first.",
    completion: .directory)
  var keep = "mutants-kept"

  func validate() throws {
    guard count > 0, memory > 0, seconds > 0 else {
      throw ValidationError("--count, --memory and --seconds take at least 1.")
    }
  }

  func run() throws {
    let work = try WorkFolder()
    defer { work.remove() }
    let seeds = try seeds.map(Self.files) ?? format.ownSeeds(in: work.path)
    let run = MutantRun(
      format: format, seeds: seeds,
      randomSeed: seed, limits: MutantRun.Limits(megabytes: memory, seconds: seconds),
      work: work, kept: keep)
    let result = try run.decode(count: count) { print($0) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(result), as: UTF8.self))
    guard result.failures == 0 else { throw ExitCode(1) }
  }

  private static func files(in folder: String) throws -> [MutantSeed] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .sorted(by: FileName.precedes)
    let seeds = try names.map {
      MutantSeed(
        name: $0, bytes: try BoundedFile.read(path: FileName.join(folder, $0), limit: 1 << 20))
    }
    guard !seeds.isEmpty else { throw ValidationError("\(folder) holds no file.") }
    return seeds
  }
}

/// What a process of `mutants` does.
struct Decode: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Decodes one file within limits.", shouldDisplay: false)

  @Option var format: MutantFormat
  @Option var memory: Int
  @Option var seconds: Int
  @Argument var path: String

  func run() throws {
    ChildProcess.limitSelf(memory: memory << 20, seconds: seconds)
    do {
      print("answer:", try format.decode(path))
    } catch let error as PictureFileError where error.isByFirstBytes {
      print("error: no picture by its first bytes")
      throw ExitCode(MutantOutcome.unrecognisedStatus)
    } catch let error as VolumeFileError where error.isByFirstBytes {
      print("error: no volume by its first bytes")
      throw ExitCode(MutantOutcome.unrecognisedStatus)
    } catch is SeparatedFileError {
      print("error: no text by its first bytes")
      throw ExitCode(MutantOutcome.unrecognisedStatus)
    } catch let error as any ReportableError {
      #if Sound
        if let error = error as? SoundFileError, error.isByFirstBytes {
          print("error: no sound by its first bytes")
          throw ExitCode(MutantOutcome.unrecognisedStatus)
        }
      #endif
      print("error:", error.description)
      throw ExitCode(MutantOutcome.errorStatus)
    }
  }
}

extension PictureFileError {
  /// Whether no decoder was asked.
  fileprivate var isByFirstBytes: Bool {
    switch self {
    case .notAPicture, .otherFormat: true
    default: false
    }
  }
}

#if Sound
  extension SoundFileError {
    /// Whether no decoder was asked.
    fileprivate var isByFirstBytes: Bool {
      switch self {
      case .notSound: true
      default: false
      }
    }
  }
#endif

extension VolumeFileError {
  /// Whether no decoder was asked.
  fileprivate var isByFirstBytes: Bool {
    switch self {
    case .notAVolume: true
    default: false
    }
  }
}

/// What came of a mutant.
enum MutantOutcome: Equatable {
  case answer
  case error
  /// An error by the signature alone: no decoder was asked.
  case unrecognised
  /// What should not have happened, in words.
  case failure(String)

  /// Bad data, of sysexits.h. No trap and no error of the Swift runtime ends a process with it.
  static let errorStatus: Int32 = 65
  /// A wrong protocol, of sysexits.h.
  static let unrecognisedStatus: Int32 = 76

  init(_ end: ProcessEnd) {
    self =
      switch end {
      case .exited(0): .answer
      case .exited(Self.errorStatus): .error
      case .exited(Self.unrecognisedStatus): .unrecognised
      case .exited(let status): .failure("ended with the status \(status)")
      // SIGALRM and SIGXCPU come of the process's own limits.
      case .late, .killed(14), .killed(24): .failure("took too long")
      case .killed(let signal): .failure("was ended by the signal \(signal)")
      }
  }
}
