import ConvKitCore
import ConvKitDrawing

/// Drawn pictures of X and O, as many as are asked for, dark on white.
///
/// A picture is a function of the seed, the size, the difficulty and its index alone. At scale 1 a
/// letter is 18 pixels wide and high in a picture of 28×28, measured between the centres of its
/// strokes, and lengths grow with the size. Without a difficulty it stands in the middle, upright, at
/// scale 1, with a stroke of 2 pixels. Every pixel is the same on every machine.
public struct LetterPictures: GeneratedLetters {
  public static let difficulties: Difficulty = [.translation, .scaling, .rotation, .weight]
  public static let sizes = 9...1024
  public static let usualSize = 28
  public static let fileExtension = "png"

  public let seed: UInt64

  /// Rows and columns of a picture.
  public let size: Int

  public let difficulty: Difficulty

  /// - Parameter size: rows and columns; lengths are in proportion, so below about 9 the letters
  ///   cannot be told apart.
  /// - Precondition: `size` is at least 1.
  public init(seed: UInt64 = 0, size: Int = Self.usualSize, difficulty: Difficulty = .all) {
    precondition(size > 0, "letters in pictures of \(size) pixels")
    self.seed = seed
    self.size = size
    self.difficulty = difficulty
  }

  /// The letter and the picture of an index.
  public func picture(_ index: Int) -> (letter: Letter, picture: Picture) {
    let drawn = drawing(index)
    return (drawn.letter, drawn.picture(size: size))
  }

  /// A PNG file.
  ///
  /// - Throws: `PictureError` when the picture is too large for memory.
  public func file(_ index: Int) throws -> [UInt8] { try picture(index).picture.png() }

  /// The shape that the picture of an index shows.
  ///
  /// Every quantity is drawn from its range whether it is used or not, so that pictures of other
  /// difficulties and the same seed differ in nothing else. Then what would leave the picture is
  /// limited: first the scale, until the turned letter fits with its stroke, then the shift.
  func drawing(_ index: Int) -> LetterDrawing {
    var stream = RandomStream(seed: seed, purpose: .letters, item: index)
    let degrees = Double(stream.uniform(in: -45...45))
    let scale = Double(stream.uniform(in: 0.5...1.3))
    let stroke = Double(stream.uniform(in: 1...4))
    let right = Double(stream.uniform(in: -4...4))
    let down = Double(stream.uniform(in: -4...4))

    let unit = Double(size) / 28
    var drawing = LetterDrawing(
      letter: Letter(index: index), halfWidth: 9 * unit,
      radius: (difficulty.contains(.weight) ? stroke : 2) * unit / 2,
      turn: Turn(degrees: difficulty.contains(.rotation) ? degrees : 0))
    let room = Double(size) / 2 - drawing.radius
    let limit = room / drawing.reach
    drawing.halfWidth *= min(difficulty.contains(.scaling) ? scale : 1, limit)
    if difficulty.contains(.translation) {
      let shift = max(0, room - drawing.reach)
      drawing.right = min(max(right * unit, -shift), shift)
      drawing.down = min(max(down * unit, -shift), shift)
    }
    return drawing
  }
}

/// A rotation, as the cosine and the sine of its angle.
struct Turn: Equatable {
  let cosine: Double
  let sine: Double

  /// The sine and cosine of the C library differ between machines in the last bit, which could change
  /// a pixel; ours do not.
  init(degrees: Double) {
    (cosine, sine) = Elementary.cosineAndSine(degrees * (Double.pi / 180))
  }
}

/// One letter with everything that decides how it looks; lengths in pixels.
struct LetterDrawing: Equatable {
  var letter: Letter
  /// Half of the width between stroke centres, before the letter is turned.
  var halfWidth: Double
  /// Half of the stroke's thickness.
  var radius: Double
  var turn: Turn
  /// How far the letter's centre lies right of the picture's.
  var right = 0.0
  /// How far the letter's centre lies below the picture's.
  var down = 0.0

  /// How far the stroke's centre line reaches from the letter's centre, along either axis of the
  /// picture.
  var reach: Double {
    // The ends of the turned X are at halfWidth (± cos ± sin); a circle is as wide however it is turned.
    letter == .x ? halfWidth * (turn.cosine + turn.sine.magnitude) : halfWidth
  }

  /// The letter in the middle of `size` rows and columns, black on white.
  func picture(size: Int) -> Picture {
    var picture = Picture(width: size, height: size)
    for row in 0..<size {
      for column in 0..<size {
        let x = Double(column) + 0.5 - Double(size) / 2 - right
        let y = Double(row) + 0.5 - Double(size) / 2 - down
        // Antialiased: a pixel is as dark as the stroke's edge lies across it.
        let cover = min(max(radius + 0.5 - distance(x, y), 0), 1)
        picture[row, column] = .grey(255 - UInt8((255 * cover).rounded()))
      }
    }
    return picture
  }

  /// The distance from the stroke's centre line of a point given from the letter's centre.
  private func distance(_ x: Double, _ y: Double) -> Double {
    guard letter == .x else { return ((x * x + y * y).squareRoot() - halfWidth).magnitude }
    // Turned back, both strokes of the X are diagonals; mirrored to the quarter where both
    // coordinates are positive, the nearer one is the line from (0, 0) to (halfWidth, halfWidth).
    let across = (turn.cosine * x + turn.sine * y).magnitude
    let along = (turn.cosine * y - turn.sine * x).magnitude
    let foot = min((across + along) / 2, halfWidth)
    let (fromFoot, aside) = (across - foot, along - foot)
    return (fromFoot * fromFoot + aside * aside).squareRoot()
  }
}
