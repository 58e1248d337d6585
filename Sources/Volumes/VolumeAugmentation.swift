import ConvKitCore
import ConvKitFiles

/// The ways in which training volumes are varied.
public typealias VolumeAugmentation = Augmentation<VolumeAugmentationKind>

/// A way to vary a volume. The axes x, y and z are the first, the second and the third: of NIfTI files
/// those to the right, to the front and up.
public enum VolumeAugmentationKind: String, AugmentationKind {
  /// Moved along each axis, by up to this share of it.
  case shift
  /// Grown or shrunk, by up to this factor.
  case scale
  /// Grown or shrunk along each axis on its own, by up to this factor, so that proportions change.
  case stretch
  /// Turned about every axis, one behind the other, each either way by up to this many degrees.
  case turn
  /// Turned about one axis either way, by up to this many degrees; 180 is any direction.
  case turnX = "turn-x"
  case turnY = "turn-y"
  case turnZ = "turn-z"
  /// Mirrored along one axis, with this chance. Not for what has a handedness, such as hearts and shoes.
  case mirrorX = "mirror-x"
  case mirrorY = "mirror-y"
  case mirrorZ = "mirror-z"
  /// Values drawn apart or together about the middle of their range by up to this share, and all of them
  /// raised or lowered by up to this share of the range.
  case intensity
  /// Every value disturbed on its own, with this standard deviation as a share of the range.
  case noise

  /// The strength where a list names the kind alone: what the way a thing lies in a scanner makes; a chance
  /// is even.
  public var usualStrength: Double {
    switch self {
    case .shift: 0.05
    case .scale, .stretch: 1.2
    case .turn, .turnX, .turnY, .turnZ: 10
    case .mirrorX, .mirrorY, .mirrorZ: 0.5
    case .intensity: 0.1
    case .noise: 0.03
    }
  }

  public var strengths: ClosedRange<Double> {
    switch self {
    case .scale, .stretch: 1...4
    case .turn, .turnX, .turnY, .turnZ: 0...180
    case .shift, .mirrorX, .mirrorY, .mirrorZ, .intensity, .noise: 0...1
    }
  }

  public var unit: String {
    switch self {
    case .shift: "a share of the axis"
    case .scale, .stretch: "a factor"
    case .turn, .turnX, .turnY, .turnZ: "degrees"
    case .mirrorX, .mirrorY, .mirrorZ: "a chance"
    case .intensity, .noise: "a share of the range of the volume's values"
    }
  }

  public static var exampleList: String { "shift,turn-z=180" }
}

extension VolumeAugmentation {
  /// What suits volumes of most things: moved, turned and in other proportions, each a little.
  public static let usual = VolumeAugmentation([.shift: 0.05, .stretch: 1.2, .turn: 10])

  /// A version of an input, as the front end makes it, for training.
  ///
  /// What is seen where the volume moved away is its own edge, continued. Costs some 10 ns a voxel.
  ///
  /// - Parameters:
  ///   - input: values [first axis, second, third, channel].
  ///   - random: the same stream gives the same version, to the bit on every machine. Every kind
  ///     draws its numbers whether it is used or not, so that one does not change what another does.
  public func varied(
    _ input: Input, by frontEnd: VolumeFrontEnd, random: RandomStream
  ) -> Input {
    guard !isNone, case .values(let tensor) = input.content else { return input }
    let variation = VolumeVariation(drawnFor: self, extent: frontEnd.extent, from: random)
    return .values(
      variation.applied(to: tensor, spacing: frontEnd.spacing), extent: input.extent)
  }
}
