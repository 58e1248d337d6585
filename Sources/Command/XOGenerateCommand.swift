import ArgumentParser
import ConvKit
import ConvKitLetters

/// `convkit xo generate`: files to learn from.
struct XOGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes clips, pictures or volumes of X and O in DIR/X and DIR/O.",
    discussion: """
      Half of the files are an X, half an O. The same seed gives the same files.

      Rank 1 is sound (WAV): an X is a pulse that crosses zero in its middle, an O one that rises and \
      falls back. Rank 2 is pictures (PNG). Rank 3 is volumes (NIfTI): an X is a cross of bars, an O a \
      hollow shell.

      Example:
        convkit xo generate xo --count 2000 --tricky translation,rotation
        convkit xo generate solids --rank 3 --count 500
      """)

  @Argument(help: ArgumentHelp("A folder that does not exist yet, or is empty.", valueName: "DIR"))
  var folder: String

  @Option(help: ArgumentHelp("How many files in all.", valueName: "N"))
  var count: Int

  @Option(help: ArgumentHelp("How many axes the letters have.", valueName: "N"))
  var rank = LetterRank.two

  @Option(
    help: ArgumentHelp(
      """
      Samples of a clip (\(LetterPulses.sizes.words)), rows and columns of a picture \
      (\(LetterPictures.sizes.words)), voxels along each axis of a volume (\(LetterVolumes.sizes.words)). \
      (default: \(LetterPulses.usualSize), \(LetterPictures.usualSize) or \(LetterVolumes.usualSize))
      """, valueName: "N"))
  var size: Int?

  @Option(help: ArgumentHelp("Decides every file.", valueName: "N"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      """
      What makes them hard to tell apart: translation, scaling; of pictures and volumes \
      rotation, weight; of clips loudness, noise (several with commas); all or none.
      """, valueName: "LIST"))
  var tricky = DifficultyArgument.all

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  private var usedSize: Int { size ?? rank.letters.usualSize }

  func validate() throws {
    try require(
      1...10_000_000 ~= count, "--count", received: count, allowed: "a number from 1 to 10000000")
    try require(
      rank.letters.sizes.contains(usedSize), "--size", received: usedSize,
      allowed: "a number from \(rank.letters.sizes.words) for \(rank.noun)s")
    let possible = rank.letters.difficulties
    try require(
      tricky.named.isSubset(of: possible), "--tricky", received: tricky.text,
      allowed: "names for \(rank.noun)s: \(possible.names), all or none")
  }

  func run() throws {
    let letters = rank.letters.init(seed: seed, size: usedSize, difficulty: tricky.difficulty)
    let bar = ProgressBar(isQuiet: quiet)
    // A file that has begun is completed when Ctrl-C comes.
    try Signals.uninterrupted {
      defer { bar.clear() }
      try letters.write(count: count, to: folder) { written in
        bar.show(done: written, of: count, "\(rank.noun)s")
        try Signals.checkInterruption()
      }
    }
    let name = FileName.printable(folder)
    StandardOutput.writeLine(
      "\(Formatting.count(count, rank.noun)) of \(rank.extent(usedSize)) in \(name)/X and \(name)/O"
    )
    try StandardOutput.flush()
    if !quiet { StandardError.writeLine("Next: convkit train \(name)\(rank.trainingOptions)") }
  }
}

extension LetterRank: ExpressibleByArgument {
  /// One file.
  fileprivate var noun: String {
    switch self {
    case .one: "clip"
    case .two: "picture"
    case .three: "volume"
    }
  }

  fileprivate func extent(_ size: Int) -> String {
    switch self {
    case .one: "\(size) samples"
    case .two: "\(size)×\(size) pixels"
    case .three: "\(size)×\(size)×\(size) voxels"
    }
  }

  /// What the usual training of the files is told: spectra of so short clips would hide what tells the
  /// letters apart.
  fileprivate var trainingOptions: String { self == .one ? " --front-end waveform" : "" }
}

extension ClosedRange<Int> {
  fileprivate var words: String { "\(lowerBound) to \(upperBound)" }
}
