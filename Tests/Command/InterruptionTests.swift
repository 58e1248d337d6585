import ConvKit
import Foundation
import Testing

@testable import ConvKitBenchmark

/// A share of what `convkit-bench interruptions` does in full.
@Suite struct InterruptionTests {
  private var program: String { Program.folder.appending(path: "convkit-bench").path }

  private struct Told: Decodable {
    struct Found: Decodable {
      let noCheckpoint, checkpoint, modelAndCheckpoint, modelAlone, temporaryFile: Int
    }
    let trainings, moments, kills, resumes, finishedAnswers, mismatches, failures: Int
    let found: Found
  }

  /// Trainings that are killed, by case: without optimisation each takes ten times as long.
  #if DEBUG
    private static let kills = ["sequence": 2, "image": 1, "volume": 1]
  #else
    private static let kills = ["sequence": 4, "image": 4, "volume": 4]
  #endif

  @Test(arguments: kills) func killedTrainingsEndInTheSameBytes(name: String, kills: Int) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.shell(
      "\"\(program)\" interruptions --cases \(name) --kills \(kills) --seed 1 --keep work",
      in: folder.path)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let told = try JSONDecoder().decode(Told.self, from: Data((outcome.lines.last ?? "").utf8))
    #expect(told.failures == 0 && told.mismatches == 0)
    #expect(told.trainings == kills && told.moments >= kills)
    // One that nobody kills at the end of each, and the ones that were killed again.
    #expect(told.resumes == told.moments && told.kills <= told.moments)
    let found = told.found
    #expect(
      found.noCheckpoint + found.checkpoint + found.modelAndCheckpoint + found.modelAlone
        == told.moments)
    #expect(
      try folder.names(in: "work").allSatisfy {
        $0.hasSuffix(".txt") || $0.hasSuffix("-reference") || $0 == "pictures"
      })
  }

  /// Each of those calls is refused in its turn, and the save is killed there.
  @Test func killedSavesLeaveTheOldOrTheNewFile() throws {
    struct ToldOfSaves: Decodable {
      let calls: [String]
      let kills, oldFiles, newFiles, temporaryFiles, refusals, failures: Int
    }
    let folder = try TemporaryFolder()
    let outcome = try Program.shell(
      "\"\(program)\" interruptions --cases save", in: folder.path)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    guard !outcome.output.hasPrefix("skipped") else {
      print(outcome.output)
      return
    }
    let told = try JSONDecoder().decode(
      ToldOfSaves.self, from: Data((outcome.lines.last ?? "").utf8))
    #expect(told.failures == 0)
    #expect(told.oldFiles + told.newFiles == told.kills)
    #expect(told.oldFiles > 5 && told.newFiles > 0 && told.temporaryFiles > 0)
    #expect(Set(told.calls).isSuperset(of: ["openat", "fchmod", "write", "fsync"]))
    // The temporary file in two ways, its permissions, three pieces, two waits, one new name.
    #expect(told.refusals == 9, "\(told)")
  }

  /// Models that lie there would be taken for those of this run.
  @Test func anOlderFolderIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write([1], to: "work")
    let outcome = try Program.shell(
      "\"\(program)\" interruptions --cases save --keep work", in: folder.path)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains("in the way"), "\(outcome.errors)")
    let wrong = try Program.shell("\"\(program)\" interruptions --cases sound", in: folder.path)
    #expect(wrong.status == 64)
  }

  /// As they lie there after a kill within a save; while another training has the lock, they are its.
  @Test func aTrainingRemovesWhatKilledOnesLeft() throws {
    let folder = try TemporaryFolder()
    let leftovers = ["m.convkit", "m.convkit.checkpoint", "log.csv"].map { name in
      ".convkit-\(Fingerprint(Array(name.utf8)[...]).hexadecimal)-1-1.partial"
    }
    for name in leftovers { try folder.write([1], to: name) }
    let line = "\"$CONVKIT\" train xo --out m.convkit --log log.csv --epochs 1 --quiet"
    do {
      let lock = try FileLock(folder.path("m.convkit"))
      let refused = try Program.shell(
        "\"$CONVKIT\" xo generate xo --count 20 --size 9 --quiet && \(line)", in: folder.path)
      #expect(refused.status == 73)
      #expect(try Set(folder.names()).isSuperset(of: leftovers))
      withExtendedLifetime(lock) {}
    }
    let outcome = try Program.shell(line, in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.names() == ["log.csv", "m.convkit", "xo"])
  }

  @Test func tracesAreReadFromTheFirstCallOfTheSave() {
    let trace = SystemCallTrace(
      """
      7 execve("/x/bench", ["bench", "/t/m"], 0x7f /* 3 vars */) = 0
      7 openat(AT_FDCWD, "/lib/a.so", O_RDONLY) = 3
      7 write(1, "/t/", 3) = 3
      7 --- SIGCHLD {si_signo=SIGCHLD} ---
      7 newfstatat(AT_FDCWD, "/t/m", {st_mode=S_IFREG}, 0) = 0
      7 openat(AT_FDCWD, "/t/.convkit-1.partial", O_WRONLY|O_EXCL) = 3
      7 write(3, "a", 1) = 1
      7 write(3, "b", 1) = 1
      7 exit_group(0) = ?
      7 +++ exited with 0 +++
      """, path: "/t/m")
    #expect(
      trace.calls.map { "\($0.name) \($0.number)" } == [
        "newfstatat 1", "openat 2", "write 2", "write 3", "exit_group 1",
      ])
    #expect(trace.firsts.map(\.number) == [1, 2, 2, 1])
  }
}
