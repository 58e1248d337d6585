import ConvKitCore
import ConvKitFiles

extension VolumeFrontEnd {
  /// The longest axis that a fitted input has. Training time grows with the cube of it; a larger input is a
  /// caller's choice.
  public static let longestFittedAxis = 64

  /// The most training volumes that fitting looks at.
  static let sampleSize = 64

  /// About as many values as fitting reads, at some 10 ns each; eight volumes are read whatever their size.
  static let valueBudget = 1 << 28

  /// The settings of a front end that are not read off the training volumes, and those that are unless they
  /// are given here.
  public struct Choices: Sendable {
    /// Voxels of the input, instead of the fitted ones.
    public var extent: SIMD3<Int>?
    /// Which volumes of a series are read.
    public var series = SeriesChoice.only
    /// Instead of the fitted one.
    public var fit: Fit?
    /// From one voxel of the input to the next, in millimetres, for the fit `spacing`; without it, as large
    /// that the usual volume fits.
    public var spacing: SIMD3<Double>?
    public var resampling = VolumeResampling.area
    /// Instead of the fitted one.
    public var normalization: Normalization?
    public var valueLimit = VolumeLimits().values

    public init() {}
  }

  /// A front end with the settings that suit the training volumes.
  ///
  /// At most 64 items, evenly spread over `items`, are looked at, fewer (at least 8) when they are large.
  /// What cannot be read is passed over here: whoever goes through all items names and counts it.
  ///
  /// - Fit: stretched where all have one extent; else by millimetres where all have known axes, and by
  ///   voxels where not.
  /// - Extent: the median along each axis (the lower of two) of what is looked at, in cubes by millimetres;
  ///   when an axis is longer than 64, all shrink by one factor so that the longest is 64.
  /// - Normalization: none where all values are whole numbers from 0 to 16, as in masks; percentiles else.
  ///
  /// - Throws: `VolumeFrontEndError.nothingReadable`, `.setting`.
  public static func fitted(to items: [Item], choices: Choices = Choices()) throws -> VolumeFrontEnd
  {
    let sample = try Sample(items, choices)
    let fit = choices.fit ?? (choices.spacing == nil ? sample.fit : .spacing)
    let extent = choices.extent ?? sample.extent(for: fit, spacing: choices.spacing)
    let spacing = choices.spacing ?? sample.spacing(for: fit, extent: extent)
    let normalization = choices.normalization ?? (sample.areMasks ? .none : .percentiles)
    let isByTraining = normalization == .training
    return try VolumeFrontEnd(
      extent: extent, channels: sample.channels, series: choices.series, fit: fit,
      spacing: spacing, orientation: sample.areAnatomical ? .anatomical : .stored,
      resampling: choices.resampling, normalization: normalization,
      mean: isByTraining ? sample.mean.map { Float($0) } : nil,
      deviation: isByTraining ? sample.deviation.map { Float($0).isNormal ? Float($0) : 1 } : nil,
      valueLimit: choices.valueLimit)
  }

  /// A front end that decodes what a fitted one does.
  package static func decoding(_ choices: Choices) throws -> VolumeFrontEnd {
    try VolumeFrontEnd(
      extent: SIMD3(1, 1, 1), series: choices.series, valueLimit: choices.valueLimit)
  }
}

extension VolumeFrontEnd {
  /// What fitting sees of the training volumes.
  private struct Sample {
    private var extents: [SIMD3<Int>] = []
    private var sizes: [SIMD3<Double>] = []
    private(set) var areAnatomical = true
    private(set) var areMasks = true
    private(set) var channels = 0
    private var count = 0.0
    private(set) var mean: [Double] = []
    private var squares: [Double] = []

    /// Of a mask, which has a value for each thing that it tells apart; larger ones are amounts.
    private static let largestOfMask: Float = 16

    init(_ items: [Item], _ choices: Choices) throws {
      let taken = min(items.count, sampleSize)
      var left = valueBudget
      var first: String?
      for index in 0..<taken where left > 0 || index < 8 {
        do {
          let volume = try VolumeFrontEnd.volume(
            of: items[index * items.count / taken], series: choices.series,
            valueLimit: choices.valueLimit)
          left -= volume.values.count
          // Others of another number of channels are refused where all are read.
          if extents.isEmpty || volume.channels == channels { add(volume) }
        } catch let error as any ReportableError {
          first = first ?? error.description
        }
      }
      guard !extents.isEmpty else {
        throw VolumeFrontEndError.nothingReadable(count: taken, first: first ?? "")
      }
    }

    private mutating func add(_ volume: Volume) {
      channels = volume.channels
      extents.append(volume.extent)
      sizes.append(SIMD3<Double>(volume.extent) * volume.spacing)
      areAnatomical = areAnatomical && volume.orientation == .anatomical
      areMasks =
        areMasks
        && volume.values.allSatisfy {
          0...Self.largestOfMask ~= $0 && $0 == $0.rounded()
        }
      // The mean and the mean square of all volumes, each counting alike.
      let levels = VolumeLevels(of: volume)
      if mean.isEmpty {
        mean = Array(repeating: 0, count: channels)
        squares = mean
      }
      count += 1
      for channel in 0..<channels {
        let own = levels.mean[channel]
        let ownSquare = levels.deviation[channel] * levels.deviation[channel] + own * own
        mean[channel] += (own - mean[channel]) / count
        squares[channel] += (ownSquare - squares[channel]) / count
      }
    }

    var deviation: [Double] {
      zip(mean, squares).map { max(0, $1 - $0 * $0).squareRoot() }
    }

    var fit: Fit {
      if Set(extents).count == 1 { return .stretched }
      return areAnatomical ? .millimetres : .voxels
    }

    /// The usual size in millimetres.
    private var size: SIMD3<Double> {
      SIMD3(median(sizes.map(\.x)), median(sizes.map(\.y)), median(sizes.map(\.z)))
    }

    /// The usual number of voxels.
    private var usual: SIMD3<Double> {
      SIMD3<Double>(
        SIMD3(median(extents.map(\.x)), median(extents.map(\.y)), median(extents.map(\.z))))
    }

    /// From one voxel of an input to the next, when it shows the usual volume.
    func spacing(for fit: Fit, extent: SIMD3<Int>) -> SIMD3<Double> {
      let extent = SIMD3<Double>(extent)
      let spacing =
        switch fit {
        case .stretched: size / extent
        // One factor for all, so that voxels keep their shape.
        case .voxels: size / usual * (usual / extent).max()
        case .millimetres, .spacing: SIMD3(repeating: (size / extent).max())
        }
      return spacing.clamped(
        lowerBound: SIMD3(repeating: Volume.spacings.lowerBound),
        upperBound: SIMD3(repeating: Volume.spacings.upperBound))
    }

    func extent(for fit: Fit, spacing: SIMD3<Double>?) -> SIMD3<Int> {
      var sides: SIMD3<Double>
      switch fit {
      case .stretched, .voxels:
        sides = usual
      case .millimetres, .spacing:
        // As many cubes as the shortest side of the voxels makes of the usual size.
        let spacings = zip(sizes, extents).map { ($0 / SIMD3<Double>($1)).min() }
        sides = size / (spacing ?? SIMD3(repeating: median(spacings)))
      }
      let longest = Double(longestFittedAxis)
      // Voxels of a spacing that was asked for are not made larger: what does not fit is cut off.
      if fit == .spacing, spacing != nil {
        sides = sides.clamped(
          lowerBound: SIMD3(repeating: 1), upperBound: SIMD3(repeating: longest))
      } else if sides.max() > longest {
        sides *= longest / sides.max()
      }
      func voxels(_ side: Double) -> Int { max(1, Int(side.rounded())) }
      return SIMD3(voxels(sides.x), voxels(sides.y), voxels(sides.z))
    }

    /// The lower of two in the middle. There is at least one.
    private func median<Number: Comparable>(_ numbers: [Number]) -> Number {
      numbers.sorted()[(numbers.count - 1) / 2]
    }
  }
}
