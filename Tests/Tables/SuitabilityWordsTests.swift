import Testing

@testable import ConvKitTables

@Suite struct SuitabilityWordsTests {
  private static let neighbours = NeighbourEvidence(
    shape: [8, 8], isSearched: true, isPicture: true, similarity: 0.412, permutedSimilarity: 0.1,
    permutations: 999,
    asAlike: 0, holds: true)
  private static let groups = GroupEvidence(
    cuts: [
      .init(groups: 4, asAlike: 3, pValue: 0.004), .init(groups: 9, asAlike: 1, pValue: 0.002),
    ],
    permutations: 999, tooFewOrders: nil, holds: true)

  private static func suitability(
    _ verdict: Suitability.Verdict, labels: Int = 3, learning: LearningEvidence? = nil,
    rivals: RivalEvidence? = nil, order: OrderEvidence? = nil, grouped: OrderEvidence? = nil
  ) -> Suitability {
    Suitability(
      verdict: verdict, rows: 1797, columns: 64, labels: labels, neighbours: neighbours,
      groups: groups, learning: learning, rivals: rivals, order: order, groupedOrder: grouped,
      reasons: [])
  }

  @Test func figuresAreInTheSentences() {
    let words = SuitabilityWords(
      Self.suitability(
        .suits,
        learning: .init(
          best: "dense network", probability: 0.95, chance: 0.1, pValue: 0.01, holds: true),
        rivals: .init(
          loss: 0.1,
          rivals: [
            .init(name: "logistic regression", loss: 0.25, difference: -0.15, error: 0.02),
            .init(name: "dense network", loss: 0.08, difference: 0.02, error: 0.03),
          ]),
        order: .init(loss: 0.1, permutedLosses: Array(repeating: 0.3, count: 39), planned: 39)),
      isQuick: false)
    #expect(words.headline.hasPrefix("suits: "))
    #expect(words.subject == "1,797 rows, 64 columns used, 3 labels")
    let questions = words.questions
    #expect(questions.map(\.letter) == ["A", "B", "", "C", "D"])
    #expect(questions.allSatisfy { $0.answer == "yes" })
    #expect(
      questions[0].figures[0] == """
        Their mean |Spearman| is 0.412, in random orders 0.100: 0.312 more, where at least 0.05 counts \
        as yes. None of 999 orders have neighbours at least as alike: p = 0.001, where at most 0.01 counts \
        as yes.
        """)
    #expect(questions[0].figures[1].contains("picture of 8×8, the most alike of all widths"))
    #expect(
      questions[1].figures[0].contains(
        "4 groups: p = 0.004; 9 groups: p = 0.002; the largest p = 0.004"))
    #expect(
      questions[2].figures[0].contains(
        "the right label a probability of 0.950, where a guess without the columns gives 0.100"))
    #expect(
      questions[3].figures[0].contains(
        "0.300 on average of 39 random orders, of which none is as good: p = 0.025"))
    #expect(
      questions[4].figures[0].contains("better by 0.150, with a standard error of 0.020")
        && questions[4].figures[0].contains("worse by 0.020, within a standard error of 0.030"))
  }

  @Test func anEarlyNoSaysThatItIs() {
    let words = SuitabilityWords(
      Self.suitability(
        .doesNotSuit, order: .init(loss: 0.3, permutedLosses: [0.2, 0.3, 0.4], planned: 39),
        grouped: .init(loss: 0.3, permutedLosses: Array(repeating: 0.5, count: 39), planned: 39)),
      isQuick: false)
    let order = words.questions[3]
    #expect(
      order.answer == "no"
        && order.figures[1].contains(
          "of which 2 are as good: that decided it before all 39 were tried.")
    )
    #expect(order.figures[0].contains("39 orders shuffled only inside B's groups"))
  }

  @Test func oneOrderIsOne() {
    let words = SuitabilityWords(
      Self.suitability(
        .doesNotSuit, grouped: .init(loss: 0.3, permutedLosses: [0.2], planned: 39)),
      isQuick: false)
    #expect(
      words.questions[3].figures[0].contains(
        "0.200 on the first of the orders shuffled only inside B's groups, which is as good: "))
  }

  @Test func fewOrdersInsideGroupsTellNothing() {
    let groups = GroupEvidence(
      cuts: [.init(groups: 2, asAlike: 3, pValue: 0.004)], permutations: 999, tooFewOrders: 24,
      holds: false)
    let words = SuitabilityWords(
      Suitability(
        verdict: .cannotTell, rows: 100, columns: 9, labels: 2, neighbours: Self.neighbours,
        groups: groups,
        learning: .init(
          best: "dense network", probability: 0.9, chance: 0.5, pValue: 0.001, holds: true),
        reasons: []), isQuick: false)
    #expect(words.questions[1].answer == "cannot tell")
    #expect(
      words.questions[1].figures == [
        "The orders were shuffled inside groups alone, 999 times each: 2 groups: p = 0.004.",
        "Inside the smallest groups there are only 24 orders, too few to tell.",
      ])
    #expect(words.questions[2].figures[0].hasSuffix("p = 0.001, where at most 0.05 counts as yes."))
    #expect(words.questions[3].figures[0].hasPrefix("Inside B's groups there are too few orders"))
  }

  /// A best width is none of a picture by that alone.
  @Test(arguments: [(true, true), (true, false), (false, true)])
  func onlyAPictureIsCalledOne(isPicture: Bool, holds: Bool) {
    let evidence = NeighbourEvidence(
      shape: [20, 3], isSearched: true, isPicture: isPicture, similarity: 0.4,
      permutedSimilarity: 0.1, permutations: 999, asAlike: 1, holds: holds)
    #expect(
      evidence.sentences.last
        == (isPicture && holds
          ? "The neighbours are those of a picture of 20×3"
          : "Columns 3 apart count as neighbours too")
        + ", the most alike of all widths; each random order was searched in the same way.")
  }

  @Test func whatWasLeftOutIsSaid() {
    func words(_ shape: [Int], of found: [Int]) -> SuitabilityWords {
      SuitabilityWords(
        Suitability(
          verdict: .doesNotSuit, rows: 2000, columns: 900, shape: shape, rowsFound: 6000,
          shapeFound: found, labels: 0, neighbours: nil, groups: nil, reasons: []),
        isQuick: false)
    }
    #expect(
      words([1024], of: [100_000]).limits == [
        "Of 6,000 rows 2,000 were judged, drawn by chance.",
        "Of 100,000 columns the 1,024 in the middle were judged.",
      ])
    #expect(
      words([32, 32], of: [100, 100]).limits[1]
        == "Of 100×100 columns the 32×32 in the middle were judged.")
    #expect(SuitabilityWords(Self.suitability(.suits), isQuick: false).limits.isEmpty)
  }

  /// Models that learned nothing may be equally good, which answers nothing.
  @Test func whatWasNotLearntIsNotCompared() {
    let words = SuitabilityWords(
      Self.suitability(
        .cannotTell,
        learning: .init(
          best: "dense network", probability: 0.5, chance: 0.5, pValue: 0.4, holds: false),
        rivals: .init(loss: 0.7, rivals: [])), isQuick: false)
    for question in words.questions.suffix(2) {
      #expect(question.answer == "not asked" && question.figures[0].contains("were not learnt"))
    }
  }

  @Test func wordsAreExplainedWhereTheyAreUsed() {
    let questions = SuitabilityWords(Self.suitability(.maySuit), isQuick: true).questions
    #expect(
      Glossary.entries(for: questions).map { String($0.prefix { $0 != ":" }) } == [
        "|Spearman|", "p",
      ])
    #expect(Glossary.entries(for: []).isEmpty)
  }

  @Test(arguments: [
    (Suitability.Verdict.doesNotSuit, 3, true, "The quick check asks A and B alone."),
    (.maySuit, 0, false, "There are no labels to learn."),
    (.cannotTell, 3, false, "Too few labels occur often enough to be learnt."),
  ])
  func whatWasNotAskedSaysWhy(
    verdict: Suitability.Verdict, labels: Int, isQuick: Bool, reason: String
  ) {
    let words = SuitabilityWords(Self.suitability(verdict, labels: labels), isQuick: isQuick)
    for question in words.questions.dropFirst(2) {
      #expect(question.answer == "not asked" && question.figures == [reason])
    }
    #expect(words.headline.hasPrefix(verdict.rawValue + ": "))
  }
}
