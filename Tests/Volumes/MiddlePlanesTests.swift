import ConvKitDrawing
import Testing

@testable import ConvKitVolumes

@Suite struct MiddlePlanesTests {
  /// A voxel is a square of whole pixels, and planes show the middle of the third axis, the second and the
  /// first.
  @Test func planesShowTheMiddle() {
    let volume = drawnVolume(SIMD3(3, 4, 6))
    let planes = volume.middlePlanes(title: "").planes
    #expect(planes.map(\.columns) == [192, 192, 256] && planes.map(\.rows) == [256, 384, 384])
    func value(_ x: Int, _ y: Int, _ z: Int) -> Float { volume.values[(x * 4 + y) * 6 + z] }
    for place in 0..<planes[0].values.count {
      #expect(planes[0].values[place] == value(place / 256 / 64, place % 256 / 64, 3))
    }
    for place in 0..<planes[1].values.count {
      #expect(planes[1].values[place] == value(place / 384 / 64, 2, place % 384 / 64))
    }
    for place in 0..<planes[2].values.count {
      #expect(planes[2].values[place] == value(1, place / 384 / 64, place % 384 / 64))
    }
  }

  @Test func lengthsAreInProportion() {
    let volume = drawnVolume(SIMD3(10, 10, 10), spacing: SIMD3(1, 1, 3))
    let planes = volume.middlePlanes(title: "").planes
    #expect(planes[1].rows == 3 * planes[1].columns && planes[0].rows == planes[0].columns)
  }

  @Test func extremeExtentsAreDrawn() throws {
    for extent in [SIMD3(1, 1, 1), SIMD3(1, 5000, 1), SIMD3(600, 1, 2)] {
      let plot = drawnVolume(extent, channels: 2).middlePlanes(title: "an extreme")
      let picture = plot.picture()
      #expect(plot.planes.allSatisfy { $0.columns >= 1 && $0.rows >= 1 })
      #expect(picture.width < 2000 && picture.height < 1000)
    }
  }

  @Test func axesAreNamed() {
    let plain = drawnVolume(SIMD3(2, 2, 2)).middlePlanes(title: "").planes
    #expect(plain.map(\.x.title) == ["axis 1", "axis 1", "axis 2"])
    let scan = Volume(
      extent: SIMD3(2, 2, 2), spacing: SIMD3(repeating: 2), orientation: .anatomical,
      values: [Float](repeating: 0, count: 8)
    ).middlePlanes(title: "").planes
    #expect(scan.map(\.y.title) == ["front, mm", "up, mm", "up, mm"])
  }
}
