import ArgumentParser
import ConvKit
import ConvKitLetters

/// `convkit xo`: the generated X and O.
struct XOCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xo",
    abstract:
      "Makes clips, pictures or volumes of X and O, and explains on pictures how it all works.",
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
