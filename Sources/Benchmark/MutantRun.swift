import ConvKit
import FoundationEssentials

/// Mutants that are decoded two at a time.
struct MutantRun {
  struct Limits {
    let megabytes: Int
    let seconds: Int
  }

  /// What is told at the end.
  struct Result: Encodable {
    struct Extreme: Encodable {
      let mutant: Int
      let value: Int
    }

    let format: String
    let seed: UInt64
    let count: Int
    fileprivate(set) var answers = 0
    fileprivate(set) var errors = 0
    fileprivate(set) var failures = 0
    /// The share of the mutants whose signature and checksums are right (see `isIntact`) and were
    /// recognised.
    fileprivate(set) var reached = 0.0
    fileprivate(set) var slowestMilliseconds = Extreme(mutant: -1, value: -1)
    fileprivate(set) var largestKilobytes = Extreme(mutant: -1, value: -1)
  }

  let format: MutantFormat
  let seeds: [MutantSeed]
  let randomSeed: UInt64
  let limits: Limits
  let work: WorkFolder
  /// The folder for mutants with failures.
  let kept: String

  /// The machine that this is for has two cores.
  private static let children = 2
  /// One mutant of so many stays as it is, so that the checks of checksums have something to do.
  private static let unrepaired = 16

  /// A mutant whose process runs.
  private struct Running {
    let number: Int
    let name: String
    let mutant: [UInt8]
    let isIntact: Bool
    let output: String
    let process: ChildProcess
  }

  /// - Parameter report: takes a line for every failure.
  func decode(count: Int, report: (String) -> Void) throws -> Result {
    var result = Result(format: format.rawValue, seed: randomSeed, count: count)
    var reached = 0
    var next = 0
    var running: [Running?] = Array(repeating: nil, count: Self.children)
    while next < count || running.contains(where: { $0 != nil }) {
      for slot in running.indices {
        if let child = running[slot] {
          // The process ends itself before; this is for one that is beyond that.
          guard let end = child.process.poll(limit: Double(limits.seconds) + 2) else { continue }
          running[slot] = nil
          try add(end, of: child, to: &result, report)
          if child.isIntact, MutantOutcome(end.end) != .unrecognised { reached += 1 }
        }
        guard next < count else { continue }
        running[slot] = try start(next, slot: slot)
        next += 1
      }
      ChildProcess.pause()
    }
    result.reached = Double(reached) / Double(count)
    return result
  }

  func mutant(_ number: Int) -> (name: String, bytes: [UInt8], isIntact: Bool) {
    var mutation = Mutation(seed: randomSeed, number: number)
    let seed = seeds[mutation.below(seeds.count)]
    let other = seeds[mutation.below(seeds.count)]
    let isRepaired = mutation.below(Self.unrepaired) != 0
    let mutant: [UInt8]
    if let broken = format.brokenInside(seed.bytes, &mutation, isRepaired: isRepaired) {
      mutant = broken
    } else {
      let changed = mutation.mutant(of: seed.bytes, other: other.bytes)
      mutant = isRepaired ? format.repaired(changed, of: seed.bytes) : changed
    }
    return (seed.name, mutant, format.isIntact(mutant, of: seed.bytes))
  }

  private func start(_ number: Int, slot: Int) throws -> Running {
    let (name, mutant, isIntact) = mutant(number)
    let folder = try work.folder("\(slot)")
    for companion in format.companions + [MutantSeed(name: name, bytes: mutant)] {
      // Not by `AtomicFile`, whose waits for the disk would be most of the time.
      try Data(companion.bytes).write(
        to: URL(filePath: FileName.join(folder, companion.name)))
    }
    let output = FileName.join(work.path, "\(slot).txt")
    let arguments = [
      "decode", "--format", format.rawValue, "--memory", "\(limits.megabytes)", "--seconds",
      "\(limits.seconds)", FileName.join(folder, name),
    ]
    return Running(
      number: number, name: name, mutant: mutant, isIntact: isIntact, output: output,
      process: try ChildProcess(ChildProcess.ownPath, arguments, output: output))
  }

  private func add(
    _ end: ChildProcess.Report, of child: Running, to result: inout Result,
    _ report: (String) -> Void
  ) throws {
    let milliseconds = Int(end.seconds * 1000)
    if milliseconds > result.slowestMilliseconds.value {
      result.slowestMilliseconds = .init(mutant: child.number, value: milliseconds)
    }
    if end.memory >> 10 > result.largestKilobytes.value {
      result.largestKilobytes = .init(mutant: child.number, value: end.memory >> 10)
    }
    switch MutantOutcome(end.end) {
    case .answer: result.answers += 1
    case .error, .unrecognised: result.errors += 1
    case .failure(let reason):
      result.failures += 1
      try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
      let path = FileName.join(
        kept, "\(format.rawValue)-\(randomSeed)-\(child.number)-\(child.name)")
      try AtomicFile.write(child.mutant, to: path)
      let said = (try? BoundedFile.read(path: child.output, limit: 1 << 16)) ?? []
      report(
        "mutant \(child.number) \(reason); kept as \(FileName.printable(path)). It said: "
          + FileName.printable(String(decoding: said.prefix(400), as: UTF8.self)))
    }
  }
}
