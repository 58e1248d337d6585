import ConvKitReference

// Answers worked out by hand. One table for each operation; the rank is the length of an extent.
// The map counts 1, 2, 3, … in row-major order, and so do the weights, in one channel each.

/// What a convolution gives, and its gradients when every output's gradient is 1.
struct GoldenConvolution: Sendable {
  let extent: [Int]
  let window: ReferenceWindow
  let output: [Double]
  let inputGradient: [Double]
  let weightGradient: [Double]

  static let table: [GoldenConvolution] = [
    GoldenConvolution(
      extent: [5], window: ReferenceWindow(size: [3]), output: [14, 20, 26],
      inputGradient: [1, 3, 6, 5, 3], weightGradient: [6, 9, 12]),
    GoldenConvolution(
      extent: [5], window: ReferenceWindow(size: [3], stride: [2]), output: [14, 26],
      inputGradient: [1, 2, 4, 2, 3], weightGradient: [4, 6, 8]),
    GoldenConvolution(
      extent: [5], window: ReferenceWindow(size: [3], dilation: [2]), output: [22],
      inputGradient: [1, 0, 2, 0, 3], weightGradient: [1, 3, 5]),
    GoldenConvolution(
      extent: [5], window: ReferenceWindow(size: [3], low: [1], high: [1]),
      output: [8, 14, 20, 26, 14], inputGradient: [3, 6, 6, 6, 5], weightGradient: [10, 15, 14]),
    GoldenConvolution(
      extent: [5], window: ReferenceWindow(size: [3], stride: [2], low: [2]),
      output: [3, 14, 26], inputGradient: [4, 2, 4, 2, 3], weightGradient: [4, 6, 9]),
    GoldenConvolution(
      extent: [3, 3], window: ReferenceWindow(size: [2, 2]), output: [37, 47, 67, 77],
      inputGradient: [1, 3, 2, 4, 10, 6, 3, 7, 4], weightGradient: [12, 16, 24, 28]),
    GoldenConvolution(
      extent: [3, 3], window: ReferenceWindow(size: [2, 2], low: [1, 1], high: [1, 1]),
      output: [4, 11, 18, 9, 18, 37, 47, 21, 36, 67, 77, 33, 14, 23, 26, 9],
      inputGradient: [10, 10, 10, 10, 10, 10, 10, 10, 10], weightGradient: [45, 45, 45, 45]),
    GoldenConvolution(
      extent: [3, 3],
      window: ReferenceWindow(size: [2, 2], stride: [2, 2], low: [1, 1], high: [1, 1]),
      output: [4, 18, 36, 77], inputGradient: [4, 3, 4, 2, 1, 2, 4, 3, 4],
      weightGradient: [5, 10, 10, 20]),
    GoldenConvolution(
      extent: [3, 3], window: ReferenceWindow(size: [2, 2], dilation: [2, 2]), output: [64],
      inputGradient: [1, 0, 2, 0, 0, 0, 3, 0, 4], weightGradient: [1, 3, 7, 9]),
    GoldenConvolution(
      extent: [2, 2, 3], window: ReferenceWindow(size: [2, 2, 2]), output: [278, 314],
      inputGradient: [1, 3, 2, 3, 7, 4, 5, 11, 6, 7, 15, 8],
      weightGradient: [3, 5, 9, 11, 15, 17, 21, 23]),
    GoldenConvolution(
      extent: [2, 2, 3], window: ReferenceWindow(size: [2, 2, 2], low: [1, 0, 0]),
      output: [85, 111, 278, 314],
      inputGradient: [6, 14, 8, 10, 22, 12, 5, 11, 6, 7, 15, 8],
      weightGradient: [3, 5, 9, 11, 18, 22, 30, 34]),
    GoldenConvolution(
      extent: [3, 3, 3], window: ReferenceWindow(size: [2, 2, 2], dilation: [2, 2, 2]),
      output: [676],
      inputGradient: [
        1, 0, 2, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 6, 0, 0, 0, 7, 0, 8,
      ],
      weightGradient: [1, 3, 7, 9, 19, 21, 25, 27]),
    GoldenConvolution(
      extent: [3, 3, 3], window: ReferenceWindow(size: [1, 1, 1], stride: [2, 2, 2]),
      output: [1, 3, 7, 9, 19, 21, 25, 27],
      inputGradient: [
        1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1,
      ],
      weightGradient: [112]),
  ]
}

/// What the poolings give: maxima, the tap that each stood at, and averages.
struct GoldenPooling: Sendable {
  let extent: [Int]
  /// The map, when it does not simply count.
  var map: [Double]?
  let window: ReferenceWindow
  let maxima: [Double]
  let taps: [Int]
  let averages: [Double]

  static let table: [GoldenPooling] = [
    GoldenPooling(
      extent: [5], map: [3, 1, 4, 1, 5], window: ReferenceWindow(size: [2], stride: [2]),
      maxima: [3, 4], taps: [0, 0], averages: [2, 2.5]),
    GoldenPooling(
      extent: [5], map: [3, 1, 4, 1, 5],
      window: ReferenceWindow(size: [2], stride: [2], overhang: true),
      maxima: [3, 4, 5], taps: [0, 0, 0], averages: [2, 2.5, 5]),
    // Padding would win over these if it were a candidate, and lower the averages if it counted.
    GoldenPooling(
      extent: [5], map: [-3, -1, -4, -1, -5],
      window: ReferenceWindow(size: [2], stride: [2], low: [1], high: [1]),
      maxima: [-3, -1, -1], taps: [1, 0, 0], averages: [-3, -2.5, -3]),
    // Of two ones, two apart, the first wins.
    GoldenPooling(
      extent: [5], map: [3, 1, 4, 1, 5], window: ReferenceWindow(size: [2], dilation: [2]),
      maxima: [4, 1, 5], taps: [1, 0, 1], averages: [3.5, 1, 4.5]),
    GoldenPooling(
      extent: [3, 3], window: ReferenceWindow(size: [2, 2], stride: [2, 2]),
      maxima: [5], taps: [3], averages: [3]),
    GoldenPooling(
      extent: [3, 3], window: ReferenceWindow(size: [2, 2], stride: [2, 2], overhang: true),
      maxima: [5, 6, 8, 9], taps: [3, 2, 1, 0], averages: [3, 4.5, 7.5, 9]),
    GoldenPooling(
      extent: [3, 3],
      window: ReferenceWindow(size: [2, 2], stride: [2, 2], low: [1, 1], high: [1, 1]),
      maxima: [1, 3, 7, 9], taps: [3, 3, 3, 3], averages: [1, 2.5, 5.5, 7]),
    GoldenPooling(
      extent: [2, 2, 2], window: ReferenceWindow(size: [2, 2, 2]), maxima: [8], taps: [7],
      averages: [4.5]),
    GoldenPooling(
      extent: [2, 2, 3],
      window: ReferenceWindow(size: [2, 2, 2], stride: [2, 2, 2], overhang: true),
      maxima: [11, 12], taps: [7, 6], averages: [6, 7.5]),
  ]
}

/// How many positions a window gives along one axis.
struct GoldenExtent: Sendable {
  let extent: Int
  let size: Int
  var stride = 1
  var dilation = 1
  var low = 0
  var high = 0
  let dropping: Int
  let overhanging: Int

  var window: ReferenceWindow {
    ReferenceWindow(
      size: [size], stride: [stride], dilation: [dilation], low: [low], high: [high])
  }

  static let table: [GoldenExtent] = [
    GoldenExtent(extent: 7, size: 3, dropping: 5, overhanging: 5),
    GoldenExtent(extent: 7, size: 2, stride: 2, dropping: 3, overhanging: 4),
    GoldenExtent(extent: 8, size: 2, stride: 2, dropping: 4, overhanging: 4),
    GoldenExtent(extent: 7, size: 3, dilation: 3, dropping: 1, overhanging: 1),
    GoldenExtent(extent: 7, size: 3, stride: 2, low: 1, high: 1, dropping: 4, overhanging: 4),
    GoldenExtent(extent: 4, size: 2, stride: 3, dropping: 1, overhanging: 2),
    // The next window would start outside the map, or in the high padding: it is dropped.
    GoldenExtent(extent: 3, size: 1, stride: 3, dropping: 1, overhanging: 1),
    GoldenExtent(extent: 5, size: 2, stride: 2, low: 1, high: 1, dropping: 3, overhanging: 3),
    GoldenExtent(extent: 2, size: 2, stride: 2, low: 1, high: 1, dropping: 2, overhanging: 2),
    GoldenExtent(extent: 4, size: 2, stride: 3, low: 1, high: 1, dropping: 2, overhanging: 2),
    GoldenExtent(extent: 5, size: 2, stride: 3, low: 1, high: 1, dropping: 2, overhanging: 2),
    GoldenExtent(extent: 6, size: 2, stride: 3, high: 1, dropping: 2, overhanging: 2),
  ]
}
