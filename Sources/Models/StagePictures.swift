import ConvKitCore
import ConvKitDrawing
import ConvKitFiles

/// The stages of one input as picture files and a page that shows them in order.
public struct StagePictures {
  private let stages: [Stage]
  private let title: String

  /// - Parameter title: what the stages are of: the input's path.
  public init(_ stages: [Stage], title: String) {
    self.stages = stages
    self.title = title
  }

  /// Writes a PNG file for every stage, `01-input.png`, `02-conv1.png`, …, and `index.html`.
  ///
  /// - Parameters:
  ///   - folder: an existing folder; files of these names are replaced.
  ///   - check: called before every file; it may throw to stop.
  /// - Throws: `FileError`, `PictureError`, what `check` throws.
  public func write(to folder: String, check: () throws -> Void = {}) throws {
    var page = StagePage(title: title)
    for (number, stage) in stages.enumerated() {
      try check()
      // Names of layers are letters, digits and dots.
      let file = "\(number < 9 ? "0" : "")\(number + 1)-\(stage.name).png"
      let picture = Self.picture(of: stage)
      try AtomicFile.write(try picture.png(), to: FileName.join(folder, file))
      page.add(stage, file: file, width: picture.width, height: picture.height)
    }
    try AtomicFile.write(Array(page.html.utf8), to: FileName.join(folder, "index.html"))
  }

  /// Writes an `index.html` that leads to those of several inputs, each in a folder of its own.
  public static func writeContents(
    of inputs: [(input: String, folder: String)], to folder: String
  ) throws {
    let html = StagePage.contents(of: inputs)
    try AtomicFile.write(Array(html.utf8), to: FileName.join(folder, "index.html"))
  }

  /// More maps than this are not drawn: nobody looks at them.
  static let mostMaps = 64
  /// The labels with the highest values are drawn.
  static let mostBars = 24

  static func picture(of stage: Stage) -> Picture {
    switch stage.content {
    case .picture(let picture): return enlarged(picture)
    case .votes(let bars): return barChart(highest(bars), length: 320)
    case .scores(let bars): return barChart(highest(bars), range: 0...1, length: 320, places: 4)
    case .map(let values, let features):
      if values.shape.count == 1 { return neurons(values) }
      let maps = MapPlanes(values, stage.axes)
      let limit = largestMagnitude(of: values.elements)
      var cells: [CaptionedPicture] = []
      for channel in 0..<min(maps.channels, mostMaps) {
        if let features {
          cells.append(
            CaptionedPicture(
              "feature \(channel + 1)", drawing(ofFeature: channel, of: features, stage.axes)))
        }
        cells.append(
          CaptionedPicture(
            features == nil ? "map \(channel + 1)" : "its map",
            maps.picture(channel: channel, limit: limit)))
      }
      // A feature and its map stay in one row.
      return captionedGrid(of: cells, columns: features == nil ? nil : 8)
    }
  }

  /// As large as keeps the longer side near 336 pixels: a picture of 28×28 twelvefold.
  private static func enlarged(_ picture: Picture) -> Picture {
    let magnification = min(24, max(1, 336 / max(1, picture.height, picture.width)))
    var large = Picture(
      width: picture.width * magnification, height: picture.height * magnification)
    large.draw(picture, row: 0, column: 0, magnification: magnification)
    return large
  }

  /// Values without a position: a square each, row by row.
  private static func neurons(_ values: Tensor<Float>) -> Picture {
    let count = values.elements.count
    let columns = count <= 16 ? max(1, count) : count <= 256 ? 16 : 64
    let rows = (count + columns - 1) / columns
    // Beyond the last value there is nothing: drawn as zero.
    let padded = values.elements + Array(repeating: 0, count: rows * columns - count)
    return heatMap(
      values: padded, height: rows, width: columns, magnification: columns > 16 ? 8 : 24)
  }

  private static func highest(_ bars: [Bar]) -> [Bar] {
    guard bars.count > mostBars else { return bars }
    return Array(bars.sorted { $0.value > $1.value }.prefix(mostBars))
  }

  /// The taps of a feature, its channels side by side with a gap between them.
  private static func drawing(
    ofFeature feature: Int, of features: Tensor<Float>, _ axes: Stage.Axes
  ) -> Picture {
    let channels = features.shape[1]
    let taps = features.shape.dropFirst(2).reduce(1, *)
    let start = feature * channels * taps
    let own = Array(features.elements[start..<start + channels * taps])
    let limit = largestMagnitude(of: own)
    let pictures = (0..<channels).map { channel in
      let plane = MapPlanes(
        Tensor(
          shape: Array(features.shape.dropFirst(2)) + [1],
          elements: Array(own[channel * taps..<(channel + 1) * taps])), axes)
      return plane.picture(channel: 0, limit: limit)
    }
    let gap = 4
    var whole = Picture(
      width: pictures.reduce(-gap) { $0 + $1.width + gap },
      height: pictures.map(\.height).max() ?? 1)
    var column = 0
    for picture in pictures {
      whole.draw(picture, row: 0, column: column)
      column += picture.width + gap
    }
    return whole
  }
}
