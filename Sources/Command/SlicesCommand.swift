import ArgumentParser
import ConvKit
import ConvKitDrawing

/// `convkit slices`: a volume as a picture.
struct SlicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slices",
    abstract: "Draws the three planes through the middle of a volume.",
    discussion: """
      The picture is a PNG. Axes of NIfTI files go to the right, to the front and up, in millimetres; \
      those of NumPy files are as they are stored. The darkest and the lightest half percent of the \
      voxels are black and white.

      Example:
        convkit slices scan.nii.gz --out scan.png
        convkit slices series.nii.gz --series 3 --out third.png
      """)

  @Argument(help: ArgumentHelp("A NIfTI or NumPy file.", valueName: "VOLUME"))
  var volume: String

  @Option(help: ArgumentHelp("The file to write.", valueName: "PICTURE.png"))
  var out: String

  @OptionGroup
  var limits: VolumeLimitArguments

  @Flag(name: .shortAndLong, help: "Does not say what the volume is.")
  var quiet = false

  func validate() throws {
    if FileName.place(out) == FileName.place(volume) {
      throw ValidationError("--out names the volume itself; name another file.")
    }
  }

  func run() throws {
    let choices = limits.choices
    let read = VolumeLimits(values: choices.valueLimit)
    let information = try VolumeFile.information(path: volume, limits: read)
    let found = try VolumeFile.read(path: volume, choice: choices.series, limits: read)
    try AtomicFile.requireCreatable(out)
    let plot = found.middlePlanes(title: FileName.printable(FileName.last(of: volume)))
    try AtomicFile.write(try plot.picture().png(), to: out)
    if !quiet { StandardError.writeLine(Self.sentence(of: information, found)) }
  }

  /// What a volume is, so that wrong axes or lengths show.
  private static func sentence(of information: VolumeInformation, _ volume: Volume) -> String {
    func product(_ values: [String]) -> String { values.joined(separator: "×") }
    let extent = product((0..<3).map { "\(volume.extent[$0])" })
    let spacing = product((0..<3).map { fixedPoint(volume.spacing[$0], places: 2) })
    let isMeasured = information.orientation == .anatomical || information.unit != nil
    return
      "\(extent) voxels, \(isMeasured ? "\(spacing) mm apart, " : "")of type \(information.type.rawValue)"
      + (information.storedAxes.map { ", stored as \($0)" } ?? "")
      + (information.series > 1 ? ", a series of \(information.series)" : "") + "."
  }
}
