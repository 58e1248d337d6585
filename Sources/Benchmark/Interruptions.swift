import ArgumentParser
import ConvKit
import FoundationEssentials

struct Interruptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Kills trainings at random moments and saves at every system call.",
    discussion: """
      Each training is killed, gone on with and, every second one, killed again up to three times; \
      in the end it must write the bytes of the one that nobody killed, and leave nothing else. \
      Where strace is installed, a save is killed at each of its system calls, and its calls are \
      made to fail. One JSON line a case; the exit status is 1 when anything failed.

      Example: convkit-bench interruptions --kills 100
      """)

  @Option(help: "What to interrupt: some of image, sequence, volume and save, with commas.")
  var cases = InterruptionList(trainings: InterruptionCase.allCases, saves: true)

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
    if cases.saves {
      if let faults = try SaveFaults(in: work) {
        let result = try faults.run { print($0) }
        failures += result.failures
        try Self.tell(result)
      } else {
        print("skipped: strace is missing, or may not trace here; no save was killed")
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
  var trainings: [InterruptionCase]
  var saves: Bool

  init(trainings: [InterruptionCase], saves: Bool) {
    (self.trainings, self.saves) = (trainings, saves)
  }

  init?(argument: String) {
    self.init(trainings: [], saves: false)
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      if word == "save" {
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

  var defaultValueDescription: String {
    (trainings.map(\.rawValue) + (saves ? ["save"] : [])).joined(separator: ",")
  }
}
