/// Curves over a common pair of axes, as a picture in SVG.
///
/// The same plot gives the same text. It needs no script and no font of its own, has a white
/// background, and its curves differ by colour (Okabe and Ito's, which colour-blind people can tell
/// apart) and by their dashes.
public struct LinePlot: Sendable, Equatable {
  public enum Scale: Sendable, Equatable {
    case linear
    /// Equal distances for equal ratios; it holds only what is above zero.
    case logarithmic
  }

  public struct Axis: Sendable, Equatable {
    public var title: String
    public var scale: Scale
    /// Whether a linear axis marks only whole numbers, such as epochs.
    public var isWhole: Bool

    public init(_ title: String, scale: Scale = .linear, isWhole: Bool = false) {
      self.title = title
      self.scale = scale
      self.isWhole = isWhole
    }
  }

  public struct Point: Sendable, Equatable {
    public var x, y: Double

    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A curve. What an axis cannot hold (what is no finite number, or not above zero on a logarithmic
  /// axis) is left out and leaves a gap.
  public struct Series: Sendable, Equatable {
    public var name: String
    public var points: [Point]

    public init(_ name: String, _ points: [Point]) {
      self.name = name
      self.points = points
    }
  }

  /// A place on the x axis that is pointed out by an upright line.
  public struct Mark: Sendable, Equatable {
    public var x: Double
    public var text: String

    public init(x: Double, _ text: String) {
      self.x = x
      self.text = text
    }
  }

  public var title: String
  public var x, y: Axis
  public var series: [Series]
  public var mark: Mark?

  public init(title: String, x: Axis, y: Axis, series: [Series], mark: Mark? = nil) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.mark = mark
  }
}

/// The curve of a learning-rate finder: the loss after a step at each rate, the rate on a logarithmic
/// axis.
///
/// - Parameter suggestion: the rate to point out.
/// - Returns: SVG.
public func learningRateCurve(
  points: [(rate: Double, loss: Double)], suggestion: Double?
) -> String {
  LinePlot(
    title: "Loss by learning rate", x: .init("learning rate", scale: .logarithmic),
    y: .init("loss"), series: [.init("loss", points.map { .init($0.rate, $0.loss) })],
    mark: suggestion.map { .init(x: $0, "suggested: \(AxisTicks.twoDigits($0))") }
  ).svg(width: 720, height: 420)
}
