import ArgumentParser
import ConvKit

extension SeriesChoice: ExpressibleByArgument {
  public var defaultValueDescription: String { description }
}
extension VolumeFrontEnd.Fit: ExpressibleByArgument {}
extension VolumeFrontEnd.Normalization: ExpressibleByArgument {}
extension VolumeResampling: ExpressibleByArgument {}

/// How volumes become a network's input; what is not given is fitted to the training volumes.
struct VolumeArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Voxels that the network sees along each axis. (default: the usual ones, at most "
        + "\(VolumeFrontEnd.longestFittedAxis))", valueName: "32x32x32"))
  var extent: ExtentArgument?

  @Option(
    help: """
      How a volume's grid becomes that: every axis stretched, or all by one factor that is counted in \
      voxels or in millimetres, or voxels a fixed spacing apart. (default: stretched where all have one \
      extent; else by millimetres where all say where their axes lead, and by voxels where not)
      """)
  var fit: VolumeFrontEnd.Fit?

  @Option(
    help: ArgumentHelp(
      "From one voxel of the input to the next along each axis; what does not fit is cut off.",
      valueName: "MILLIMETRES"))
  var spacing: SpacingArgument?

  @Option(help: "How voxels are made of others: the average over what they cover, or trilinear.")
  var interpolation = VolumeFrontEnd.Choices().resampling

  @Option(
    help: """
      How values are made comparable: within each volume by percentiles or its mean and deviation, by \
      those of all training volumes, or not at all. (default: percentiles, of masks none)
      """)
  var intensity: VolumeFrontEnd.Normalization?

  @OptionGroup
  var limits: VolumeLimitArguments

  func validate() throws {
    if spacing != nil, let fit {
      try require(
        fit == .spacing, "--fit", received: fit.rawValue, allowed: "spacing, with --spacing")
    }
  }

  var choices: VolumeFrontEnd.Choices {
    var choices = limits.choices
    choices.extent = extent?.extent
    choices.fit = fit
    choices.spacing = spacing?.spacing
    choices.resampling = interpolation
    choices.normalization = intensity
    return choices
  }
}

/// Which volumes are read at all: the same for `scan`, `train` and `slices`.
struct VolumeLimitArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which volume of a file that holds a series: a place from 0, all (as channels), or only, which "
        + "refuses series.", valueName: "N"))
  var series = VolumeFrontEnd.Choices().series

  @Option(
    help: ArgumentHelp("The most million values that are read of a volume file.", valueName: "N"))
  var voxelLimit = VolumeFrontEnd.Choices().valueLimit >> 20

  func validate() throws {
    try require(
      1...4096 ~= voxelLimit, "--voxel-limit", received: voxelLimit,
      allowed: "a number of 2²⁰ values from 1 to 4096")
  }

  var choices: VolumeFrontEnd.Choices {
    var choices = VolumeFrontEnd.Choices()
    choices.series = series
    choices.valueLimit = voxelLimit << 20
    return choices
  }
}

/// `--extent`: voxels along three axes, or one number for all.
struct ExtentArgument: ExpressibleByArgument {
  let extent: SIMD3<Int>

  init?(argument: String) {
    guard let numbers = threeNumbers(argument, { Int($0) }), numbers.allSatisfy({ 1...1024 ~= $0 })
    else { return nil }
    extent = SIMD3(numbers[0], numbers[1], numbers[2])
  }
}

/// `--spacing`: millimetres along three axes, or one number for all.
struct SpacingArgument: ExpressibleByArgument {
  let spacing: SIMD3<Double>

  init?(argument: String) {
    guard let numbers = threeNumbers(argument, { Double($0) }),
      numbers.allSatisfy({ Volume.spacings.contains($0) })
    else { return nil }
    spacing = SIMD3(numbers[0], numbers[1], numbers[2])
  }
}

/// Three numbers with an x between them, or one that counts for all three.
private func threeNumbers<Number>(
  _ text: String, _ number: (Substring) -> Number?
) -> [Number]? {
  let parts = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
  let numbers = parts.compactMap(number)
  guard numbers.count == parts.count, numbers.count == 1 || numbers.count == 3 else { return nil }
  return numbers.count == 3 ? numbers : [numbers[0], numbers[0], numbers[0]]
}
