import ConvKitCore
import ConvKitDrawing

extension Volume {
  /// The longest side of a plane in pixels: three of them and their axes fit on a wide screen.
  private static let longestSide = 384.0

  /// The three planes through the middle, each between two axes: the first axis to the right and the second
  /// up, the first and the third, the second and the third. Lengths are in proportion to one another.
  ///
  /// Of several channels the first is shown, in grey; the darkest and the lightest half percent are black
  /// and white.
  ///
  /// - Parameter title: a line above, or empty.
  package func middlePlanes(title: String) -> PlanesPlot {
    let size = SIMD3<Double>(extent) * spacing
    // Whole pixels a voxel where there is room for them, so that cubes are drawn as squares.
    let shortest = spacing.min()
    let perVoxel = Self.longestSide * shortest / size.max()
    let perMillimetre = (perVoxel >= 1 ? perVoxel.rounded(.down) : perVoxel) / shortest
    let pixels = (size * perMillimetre).rounded(.toNearestOrAwayFromZero)
    let counts = SIMD3<Int>(
      pixels.clamped(lowerBound: SIMD3(repeating: 1), upperBound: SIMD3(repeating: 1024)))
    let levels = VolumeLevels(of: self).percentiles(of: self)[0]
    return PlanesPlot(
      title: title,
      planes: [(0, 1), (0, 2), (1, 2)].map { across, up in
        plane(across, up, counts: counts, size: size)
      }, map: .grey(levels))
  }

  private func plane(
    _ across: Int, _ up: Int, counts: SIMD3<Int>, size: SIMD3<Double>
  ) -> PlanesPlot.Plane {
    let (columns, rows) = (counts[across], counts[up])
    var values: [Float] = []
    values.reserveCapacity(columns * rows)
    var place = extent / 2
    for column in 0..<columns {
      place[across] = (2 * column + 1) * extent[across] / (2 * columns)
      for row in 0..<rows {
        place[up] = (2 * row + 1) * extent[up] / (2 * rows)
        let voxel = (place.x * extent.y + place.y) * extent.z + place.z
        values.append(self.values[voxel * channels])
      }
    }
    func axis(_ index: Int) -> PlotAxis { .linear(axisName(index), 0...size[index]) }
    return PlanesPlot.Plane(
      x: axis(across), y: axis(up), values: values, columns: columns, rows: rows)
  }

  /// With a unit where it is known.
  private func axisName(_ axis: Int) -> String {
    orientation == .anatomical ? ["right", "front", "up"][axis] + ", mm" : "axis \(axis + 1)"
  }
}

extension VolumeFrontEnd {
  /// An input as people can see it: its middle planes.
  ///
  /// - Parameter input: values of the shape of `inputShape`.
  package func picture(of input: Tensor<Float>) -> Picture {
    Volume(
      extent: extent, channels: channels, spacing: spacing, orientation: orientation,
      values: input.elements
    ).middlePlanes(title: "").picture()
  }
}
