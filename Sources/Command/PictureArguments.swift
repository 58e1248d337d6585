import ArgumentParser
import ConvKit

extension ImageFrontEnd.Colour: ExpressibleByArgument {}
extension ImageFrontEnd.Aspect: ExpressibleByArgument {}
extension ImageFrontEnd.Crop: ExpressibleByArgument {}
extension ImageFrontEnd.Levels: ExpressibleByArgument {}
extension ImageFrontEnd.Polarity: ExpressibleByArgument {}
extension ImageFrontEnd.Surround: ExpressibleByArgument {}
extension Resampling: ExpressibleByArgument {}

/// How pictures become a network's input; what is not given is fitted to the training pictures.
struct PictureArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Rows and columns that the network sees. (default: the usual size, at most 64)",
      valueName: "28x28"))
  var size: SizeArgument?

  @Option(help: "What it sees of colours. (default: rgb where colour is used)")
  var colour: ImageFrontEnd.Colour?

  @Option(help: "What happens to pictures of another ratio.")
  var aspect = ImageFrontEnd.Choices().aspect

  @Option(help: "How sizes change.")
  var resampling = ImageFrontEnd.Choices().resampling

  @Option(help: "Look at all of a picture or at what is drawn in it.")
  var crop = ImageFrontEnd.Choices().crop

  @Option(help: "Keep the levels, or make paper white and strokes black.")
  var levels = ImageFrontEnd.Choices().levels

  @Option(
    help: """
      Keep light drawings on dark ground, or make them dark on light. (default: normalized where \
      pictures are drawings)
      """)
  var polarity: ImageFrontEnd.Polarity?

  @Option(
    help: """
      What stands beside a picture whose ratio is kept: the background or its own. (default: own \
      where pictures are drawings)
      """)
  var surround: ImageFrontEnd.Surround?

  @Option(
    help: ArgumentHelp("What lies behind transparent pixels.", valueName: "RRGGBB"))
  var background = ColourArgument(ImageFrontEnd.Choices().background)

  @OptionGroup
  var limits: PictureLimits

  var choices: ImageFrontEnd.Choices {
    var choices = ImageFrontEnd.Choices()
    choices.size = size.map { ($0.height, $0.width) }
    choices.colour = colour
    choices.aspect = aspect
    choices.resampling = resampling
    choices.crop = crop
    choices.levels = levels
    choices.polarity = polarity
    choices.surround = surround
    choices.background = background.colour
    choices.pixelLimit = limits.pixels
    return choices
  }
}

/// Which pictures are read at all: the same for `scan` and `train`.
struct PictureLimits: ParsableArguments {
  @Option(
    help: ArgumentHelp("The most megapixels that a picture may have.", valueName: "N"))
  var pixelLimit = ImageFrontEnd.Choices().pixelLimit / 1_000_000

  func validate() throws {
    try require(
      1...2000 ~= pixelLimit, "--pixel-limit", received: pixelLimit,
      allowed: "a number of megapixels from 1 to 2000")
  }

  var pixels: Int { pixelLimit * 1_000_000 }
}

/// `--size`: rows x columns, or one number for both.
struct SizeArgument: ExpressibleByArgument {
  let height, width: Int

  init?(argument: String) {
    let parts = argument.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, 1...2 ~= numbers.count,
      numbers.allSatisfy({ 1...4096 ~= $0 }), let first = numbers.first, let last = numbers.last
    else { return nil }
    (height, width) = (first, last)
  }
}

/// `--background`: six hexadecimal digits.
struct ColourArgument: ExpressibleByArgument {
  let colour: SIMD3<UInt8>

  init(_ colour: SIMD3<UInt8>) { self.colour = colour }

  init?(argument: String) {
    // The initialiser takes a sign too.
    guard argument.utf8.count == 6, argument.allSatisfy(\.isHexDigit),
      let value = UInt32(argument, radix: 16)
    else { return nil }
    colour = SIMD3(
      UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
      UInt8(truncatingIfNeeded: value))
  }

  var defaultValueDescription: String {
    [colour.x, colour.y, colour.z].map {
      ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)
    }.joined()
  }
}
