extension WorkedExample {
  /// Every stage in plain text, with what it is for; at most 100 columns wide.
  public func walkthrough() -> String {
    [
      pictureText, comparisonText, featuresText, filteringText, mapsText, normalisationText,
      poolingText, stackingText, votesText, answersText, errorText, slopesText, tieText,
      descentText,
    ].joined(separator: "\n\n") + "\n"
  }

  private var pictureText: String {
    """
    THE PICTURE

    To a computer a picture is numbers. Here is an X of 9 by 9 pixels: 1 where the pen has been,
    -1 where it has not.

    \(Self.sideBySide([("X", Self.whole(x.picture))]))
    """
  }

  private var comparisonText: String {
    """
    WHY NOT SIMPLY COMPARE THE PIXELS

    Because a letter never stands in quite the same place. Move the X by one pixel to the right, lay
    both on top of each other and mark every place that differs with a *:

    \(Self.sideBySide([
      ("the X", Self.drawing(x.picture)),
      ("one pixel to the right", Self.drawing(movedX.picture)),
      ("differs", Self.differences(x.picture, movedX.picture)),
    ]))

    \(differingPlaces) of 81 places differ: every pixel of both letters. \
    Not one of the \(x.picture.joined().count { $0 > 0 }) pixels of the X's
    strokes is where it was, and yet anybody sees an X.
    """
  }

  /// In how many places the X differs from the X that was moved.
  var differingPlaces: Int {
    zip(x.picture.joined(), movedX.picture.joined()).count { $0 != $1 }
  }

  private static func drawing(_ picture: [[Float]], as letter: Letter = .x) -> [String] {
    picture.map { $0.map { $0 > 0 ? letter.rawValue : "." }.joined(separator: " ") }
  }

  private static func differences(_ a: [[Float]], _ b: [[Float]]) -> [String] {
    zip(a, b).map { zip($0, $1).map { $0 == $1 ? "." : "*" }.joined(separator: " ") }
  }

  private var featuresText: String {
    """
    FEATURES

    So look for pieces, wherever they stand. An X is made of three: a diagonal that falls, a crossing,
    and a diagonal that rises. Each piece is a tiny picture of its own, called a feature.

    \(Self.sideBySide(Self.featureNames.indices.map {
      (Self.featureNames[$0], Self.whole(Self.square(Self.features[$0])))
    }))
    """
  }

  private static func square(_ pixels: [Float]) -> [[Float]] {
    stride(from: 0, to: 9, by: 3).map { Array(pixels[$0..<$0 + 3]) }
  }

  private var filteringText: String {
    """
    FILTERING

    How well does a feature match a patch of the picture? Line them up, multiply pixel by pixel, add
    up, divide by the number of pixels. Equal pixels give 1 (1 x 1, or -1 x -1), different ones -1, so
    a perfect match gives 1 and a perfect mismatch -1. The falling diagonal on three patches of the X:

    \([(0, "the top left corner"), (1, "one right and down"), (3, "the middle")].map(filtered)
      .joined(separator: "\n\n"))

    (Values are cut to two places here, not rounded: 7 / 9 = 0.777... reads 0.77. ConvKit divides the
    feature's pixels by 9 beforehand and then only adds up, which comes to the same.)
    """
  }

  /// The falling diagonal on the patch whose first row and column are `start`.
  private func filtered(_ start: Int, _ place: String) -> String {
    let patch = x.picture[start..<start + 3].map { Array($0[start..<start + 3]) }
    let products = zip(patch.joined(), Self.features[0]).map { $0 * $1 }
    let block = Self.sideBySide([
      ("patch", Self.whole(patch)), ("feature", Self.whole(Self.square(Self.features[0]))),
      ("products", Self.whole(Self.square(products))),
    ])
    return """
          \(place):
      \(block)
          the sum is \(Int(products.reduce(0, +))), and \(Int(products.reduce(0, +))) / 9 = \
      \(Self.cut(x.maps[0][start][start]))
      """
  }

  private var mapsText: String {
    """
    Do this at every place where the feature fits, 7 by 7 of them, and you have a map of where the
    feature is. That is a convolution. The falling diagonal finds the X's falling stroke, the
    rising diagonal the other one, and the crossing the middle:

    \(Self.tables(x.maps))

    The X that was moved by one pixel? Its matches have moved along with it. Perfect matches of the
    falling diagonal, the crossing and the rising diagonal:
    \(Self.listed(Self.perfectMatches(x))) in the X, \
    \(Self.listed(Self.perfectMatches(movedX))) in the X that was moved.
    """
  }

  /// How many places each feature matches perfectly.
  static func perfectMatches(_ stages: Stages) -> [Int] {
    stages.maps.map { $0.joined().count { $0 > 0.999 } }
  }

  private static func listed(_ counts: [Int]) -> String {
    counts.map(String.init).joined(separator: ", ")
  }

  private var normalisationText: String {
    """
    NORMALISATION

    A mismatch says nothing about where a feature is. Every negative value becomes zero; this is
    called ReLU, for "rectified linear unit".

    \(Self.tables(x.normalised))
    """
  }

  private var poolingText: String {
    """
    POOLING

    Walk a window of 2 by 2 over each map in steps of 2 and keep the largest value that it sees (the
    last windows hang over the edge). What remains is how well the feature matched hereabouts, and
    no longer exactly where, so a letter may be moved a little. 7 by 7 becomes 4 by 4:

    \(Self.tables(x.pooled))
    """
  }

  private var stackingText: String {
    """
    DEEP STACKING

    Stages can be stacked, the output of one being the input of the next. Here it is pooled once
    more, and 4 by 4 becomes 2 by 2:

    \(Self.tables(x.stacked))
    """
  }

  private var votesText: String {
    """
    VOTES

    Read the small maps row by row, feature by feature: twelve values. Each has a vote on which letter
    it is. The X, and an O that went through the same stages:

    \(Self.sideBySide([
      ("the X", Self.drawing(x.picture)), ("the O", Self.drawing(o.picture, as: .o)),
    ]))

        place     \((1...12).map { Self.rightAligned(String($0), 4) }.joined(separator: "  "))
        the X     \(x.votes.map(Self.cut).joined(separator: "  "))
        the O     \(o.votes.map(Self.cut).joined(separator: "  "))

    Places \(Self.listed(Self.places(for: .x))) are strong for an X, \
    places \(Self.listed(Self.places(for: .o))) for an O.
    """
  }

  private var answersText: String {
    """
    So let the first speak for X and the others for O, each with a voting weight of one, and take the
    average of those that speak for a letter:

                     says X    says O
        the X        \(Self.cut(x.answers[0]))      \(Self.cut(x.answers[1]))
        the O        \(Self.cut(o.answers[0]))      \(Self.cut(o.answers[1]))
        the moved X  \(Self.cut(movedX.answers[0]))      \(Self.cut(movedX.answers[1]))

    The highest wins. It is right about all three, and the X that was moved is still an X.
    """
  }
}
