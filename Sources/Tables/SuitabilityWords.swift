import ConvKitDrawing

/// A question of a check with its answer and its figures, in words for people.
package struct QuestionWords: Sendable, Equatable {
  /// "A" to "D"; empty for one that only serves the others.
  package let letter: String
  package let question: String
  /// "yes", "no" or "not asked".
  package let answer: String
  /// Sentences.
  package let figures: [String]

  package init(_ letter: String, _ question: String, _ answer: String, _ figures: [String]) {
    self.letter = letter
    self.question = question
    self.answer = answer
    self.figures = figures
  }
}

/// What a check of a table found, in words for people.
package struct SuitabilityWords: Sendable {
  private let found: Suitability
  private let isQuick: Bool

  /// - Parameter isQuick: whether only A and B were wanted.
  package init(_ found: Suitability, isQuick: Bool) {
    self.found = found
    self.isQuick = isQuick
  }

  /// The verdict as a line.
  package var headline: String {
    switch found.verdict {
    case .suits: "suits: a convolutional network can use the order of these columns."
    case .maySuit:
      "may suit: the columns have an order; "
        + (found.labels == 0
          ? "labels would tell whether it matters." : "the full check tells whether it matters.")
    case .doesNotSuit: "does not suit: a convolutional network is the wrong tool for this table."
    case .cannotTell:
      "cannot tell: this table does not show whether the order of its columns matters."
    }
  }

  /// What was judged.
  package var subject: String {
    "\(NumberText.count(found.rows, "row")), \(NumberText.count(found.columns, "column")) used, "
      + (found.labels == 0 ? "no labels" : NumberText.count(found.labels, "label"))
  }

  /// What was judged of a large table, in sentences; none where it was all.
  package var limits: [String] {
    var sentences: [String] = []
    if found.rows < found.rowsFound {
      sentences.append(
        "Of \(NumberText.grouped(found.rowsFound)) rows \(NumberText.grouped(found.rows)) were judged, "
          + "drawn by chance.")
    }
    if found.shape != found.shapeFound {
      func size(_ shape: [Int]) -> String {
        shape.map(NumberText.grouped).joined(separator: "×")
      }
      sentences.append(
        "Of \(size(found.shapeFound)) columns the \(size(found.shape)) in the middle were judged.")
    }
    return sentences
  }

  package var questions: [QuestionWords] { [neighbours, groups, learning, order, rivals] }

  private var neighbours: QuestionWords {
    let question = "Are neighbouring columns more alike than two picked at random?"
    guard let evidence = found.neighbours else {
      return QuestionWords("A", question, Self.notAsked, ["There are fewer than two columns."])
    }
    return QuestionWords("A", question, Self.yes(evidence.holds), evidence.sentences)
  }

  private var groups: QuestionWords {
    let question = "Is that so inside groups of columns that are alike, too?"
    guard let evidence = found.groups else {
      return QuestionWords(
        "B", question, Self.notAsked, ["There is nothing to divide into groups."])
    }
    let cuts = evidence.cuts.map {
      "\(NumberText.count($0.groups, "group")): p = \(Self.short($0.pValue))"
    }
    var sentences: [String] = []
    if !cuts.isEmpty {
      sentences.append(
        "The orders were shuffled inside groups alone, \(evidence.permutations) times each: "
          + cuts.joined(separator: "; ")
          + (evidence.tooFewOrders == nil
            ? "; the largest p = \(Self.short(evidence.pValue)), where at most 0.01 counts as yes."
            : "."))
    }
    if let orders = evidence.tooFewOrders {
      sentences.append(
        "Inside the smallest groups there \(orders == 1 ? "is only one order" : "are only \(orders) orders"), "
          + "too few to tell.")
    }
    return QuestionWords(
      "B", question, evidence.tooFewOrders == nil ? Self.yes(evidence.holds) : "cannot tell",
      sentences)
  }

  private var learning: QuestionWords {
    let question = "Can the labels be learnt from the columns at all?"
    guard let evidence = found.learning else {
      return QuestionWords("", question, Self.notAsked, [untrained])
    }
    return QuestionWords(
      "", question, Self.yes(evidence.holds),
      [
        "The best is a \(evidence.best): it gives the right label a probability of "
          + "\(Self.short(evidence.probability)), where a guess without the columns gives "
          + "\(Self.short(evidence.chance)): p = \(Self.short(evidence.pValue)), where at most "
          + "\(LearningTest.level) counts as yes."
      ])
  }

  private var order: QuestionWords {
    let question = "Does a convolutional network lose by another order of the columns?"
    guard found.order != nil || found.groupedOrder != nil else {
      return QuestionWords("C", question, Self.notAsked, [unasked])
    }
    let figures = [
      found.groupedOrder?.sentence(of: "orders shuffled only inside B's groups"),
      found.order?.sentence(of: "random orders"),
    ].compactMap(\.self)
    // One order that is as good decides only because A or B fails.
    let isUndecided = [found.groupedOrder, found.order].contains {
      $0?.asGood == 1 && $0?.isEarly == true
    }
    let holds = found.order.map { !$0.isEarly && $0.pValue <= SuitabilityWords.orderLevel } ?? false
    return QuestionWords("C", question, isUndecided ? "not clearly" : Self.yes(holds), figures)
  }

  /// Question C's level: 2 of 40.
  private static let orderLevel = 0.05

  private var rivals: QuestionWords {
    let question = "Is it as good as what ignores the order?"
    // Models that learned nothing may be equally good.
    guard let evidence = found.rivals, found.learning?.holds != false else {
      return QuestionWords("D", question, Self.notAsked, [unasked])
    }
    let rivals = evidence.rivals.map { rival in
      let size = Self.short(rival.difference.magnitude)
      return "a \(rival.name) has \(Self.short(rival.loss)): the network is "
        + "\(rival.difference > 0 ? "worse" : "better") by \(size), "
        + (rival.isMatched && rival.difference > 0 ? "within" : "with")
        + " a standard error of \(Self.short(rival.error))"
    }
    return QuestionWords(
      "D", question, Self.yes(evidence.holds),
      [
        "Its log-loss is \(Self.short(evidence.loss)); \(rivals.joined(separator: "; "))."
      ])
  }

  /// Why C or D was not asked.
  private var unasked: String {
    switch found.learning?.holds {
    case nil: untrained
    case false?: "The labels were not learnt, so that there is nothing to compare."
    case true? where found.verdict == .cannotTell:
      "Inside B's groups there are too few orders to compare with."
    case true?: "The verdict was clear before it."
    }
  }

  /// Why no network was trained.
  private var untrained: String {
    if found.labels == 0 { return "There are no labels to learn." }
    if isQuick { return "The quick check asks A and B alone." }
    if found.columns < SuitabilityCheck.fewestColumns {
      return "There are too few columns: at least \(SuitabilityCheck.fewestColumns) are needed."
    }
    if found.rows < SuitabilityCheck.fewestRows {
      return "There are too few rows: at least \(SuitabilityCheck.fewestRows) are needed."
    }
    return "Too few labels occur often enough to be learnt."
  }

  private static let notAsked = "not asked"

  private static func yes(_ holds: Bool) -> String { holds ? "yes" : "no" }

  /// Three decimals.
  fileprivate static func short(_ value: Double) -> String { fixedPoint(value, places: 3) }
}

extension NeighbourEvidence {
  /// What the answer rests on.
  package var sentences: [String] {
    func short(_ value: Double) -> String { SuitabilityWords.short(value) }
    var text =
      "Their mean |Spearman| is \(short(similarity)), in random orders "
      + "\(short(permutedSimilarity)): \(short(effect.magnitude)) "
      + (effect < 0
        ? "less, where at least 0.05 more counts as yes. "
        : "more, where at least 0.05 counts as yes. ")
    text +=
      "\(asAlike == 0 ? "None" : "\(asAlike)") of \(permutations) orders \(asAlike == 1 ? "has" : "have") "
      + "neighbours at least as alike: p = \(short(pValue)), where at most 0.01 counts as yes."
    guard shape.count == 2 else { return [text] }
    let size = "\(shape[0])×\(shape[1])"
    guard isSearched else { return [text, "The neighbours are those of a picture of \(size)."] }
    let neighbours =
      isPicture && holds
      ? "The neighbours are those of a picture of \(size)"
      : "Columns \(shape[1]) apart count as neighbours too"
    return [
      text,
      neighbours
        + ", the most alike of all widths; each random order was searched in the same way.",
    ]
  }
}

extension OrderEvidence {
  fileprivate func sentence(of orders: String) -> String {
    func short(_ value: Double) -> String { SuitabilityWords.short(value) }
    let count = permutedLosses.count
    guard count > 0 else { return "No \(orders) were tried." }
    let mean = permutedLosses.reduce(0, +) / Double(count)
    let others =
      count == 1
      ? "on the first of the \(orders), which is \(asGood == 0 ? "not " : "")as good: "
      : "on average of \(count) \(orders), of which "
        + "\(asGood == 0 ? "none is" : asGood == 1 ? "one is" : "\(asGood) are") as good: "
    let start =
      "Its log-loss is \(short(loss)) on the order of the table and \(short(mean)) " + others
    guard isEarly else { return start + "p = \(short(pValue)), where at most 0.05 counts as yes." }
    // Two of 39 are too many in any case, one where A or B fails.
    return start + "that decided it before all \(planned) were tried"
      + (asGood == 1 ? ", for where A or B fails, every other order has to be worse." : ".")
  }
}
