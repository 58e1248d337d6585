import ArgumentParser
import ConvKit

/// `convkit scan`: what labelled files hold, before a training.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Says what labelled files hold and what is wrong with them.",
    discussion: """
      DATA is what `convkit train` takes. Every file is read once; each that cannot be used is \
      named with its reason. Files with the same content are found, and so are labels too small to \
      divide. Of a table it says what its columns hold. The exit status is 0 whatever is found, unless --strict is given.

      Example:
        convkit scan xo/
      """)

  @Argument(help: ArgumentHelp("Labelled files.", valueName: "DATA"))
  var data: String

  @OptionGroup
  var options: DataOptions

  @OptionGroup
  var limits: PictureLimits

  @OptionGroup
  var volumeLimits: VolumeLimitArguments

  #if Sound
    @OptionGroup
    var soundLimits: SoundLimitArguments
  #endif

  @Flag(help: "Something that cannot be used is an error.")
  var strict = false

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let kind = try decidedKind()
    if kind == .table { return try scanTable() }
    let dataSet = try options.read(data, for: .scanning)
    let scan = try dataSet.leavingOut(unusable(in: dataSet, kind: kind)).scan()
    if strict, let first = scan.unusable.first {
      throw UnusableItem(
        name: first.name, reason: first.reason, category: .badData)
    }
    if json {
      try StandardOutput.writeJSON(scan)
    } else {
      StandardOutput.write(ScanReport(scan).text)
    }
  }

  private func scanTable() throws {
    let scan = try TableScan(
      data, hasHeader: !options.tables.noHeader, options: options.options)
    if strict, let first = scan.examples?.unusable.first {
      throw UnusableItem(name: first.name, reason: first.reason, category: .badData)
    }
    let report = TableScanReport(scan)
    if json {
      try StandardOutput.writeJSON(report)
    } else {
      StandardOutput.write(report.text)
    }
  }

  /// nil where no file is left to decide by: the scan says why of each.
  private func decidedKind() throws -> DataKind? {
    do {
      return try options.kind(of: data)
    } catch DataSetError.empty {
      return nil
    }
  }

  private func unusable(
    in dataSet: DataSet, kind: DataKind?
  ) throws -> [(name: String, reason: String)] {
    guard let kind else { return [] }
    let total = DataPart.allCases.reduce(0) { $0 + dataSet[$1].count }
    let bar = ProgressBar(isQuiet: false)
    defer { bar.clear() }
    var choices = FrontEndChoices()
    choices.image.pixelLimit = limits.pixels
    choices.volume = volumeLimits.choices
    #if Sound
      choices.sound.readsAnyContainer = soundLimits.anyContainer
    #endif
    return try ModelFrontEnd.unusable(in: dataSet, kind: kind, choices: choices) { done in
      bar.show(done: done, of: total, "files")
    }
  }
}
