import ConvKitDrawing
import ConvKitFiles
import ConvKitImages
import ConvKitTables
import ConvKitText
import ConvKitVolumes

#if Sound
  import ConvKitSound
#endif

extension ModelFrontEnd {
  /// What is made of an item before a network sees it, in words for people.
  package var words: [(name: String, value: String)] {
    switch self {
    case .image(let frontEnd): frontEnd.words
    case .text(let frontEnd): frontEnd.words
    case .volume(let frontEnd): frontEnd.words
    case .table(let frontEnd): frontEnd.words
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

extension TextFrontEnd {
  fileprivate var words: [(name: String, value: String)] {
    let settings = tokenizer.settings
    return [
      ("input", "\(shortest) to \(longest) tokens, longer texts in windows"),
      ("tokens", "\(settings.unit.rawValue), \(tokenizer.count) known"),
      ("letters", settings.letters.rawValue), ("form", settings.form.rawValue),
      ("digits", settings.digits.rawValue),
      ("punctuation", settings.punctuation.rawValue),
    ]
  }
}

extension VolumeFrontEnd {
  fileprivate var words: [(name: String, value: String)] {
    func product(_ values: [String]) -> String { values.joined(separator: "×") }
    let voxels = product((0..<3).map { "\(extent[$0])" })
    let apart = product((0..<3).map { fixedPoint(spacing[$0], places: 2) })
    return [
      ("input", "\(voxels) voxels" + (channels == 1 ? "" : " of \(channels) values")),
      ("fit", fit == .spacing ? "\(apart) mm from voxel to voxel" : fit.rawValue),
      ("series", series.description), ("grids change by", resampling.rawValue),
      ("normalization", normalization.rawValue),
    ]
  }
}

extension TableFrontEnd {
  fileprivate var words: [(name: String, value: String)] {
    let count = columns.count == 1 ? "1 column" : "\(columns.count) columns"
    let positions = shape.map(String.init).joined(separator: "×")
    let isOneEach = shape == [columns.count]
    let categories = columns.compactMap { column -> String? in
      guard case .category(let levels, let isOpen, _) = column.content else { return nil }
      return "\(column.source.name) (\(levels.count)\(isOpen ? " and others" : ""))"
    }
    var words = [("input", count + (isOneEach ? "" : " as \(positions) positions"))]
    if !categories.isEmpty { words.append(("categories", FileName.printable(list: categories))) }
    words.append(("missing values", "the training rows' median"))
    guard let label else { return words }
    let cuts = label.cuts.map { "\($0)" }.joined(separator: ", ")
    words.append(
      (
        "label column",
        FileName.excerpt(label.source.name) + (cuts.isEmpty ? "" : ", cut at \(cuts)")
      ))
    return words
  }
}

#if Sound
  extension SoundFrontEnd {
    fileprivate var words: [(name: String, value: String)] {
      let seconds = fixedPoint(Double(windowLength) / Double(sampleRate), places: 2)
      var words = [
        ("input", "\(seconds) s as a \(form.rawValue)"), ("rate", "\(sampleRate) Hz"),
        ("channels", channels.map { "\($0) kept apart" } ?? "mixed"), ("loudness", level.rawValue),
        ("silence", silence.map { "cut off \($0) dB below the loudest" } ?? "kept"),
      ]
      guard let spectrum else { return words }
      let filters = spectrum.filters
      func milliseconds(_ samples: Int) -> String {
        let value = fixedPoint(1000 * Double(samples) / Double(sampleRate), places: 1)
        return "\(samples) samples, \(value) ms"
      }
      words += [
        ("frame", milliseconds(spectrum.transform.frameLength)),
        ("hop", milliseconds(spectrum.transform.hopLength)),
        (
          "bands",
          "\(filters.bands) from \(fixedPoint(filters.lowest, places: 0)) to "
            + "\(fixedPoint(filters.highest, places: 0)) Hz, mel scale \(filters.scale.rawValue)"
        ),
        ("normalization", normalization.rawValue),
      ]
      return words
    }
  }
#endif
