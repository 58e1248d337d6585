import ConvKitCore
import ConvKitFiles

/// The way from a volume to a network's input [first axis, second, third, channel].
///
/// A volume is read, brought to the input's grid, and its values are normalised, each as it is chosen.
/// Axes are those of `Volume`: of NIfTI files to the right, to the front and up.
public struct VolumeFrontEnd: FrontEnd {
  /// How the grid of a volume becomes the input's. In every case but `stretched` the volume lies in the
  /// middle of the input, and what is beside it has the lowest value of the volume.
  public enum Fit: String, Codable, Sendable, CaseIterable {
    /// Each axis on its own is stretched to the input's extent.
    case stretched
    /// All axes by one factor, so that the volume just fits; counted in voxels.
    case voxels
    /// All axes by one factor, so that the volume just fits; counted in millimetres: voxels that are longer
    /// than wide are made cubes.
    case millimetres
    /// The input's voxels are `spacing` apart whatever the volume: larger things are larger in the input, and
    /// what does not fit is cut off.
    case spacing
  }

  /// How values are made comparable.
  public enum Normalization: String, Codable, Sendable, CaseIterable {
    /// By volume and channel: what 0.5 % of the voxels lie below becomes 0, what 0.5 % lie above 1, and what
    /// lies outside is cut off. The percentiles are those of nnU-Net (Isensee et al. 2021).
    case percentiles
    /// By volume and channel: the mean becomes 0 and the standard deviation 1.
    case zScore = "z-score"
    /// All volumes alike: the training volumes' mean becomes 0 and their deviation 1. For values that mean
    /// the same in every volume, as Hounsfield units do.
    case training
    /// Values stay as they are, as those of masks.
    case none
  }

  /// Voxels of the input along each axis.
  public let extent: SIMD3<Int>
  /// Values at a voxel.
  public let channels: Int
  /// Which volumes of a series are read.
  public let series: SeriesChoice
  public let fit: Fit

  /// From one voxel of the input to the next, in millimetres: as `fit` says, or that of the training
  /// volumes as the input shows them. It tells how long axes are against one another.
  public let spacing: SIMD3<Double>

  /// What the axes of the training volumes stand for.
  public let orientation: Volume.Orientation

  public let resampling: VolumeResampling
  public let normalization: Normalization

  /// What is taken off the values of each channel, and what they are divided by, for `training`.
  public let mean, deviation: [Float]

  /// The most values that a file may have.
  public let valueLimit: Int

  /// - Parameters:
  ///   - mean: one value for each channel; without it, 0.
  ///   - deviation: one value above zero for each channel; without it, 1.
  /// - Throws: `VolumeFrontEndError.setting` for an axis outside of 1...65536 voxels, channels outside of
  ///   1...65536, more than 2²⁸ values, a place below 0, a spacing, mean or deviation that cannot be, or a
  ///   limit outside of 1...2³².
  public init(
    extent: SIMD3<Int>, channels: Int = 1, series: SeriesChoice = .only, fit: Fit = .stretched,
    spacing: SIMD3<Double> = SIMD3(repeating: 1), orientation: Volume.Orientation = .stored,
    resampling: VolumeResampling = .area,
    normalization: Normalization = .percentiles, mean: [Float]? = nil, deviation: [Float]? = nil,
    valueLimit: Int = VolumeLimits().values
  ) throws {
    self.extent = extent
    self.channels = channels
    self.series = series
    self.fit = fit
    self.spacing = spacing
    self.orientation = orientation
    self.resampling = resampling
    self.normalization = normalization
    // A number that cannot be is refused below.
    let count = max(0, min(channels, 1 << 16))
    self.mean = mean ?? [Float](repeating: 0, count: count)
    self.deviation = deviation ?? [Float](repeating: 1, count: count)
    self.valueLimit = valueLimit
    try checkSettings()
  }

  private func checkSettings() throws {
    func check(_ holds: Bool, _ name: String, _ found: String, _ expected: String) throws {
      guard holds else {
        throw VolumeFrontEndError.setting(name: name, found: found, expected: expected)
      }
    }
    let axes = [extent.x, extent.y, extent.z]
    try check(
      axes.allSatisfy { 1...65536 ~= $0 }, "extent", "\(axes)", "1 to 65536 voxels along each axis")
    try check(1...65536 ~= channels, "channels", "\(channels)", "1 to 65536")
    // Each factor is at most 2¹⁶, so that a product that is not too large yet stays within an Int.
    let values = axes.reduce(channels) { min($0, 1 << 29) * $1 }
    try check(
      values <= 1 << 28, "extent", "\(axes) of \(channels) channels",
      "at most \(1 << 28) values")
    if case .one(let place) = series {
      try check(place >= 0, "series", "\(place)", "a place from 0")
    }
    try check(
      [spacing.x, spacing.y, spacing.z].allSatisfy { Volume.spacings.contains($0) }, "spacing",
      "\(spacing)", "millionths of a millimetre to a kilometre along each axis")
    for (name, values) in [("mean", mean), ("deviation", deviation)] {
      try check(
        values.count == channels && values.allSatisfy(\.isFinite), name, "\(values)",
        "\(channels) finite numbers, one for each channel")
    }
    try check(
      deviation.allSatisfy { $0 > 0 && $0.isNormal }, "deviation", "\(deviation)",
      "numbers above zero")
    try check(1...1 << 32 ~= valueLimit, "valueLimit", "\(valueLimit)", "1 to \(1 << 32) values")
  }

  public var inputShape: InputShape {
    InputShape(extent: [extent.x, extent.y, extent.z], content: .values(channels: channels))
  }

  /// One input, for a file or an array.
  ///
  /// - Throws: `VolumeFrontEndError.notAFile` for a text or a row, `.channels` for another number of channels than
  ///   the model's; otherwise the errors of `VolumeFile.read`.
  public func inputs(of item: Item) throws -> [PlacedInput] {
    let volume = try Self.volume(of: item, series: series, valueLimit: valueLimit)
    guard volume.channels == channels else {
      throw VolumeFrontEndError.channels(found: volume.channels, expected: channels)
    }
    return [PlacedInput(.values(input(of: volume)))]
  }

  static func volume(of item: Item, series: SeriesChoice, valueLimit: Int) throws -> Volume {
    let limits = VolumeLimits(values: valueLimit)
    switch item {
    case .file(let path): return try VolumeFile.read(path: path, choice: series, limits: limits)
    case .text, .row: throw VolumeFrontEndError.notAFile
    case .array(let array):
      return try NumPyVolume.volume(of: array, choice: series, limits: limits, name: "the array")
    }
  }

  /// The input [first axis, second, third, channel] that a volume gives.
  ///
  /// - Precondition: the volume has the front end's channels.
  public func input(of volume: Volume) -> Tensor<Float> {
    precondition(volume.channels == channels, "\(volume.channels) channels of \(channels)")
    let levels = VolumeLevels(of: volume)
    let steps = steps(from: volume)
    let weights = (0..<3).map {
      AxisWeights(old: volume.extent[$0], new: extent[$0], step: steps[$0], by: resampling)
    }
    var values = volume.resampled(by: weights, background: levels.lowest)
    normalize(&values, of: volume, levels)
    return Tensor(shape: [extent.x, extent.y, extent.z, channels], elements: values)
  }

  /// How many voxels of a volume it is from one of the input to the next, along each axis.
  private func steps(from volume: Volume) -> SIMD3<Double> {
    let old = SIMD3<Double>(volume.extent)
    let new = SIMD3<Double>(extent)
    switch fit {
    case .stretched: return old / new
    case .voxels: return SIMD3(repeating: (old / new).max())
    case .millimetres:
      // One side of the input's voxels, in millimetres.
      let side = (old * volume.spacing / new).max()
      return side / volume.spacing
    case .spacing: return spacing / volume.spacing
    }
  }

  private func normalize(_ values: inout [Float], of volume: Volume, _ levels: VolumeLevels) {
    // What becomes 0, and how far from it 1 is; 0 where all voxels are alike and there is nothing to see.
    // In Double the distance of two Floats is always finite.
    let scales: [(zero: Double, one: Double)]
    switch normalization {
    case .none: return
    case .training: scales = zip(mean, deviation).map { (Double($0), Double($1)) }
    case .percentiles:
      scales = levels.percentiles(of: volume).map {
        (Double($0.lowerBound), Double($0.upperBound) - Double($0.lowerBound))
      }
    case .zScore: scales = zip(levels.mean, levels.deviation).map { ($0, $1) }
    }
    let isCut = normalization == .percentiles
    var channel = 0
    for place in values.indices {
      let (zero, one) = scales[channel]
      let value = one > 0 ? (Double(values[place]) - zero) / one : 0
      values[place] = Float(isCut ? min(max(value, 0), 1) : value)
      channel = channel + 1 == channels ? 0 : channel + 1
    }
  }
}

/// Why volumes and a front end for them do not go together.
public enum VolumeFrontEndError: ReportableError, Equatable {
  /// A text or a row where a volume was expected.
  case notAFile
  /// A series of another length than the model's channels.
  case channels(found: Int, expected: Int)
  /// A setting that cannot be.
  case setting(name: String, found: String, expected: String)
  /// None of the training items that were looked at could be read; `first` says why the first not.
  case nothingReadable(count: Int, first: String)

  public var category: ErrorCategory {
    switch self {
    case .notAFile: .wrongCall
    case .channels, .setting, .nothingReadable: .badData
    }
  }

  public var description: String {
    switch self {
    case .notAFile:
      "a text or a row of a table was given to a model of volumes; give it the path of a volume file"
    case .channels(let found, let expected):
      """
      a series of \(found) \(found == 1 ? "volume" : "volumes") was given to a model that sees \
      \(expected) as channels; give it series of \(expected)
      """
    case .setting(let name, let found, let expected):
      "the volume setting \(name) is \(found); it must be \(expected)"
    case .nothingReadable(0, _):
      "there are no volumes to fit the volume settings to; give at least one"
    case .nothingReadable(let count, let first):
      "none of the \(count) volumes that were looked at can be read; the first: \(first)"
    }
  }
}
