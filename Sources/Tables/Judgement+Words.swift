import ConvKitCore
import ConvKitDrawing
import ConvKitFiles

/// What a judgement says, in sentences that somebody follows who knows none of the tests.
extension Judgement {
  var suitability: Suitability {
    let verdict: Suitability.Verdict
    let sentences: [String]
    switch outcome {
    case .suits(let isByNetworkAlone):
      verdict = .suits
      sentences = reasonsForSuiting(isByNetworkAlone: isByNetworkAlone)
    case .orderSeen:
      verdict = .maySuit
      sentences = [
        "An order is seen: neighbouring columns are more alike than columns picked at random, "
          + "inside groups of like columns too.", labelsWouldDecide,
      ]
    case .noOrderSeen:
      verdict = .doesNotSuit
      sentences = ["No clear order is seen.", similarityFailure, fullCheck, Self.whatElse]
        .compactMap(\.self)
    case .doesNotSuit(let failure):
      verdict = .doesNotSuit
      sentences = reasonsAgainst(failure) + [Self.whatElse]
    case .cannotTell(let doubt):
      verdict = .cannotTell
      sentences = [reason(for: doubt)]
    }
    return Suitability(
      verdict: verdict, rows: sample.rows.count, columns: columns, shape: sample.sequence.shape,
      rowsFound: sample.rowsFound, shapeFound: sample.shapeFound,
      labels: sample.sequence.labelNames.count, neighbours: neighbours, groups: groups,
      learning: learning, rivals: rivals, order: order, groupedOrder: groupedOrder,
      reasons: sentences + remarks)
  }

  private static let whatElse = """
    Use what ignores the order of columns instead: gradient-boosted trees, logistic regression or a \
    dense network.
    """

  private var labelsWouldDecide: String {
    check.isQuick && !sample.sequence.labels.isEmpty
      ? "Whether it tells anything about the labels, the full check would show, without --quick."
      : "Whether it tells anything, only labels would decide."
  }

  /// What the full check asks besides; nil where this is one, or there are no labels for it.
  private var fullCheck: String? {
    check.isQuick && !sample.sequence.labels.isEmpty
      ? "The full check, without --quick, also asks whether a network uses the order." : nil
  }

  private func reasonsForSuiting(isByNetworkAlone: Bool) -> [String] {
    let swapped = order.map {
      "Swapping columns harms: \($0.planned - $0.asGood) of \($0.planned) random orders make the "
        + "convolutional network worse."
    }
    let matched = "And it is at least as good as what ignores the order."
    guard isByNetworkAlone else { return [swapped, matched].compactMap(\.self) }
    let grouped = groupedOrder.map {
      "That does not matter here, for the network itself uses the order: shuffling columns only inside "
        + "groups of like ones makes it worse as well, in all \($0.planned) orders."
    }
    return [swapped, matched, similarityWeakness, grouped].compactMap(\.self)
  }

  /// The one of A and B that fails, A first, and what it found; nil where both hold.
  private var weakness: (question: String, found: String)? {
    guard let neighbours, let groups, !(neighbours.holds && groups.holds) else { return nil }
    guard !neighbours.holds else {
      if let orders = groups.tooFewOrders {
        return (
          "B",
          "inside the smallest groups of like columns there "
            + (orders == 1 ? "is only one order" : "are only \(orders) orders")
            + ", too few to tell."
        )
      }
      return (
        "B",
        "inside groups of like columns the order is not clear (largest p = "
          + "\(fixedPoint(groups.pValue, places: 3)), where at most 0.01 counts)."
      )
    }
    return (
      "A",
      "neighbouring columns are hardly more alike than columns picked at random "
        + "(\(fixedPoint(neighbours.similarity, places: 3)) against "
        + "\(fixedPoint(neighbours.permutedSimilarity, places: 3)), "
        + "p = \(fixedPoint(neighbours.pValue, places: 3)))."
    )
  }

  private var similarityFailure: String? { weakness.map { "\($0.question) failed: \($0.found)" } }

  private var similarityWeakness: String? { weakness.map { "\($0.question) is weak: \($0.found)" } }

  private func reasonsAgainst(_ failure: Failure) -> [String] {
    switch failure {
    case .rivals:
      return rivals.map { rivals in
        rivals.rivals.filter { !$0.isMatched }.map { rival in
          "D failed: a \(rival.name), which ignores the order of the columns, does better: its "
            + "log-loss is \(fixedPoint(rival.loss, places: 3)), the convolutional network's "
            + "\(fixedPoint(rivals.loss, places: 3)), which is "
            + "\(fixedPoint(rival.difference, places: 3)) more, where up to "
            + "\(fixedPoint(rival.error, places: 3)) (one corrected standard error) could be chance."
        }
      } ?? []
    case .order:
      let network = order.map {
        "C failed: the convolutional network does as well when the columns are swapped: on "
          + "\(Self.share($0, "random")) its log-loss was at most the "
          + "\(fixedPoint($0.loss, places: 3)) of this one\(everyOther)."
      }
      return [network, similarityFailure].compactMap(\.self)
    case .groupedOrder:
      let network = groupedOrder.map {
        "C failed: the convolutional network does as well when columns are swapped inside groups of like "
          + "ones: on \(Self.share($0, "such")) its log-loss was at most the "
          + "\(fixedPoint($0.loss, places: 3)) of this one\(everyOther)."
      }
      return [network, similarityFailure].compactMap(\.self)
    }
  }

  /// The rule by which one order that is as good decides.
  private var everyOther: String {
    weakness.map { ", and as \($0.question) fails, every other has to be worse" } ?? ""
  }

  /// "2 of 5 random orders".
  private static func share(_ evidence: OrderEvidence, _ kind: String) -> String {
    let count = evidence.permutedLosses.count
    return count == 1
      ? "the one \(kind) order that was tried" : "\(evidence.asGood) of \(count) \(kind) orders"
  }

  private func reason(for doubt: Doubt) -> String {
    switch doubt {
    case .fewColumns:
      switch columns {
      case 0: return "No column says anything: at least \(Self.leastColumns) are needed."
      case 1: return "One column has no order: at least \(Self.leastColumns) are needed."
      case 2:
        return
          "Two columns are neighbours in either order: at least \(Self.leastColumns) are needed to "
          + "tell an order from chance."
      default:
        // An order and its reverse have the same neighbours.
        let orders = (1...columns).reduce(1, *) / 2
        let name = columns < Self.names.count ? Self.names[columns] : "\(columns)"
        return
          "\(name) columns have only \(orders) neighbour orders, too "
          + "few to tell this one from chance: at least \(Self.leastColumns) columns are needed."
      }
    case .fewRows:
      return
        "\(sample.rows.count) \(sample.rows.count == 1 ? "row is" : "rows are") too few: at least "
        + "\(SuitabilityCheck.fewestRows) are needed."
    case .fewLabelledRows where sample.learnable.rows.count >= SuitabilityCheck.fewestRows:
      return "Only one label occurs \(TableFolds.folds) times or more, and at least two are needed."
    case .fewLabelledRows:
      return "Too few rows have a label that occurs \(TableFolds.folds) times or more "
        + "(\(sample.learnable.rows.count)): at least \(SuitabilityCheck.fewestRows) are needed, of two "
        + "labels."
    case .fewGroupedOrders:
      return
        "Neighbouring columns are more alike than columns picked at random, but they may be so only "
        + "because like columns stand in groups: inside the smallest groups there "
        + (groups?.tooFewOrders.map { $0 == 1 ? "is only one order" : "are only \($0) orders" }
          ?? "are few orders")
        + ", too few to tell. Some twenty columns would be needed."
    case .nothingLearnt:
      return learning.map {
        "None of the models learned the labels: the best, a \($0.best), gives the right one a "
          + "probability of \(fixedPoint($0.probability, places: 3)), where a guess without the columns "
          + "gives \(fixedPoint($0.chance, places: 3)) (p = \(fixedPoint($0.pValue, places: 3))). More "
          + "rows would be needed, or columns that have to do with the labels."
      } ?? ""
    }
  }

  private static let leastColumns = SuitabilityCheck.fewestColumns
  private static let names = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven"]

  /// What else is worth knowing.
  private var remarks: [String] {
    var remarks: [String] = []
    // What `--shape` takes: all columns of the table, each a number.
    let isWhole =
      sample.shapeFound == sample.sequence.shape
      && sample.sequence.places.allSatisfy { $0.components.count == 1 }
    if let neighbours, neighbours.isSearched, neighbours.isPicture, neighbours.holds, isWhole {
      let shape = neighbours.shape.map(String.init).joined(separator: "x")
      remarks.append(
        "The columns look like a picture, \(neighbours.shape[1]) wide: try --shape \(shape).")
    }
    let rare = sample.rareLabels
    if !rare.isEmpty, learning != nil {
      let count = rare.count == 1 ? "One label occurs" : "\(rare.count) labels occur"
      remarks.append(
        "\(count) less than \(TableFolds.folds) times "
          + (sample.rows.count < sample.rowsFound ? "in the rows that were drawn " : "")
          + "and \(rare.count == 1 ? "was" : "were") not learned from: "
          + FileName.printable(list: rare, most: 5) + ".")
    }
    return remarks
  }
}
