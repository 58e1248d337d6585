import ConvKitCore
import ConvKitDrawing
import Testing

@testable import ConvKitModels

@Suite struct StagePicturesTests {
  /// Other numbers at every place, some below zero.
  private func map(_ shape: [Int]) -> Tensor<Float> {
    let count = shape.reduce(1, *)
    return Tensor(
      shape: shape, elements: (0..<count).map { Float(($0 * 7) % count) - Float(count) / 2 })
  }

  private func picture(
    _ map: Tensor<Float>, _ axes: Stage.Axes, channel: Int
  ) -> Picture {
    MapPlanes(map, axes).picture(channel: channel, limit: largestMagnitude(of: map.elements))
  }

  @Test func rowsAndColumnsLieAsInAPicture() {
    let map = map([2, 3, 2])
    for channel in 0..<2 {
      let values = (0..<6).map { map.elements[2 * $0 + channel] }
      #expect(
        picture(map, .downAndAcross, channel: channel)
          == heatMap(
            values: values, height: 2, width: 3,
            map: .diverging(limit: largestMagnitude(of: map.elements))))
    }
  }

  /// Times [0, 1, 2], bands [0, 1]: band 1 in the upper row, time to the right.
  @Test func timeRunsToTheRightAndPitchUpwards() {
    let map = map([3, 2, 2])
    func value(_ time: Int, _ band: Int, _ channel: Int) -> Float {
      map.elements[(time * 2 + band) * 2 + channel]
    }
    for channel in 0..<2 {
      let values = [1, 0].flatMap { band in (0..<3).map { value($0, band, channel) } }
      #expect(
        picture(map, .acrossAndUp, channel: channel)
          == heatMap(
            values: values, height: 2, width: 3,
            map: .diverging(limit: largestMagnitude(of: map.elements))))
    }
  }

  /// Of more axes than two the middle plane of every two, the earlier one to the right.
  @Test func everyTwoAxesSpanAPlane() {
    let map = map([2, 3, 4, 1])
    let limit = largestMagnitude(of: map.elements)
    func value(_ x: Int, _ y: Int, _ z: Int) -> Float { map.elements[(x * 3 + y) * 4 + z] }
    func plane(_ width: Int, _ height: Int, _ value: (Int, Int) -> Float) -> Picture {
      let values = (0..<height).reversed().flatMap { up in (0..<width).map { value($0, up) } }
      return heatMap(values: values, height: height, width: width, map: .diverging(limit: limit))
    }
    let planes = [
      plane(2, 3) { value($0, $1, 2) }, plane(2, 4) { value($0, 1, $1) },
      plane(3, 4) { value(1, $0, $1) },
    ]
    let drawn = picture(map, .acrossAndUp, channel: 0)
    #expect(drawn.width == planes.reduce(4) { $0 + $1.width })
    var column = 0
    for plane in planes {
      for row in 0..<plane.height {
        for place in 0..<plane.width {
          #expect(drawn[row, column + place] == plane[row, place])
        }
      }
      column += plane.width + 2
    }
  }

  /// Drawn smaller too.
  @Test(arguments: [[300, 7], [7, 300], [600, 520], [1, 40], [40, 1]])
  func bothWaysShowTheSamePlane(extent: [Int]) {
    let map = map(extent + [1])
    let (rows, columns) = (extent[extent.count - 2], extent[extent.count - 1])
    let planes = extent.dropLast(2)
    // The same map with its last axes turned: the last becomes the one before, from its end on.
    var elements: [Float] = []
    for plane in 0..<planes.reduce(1, *) {
      for column in (0..<columns).reversed() {
        for row in 0..<rows {
          elements.append(map.elements[(plane * rows + row) * columns + column])
        }
      }
    }
    let turned = Tensor<Float>(shape: planes + [columns, rows, 1], elements: elements)
    #expect(
      picture(map, .acrossAndUp, channel: 0) == picture(turned, .downAndAcross, channel: 0))
  }
}
