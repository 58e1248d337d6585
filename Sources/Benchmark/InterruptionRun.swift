import ConvKit
import FoundationEssentials

/// Trainings that are killed and gone on with, until they are done.
struct InterruptionRun {
  /// What is told at the end.
  struct Result: Encodable {
    let `case`: String
    /// What the training takes when nobody kills it.
    fileprivate(set) var milliseconds = 0
    fileprivate(set) var trainings = 0
    /// Moments at which a process was to be killed, of first and of resumed ones.
    fileprivate(set) var moments = 0
    /// Those at which it was; at the others it was done.
    fileprivate(set) var kills = 0
    /// What was there after those moments.
    fileprivate(set) var found = Found()
    fileprivate(set) var resumes = 0
    /// Resumed trainings that were done and said so.
    fileprivate(set) var finishedAnswers = 0
    /// Models that are other bytes than those of the training that nobody killed.
    fileprivate(set) var mismatches = 0
    /// Everything that should not have been, the mismatches among it.
    fileprivate(set) var failures = 0

    struct Found: Encodable {
      var noCheckpoint = 0
      var checkpoint = 0
      /// The model is written and the checkpoint not yet removed.
      var modelAndCheckpoint = 0
      var modelAlone = 0
      /// Counted beside those above: a save was at work, and its temporary file is left.
      var temporaryFile = 0
    }
  }

  let subject: InterruptionCase
  let seed: UInt64
  let work: WorkFolder

  /// Of the time that a training takes: some moments come when it is done.
  private static let latestMoment: Float = 1.1
  /// Every second training is killed again while it goes on, so many times at most.
  private static let furtherKills: UInt64 = 3
  private static let modelName = "model.convkit"

  /// Kills at random moments.
  ///
  /// - Parameter report: takes a line for every failure; the folder that it names is kept.
  func kill(trainings: Int, report: (String) -> Void) throws -> Result {
    var (result, expected) = try reference(named: subject.rawValue)
    let seconds = Double(result.milliseconds) / 1000
    for number in 0..<trainings {
      var random = RandomStream(
        seed: seed, purpose: .tests, epoch: subject.number, item: number)
      let moments = number % 2 == 0 ? 1 : 2 + Int(random.next() % Self.furtherKills)
      try train(number, expected, &result, report) { place, result in
        var stage = Stage.noCheckpoint
        for moment in 0..<moments {
          let after = Double(random.uniform(in: 0...Self.latestMoment)) * seconds
          let before = try place.temporaryFiles()
          let end = try start(place, resume: moment > 0).wait(limit: after).end
          guard end == .late || end == .exited(0) else {
            throw InterruptionFailure.ended("\(TrainingFailed(end: end, output: place.output))")
          }
          if end == .late { result.kills += 1 }
          if moment > 0 { result.resumes += 1 }
          try look(at: place, before, &stage, &result)
        }
      }
    }
    return result
  }

  /// Kills at each call by which a file of the training reaches the disk, or gets or loses its name:
  /// between them lie all states that a kill can leave behind.
  ///
  /// - Parameter report: as above.
  func killAtCalls(_ tracer: Tracer, report: (String) -> Void) throws -> Result {
    var (result, expected) = try reference(named: "calls")
    for call in ["fsync", "rename", "unlink"] {
      var number = 0
      var isKilled = true
      var stage = Stage.noCheckpoint
      while isKilled {
        number += 1
        try train(result.trainings, expected, &result, report) { place, result in
          let before = try place.temporaryFiles()
          let (program, arguments) = subject.call(
            writing: place.model, resume: false, in: work)
          isKilled = try tracer.kill(
            at: call, number, program, arguments, output: place.output)
          if isKilled { result.kills += 1 }
          // One that comes further finds no less on the disk.
          try look(at: place, before, &stage, &result)
        }
      }
    }
    return result
  }

  /// Trains once without being killed.
  private func reference(named name: String) throws -> (Result, model: [UInt8]) {
    try subject.prepare(in: work)
    let place = Place(folder: try work.folder("\(name)-reference"))
    let whole = try start(place, resume: false).wait(limit: InterruptionCase.patience)
    guard whole.end == .exited(0) else {
      throw TrainingFailed(end: whole.end, output: place.output)
    }
    var result = Result(case: name)
    result.milliseconds = Int(whole.seconds * 1000)
    return (result, try place.bytes())
  }

  /// Lets a training be interrupted, and goes on with it to its end.
  private func train(
    _ number: Int, _ expected: [UInt8], _ result: inout Result, _ report: (String) -> Void,
    interrupt: (Place, inout Result) throws -> Void
  ) throws {
    let place = Place(folder: try work.folder("\(result.case)-\(number)"))
    result.trainings += 1
    do {
      try interrupt(place, &result)
      try complete(place, expected, &result)
      try FileManager.default.removeItem(atPath: place.folder)
    } catch let failure as InterruptionFailure {
      result.failures += 1
      if failure == .otherBytes { result.mismatches += 1 }
      report("\(FileName.printable(place.folder)): \(failure)")
    }
  }

  /// The files of a training.
  private struct Place {
    let folder: String
    var model: String { FileName.join(folder, InterruptionRun.modelName) }
    var checkpoint: String { "\(model).checkpoint" }
    /// Beside the folder, which holds nothing but what the training writes.
    var output: String { "\(folder).txt" }

    func bytes() throws -> [UInt8] { try BoundedFile.read(path: model, limit: 1 << 28) }

    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted(by: FileName.precedes)
    }

    func temporaryFiles() throws -> Set<String> {
      Set(try names().filter { $0.hasSuffix(".partial") })
    }
  }

  private func start(_ place: Place, resume: Bool) throws -> ChildProcess {
    let (program, arguments) = subject.call(writing: place.model, resume: resume, in: work)
    return try ChildProcess(program, arguments, output: place.output)
  }

  /// What is on the disk, in the order in which a training comes through it.
  private enum Stage: Int {
    case noCheckpoint, checkpoint, modelAndCheckpoint, modelAlone
  }

  /// Looks at what is there after a kill.
  ///
  /// - Parameters:
  ///   - before: the temporary files that were there before the process that was killed.
  ///   - stage: which there was already, then which there is: no training goes back behind it.
  private func look(
    at place: Place, _ before: Set<String>, _ stage: inout Stage, _ result: inout Result
  ) throws {
    result.moments += 1
    let hasModel = AtomicFile.exists(place.model)
    let hasCheckpoint = AtomicFile.exists(place.checkpoint)
    do {
      if hasModel { try subject.load(place.model) }
      if hasCheckpoint { _ = try Checkpoint.read(path: place.checkpoint) }
    } catch {
      throw InterruptionFailure.notWhole("\(error)")
    }
    let found: Stage =
      hasModel
      ? hasCheckpoint ? .modelAndCheckpoint : .modelAlone
      : hasCheckpoint ? .checkpoint : .noCheckpoint
    switch found {
    case .noCheckpoint: result.found.noCheckpoint += 1
    case .checkpoint: result.found.checkpoint += 1
    case .modelAndCheckpoint: result.found.modelAndCheckpoint += 1
    case .modelAlone: result.found.modelAlone += 1
    }
    guard found.rawValue >= stage.rawValue else {
      throw InterruptionFailure.lost("\(found) after \(stage)")
    }
    stage = found
    if try !place.temporaryFiles().isSubset(of: before) { result.found.temporaryFile += 1 }
  }

  /// Goes on until the training is done: at once, for nobody kills it now. That it takes the lock of
  /// those that were killed, and ends, shows that the lock died with them.
  private func complete(_ place: Place, _ expected: [UInt8], _ result: inout Result) throws {
    let isDone = AtomicFile.exists(place.model) && !AtomicFile.exists(place.checkpoint)
    let end = try start(place, resume: true).wait(limit: InterruptionCase.patience).end
    result.resumes += 1
    guard end == .exited(0) else {
      throw InterruptionFailure.ended("\(TrainingFailed(end: end, output: place.output))")
    }
    let said = String(
      decoding: try BoundedFile.read(path: place.output, limit: 1 << 16), as: UTF8.self)
    guard said.contains("finished") == isDone else {
      throw InterruptionFailure.otherAnswer(FileName.printable(said))
    }
    if isDone { result.finishedAnswers += 1 }
    guard try place.bytes() == expected else { throw InterruptionFailure.otherBytes }
    let names = try place.names()
    guard names == [Self.modelName] else {
      throw InterruptionFailure.leftovers(names.map { FileName.printable($0) })
    }
  }
}

/// What should not come of an interruption.
enum InterruptionFailure: Error, Equatable, CustomStringConvertible {
  case ended(String)
  case notWhole(String)
  case otherAnswer(String)
  case otherBytes
  case leftovers([String])
  case lost(String)

  var description: String {
    switch self {
    case .ended(let sentence): sentence
    case .notWhole(let reason): "A file is not whole after a kill: \(reason)"
    case .otherAnswer(let said): "A resumed training said: \(said)"
    case .otherBytes: "The model differs from that of the training that nobody killed."
    case .lost(let stages): "Something that was written is lost: \(stages)."
    case .leftovers(let names): "At the end there is: \(names.joined(separator: ", "))"
    }
  }
}
