import ConvKitDrawing
import ConvKitFiles

/// A page that shows pictures of stages in order; it needs no other file but them.
struct StagePage {
  private let title: String
  private var sections = ""

  init(title: String) { self.title = title }

  mutating func add(_ stage: Stage, file: String, width: Int, height: Int) {
    let name = HTMLPage.text(stage.name)
    sections += """
      <section>
      <h2>\(name)</h2>
      <p>\(Self.explanation(of: stage))</p>
      <img src="\(HTMLPage.text(file))" width="\(width)" height="\(height)" alt="\(name)">
      </section>

      """
  }

  var html: String {
    HTMLPage(
      title: FileName.printable(title),
      body: """
        <p>Every stage that this input went through. In maps and features orange is above zero, blue \
        below, and white is zero; all maps of a stage share one scale.</p>
        \(sections)
        """
    ).html
  }

  static func contents(of inputs: [(input: String, folder: String)]) -> String {
    let items = inputs.map {
      "<li><a href=\"\(HTMLPage.text($0.folder))/index.html\">\(HTMLPage.text($0.input))</a></li>"
    }.joined(separator: "\n")
    return HTMLPage(title: "Stages", body: "<ul>\n\(items)\n</ul>").html
  }

  private static func explanation(of stage: Stage) -> String {
    let extent = stage.shape.dropLast().map(String.init).joined(separator: "×")
    let channels = stage.shape.last ?? 0
    let size =
      extent.isEmpty
      ? "\(channels) values."
      : "\(channels) \(channels == 1 ? "map" : "maps") of \(extent)."
    switch stage.content {
    case .picture:
      return "What the network sees: the picture, brought to its size. \(extent) positions."
    case .votes(let bars):
      return "Votes: the sum for each label\(highest(of: bars))."
    case .scores(let bars):
      return "The answer: the votes made into probabilities\(highest(of: bars))."
    case .map(_, let features):
      let shown =
        channels > StagePictures.mostMaps && !extent.isEmpty
        ? " The first \(StagePictures.mostMaps) are drawn." : ""
      let plane = stage.shape.count > 3 ? " Of each the middle planes are drawn." : ""
      return sentence(for: stage.name, withFeatures: features != nil) + " " + size + shown + plane
    }
  }

  private static func highest(of bars: [some Any]) -> String {
    bars.count > StagePictures.mostBars ? ", the \(StagePictures.mostBars) highest" : ""
  }

  /// What a layer does; its kind is its name without the number.
  private static func sentence(for name: String, withFeatures: Bool) -> String {
    let kind = name.split(separator: ".").last.map { $0.prefix { !$0.isNumber } } ?? ""
    return switch kind {
    case "conv":
      withFeatures
        ? "Each feature, and where it was found: the closer a place is to the feature, the higher "
          + "its value."
        : "Features are looked for in the maps before; each gives a map of where it was found."
    case "relu": "What is below zero becomes zero; what was found stays."
    case "leakyReLU": "What is below zero becomes small."
    case "maxPool": "Of every window the largest value stays; the maps shrink."
    case "averagePool": "Of every window the average stays; the maps shrink."
    case "globalMaxPool": "Of every map the largest value stays."
    case "globalAveragePool": "Of every map the average stays."
    case "batchNorm": "Every map brought to a common mean and deviation."
    case "dropout": "Nothing happens here but in training."
    case "flatten": "The maps as one list of values."
    case "dense": "Every value is a sum over all values before, each with its own weight."
    case "branches": "Maps of several branches, side by side."
    case "residual": "The maps before and what was made of them, added."
    default: "The maps after this layer."
    }
  }
}

extension HTMLPage {
  /// A name or another text from outside, as a part of a page.
  static func text(_ text: String) -> String { Markup.escaped(FileName.printable(text)) }
}
