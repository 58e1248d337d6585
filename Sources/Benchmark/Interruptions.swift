import ArgumentParser
import ConvKit
import FoundationEssentials

struct Interruptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Kills trainings at random moments and saves at every system call.",
    discussion: """
      Each training is killed, gone on with and, every second one, killed again up to three times; \
      in the end it must write the bytes of the one that nobody killed, and leave nothing else. \
      Where strace is installed, “calls” kills a training of pictures at each call that syncs, \
      names or removes a file, and “save” a single save at every call that it makes, and makes its \
      calls fail. One JSON line a case; the exit status is 1 when anything failed.

      Example: convkit-bench interruptions --kills 100
      """)

  @Option(
    help: ArgumentHelp(
      "What to interrupt: some of image, sequence, volume, calls and save, with commas.",
      valueName: "LIST"))
  var cases = InterruptionList.all

  @Option(help: "Trainings that are killed, spread over their cases.")
  var kills = 100

  @Option(help: "Decides the moments.")
  var seed: UInt64 = 0

  @Option(
    help: "A new folder to work in, which stays; a temporary one stays where something failed.")
  var keep: String?

  func validate() throws {
    guard kills > 0 else { throw ValidationError("--kills takes at least 1.") }
  }

  func run() throws {
    let work = try keep.map(WorkFolder.init(at:)) ?? WorkFolder()
    var failures = 0
    for (number, subject) in cases.trainings.enumerated() {
      // The first cases have one more where they do not divide evenly.
      let share = (kills - number + cases.trainings.count - 1) / cases.trainings.count
      let result = try InterruptionRun(subject: subject, seed: seed, work: work)
        .kill(trainings: share) { print($0) }
      failures += result.failures
      try Self.tell(result)
    }
    if cases.calls || cases.saves {
      if let tracer = Tracer(), let faults = try SaveFaults(tracer, in: work) {
        if cases.calls {
          let result = try InterruptionRun(subject: .image, seed: seed, work: work)
            .killAtCalls(tracer) { print($0) }
          failures += result.failures
          try Self.tell(result)
        }
        if cases.saves {
          let result = try faults.run { print($0) }
          failures += result.failures
          try Self.tell(result)
        }
      } else {
        print("skipped: strace is missing, or may not trace here; nothing was killed at its calls")
      }
    }
    guard failures == 0 else {
      print("kept: \(FileName.printable(work.path))")
      throw ExitCode(1)
    }
    if keep == nil { work.remove() }
  }

  private static func tell(_ result: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(result), as: UTF8.self))
  }
}

/// What `--cases` names.
struct InterruptionList: ExpressibleByArgument {
  var trainings: [InterruptionCase] = []
  var calls = false
  var saves = false

  static let all = InterruptionList(
    trainings: InterruptionCase.allCases, calls: true, saves: true)

  var defaultValueDescription: String {
    (trainings.map(\.rawValue) + (calls ? ["calls"] : []) + (saves ? ["save"] : []))
      .joined(separator: ",")
  }
}

extension InterruptionList {
  init?(argument: String) {
    self.init()
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      if word == "calls" {
        calls = true
      } else if word == "save" {
        saves = true
      } else if let subject = InterruptionCase(rawValue: String(word)),
        !trainings.contains(subject)
      {
        trainings.append(subject)
      } else {
        return nil
      }
    }
  }
}
