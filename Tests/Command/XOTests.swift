import Testing

/// `convkit xo generate` at every rank.
@Suite("Generated letters")
struct XOTests {
  struct Rank: CustomTestStringConvertible {
    let number: Int
    let fileExtension: String
    let said: String
    let next: String

    var testDescription: String { "rank \(number)" }
  }

  static let ranks = [
    Rank(
      number: 1, fileExtension: "wav", said: "3 clips of 64 samples",
      next: "convkit train xo --front-end waveform"),
    Rank(
      number: 2, fileExtension: "png", said: "3 pictures of 64×64 pixels", next: "convkit train xo"),
    Rank(
      number: 3, fileExtension: "nii.gz", said: "3 volumes of 64×64×64 voxels",
      next: "convkit train xo"),
  ]

  @Test(arguments: ranks)
  func filesAreMadeAndWhatIsNextIsSaid(rank: Rank) throws {
    let folder = try TemporaryFolder()
    let outcome = try folder.run(
      "xo", "generate", "xo", "--rank", "\(rank.number)", "--count", "3", "--size", "64")
    #expect(outcome.status == 0)
    #expect(outcome.output == "\(rank.said) in xo/X and xo/O\n")
    #expect(outcome.errors.hasSuffix("Next: \(rank.next)\n"))
    #expect(
      try folder.names(in: "xo/X")
        == ["000000.\(rank.fileExtension)", "000002.\(rank.fileExtension)"])
    #expect(try folder.names(in: "xo/O") == ["000001.\(rank.fileExtension)"])
  }

  /// What was said to be next works as it was said, and the model answers for what it has not seen.
  @Test(arguments: ranks)
  func whatIsMadeIsLearned(rank: Rank) throws {
    let folder = try TemporaryFolder.letters(2)
    for (name, seed) in [("xo-learn", "0"), ("xo-fresh", "1")] {
      let made = try folder.run(
        "xo", "generate", name, "--rank", "\(rank.number)", "--count", "200", "--seed", seed,
        "--size", rank.number == 3 ? "12" : "32", "--tricky", "translation", "--quiet")
      #expect(made.status == 0 && made.errors.isEmpty)
    }
    let options = rank.next.split(separator: " ").dropFirst(3).map(String.init)
    let trained = try Program.run(
      ["train", "xo-learn", "--network", "net.json", "--epochs", "20", "--augment", "none"]
        + options,
      in: folder.path)
    #expect(trained.status == 0, "\(trained.errors)")
    let evaluated = try folder.run("evaluate", "xo-learn.convkit", "xo-fresh", "--json")
    // By chance 160 of 200 are right once in 10¹⁷.
    let accuracy = try #require(try evaluated.object()["accuracy"] as? Double)
    #expect(accuracy > 0.8, "\(accuracy)")
  }

  @Test func theSameSeedGivesTheSameFiles() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
      let outcome = try folder.run(
        "xo", "generate", name, "--rank", "3", "--count", "2", "--size", "16", "--seed", seed, "-q")
      #expect(outcome.status == 0)
    }
    #expect(try folder.bytes(of: "a/X/000000.nii.gz") == folder.bytes(of: "b/X/000000.nii.gz"))
    #expect(try folder.bytes(of: "a/X/000000.nii.gz") != folder.bytes(of: "c/X/000000.nii.gz"))
  }
}
