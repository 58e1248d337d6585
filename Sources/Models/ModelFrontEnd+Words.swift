import ConvKitImages

#if Sound
  import ConvKitSound
#endif

extension ModelFrontEnd {
  /// What is made of an item before a network sees it, in words for people.
  package var words: [(name: String, value: String)] {
    switch self {
    case .image(let frontEnd): frontEnd.words
    #if Sound
      case .sound(let frontEnd): frontEnd.words
    #endif
    }
  }
}

extension ImageFrontEnd {
  fileprivate var words: [(name: String, value: String)] {
    [
      ("input", "\(height) rows, \(width) columns, \(colour.rawValue)"),
      ("sizes change by", resampling.rawValue), ("aspect", aspect.rawValue),
      ("surround", surround.rawValue), ("crop", crop.rawValue), ("levels", levels.rawValue),
      ("polarity", polarity.rawValue),
    ]
  }
}
