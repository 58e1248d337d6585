import ConvKitCore
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
      let phrases = axes.filter { $0.hasOrder == answer }.map(\.phrase)
      guard let last = phrases.last else { return nil }
      return phrases.count == 1
        ? last : phrases.dropLast().joined(separator: ", ") + " and " + last
    }
    var sentences: [String] = []
    if let without = phrases(false) {
      sentences.append(
        "\(Self.capitalized(without)) no order is seen: neighbours are no more alike than positions picked "
          + "at random\(kind == .volume ? " (a stack of unrelated slices?)" : ""). A convolutional network "
          + "looks for patterns of neighbours and would find none there. Check how the files were put "
          + "together; slices that have nothing to do with one another are better pictures of their own."
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
    let without = found.axes.filter { $0.hasOrder == false }.map(\.phrase)
    return switch found.verdict {
    case .suits, .maySuit:
      "may suit: neighbours belong together; only training tells whether that helps."
    case .doesNotSuit: "does not suit: \(without.joined(separator: ", ")) no order is seen."
    case .cannotTell: "cannot tell: the examples are too few or too small to say."
    }
  }

  /// What was judged.
  package var subject: String {
    let extent = found.axes.map { "\($0.extent)" }.joined(separator: "×")
    return "\(found.examples) \(found.examples == 1 ? "example" : "examples") of the kind "
      + "\(found.kind.rawValue), \(extent) positions"
  }

  /// Question A of each axis.
  package var questions: [QuestionWords] {
    found.axes.map { axis in
      let question = "Are neighbours \(axis.phrase) more alike than positions picked at random?"
      guard let evidence = axis.neighbours else {
        return QuestionWords(
          "", question, "cannot tell",
          ["\(axis.positions) of \(axis.extent) positions vary, with \(axis.values) values each."])
      }
      return QuestionWords("", question, evidence.holds ? "yes" : "no", evidence.sentences)
    }
  }
}
