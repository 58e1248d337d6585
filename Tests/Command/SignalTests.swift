import Foundation
import Testing

/// What happens when the world outside says stop.
@Suite("Signals and streams")
struct SignalTests {
  @Test func interruptedDemoLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["demo"], environment: ["TMPDIR": folder.path], interruptAfter: "epoch 1/")
    #expect(outcome.status == 130)
    #expect(outcome.errors.hasSuffix("Interrupted.\n"))
    #expect(try folder.names().isEmpty)
  }

  @Test func interruptedTrainingLeavesItsCheckpoint() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Program.run(["xo", "generate", "xo", "--count", "60"], in: folder.path).status == 0)
    let outcome = try Program.run(
      ["train", "xo", "--epochs", "3000", "--validation", "0"], in: folder.path,
      interruptAfter: "epoch 1/")
    #expect(outcome.status == 130)
    #expect(outcome.errors.contains("Interrupted."))
    #expect(outcome.errors.contains("--resume"))
    #expect(try folder.names() == ["xo", "xo.convkit.checkpoint"])
  }

  @Test func aReaderThatHasGoneEndsItQuietly() throws {
    let outcome = try Program.shell(#""$CONVKIT" xo walkthrough | true; echo "${PIPESTATUS[0]}""#)
    #expect(outcome.output == "0\n")
    #expect(outcome.errors.isEmpty)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskBehindStdoutIsAnError() throws {
    let outcome = try Program.shell(#""$CONVKIT" xo walkthrough > /dev/full"#)
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("No space left on device"))
  }

  /// The limit of one block is above what a picture takes and below a model.
  @Test func aLimitOnFileSizesIsAnError() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Program.run(["xo", "generate", "xo", "--count", "20"], in: folder.path).status == 0)
    let outcome = try Program.shell(
      #"ulimit -f 1; exec "$CONVKIT" train xo --epochs 1 --quiet"#, in: folder.path)
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("xo.convkit"))
    #expect(try folder.names() == ["xo"])
  }

  @Test func progressStaysSilentWhenAsked() throws {
    let folder = try TemporaryFolder()
    let drawn = try Program.run(
      ["xo", "generate", "xo", "--count", "20", "--quiet"], in: folder.path)
    #expect(drawn.errors.isEmpty && drawn.output.contains("20 pictures"))
    let outcome = try Program.run(["train", "xo", "--epochs", "1", "-q"], in: folder.path)
    #expect(outcome.errors.isEmpty && outcome.output.contains("accuracy"))
  }
}
