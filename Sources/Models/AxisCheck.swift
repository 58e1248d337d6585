import ConvKitCore
import ConvKitFiles
import ConvKitTables
import ConvKitVolumes

#if Sound
  import ConvKitSound
#endif

/// The check of examples that have axes: are neighbours along time, height, depth more alike than positions
/// picked at random?
///
/// Question A of `SuitabilityCheck`, asked along each axis of the inputs. The positions of the axis are the
/// columns; a sample of examples, positions on the other axes and channels, the same for every position,
/// are the rows.
public struct AxisCheck: Sendable {
  /// Decides which examples and which of their values are looked at, and every permutation.
  public var seed: UInt64 = 0
  /// nil for one a core. The answer does not depend on it.
  public var threads: Int?
  /// What is chosen of the front end.
  public var frontEnd = FrontEndChoices()

  public init() {}

  /// The most examples that are looked at: those of a larger data set are drawn evenly.
  static let mostExamples = 200
  /// About as many values of a position are compared: |Spearman| of two unrelated ones is then 0.012 on
  /// average, far below the effect of 0.05 that counts.
  static let mostValues = 4096
  /// Eight positions have 20,160 orders that differ in their neighbours, more than the 999 permutations.
  static let fewestPositions = 8
  /// As many as the rows that the check of a table needs.
  static let fewestValues = 30
  /// The most positions of an axis that are judged: of a longer one, such as the samples of a waveform,
  /// so many in a row from its middle.
  static let mostPositions = 512

  /// Looks at examples of all parts; labels play no part.
  ///
  /// - Parameter report: is told how many examples have been looked at, of how many; what it throws ends
  ///   the check.
  /// - Throws: `AxisCheckError` for a kind without axes or where nothing can be read; what the front end
  ///   finds wrong with its choices.
  public func judge(
    _ data: DataSet, kind: DataKind,
    report: (_ done: Int, _ count: Int) throws -> Void = { _, _ in }
  ) throws -> AxisSuitability {
    guard kind != .text, kind != .table else { throw AxisCheckError.noAxes(kind) }
    let found = DataPart.allCases.flatMap { data[$0] }
    let examples = drawn(found)
    let items = examples.map(\.item)
    let frontEnd = try ModelFrontEnd.fitted(
      to: items, kind: kind, choices: Self.keepingPositionsApart(self.frontEnd, items),
      threads: threads)
    guard case .values(let channels) = frontEnd.inputShape.content else {
      throw AxisCheckError.noAxes(kind)
    }
    let extent = frontEnd.inputShape.extent
    var samples = extent.indices.map {
      AxisSample(axis: $0, of: extent + [channels], examples: items.count, seed: seed)
    }
    var leftOut: [LeftOut] = []
    var used = 0
    try frontEnd.forEachDecoded(
      items, by: Workers(count: threads ?? Workers.availableCount), numbersAtOnce: 1 << 22
    ) { index, found in
      do {
        if case .values(let tensor) = try found.get().inputs.first?.input.content {
          for axis in samples.indices { samples[axis].add(tensor, example: index) }
          used += 1
        }
      } catch let error as any ReportableError {
        leftOut.append(
          LeftOut(
            name: FileName.printable(examples[index].name), reason: error.descriptionWithoutName))
      }
      try report(index + 1, items.count)
    }
    guard used > 0 else { throw AxisCheckError.nothingReadable(leftOut) }
    let names = frontEnd.axisNames
    return AxisSuitability(
      kind: kind, examples: used, examplesFound: found.count,
      axes: zip(names, samples).map(axis), leftOut: leftOut)
  }

  /// At most `mostExamples`: one of each of as many equal shares.
  private func drawn(_ examples: [DataSet.Example]) -> [DataSet.Example] {
    let count = min(examples.count, Self.mostExamples)
    guard count < examples.count else { return examples }
    var random = RandomStream(seed: seed, purpose: .axisCheck)
    return (0..<count).map { share in
      let range = share * examples.count / count..<(share + 1) * examples.count / count
      return examples[Int.random(in: range, using: &random)]
    }
  }

  private func axis(_ name: String, _ sample: AxisSample) -> AxisSuitability.Axis {
    let sequence = sample.sequence(name)
    let used = sequence.places.count { $0.role == .used }
    var evidence: NeighbourEvidence?
    var similarities = Similarities(names: [], values: [])
    if used >= Self.fewestPositions, sequence.rowCount >= Self.fewestValues {
      similarities = RankSimilarity.matrix(of: sequence, rows: Array(0..<sequence.rowCount))
      evidence = NeighbourTest(sequence, similarities, isSearched: false, seed: seed).neighbours()
    }
    return AxisSuitability.Axis(
      name: name, extent: sequence.places.count, extentFound: sample.extent, positions: used,
      values: sequence.rowCount,
      neighbours: evidence, similarities: similarities)
  }
}

extension RandomStream.Purpose {
  /// Which examples and values a check of axes looks at; the epoch is the axis, counted from 1 (0 draws the
  /// examples), the item the example.
  static let axisCheck = Self(code: 41)
}

extension ModelFrontEnd {
  /// What the axes of the inputs are called, in their order.
  var axisNames: [String] {
    if case .volume(let frontEnd) = self {
      return frontEnd.orientation == .anatomical
        ? ["right", "front", "up"] : ["first axis", "second axis", "third axis"]
    }
    #if Sound
      if case .sound(let frontEnd) = self {
        return frontEnd.form == .spectrogram ? ["time", "frequency"] : ["time"]
      }
    #endif
    return kind == .image ? ["height", "width"] : ["position"]
  }
}

/// Why examples cannot be judged along axes.
public enum AxisCheckError: ReportableError, Equatable {
  /// Data of a kind without axes of positions.
  case noAxes(DataKind)
  /// None of the examples that were looked at could be read.
  case nothingReadable([LeftOut])

  public var category: ErrorCategory {
    switch self {
    case .noAxes: .wrongCall
    case .nothingReadable: .badData
    }
  }

  public var description: String {
    switch self {
    case .noAxes(.text):
      """
      The data are texts, and these have an order by nature: nobody doubts that neighbouring words belong \
      together, so there is nothing to check. Train on them; or if the file is a table with a column of \
      text in it, say so: --as table.
      """
    case .noAxes(let kind):
      """
      Data of the kind \(kind.rawValue) have no axes to judge; pictures, sound and volumes were expected.
      """
    case .nothingReadable(let leftOut):
      """
      None of the \(leftOut.count) examples that were looked at can be read\
      \(leftOut.first.map { "; the first, \($0.name): \($0.reason)" } ?? ""). Mend them, or say what the \
      files are with --as.
      """
    }
  }
}
