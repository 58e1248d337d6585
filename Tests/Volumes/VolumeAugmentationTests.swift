import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitVolumes

@Suite struct VolumeAugmentationTests {
  private let cubes = SIMD3(repeating: 1.0)

  private func input(_ extent: SIMD3<Int>, channels: Int = 1) -> Tensor<Float> {
    Tensor(
      shape: [extent.x, extent.y, extent.z, channels],
      elements: drawnVolume(extent, channels: channels).values)
  }

  /// Where a version has the value of another place, [first axis, second, third].
  private func moved(
    _ tensor: Tensor<Float>, from place: (SIMD3<Int>) -> SIMD3<Int>
  ) -> [Float] {
    let (x, y, z) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
    return (0..<x * y * z).map { index in
      let from = place(SIMD3(index / z / y, index / z % y, index % z))
      return tensor.elements[(from.x * y + from.y) * z + from.z]
    }
  }

  @Test(arguments: [
    ("none", "none"), ("shift", "shift=0.05"),
    ("turn-z=180, shift", "shift=0.05,turn-z=180.0"),
    (
      "noise,intensity,mirror-z,mirror-y,mirror-x,turn-z,turn-y,turn-x,turn,stretch,scale,shift",
      "shift=0.05,scale=1.2,stretch=1.2,turn=10.0,turn-x=10.0,turn-y=10.0,turn-z=10.0,mirror-x=0.5,"
        + "mirror-y=0.5,mirror-z=0.5,intensity=0.1,noise=0.03"
    ),
  ])
  func aListIsReadAndWritten(list: String, canonical: String) throws {
    let augmentation = try VolumeAugmentation(list)
    #expect(augmentation.description == canonical)
    #expect(try VolumeAugmentation(canonical) == augmentation)
  }

  @Test(arguments: ["tilt", "turn=181", "shift=0", "scale=1", "mirror-x=2", "turn,turn", ""])
  func whatCannotBeIsRefused(list: String) {
    #expect(throws: AugmentationError<VolumeAugmentationKind>.self) {
      try VolumeAugmentation(list)
    }
  }

  @Test func nothingChangedKeepsTheBits() throws {
    let tensor = input(SIMD3(3, 4, 5), channels: 2)
    #expect(VolumeVariation().applied(to: tensor, spacing: cubes) == tensor)
    let frontEnd = try VolumeFrontEnd(extent: SIMD3(3, 4, 5), channels: 2)
    let stream = RandomStream(seed: 1, purpose: .augmentation)
    #expect(
      VolumeAugmentation.none.varied(.values(tensor), by: frontEnd, random: stream)
        == .values(tensor))
  }

  @Test func wholeVoxelsAreMovedExactly() {
    let tensor = input(SIMD3(4, 5, 6))
    var variation = VolumeVariation()
    variation.shift = SIMD3(1, -2, 3)
    let last = SIMD3(3, 4, 5)
    #expect(
      variation.applied(to: tensor, spacing: cubes).elements
        == moved(tensor) { pointwiseMin(pointwiseMax($0 &- SIMD3(1, -2, 3), SIMD3()), last) })
  }

  @Test(arguments: 0..<3) func mirrorsAreExact(axis: Int) {
    let tensor = input(SIMD3(4, 5, 6))
    var variation = VolumeVariation()
    variation.mirror[axis] = -1
    #expect(
      variation.applied(to: tensor, spacing: cubes).elements
        == moved(tensor) { place in
          var place = place
          place[axis] = tensor.shape[axis] - 1 - place[axis]
          return place
        })
  }

  /// A quarter turn takes the second axis to the third, the third to the first, the first to the second.
  @Test(arguments: 0..<3) func aQuarterTurnPermutesAxes(axis: Int) {
    let tensor = input(SIMD3(repeating: 5))
    var variation = VolumeVariation()
    variation.angles[axis] = Double.pi / 2
    let (next, last) = ((axis + 1) % 3, (axis + 2) % 3)
    let turned = variation.applied(to: tensor, spacing: cubes).elements
    let expected = moved(tensor) { place in
      // What lies along the next axis afterwards came from … and what lay along it is along the last.
      var from = place
      from[next] = place[last]
      from[last] = 4 - place[next]
      return from
    }
    // Places are right to a 10⁻⁶th, between values at most 100 apart.
    for (found, expected) in zip(turned, expected) { #expect(abs(found - expected) < 1e-3) }
  }

  @Test func thingsKeepTheirShapeWhereVoxelsAreLong() {
    // A rod along the first axis, of 8 voxels of 1 mm, turned to lie along the second, whose voxels are 2 mm.
    var values = [Float](repeating: 0, count: 9 * 9)
    for place in 1...7 { values[place * 9 + 4] = 1 }
    let tensor = Tensor(shape: [9, 9, 1, 1], elements: values)
    var variation = VolumeVariation()
    variation.angles.z = Double.pi / 2
    let turned = variation.applied(to: tensor, spacing: SIMD3(1, 2, 1)).elements
    let along = (0..<9).map { turned[4 * 9 + $0] }
    // Three voxels of 2 mm, and a half at each end.
    #expect(abs(along.reduce(0, +) - 3.5) < 0.51 && along[4] > 0.99 && along[0] < 0.01)
  }

  @Test func halfTheSizeIsHalfAsLong() {
    var values = [Float](repeating: 0, count: 16)
    for place in 4..<12 { values[place] = 1 }
    var variation = VolumeVariation()
    variation.factor = 0.5
    let small = variation.applied(
      to: Tensor(shape: [1, 1, 16, 1], elements: values), spacing: cubes
    ).elements
    #expect(small.reduce(0, +) == 4 && small[6..<10].allSatisfy { $0 == 1 })
  }

  @Test func oneAxisIsStretched() {
    var values = [Float](repeating: 0, count: 9 * 9)
    for place in 3...5 { values.replaceSubrange(place * 9 + 3...place * 9 + 5, with: [1, 1, 1]) }
    var variation = VolumeVariation()
    variation.stretch.y = 2
    let wide = variation.applied(to: Tensor(shape: [9, 9, 1, 1], elements: values), spacing: cubes)
      .elements
    // Two voxels wide each, but for the outermost, between which and nothing it is even.
    #expect(Array(wide[4 * 9..<5 * 9]) == [0, 0.5, 1, 1, 1, 1, 1, 0.5, 0])
    #expect(wide[..<27].allSatisfy { $0 == 0 } && wide[54...].allSatisfy { $0 == 0 })
  }

  @Test func valuesChangeAboutTheMiddleOfTheirRange() {
    let tensor = Tensor<Float>(shape: [1, 1, 3, 1], elements: [0, 4, 8])
    var variation = VolumeVariation()
    variation.contrast = 0.5
    variation.brightness = 0.25
    #expect(variation.applied(to: tensor, spacing: cubes).elements == [4, 6, 8])
  }

  @Test func noiseHasItsDeviation() {
    let values = (0..<20_000).map { Float($0 % 2 * 10) }
    let tensor = Tensor(shape: [20, 100, 10, 1], elements: values)
    var variation = VolumeVariation()
    variation.noise = 0.1
    variation.noiseSeed = 5
    let noise = zip(variation.applied(to: tensor, spacing: cubes).elements, values).map { $0 - $1 }
    let mean = noise.reduce(0, +) / 20_000
    let square = noise.reduce(0) { $0 + $1 * $1 } / 20_000
    // Five standard errors: of the mean 1/√n, of the deviation 1/√(2n).
    #expect(abs(mean) < 5 / Float(20_000).squareRoot())
    #expect(abs(square.squareRoot() - 1) < 5 / Float(40_000).squareRoot())
  }

  /// Seeded draws stay within their strengths, reach towards them, and one kind does not change another.
  @Test func drawsStayWithinTheirStrengths() throws {
    let all = try VolumeAugmentation(
      "shift=0.1,scale=1.5,stretch=1.25,turn=20,turn-z=30,mirror-y,intensity=0.2")
    let one = try VolumeAugmentation("shift=0.1")
    var largest = SIMD3(repeating: 0.0)
    var mirrored = 0
    for item in 0..<1000 {
      let stream = RandomStream(seed: 2, purpose: .augmentation, item: item)
      let variation = VolumeVariation(drawnFor: all, extent: SIMD3(10, 20, 30), from: stream)
      #expect((0..<3).allSatisfy { abs(variation.shift[$0]) <= [1, 2, 3][$0] })
      #expect(1 / 1.5...1.5 ~= variation.factor)
      #expect((0..<3).allSatisfy { 0.8...1.25 ~= variation.stretch[$0] })
      #expect(abs(variation.contrast - 1) <= 0.2 && abs(variation.brightness) <= 0.2)
      largest = pointwiseMax(largest, variation.angles * (180 / Double.pi))
      mirrored += variation.mirror.y < 0 ? 1 : 0
      #expect(variation.mirror.x == 1 && variation.noise == 0)
      let alone = VolumeVariation(drawnFor: one, extent: SIMD3(10, 20, 30), from: stream)
      #expect(alone.shift == variation.shift && alone.angles == SIMD3())
    }
    #expect(19...20 ~= largest.x && 19...20 ~= largest.y && 48...50 ~= largest.z)
    // Five standard deviations of 1,000 even chances.
    #expect(abs(mirrored - 500) < 80)
  }

  @Test func theSameStreamGivesTheSameVersion() throws {
    let frontEnd = try VolumeFrontEnd(extent: SIMD3(6, 7, 8), channels: 2)
    let tensor = input(SIMD3(6, 7, 8), channels: 2)
    let augmentation = try VolumeAugmentation("shift,scale,turn,mirror-x,intensity,noise")
    func version(_ item: Int) -> Input {
      augmentation.varied(
        .values(tensor), by: frontEnd,
        random: RandomStream(seed: 4, purpose: .augmentation, item: item))
    }
    #expect(version(1) == version(1) && version(1) != version(2))
  }
}
