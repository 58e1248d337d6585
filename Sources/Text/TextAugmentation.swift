import ConvKitCore
import ConvKitFiles

/// The ways in which training texts are varied.
public typealias TextAugmentation = Augmentation<TextAugmentationKind>

/// A way to vary a text.
public enum TextAugmentationKind: String, AugmentationKind {
  /// This share of the tokens made unknown, so that an answer rests on more than one word, and the
  /// network learns what to make of words that it does not know.
  case wordDropout = "word-dropout"

  public var usualStrength: Double { 0.1 }

  public var strengths: ClosedRange<Double> { 0...0.9 }

  public var unit: String { "a share of the tokens" }

  public static var exampleList: String { "word-dropout=0.1" }
}

extension TextAugmentation {
  /// A version of an input to learn from, a function of both alone.
  ///
  /// - Precondition: an input of tokens.
  package func varied(_ input: Input, random: RandomStream) -> Input {
    guard case .tokens(let tokens) = input.content else {
      preconditionFailure("an input of values, for which there are other augmentations")
    }
    guard let share = self[.wordDropout].map(Float.init) else { return input }
    var random = random
    let elements = tokens.elements.map { token in
      // Every position takes a number, so that padding changes none of the others.
      random.uniform() < share && token != Vocabulary.padding ? Vocabulary.unknown : token
    }
    return .tokens(Tensor(shape: tokens.shape, elements: elements), extent: input.extent)
  }
}
