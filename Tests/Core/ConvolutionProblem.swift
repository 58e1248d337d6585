import ConvKitCore
import ConvKitReference

/// The shape of a convolution to be tested: everything but the values.
struct ConvolutionProblem: Sendable, CustomStringConvertible {
  var extent: [Int]
  var channels: Int
  var features: Int
  var groups: Int
  var size: [Int]
  var stride: [Int]
  var dilation: [Int]
  var padding: ProblemPadding
  var rectify = false
  var hasBias = true
  /// Positions of halo that its maps have beyond what it needs, as for another reader.
  var spare = 0

  /// - Parameters:
  ///   - size: along every axis, as are the following two.
  init(
    _ extent: [Int], channels: Int = 1, features: Int = 1, groups: Int = 1, size: Int,
    stride: Int = 1, dilation: Int = 1, padding: ProblemPadding = .valid
  ) {
    self.extent = extent
    self.channels = channels
    self.features = features
    self.groups = groups
    self.size = extent.map { _ in size }
    self.stride = extent.map { _ in stride }
    self.dilation = extent.map { _ in dilation }
    self.padding = padding
  }

  /// One short line that names the shape.
  var description: String {
    "\(extent.asExtent)x\(channels) to \(features) in \(groups), size \(size) stride \(stride)"
      + " dilation \(dilation) \(padding)\(rectify ? " rectify" : "")\(hasBias ? "" : " no bias")"
      + " spare \(spare)"
  }

  var window: Window {
    Window(
      size: .each(size), stride: .each(stride), dilation: .each(dilation), padding: padding.real)
  }

  /// The same window, worked out by the reference.
  var referenceWindow: ReferenceWindow {
    switch padding {
    case .valid: ReferenceWindow(size: size, stride: stride, dilation: dilation)
    case .same: .same(extent: extent, size: size, stride: stride, dilation: dilation)
    case .each(let low, let high):
      ReferenceWindow(size: size, stride: stride, dilation: dilation, low: low, high: high)
    }
  }

  /// Whether a window finds room in the input and its padding.
  var fits: Bool {
    let window = referenceWindow
    return extent.indices.allSatisfy {
      extent[$0] + window.low[$0] + window.high[$0] >= window.span[$0]
    }
  }

  var shape: ConvolutionShape {
    ConvolutionShape(
      tapCount: size.reduce(1, *), inputChannels: channels, features: features, groups: groups)
  }

  func layouts() throws -> ConvolutionLayouts {
    let geometry = try window.geometry(over: extent)
    let inner = ConvolutionPlan.inputHalo(geometry)
    let outer = ConvolutionPlan.outputGradientHalo(geometry)
    return ConvolutionLayouts(
      input: MapLayout(extent: extent, channels: channels, low: inner.low, high: inner.high)
        .widened(by: spare),
      output: MapLayout(extent: geometry.outputExtent, channels: features).widened(by: spare),
      inputGradient: MapLayout(extent: extent, channels: channels).widened(by: spare),
      outputGradient: MapLayout(
        extent: geometry.outputExtent, channels: features, low: outer.low, high: outer.high
      ).widened(by: spare))
  }
}

/// The paddings of problems; a list has one number an axis.
enum ProblemPadding: Sendable, CustomStringConvertible {
  case valid, same
  case each(low: [Int], high: [Int])

  var real: Padding {
    switch self {
    case .valid: .valid
    case .same: .same
    case .each(let low, let high): .each(low: .each(low), high: .each(high))
    }
  }

  var description: String {
    switch self {
    case .valid: "valid"
    case .same: "same"
    case .each(let low, let high): "padding \(low) \(high)"
    }
  }
}

/// How the maps of a convolution lie in memory.
struct ConvolutionLayouts {
  var input: MapLayout
  var output: MapLayout
  var inputGradient: MapLayout
  var outputGradient: MapLayout

  func plan(_ problem: ConvolutionProblem) throws -> ConvolutionPlan {
    ConvolutionPlan(
      shape: problem.shape, geometry: try problem.window.geometry(over: problem.extent),
      input: input, output: output, inputGradient: inputGradient, outputGradient: outputGradient)
  }
}
