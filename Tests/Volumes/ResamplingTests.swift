import ConvKitCore
import Testing

@testable import ConvKitVolumes

/// A volume of drawn whole numbers, which sums of a few keep exact.
func drawnVolume(
  _ extent: SIMD3<Int>, channels: Int = 1, spacing: SIMD3<Double> = SIMD3(repeating: 1),
  item: Int = 0
) -> Volume {
  var stream = RandomStream(seed: 7, purpose: .tests, item: item)
  let count = extent.x * extent.y * extent.z * channels
  return Volume(
    extent: extent, channels: channels, spacing: spacing,
    values: (0..<count).map { _ in Float(Int.random(in: -50...50, using: &stream)) })
}

@Suite struct ResamplingTests {
  @Test func aGridOntoItselfIsExact() {
    for resampling in VolumeResampling.allCases {
      for count in 1...9 {
        let weights = AxisWeights(old: count, new: count, step: 1, by: resampling)
        #expect(weights.isIdentity)
      }
    }
    let volume = drawnVolume(SIMD3(3, 4, 5), channels: 2)
    let weights = [3, 4, 5].map { AxisWeights(old: $0, new: $0, step: 1, by: .area) }
    #expect(volume.resampled(by: weights, background: [9, 9]) == volume.values)
  }

  @Test func aThirdByAreaIsTheMeanOfThree() {
    let weights = AxisWeights(old: 6, new: 2, step: 3, by: .area)
    #expect(weights.first == [0, 3] && weights.places == [0, 3, 6])
    #expect(weights.weights.allSatisfy { $0 == 1 / 3.0 } && weights.beside == [0, 0])
  }

  @Test func halfOfAVoxelCountsHalf() {
    // The first new voxel covers 0...1.5, the second 1.5...3.
    let weights = AxisWeights(old: 3, new: 2, step: 1.5, by: .area)
    #expect(weights.first == [0, 1] && weights.weights == [1, 0.5, 0.5, 1].map { $0 / 1.5 })
  }

  @Test func betweenTwoVoxelsLinear() {
    // Middles of the new voxels at 0.25, 0.75, 1.25 and 1.75 of the old; up to the edge it is as at the edge.
    for resampling in VolumeResampling.allCases {
      let weights = AxisWeights(old: 2, new: 4, step: 0.5, by: resampling)
      #expect(weights.first == [0, 0, 0, 1])
      #expect(weights.weights == [1, 0.75, 0.25, 0.25, 0.75, 1])
    }
  }

  @Test func whatLiesBesideIsBackground() {
    for resampling in VolumeResampling.allCases {
      let wide = AxisWeights(old: 2, new: 5, step: 1, by: resampling)
      // Places −1, 0, 1, 2 … of which the outer ones lie beside: new middles at −1, 0, 1, 2, 3.
      #expect(wide.beside[0] == 1 && wide.beside[4] == 1)
      #expect(wide.count == 5)
    }
    // By area a new voxel half beside the volume is half of the background.
    let half = AxisWeights(old: 2, new: 2, step: 2, by: .area)
    #expect(half.beside == [0.5, 0.5] && half.weights == [0.5, 0.5])
  }

  /// Laws over drawn sizes and steps: weights are not negative and have the sum 1 with what is beside, and
  /// the voxels they speak of are there.
  @Test func weightsAreShares() {
    var stream = RandomStream(seed: 3, purpose: .tests)
    for _ in 0..<2000 {
      let (old, new) = (
        Int.random(in: 1...40, using: &stream), Int.random(in: 1...40, using: &stream)
      )
      let step = Double.random(in: 0.02...20, using: &stream)
      for resampling in VolumeResampling.allCases {
        let weights = AxisWeights(old: old, new: new, step: step, by: resampling)
        #expect(weights.count == new && weights.places.count == new + 1)
        for index in 0..<new {
          let own = weights.weights[weights.places[index]..<weights.places[index + 1]]
          let sum = own.reduce(weights.beside[index], +)
          #expect(abs(sum - 1) < 1e-9 && own.allSatisfy { $0 >= 0 })
          #expect(own.isEmpty || weights.first[index] >= 0)
          #expect(weights.first[index] + own.count <= old)
        }
      }
    }
  }

  /// Axis by axis, in whatever order, is the same as all axes at once.
  @Test func axesAreIndependent() {
    var stream = RandomStream(seed: 4, purpose: .tests)
    for item in 0..<40 {
      func side() -> Int { Int.random(in: 1...6, using: &stream) }
      let (old, new) = (SIMD3(side(), side(), side()), SIMD3(side(), side(), side()))
      let channels = Int.random(in: 1...3, using: &stream)
      let volume = drawnVolume(old, channels: channels, item: item)
      let background = (0..<channels).map { Float($0) - 1 }
      let weights = (0..<3).map { axis in
        AxisWeights(
          old: old[axis], new: new[axis], step: Double.random(in: 0.3...3, using: &stream),
          by: item.isMultiple(of: 2) ? .area : .linear)
      }
      let result = volume.resampled(by: weights, background: background)
      #expect(result.count == new.x * new.y * new.z * channels)
      for place in result.indices {
        let expected = plain(
          volume, weights, background,
          at: [
            place / channels / new.z / new.y, place / channels / new.z % new.y,
            place / channels % new.z,
          ], channel: place % channels)
        // Values of at most 50 rounded to Float three times.
        #expect(abs(Double(result[place]) - expected) <= 50 * 3 * 0x1p-24 * 2)
      }
    }
  }

  /// One voxel of the result by the definition.
  private func plain(
    _ volume: Volume, _ weights: [AxisWeights], _ background: [Float], at position: [Int],
    channel: Int
  ) -> Double {
    func terms(_ axis: Int) -> [(place: Int, weight: Double)] {
      let (weights, index) = (weights[axis], position[axis])
      return (weights.places[index]..<weights.places[index + 1]).map {
        (weights.first[index] + $0 - weights.places[index], weights.weights[$0])
      }
    }
    var (sum, inside) = (0.0, 0.0)
    for (x, first) in terms(0) {
      for (y, second) in terms(1) {
        for (z, third) in terms(2) {
          let voxel = (x * volume.extent.y + y) * volume.extent.z + z
          sum += first * second * third * Double(volume.values[voxel * volume.channels + channel])
          inside += first * second * third
        }
      }
    }
    return sum + (1 - inside) * Double(background[channel])
  }
}
