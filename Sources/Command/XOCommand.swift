import ArgumentParser
import ConvKit
import ConvKitLetters

/// `convkit xo`: the pictures of X and O.
struct XOCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xo",
    abstract: "Draws pictures of X and O, and explains on them how it all works.",
    discussion: """
      Example:
        convkit xo generate xo --count 2000
      """,
    subcommands: [XOWalkthroughCommand.self, XOGenerateCommand.self])
}

/// `convkit xo walkthrough`: the worked example, every stage printed.
struct XOWalkthroughCommand: ParsableCommand, NeedsKernels {
  static let configuration = CommandConfiguration(
    commandName: "walkthrough",
    abstract: "Explains on an X and an O of 9×9 pixels how a network sees and learns.",
    discussion: """
      Every figure is computed by the network as it is printed.

      Example:
        convkit xo walkthrough
      """)

  func run() throws {
    StandardOutput.write(try WorkedExample().walkthrough())
    try StandardOutput.flush()
  }
}

/// `convkit xo generate`: picture files to learn from.
struct XOGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Draws pictures of X and O into DIR/X and DIR/O.",
    discussion: """
      Half of the pictures show an X, half an O. The same seed gives the same pictures.

      Example:
        convkit xo generate xo --count 2000 --tricky translation,rotation
      """)

  @Argument(help: ArgumentHelp("A folder that does not exist yet, or is empty.", valueName: "DIR"))
  var folder: String

  @Option(help: ArgumentHelp("How many pictures in all.", valueName: "N"))
  var count: Int

  @Option(help: ArgumentHelp("Rows and columns of a picture, 9 to 1024.", valueName: "N"))
  var size = 28

  @Option(help: ArgumentHelp("Decides every picture.", valueName: "N"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "What makes them hard to tell apart: translation, scaling, rotation, weight (several with "
        + "commas), all or none.", valueName: "LIST"))
  var tricky = DifficultyArgument.all

  @Flag(name: .shortAndLong, help: "No progress.")
  var quiet = false

  func validate() throws {
    try require(
      1...10_000_000 ~= count, "--count", received: count, allowed: "a number from 1 to 10000000")
    try require(9...1024 ~= size, "--size", received: size, allowed: "a number from 9 to 1024")
  }

  func run() throws {
    let pictures = LetterPictures(seed: seed, size: size, difficulty: tricky.difficulty)
    let bar = ProgressBar(isQuiet: quiet)
    // A picture whose file has begun is completed when Ctrl-C comes.
    try Signals.uninterrupted {
      defer { bar.clear() }
      try pictures.write(count: count, to: folder) { written in
        bar.show(done: written, of: count, "pictures")
        try Signals.checkInterruption()
      }
    }
    let name = FileName.printable(folder)
    StandardOutput.writeLine(
      "\(Formatting.count(count, "picture")) of \(size)×\(size) pixels in \(name)/X and \(name)/O")
    try StandardOutput.flush()
    if !quiet { StandardError.writeLine("Next: convkit train \(name)") }
  }
}
