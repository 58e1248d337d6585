extension WorkedExample {
  var errorText: String {
    """
    LEARNING: THE ERROR

    We knew the features and who should vote for what. A network starts without knowing and finds both
    by itself, from pictures and the right answers. It needs a measure of how wrong it is. Let us make
    it a little wrong: every voting weight nine tenths of what it was. Shown the X, it should say 1 for
    X and 0 for O:

        letter    right    given    |right - given|
        X          1.00     \(Self.cut(answersToLearnFrom[0]))    \
    \(Self.cut(1 - answersToLearnFrom[0]))
        O          0.00     \(Self.cut(answersToLearnFrom[1]))    \
    \(Self.cut(answersToLearnFrom[1]))
        error                       \(Self.cut(error))
    """
  }

  var slopesText: String {
    """
    LEARNING: THE SLOPE

    Now adjust each feature pixel and each voting weight up and down a bit (by \
    \(Self.cut(Slope.nudge))) and see how the
    error changes. The change of the error divided by the change of the weight is the slope: below
    zero, the weight should grow; above zero, it should shrink. Three of them, rounded to four places:

    \(Self.slopeTable(slopes))

    Trying every weight twice is slow. Backpropagation finds all slopes at once: it starts at the error
    and goes back stage by stage, asking each how much it had to do with it. Its gradient is
    the same (within \(Self.rounded(Slope.tolerance))). The first is -1/5: a vote of 1.00, one of five \
    that are averaged, and
    more of it brings the answer closer to 1. The second is 5/36 (+0.14): a vote of 5/9, one of four,
    and more of it takes the answer further from 0.
    """
  }

  var tieText: String {
    """
    Where two maxima tie, a pixel has no slope. The upper left pixel of the falling diagonal is one:

    \(Self.slopeTable([tied]))

        slope above, from the error nudged up:    \(Self.signed(tied.up))
        slope below, from the error nudged down:  \(Self.signed(tied.down))

    The vote at place 2 is the largest of four pooled values, and two of them are 5/9. The pixel lies
    on a -1 of the picture in one of the two patches and on a 1 in the other. Nudged up, it lets
    one match grow; nudged down, the other; and the largest grows either way. (It is the same
    at place 3.) The error has a kink there, like the tip of a V, and the numerical slope is the mean
    of both sides. Backpropagation follows the first of the two maxima, and so gives one side.
    """
  }

  var descentText: String {
    """
    LEARNING: GRADIENT DESCENT

    Move every feature pixel and every voting weight a little against its slope, down the hill (by
    \(Self.cut(Self.learningRate)) times the slope), and do it again. Shown both letters, \
    from the weights above:

        step    error for X    error for O       sum
    \(descent.enumerated().map(Self.descentRow).joined(separator: "\n"))

    The error falls with every step. That is all there is to learning: more pictures, more features,
    more stages, and many more steps.
    """
  }

  private static func slopeTable(_ slopes: [Slope]) -> String {
    let header =
      "    \(leftAligned("weight", 37)) error   nudged up  nudged down    slope   gradient"
    return ([header] + slopes.map(slopeRow)).joined(separator: "\n")
  }

  private static func slopeRow(_ slope: Slope) -> String {
    let values = [
      rightAligned(rounded(slope.error), 6), rightAligned(rounded(slope.errorNudgedUp), 11),
      rightAligned(rounded(slope.errorNudgedDown), 12), rightAligned(signed(slope.slope), 9),
      rightAligned(signed(slope.gradient), 10),
    ]
    return "    " + leftAligned(name(of: slope.weight), 37) + values.joined(separator: " ")
  }

  private static func name(of weight: Weight) -> String {
    switch weight {
    case .votingWeight(let letter, let place):
      "\(letter.rawValue)'s voting weight, place \(place)"
    case .featurePixel(let feature, let row, let column):
      "\(featureNames[feature]) diagonal, row \(row + 1), column \(column + 1)"
    }
  }

  private static func descentRow(_ step: Int, _ errors: DescentStep) -> String {
    "    " + rightAligned(String(step), 4) + rightAligned(rounded(errors.errorOfX), 15)
      + rightAligned(rounded(errors.errorOfO), 15) + rightAligned(rounded(errors.error), 10)
  }
}
