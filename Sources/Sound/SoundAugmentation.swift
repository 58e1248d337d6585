import ConvKitCore
import ConvKitFiles

/// The ways in which training clips are varied.
public typealias SoundAugmentation = Augmentation<SoundAugmentationKind>

/// A way to vary a clip.
public enum SoundAugmentationKind: String, AugmentationKind {
  /// Moved in time, either way, by up to this share of what the network sees.
  case shift
  /// Louder or softer by up to this many decibels. Without effect where levels are normalised.
  case gain
  /// White noise of up to this share of the clip's own level.
  case noise
  /// Played faster or slower by up to this factor, so that its pitch changes too.
  case speed
  /// A stretch of up to this share of the time made silent (SpecAugment, Park et al. 2019).
  case timeMask = "time-mask"
  /// A run of up to this share of the bands made silent. Without effect on waveforms.
  case bandMask = "band-mask"
  /// Some ranges of bands louder and others softer, by up to this many decibels, as another microphone,
  /// room or voice has them. Without effect on waveforms.
  case tone

  public var usualStrength: Double {
    switch self {
    case .shift: 0.1
    case .gain, .tone: 6
    case .noise: 0.3
    case .speed: 1.15
    case .timeMask, .bandMask: 0.15
    }
  }

  public var strengths: ClosedRange<Double> {
    switch self {
    case .shift, .noise, .timeMask, .bandMask: 0...1
    case .gain, .tone: 0...60
    case .speed: 1...4
    }
  }

  public var unit: String {
    switch self {
    case .shift: "a share of what the network sees"
    case .gain, .tone: "decibels"
    case .noise: "a share of the clip's level"
    case .speed: "a factor"
    case .timeMask: "a share of the time"
    case .bandMask: "a share of the bands"
    }
  }

  public static var exampleList: String { "shift,speed=1.2" }
}

extension SoundAugmentation {
  /// What suits clips of most things: moved, played at other speeds, noisier, in another tone, and with
  /// stretches missing. Gain would be taken off again where levels are normalised.
  public static let usual = SoundAugmentation([
    .shift: 0.1, .noise: 0.3, .speed: 1.15, .timeMask: 0.12, .bandMask: 0.15, .tone: 6,
  ])
}
