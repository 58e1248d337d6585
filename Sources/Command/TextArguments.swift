import ArgumentParser
import ConvKit

extension ListingFormat: ExpressibleByArgument {}
extension TextEncoding: ExpressibleByArgument {}
extension TokenSettings.Unit: ExpressibleByArgument {}
extension TokenSettings.Digits: ExpressibleByArgument {}
extension TokenSettings.Punctuation: ExpressibleByArgument {}

/// How labelled texts and tables are written: the same for `scan`, `train` and `evaluate`.
struct TextDataArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The column that holds the texts.", valueName: "NAME"))
  var textColumn: String?

  @Option(
    name: [.customLong("label-column"), .customLong("label")],
    help: ArgumentHelp(
      "The column that holds the labels. (default: label; of a table the last)", valueName: "NAME"))
  var labelColumn: String?

  @Option(help: "How a file of many rows is written. (default: as it begins)")
  var format: ListingFormat?

  @Option(
    help: ArgumentHelp(
      "Keeps of a label what stands before MARK: with ':', DESC:manner is DESC.",
      valueName: "MARK"))
  var labelPrefix: String?

  @Option(help: "How texts are encoded.")
  var encoding = TextEncoding.utf8

  func set(_ options: inout DataSet.Options) {
    options.textColumn = textColumn
    options.labelColumn = labelColumn
    options.format = format
    options.labelPrefix = labelPrefix
    options.encoding = encoding
  }
}

/// How texts become a network's input.
struct TextArguments: ParsableArguments {
  @Option(help: "What a text is cut into.")
  var tokens = TextFrontEnd.Choices().tokens.unit

  @Flag(inversion: .prefixedNo, help: "Takes capitals and small letters as the same.")
  var fold = true

  @Option(help: "Keep the digits, or take each as 0, so that a number tells its length alone.")
  var digits = TextFrontEnd.Choices().tokens.digits

  @Option(help: "Keep the marks between words, or drop them.")
  var punctuation = TextFrontEnd.Choices().tokens.punctuation

  @Option(help: ArgumentHelp("The most tokens that are told apart.", valueName: "N"))
  var vocabulary = TextFrontEnd.Choices().vocabularyLimit

  @Option(
    help: ArgumentHelp(
      "How often a token must occur in the training texts to be known. (default: "
        + "\(TextFrontEnd.Choices().minimumCount), with --vectors 1)", valueName: "N"))
  var minimumCount: Int?

  @Option(
    help: ArgumentHelp(
      "The most tokens that the network sees at once. (default: those of the longest text, 64 to 1024)",
      valueName: "N"))
  var longest: Int?

  @Option(
    help: ArgumentHelp(
      "Vectors of words to begin with, as GloVe or word2vec writes them in text.",
      valueName: "FILE"))
  var vectors: String?

  @Flag(help: "Keeps the vectors of --vectors as they are.")
  var freezeVectors = false

  func validate() throws {
    try require(
      TextFrontEnd.Choices.vocabularyLimits ~= vocabulary, "--vocabulary", received: vocabulary,
      allowed: "a number from 3 to \(Vocabulary.mostTokens)")
    if let minimumCount {
      try require(
        minimumCount >= 1, "--minimum-count", received: minimumCount, allowed: "a number from 1")
    }
    if let longest {
      try require(
        1...1 << 20 ~= longest, "--longest", received: longest,
        allowed: "a number from 1 to \(1 << 20)")
    }
    guard !freezeVectors || vectors != nil else {
      throw ValidationError("--freeze-vectors keeps the vectors of --vectors; give that too.")
    }
    guard vectors == nil || tokens == .words else {
      throw ValidationError(
        "--vectors holds vectors of words, and --tokens \(tokens.rawValue) makes none; leave out one."
      )
    }
  }

  func checkVectors(for kind: DataKind, network: Network?) throws {
    guard vectors != nil else { return }
    guard kind == .text else {
      throw ValidationError(
        "--vectors is for texts, and the data is of the kind \(kind.rawValue); leave it out.")
    }
    guard !freezeVectors || network == nil else {
      throw ValidationError(
        "--freeze-vectors is for the standard network. In that of --network, put the embedding into a "
          + "layer \"frozen\".")
    }
  }

  var choices: TextFrontEnd.Choices {
    var choices = TextFrontEnd.Choices()
    choices.tokens.unit = tokens
    choices.tokens.letters = fold ? .folded : .kept
    choices.tokens.digits = digits
    choices.tokens.punctuation = punctuation
    choices.vocabularyLimit = vocabulary
    // A word with a vector need not be learned.
    choices.minimumCount = minimumCount ?? (vectors == nil ? choices.minimumCount : 1)
    choices.longest = longest
    return choices
  }
}
