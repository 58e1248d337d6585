import Foundation
import Testing

/// `--resume`: what is interrupted is lost to nobody.
@Suite("Resume")
struct ResumeTests {
  /// Long enough that a signal comes before its end, short enough to wait for.
  static let options = [
    "xo", "--epochs", "40", "--patience", "40", "--network", "net.json", "--log", "log.csv",
    "--report", "report.html",
  ]

  struct Finished {
    let folder: TemporaryFolder
    let outcome: Program.Outcome
  }

  /// The training that nobody interrupts.
  static let uninterrupted = Result {
    let folder = try TemporaryFolder.letters(40)
    let outcome = try Program.run(["train"] + options, in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return Finished(folder: folder, outcome: outcome)
  }

  /// Its data alone.
  private func fresh() throws -> TemporaryFolder {
    let whole = try Self.uninterrupted.get().folder
    let folder = try TemporaryFolder()
    for name in ["xo", "net.json"] {
      try FileManager.default.copyItem(atPath: whole.path(name), toPath: folder.path(name))
    }
    return folder
  }

  private func train(_ folder: TemporaryFolder, _ more: String...) throws -> Program.Outcome {
    try Program.run(["train"] + Self.options + more, in: folder.path)
  }

  private func interrupt(
    _ folder: TemporaryFolder, after text: String = "epoch 2/", by signal: Int32 = SIGINT,
    _ more: String...
  ) throws -> Program.Outcome {
    try Program.run(
      ["train"] + Self.options + more, in: folder.path, interruptAfter: text, by: signal)
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func goesOnToTheSameBytes(signal: Int32, status: Int32) throws {
    let whole = try Self.uninterrupted.get()
    let folder = try fresh()
    // Without a checkpoint it begins at the beginning.
    let first = try interrupt(folder, by: signal, "--resume", "--split", "split.csv")
    #expect(first.status == status && first.output.isEmpty, "\(first)")
    #expect(first.errors.contains("Interrupted.\n"))
    #expect(first.errors.hasSuffix("the same call with --resume goes on from there.\n"))
    #expect(
      try folder.names() == ["log.csv", "net.json", "split.csv", "xo", "xo.convkit.checkpoint"])
    // Twice, and on another number of threads. The split file is there by now.
    let second = try interrupt(
      folder, after: "epoch 6/", by: signal, "--resume", "--split", "split.csv", "--threads", "2")
    #expect(second.status == status && second.errors.contains("Going on from the checkpoint"))
    let last = try train(folder, "--resume", "--split", "split.csv", "--threads", "1")
    #expect(last.status == 0, "\(last.errors)")
    #expect(last.output == whole.outcome.output)
    for name in ["xo.convkit", "log.csv", "report.html"] {
      #expect(try folder.bytes(of: name) == whole.folder.bytes(of: name), "\(name)")
    }
    #expect(
      try folder.names() == ["log.csv", "net.json", "report.html", "split.csv", "xo", "xo.convkit"])
  }

  @Test func aFinishedTrainingSaysSo() throws {
    let whole = try Self.uninterrupted.get()
    let folder = try fresh()
    try FileManager.default.copyItem(
      atPath: whole.folder.path("xo.convkit"), toPath: folder.path("xo.convkit"))
    let model = try folder.bytes(of: "xo.convkit")
    let outcome = try train(folder, "--resume")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("This training is finished, after 40 epochs"))
    // What came of it, without the tables, which would cost an evaluation.
    #expect(outcome.lines.count == 7)
    #expect(zip(outcome.lines, whole.outcome.lines).allSatisfy { $1.hasPrefix($0) })
    #expect(outcome.lines.contains("examples  40"), "\(outcome.output)")
    let report = try train(folder, "--resume", "--json", "--threads", "2").object()
    #expect(report["epochs"] as? Int == 40 && report["model"] as? String == "xo.convkit")
    #expect(report["examples"] as? Int == 40 && report["validation"] == nil)
    #expect(try folder.bytes(of: "xo.convkit") == model)
    #expect(try folder.names() == ["net.json", "xo", "xo.convkit"])

    let other = try train(folder, "--resume", "--seed", "3")
    #expect(other.status == 64 && other.output.isEmpty)
    #expect(other.errors.contains("the option seed is 3 here and 0 there"), "\(other.errors)")
    #expect(try folder.bytes(of: "xo.convkit") == model)
  }

  @Test func whatChangesTheResultIsRefusedAndNamed() throws {
    let folder = try fresh()
    #expect(try interrupt(folder).status == 130)
    let checkpoint = try folder.bytes(of: "xo.convkit.checkpoint")
    for (arguments, words) in [
      ("--epochs 41", "the option epochs is 41 here and 40 there"),
      ("--patience 3", "the option patience is 3 here and 40 there"),
      ("--batch 16", "the option batch is 16 here and 32 there"),
      ("--learning-rate 0.01", "the option learning-rate is 0.01 here and 0.003 there"),
      ("--schedule cosine", "the option schedule is cosine"),
      ("--warm-up 1", "the option warm-up is 1.0 here"),
      ("--optimizer adamw", "the option optimizer is adamw here and adam there"),
      ("--weight-decay 0.1", "the option weight-decay is 0.1 here"),
      ("--seed 1", "the option seed is 1 here and 0 there"),
      ("--augment none", "the option augment is none here"),
      ("--label-smoothing 0.1", "the option label-smoothing is 0.1 here and 0.0 there"),
      ("--label-weights balanced", "the option label-weights is balanced here and none there"),
      ("--validation 0.3", "the data set is another or divided otherwise"),
      ("--test 0.2", "the data set is another"),
      ("--crop drawn", "crop is drawn here and none there"),
      ("--size 10", "the front end is another (height is 10 here and 12 there, width is 10 here"),
      ("--colour rgb", "the front end is another (colour is rgb here and grey there)"),
      (
        "--pixel-limit 5",
        "the front end is another (pixelLimit is 5000000 here and 100000000 there)"
      ),
      ("--network other.json", "the network is another"),
    ] {
      try folder.write(
        #"[{"layer": "flatten"}, {"layer": "votes"}]"#.utf8, to: "other.json")
      // The last of an option's values counts, so the changed one stands behind.
      let outcome = try Program.run(
        ["train"] + Self.options + ["--resume"] + arguments.split(separator: " ").map(String.init),
        in: folder.path)
      #expect(outcome.status == 64 && outcome.output.isEmpty, "\(arguments): \(outcome)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
    try folder.copy("xo/X/000000.png", to: "xo/X/another.png")
    let more = try train(folder, "--resume")
    #expect(more.status == 64 && more.errors.contains("the data set is another"))
    #expect(try folder.bytes(of: "xo.convkit.checkpoint") == checkpoint)
  }

  /// Without fused multiply-adds the last bits are others.
  @Test func machinesOfOtherArithmeticAreToldApart() throws {
    let folder = try fresh()
    let options = ["train"] + Self.options + ["--epochs", "1"]
    let baseline = ["CONVKIT_ISA": "baseline"]
    let begun = try Program.run(options, in: folder.path, environment: baseline)
    #expect(begun.status == 0, "\(begun.errors)")
    let finished = try Program.run(options + ["--resume"], in: folder.path, environment: baseline)
    #expect(finished.status == 0 && finished.errors.contains("This training is finished"))
    let other = try Program.run(options + ["--resume"], in: folder.path)
    #expect(other.status == 64, "\(other)")
    #expect(other.errors.contains("the option arithmetic is fused here and unfused there"))
  }

  @Test func aDamagedCheckpointSaysWhatToDo() throws {
    let folder = try fresh()
    #expect(try interrupt(folder).status == 130)
    let checkpoint = try folder.bytes(of: "xo.convkit.checkpoint")
    var flipped = checkpoint
    flipped[flipped.count - 9] ^= 0x10
    for (name, bytes) in [
      ("flipped", flipped), ("cut", checkpoint.dropLast(5)), ("start", checkpoint.prefix(30)),
      ("empty", Data()), ("strange", Data("not a checkpoint".utf8)),
    ] {
      try folder.write(bytes, to: "xo.convkit.checkpoint")
      let outcome = try train(folder, "--resume")
      #expect(outcome.status == 65 && outcome.output.isEmpty, "\(name): \(outcome)")
      #expect(
        outcome.errors.contains("xo.convkit.checkpoint")
          && outcome.errors.contains("Remove it to begin anew."), "\(name): \(outcome.errors)")
      #expect(try folder.bytes(of: "xo.convkit.checkpoint") == bytes)
    }
    // Without --resume it is told that it will be replaced.
    let anew = try train(folder)
    #expect(anew.status == 0)
    #expect(anew.errors.contains("this one begins anew and will replace it"))
    #expect(
      try folder.bytes(of: "xo.convkit") == Self.uninterrupted.get().folder.bytes(of: "xo.convkit"))
  }

  /// The limit is above what a model takes, and a checkpoint of its network takes four times that.
  @Test func aCheckpointThatCannotBeWrittenStopsNothing() throws {
    let folder = try fresh()
    // Many values, so that they outweigh what is said of them.
    try folder.write(
      #"[{"layer": "flatten"}, {"layer": "dense", "neurons": 32}, {"layer": "votes"}]"#.utf8,
      to: "net.json")
    let options = ["train"] + Self.options.dropLast(4)
    let whole = try Program.run(options + ["--out", "whole"], in: folder.path)
    #expect(whole.status == 0, "\(whole.errors)")
    let begun = try Program.run(options, in: folder.path, interruptAfter: "epoch 2/")
    #expect(begun.status == 130)
    let checkpoint = try folder.bytes(of: "xo.convkit.checkpoint")
    let model = try folder.bytes(of: "whole")
    // bash counts blocks of 1024 bytes.
    let limit = model.count / 1024 + 1
    #expect(checkpoint.count > limit * 1024, "\(checkpoint.count) \(model.count)")
    let words = (options + ["--resume"]).map { "'\($0)'" }.joined(separator: " ")
    let line = "ulimit -f \(limit); exec \"$CONVKIT\" \(words)"
    let stopped = try Program.shell(line, in: folder.path, interruptAfter: "epoch 8/", by: SIGTERM)
    #expect(stopped.status == 143)
    #expect(
      stopped.errors.contains("Warning: “xo.convkit.checkpoint” could not be written: "),
      "\(stopped.errors)")
    #expect(stopped.errors.contains("The earlier file is as it was"))
    #expect(try folder.bytes(of: "xo.convkit.checkpoint") == checkpoint)
    let done = try Program.shell(line, in: folder.path)
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.errors.contains("Warning: “xo.convkit.checkpoint” could not be written: "))
    #expect(try folder.bytes(of: "xo.convkit") == model)
    #expect(try folder.names() == ["net.json", "whole", "xo", "xo.convkit"])
  }

  @Test func aCheckpointThatWasNotWrittenIsNotPromised() throws {
    let folder = try fresh()
    try folder.write("of another".utf8, to: "xo.convkit.checkpoint")
    // While the data are read, nothing has been learned yet.
    let outcome = try interrupt(folder, after: "Found 40 examples")
    #expect(outcome.status == 130)
    if !outcome.errors.contains("Learning from") {
      #expect(!outcome.errors.contains("What was learned"))
      #expect(try folder.text(of: "xo.convkit.checkpoint") == "of another")
    }
  }
}
