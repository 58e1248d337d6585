import ConvKitFiles
import Foundation
import Testing

/// From volumes to answers and pictures, through the built program.
@Suite("Volumes")
struct VolumeTests {
  /// 40 volumes in `shapes`, and `shapes.convkit` that is made of them.
  static let trained = Result {
    let folder = try TemporaryFolder()
    let made = try folder.run(
      "xo", "generate", "shapes", "--rank", "3", "--count", "40", "--size", "16", "--tricky",
      "translation", "--quiet")
    let outcome = try folder.run(
      "train", "shapes", "--epochs", "15", "--batch", "4", "--augment", "none", "--json")
    return (folder: folder, made: made, outcome: outcome)
  }

  let folder: TemporaryFolder
  let training: Program.Outcome

  init() throws {
    let trained = try Self.trained.get()
    #expect(trained.made.status == 0)
    (folder, training) = (trained.folder, trained.outcome)
  }

  @Test func volumesByFoldersAreLearned() throws {
    #expect(training.status == 0, "\(training.errors)")
    let report = try training.object()
    #expect(report["examples"] as? Int == 40 && report["skipped"] as? Int == 0)
    let evaluated = try folder.run("evaluate", "shapes.convkit", "shapes", "--json")
    let accuracy = try #require(try evaluated.object()["accuracy"] as? Double)
    // By chance 36 of 40 are right once in 10⁷.
    #expect(accuracy >= 0.9)
    let summary = try folder.run("summary", "shapes.convkit")
    for words in ["16×16×16 voxels", "stretched", "percentiles", "only"] {
      #expect(summary.output.contains(words), "\(summary.output)")
    }
  }

  @Test func answersAreLinesAndStagesAreDrawn() throws {
    let outcome = try folder.run(
      "classify", "shapes.convkit", "shapes/X/000000.nii.gz", "shapes/O/000001.nii.gz",
      "missing.nii",
      "--stages", "stages")
    #expect(outcome.lines.count == 2 && outcome.status == 66)
    #expect(outcome.lines.first?.hasPrefix("shapes/X/000000.nii.gz\tX\t") == true)
    #expect(outcome.errors.contains("missing.nii"))
    #expect(try folder.names(in: "stages/1").contains("01-input.png"))
    let page = String(decoding: try folder.bytes(of: "stages/2/index.html"), as: UTF8.self)
    #expect(page.contains("middle planes"))
  }

  @Test func slicesAreDrawn() throws {
    let outcome = try folder.run("slices", "shapes/O/000001.nii.gz", "--out", "o.png")
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(
      outcome.errors
        == "16×16×16 voxels, 1.00×1.00×1.00 mm apart, of type uint8, stored as RAS.\n")
    #expect(try folder.bytes(of: "o.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let quiet = try folder.run("slices", "shapes/O/000001.nii.gz", "--out", "o.png", "-q")
    #expect(quiet.status == 0 && quiet.errors.isEmpty)
  }

  @Test func theVolumeIsNotReplacedByItsPicture() throws {
    let before = try folder.bytes(of: "shapes/O/000001.nii.gz")
    let outcome = try folder.run(
      "slices", "shapes/O/000001.nii.gz", "--out", "./shapes/O/000001.nii.gz")
    #expect(outcome.status == 64)
    #expect(try folder.bytes(of: "shapes/O/000001.nii.gz") == before)
  }

  /// What is wrong with a file is said in a sentence, with its status, and no picture is written.
  @Test func brokenFilesAreNamed() throws {
    let whole = [UInt8](try folder.bytes(of: "shapes/O/000001.nii.gz"))
    let own = try TemporaryFolder()
    let files: [(name: String, bytes: [UInt8], says: String)] = [
      ("cut.nii.gz", Array(whole.dropLast(50)), "cut.nii.gz"), ("empty.nii", [], "is empty"),
      ("text.nii", Array("no volume".utf8), "is not a volume"),
      ("cut.npy", [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0], "cut short"),
      ("cut.npz", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 40), "directory is missing"),
    ]
    for file in files {
      try own.write(file.bytes, to: file.name)
      let outcome = try own.run("slices", file.name, "--out", "p.png")
      #expect(outcome.status == 65 && outcome.output.isEmpty, "\(file.name)")
      #expect(outcome.errors.contains(file.says), "\(outcome.errors)")
    }
    #expect(try own.names(in: "").contains("p.png") == false)
    let missing = try own.run("slices", "missing.nii", "--out", "p.png")
    #expect(missing.status == 66)
    for options in [["--series", "-1"], ["--series", "some"], ["--voxel-limit", "0"]] {
      #expect(
        try Program.run(["slices", "x.nii", "--out", "p.png"] + options, in: own.path).status == 64)
    }
  }

  @Test func gridsAreAsTheyAreAskedFor() throws {
    let outcome = try folder.run(
      "train", "shapes", "--epochs", "1", "--extent", "10x8x6", "--intensity", "z-score",
      "--interpolation", "linear", "--augment", "shift,turn-z=180,mirror-x", "--out", "grid.convkit"
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    let summary = try folder.run("summary", "grid.convkit").output
    for words in ["10×8×6 voxels", "z-score", "linear", "shift=0.05,turn-z=180.0,mirror-x=0.5"] {
      #expect(summary.contains(words), "\(summary)")
    }
    let spaced = try folder.run(
      "train", "shapes", "--epochs", "1", "--spacing", "2", "--out", "spaced.convkit")
    #expect(spaced.status == 0, "\(spaced.errors)")
    #expect(
      try folder.run("summary", "spaced.convkit").output
        .contains("2.00×2.00×2.00 mm from voxel to voxel"))
    for options in [
      ["--extent", "0"], ["--extent", "4x4"], ["--spacing", "-1"], ["--fit", "best"],
      ["--spacing", "1", "--fit", "voxels"], ["--augment", "flip"],
    ] {
      #expect(try Program.run(["train", "shapes"] + options, in: folder.path).status == 64)
    }
  }
}
