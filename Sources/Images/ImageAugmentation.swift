import ConvKitCore
import ConvKitFiles

/// The ways in which training pictures are varied.
public typealias ImageAugmentation = Augmentation<ImageAugmentationKind>

/// A way to vary a picture.
public enum ImageAugmentationKind: String, AugmentationKind {
  /// Moved along each axis, by up to this share of the side.
  case shift
  /// Grown or shrunk, by up to this factor.
  case scale
  /// Turned about the middle either way, by up to this many degrees; 180 is any direction.
  case turn
  /// Slanted either way: what lies one pixel higher moves sideways by up to this many pixels.
  case shear
  /// Left and right swapped, with this chance. Not for what has a handedness, such as letters.
  case flip
  /// Lines made thicker or thinner, by up to this many pixels on each side.
  case thickness
  /// Light and dark swapped, with this chance.
  case invert
  /// The distance of every level from middle grey multiplied by 1 plus or minus up to this share.
  case contrast
  /// All levels raised or lowered by up to this share of the whole range.
  case brightness
  /// Every value disturbed on its own, with this standard deviation as a share of the range.
  case noise

  /// The strength where a list names the kind alone. Those that move and bend are what a hand or a
  /// camera held by one does; a chance is even.
  public var usualStrength: Double {
    switch self {
    case .shift, .shear: 0.1
    case .scale: 1.15
    case .turn: 10
    case .flip, .thickness, .invert: 0.5
    case .contrast, .brightness: 0.2
    case .noise: 0.03
    }
  }

  /// The strengths that there can be; the lower bound, which would change nothing, is not among
  /// them.
  public var strengths: ClosedRange<Double> {
    switch self {
    case .scale: 1...4
    case .turn: 0...180
    case .contrast: 0...0.99
    case .shift, .shear, .flip, .thickness, .invert, .brightness, .noise: 0...1
    }
  }

  public var unit: String {
    switch self {
    case .shift: "a share of the side"
    case .scale: "a factor"
    case .turn: "degrees"
    case .shear: "pixels sideways for one pixel up"
    case .flip, .invert: "a chance"
    case .thickness: "pixels"
    case .contrast, .brightness, .noise: "a share of the range from black to white"
    }
  }

  public static var exampleList: String { "shift,turn=15" }
}

extension ImageAugmentation {
  /// What suits pictures of most things: moved, resized and turned, the less the more pictures there
  /// are to learn from. Nothing is flipped, for letters and digits have a handedness.
  ///
  /// Measured with the standard network and `oneCycle`, accuracy in % without, with half and with full
  /// strength: 470 handwritten letters 97.3, 97.6 and 99.2 (30 epochs); clothes of Fashion-MNIST, 3,000
  /// of them 86.3, 87.1 and 85.4, 12,000 of them 88.0, 90.4 and 89.0 (15 epochs), 60,000 of them 92.1,
  /// 90.7 and 90.0 after 5 epochs, and 92.1 and 91.9 after 12.
  ///
  /// - Parameter examples: how many pictures there are to learn from.
  public static func standard(examples: Int) -> ImageAugmentation {
    if examples < 1000 {
      ImageAugmentation([.shift: 0.1, .scale: 1.15, .turn: 10])
    } else if examples < 30_000 {
      ImageAugmentation([.shift: 0.05, .scale: 1.05, .turn: 5])
    } else {
      .none
    }
  }

  /// A version of an input, as the front end makes it, for training.
  ///
  /// What is seen where the picture moved away is its own edge, continued. Costs some microseconds
  /// for a small picture.
  ///
  /// - Parameters:
  ///   - input: values [row, column, channel].
  ///   - random: the same stream gives the same version, to the bit on every machine. Every kind
  ///     draws its numbers whether it is used or not, so that one does not change what another does.
  public func varied(
    _ input: Input, by frontEnd: ImageFrontEnd, random: RandomStream
  ) -> Input {
    guard !isNone, case .values(let tensor) = input.content else { return input }
    let variation = ImageVariation(
      drawnFor: self, height: frontEnd.height, width: frontEnd.width, from: random)
    return .values(variation.applied(to: tensor, of: frontEnd), extent: input.extent)
  }
}
