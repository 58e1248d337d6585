import ConvKitCore
import ConvKitDrawing
import ConvKitFiles
import ConvKitTables

/// What a check of pictures, clips or volumes found: whether neighbours along each axis belong together.
public struct AxisSuitability: Sendable, Equatable {
  /// One axis of the inputs.
  public struct Axis: Sendable, Equatable {
    /// "height", "time", "up" or "third axis".
    public let name: String
    /// Positions along it that were judged.
    public let extent: Int
    /// Positions that there are: of a long axis the middle is judged.
    public let extentFound: Int
    /// Those of them that are not the same everywhere, nor repeat an earlier one.
    public let positions: Int
    /// Values of each position that were compared: of examples, places on the other axes, and channels.
    public let values: Int
    /// Whether neighbours are more alike than two positions picked at random; nil where there are too few.
    public let neighbours: NeighbourEvidence?
    /// |Spearman| of every two positions that were compared.
    public let similarities: Similarities

    /// Whether the axis has an order; nil where nobody can tell.
    public var hasOrder: Bool? { neighbours?.holds }

    /// The axis in a sentence, as "along height".
    var phrase: String {
      switch name {
      case "right": "from left to right"
      case "front": "from back to front"
      case "up": "from bottom to top"
      case "first axis", "second axis", "third axis": "along the \(name)"
      default: "along \(name)"
      }
    }
  }

  /// What the examples are.
  public let kind: DataKind
  /// How many were looked at; of more they are drawn by chance.
  public let examples: Int
  /// How many there are.
  public let examplesFound: Int
  /// In the order of the inputs' axes.
  public let axes: [Axis]
  /// Of those that were to be looked at, what could not be used.
  public let leftOut: [LeftOut]

  /// `maySuit` where every axis that could be judged has an order, `doesNotSuit` where one has none.
  public var verdict: Suitability.Verdict {
    let answers = axes.compactMap(\.hasOrder)
    if answers.contains(false) { return .doesNotSuit }
    return answers.isEmpty ? .cannotTell : .maySuit
  }

  /// Why the verdict is what it is, and what to do, in sentences.
  public var reasons: [String] {
    func phrases(_ answer: Bool?) -> String? {
      let chosen = axes.filter { $0.hasOrder == answer }
      return chosen.isEmpty ? nil : Self.phrase(chosen)
    }
    var sentences: [String] = []
    if let without = phrases(false) {
      sentences.append(
        "\(Self.capitalized(without)) no order is seen: neighbours are no more alike than positions picked "
          + "at random\(kind == .volume ? " (a stack of unrelated slices?)" : ""). A convolutional network "
          + "looks for patterns of neighbours and would find none there. Check how the files were put "
          + "together"
          + (kind == .volume
            ? "; slices that have nothing to do with one another are better pictures of their own."
            : ".")
      )
    }
    if let with = phrases(true) {
      sentences.append(
        "\(Self.capitalized(with)) neighbours belong together"
          + (verdict == .maySuit
            ? ". Whether their patterns tell the labels apart, a training shows: convkit train."
            : "."))
    }
    if let untold = phrases(nil) {
      sentences.append(
        "\(Self.capitalized(untold)) nothing can be told: at least \(AxisCheck.fewestPositions) positions "
          + "that vary, with at least \(AxisCheck.fewestValues) values each, are needed.")
    }
    return sentences
  }

  /// "along height and width", "along time", "from left to right and from back to front".
  fileprivate static func phrase(_ axes: [Axis]) -> String {
    let along = "along "
    var phrases: [String] = []
    for phrase in axes.map(\.phrase) {
      let isFurther = phrases.first?.hasPrefix(along) == true && phrase.hasPrefix(along)
      phrases.append(isFurther ? String(phrase.dropFirst(along.count)) : phrase)
    }
    guard phrases.count > 1, let last = phrases.last else { return phrases.first ?? "" }
    return phrases.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }
}

/// What a check of axes found, in words for people.
package struct AxisSuitabilityWords: Sendable {
  private let found: AxisSuitability

  package init(_ found: AxisSuitability) { self.found = found }

  /// The verdict as a line.
  package var headline: String {
    let without = found.axes.filter { $0.hasOrder == false }
    return switch found.verdict {
    case .suits, .maySuit:
      "may suit: neighbours belong together; only training tells whether that helps."
    case .doesNotSuit: "does not suit: \(AxisSuitability.phrase(without)) no order is seen."
    case .cannotTell where isUniform:
      found.examples == 1
        ? "cannot tell: the example is the same everywhere."
        : "cannot tell: the examples are all the same."
    case .cannotTell: "cannot tell: the examples are too few or too small to say."
    }
  }

  /// Whether one value is all that was seen, and of enough values to say so.
  private var isUniform: Bool {
    found.axes.allSatisfy { $0.positions == 0 && $0.values >= AxisCheck.fewestValues }
  }

  /// What was judged.
  package var subject: String {
    let extent = found.axes.map { "\($0.extent)" }.joined(separator: "×")
    let examples =
      found.examples < found.examplesFound
      ? "\(NumberText.grouped(found.examples)) of \(NumberText.count(found.examplesFound, "example"))"
      : NumberText.count(found.examples, "example")
    return "\(examples) of the kind \(found.kind.rawValue), \(extent) "
      + (extent == "1" ? "position" : "positions")
  }

  /// What was judged of long axes, in sentences; none where it was all.
  package var limits: [String] {
    found.axes.filter { $0.extent < $0.extentFound }.map {
      "Of \(NumberText.grouped($0.extentFound)) positions \($0.phrase) the "
        + "\(NumberText.grouped($0.extent)) in the middle were judged."
    }
  }

  /// Question A of each axis.
  package var questions: [QuestionWords] {
    found.axes.map { axis in
      let question = "Are neighbours \(axis.phrase) more alike than positions picked at random?"
      guard let evidence = axis.neighbours else {
        return QuestionWords(
          "", question, "cannot tell",
          [
            "\(axis.positions) of \(axis.extent) positions \(axis.positions == 1 ? "varies" : "vary"), "
              + "with \(NumberText.count(axis.values, "value")) each."
          ])
      }
      return QuestionWords("", question, evidence.holds ? "yes" : "no", evidence.sentences)
    }
  }
}
