import ConvKitCore
import ConvKitDrawing
import Testing

@testable import ConvKitImages

/// The values [row, column] resampled with one channel.
private func resampled(
  _ values: [Double], _ height: Int, _ width: Int, to newHeight: Int, _ newWidth: Int,
  by resampling: Resampling
) -> [Double] {
  ConvKitImages.resampled(
    height: height, width: width, channels: 1, newHeight: newHeight, newWidth: newWidth,
    by: resampling
  ) { row in Array(values[row * width..<(row + 1) * width]) }
}

private let sizes = [1, 2, 3, 5, 7, 8, 28, 61]

@Suite struct ResamplingTests {
  @Test(arguments: Resampling.allCases, sizes)
  func aConstantStaysExactlyConstant(resampling: Resampling, old: Int) {
    for new in sizes {
      for level in [0.0, 1, 77, 255] {
        let values = [Double](repeating: level, count: old * 5)
        #expect(
          resampled(values, old, 5, to: new, 9, by: resampling).allSatisfy { $0 == level },
          "\(old) to \(new)")
        #expect(
          resampled(values, 5, old, to: 3, new, by: resampling).allSatisfy { $0 == level },
          "\(old) to \(new)")
      }
    }
  }

  @Test(arguments: Resampling.allCases)
  func theSameSizeIsTheSamePicture(resampling: Resampling) {
    var stream = RandomStream(seed: 4, purpose: .tests)
    let values = (0..<11 * 17).map { _ in Double.random(in: 0...255, using: &stream).rounded() }
    #expect(resampled(values, 11, 17, to: 11, 17, by: resampling) == values)
  }

  @Test(arguments: sizes)
  func areaKeepsTheMean(new: Int) {
    var stream = RandomStream(seed: 5, purpose: .tests)
    for old in [new, new + 1, 2 * new, 3 * new + 2] {
      let values = (0..<old * old).map { _ in Double.random(in: 0...255, using: &stream) }
      let small = resampled(values, old, old, to: new, new, by: .area)
      let mean = values.reduce(0, +) / Double(values.count)
      #expect(abs(small.reduce(0, +) / Double(small.count) - mean) < 1e-10, "\(old) to \(new)")
    }
  }

  @Test func areaAveragesWhatAPixelCovers() {
    #expect(resampled([1, 3, 5, 7], 1, 4, to: 1, 2, by: .area) == [2, 6])
    // Each new pixel covers one and a half old ones.
    #expect(resampled([3, 6, 12], 1, 3, to: 1, 2, by: .area) == [4, 10])
    #expect(resampled([3, 6, 12], 3, 1, to: 2, 1, by: .area) == [4, 10])
    #expect(resampled([1, 2, 3, 4], 2, 2, to: 1, 1, by: .area) == [2.5])
  }

  @Test func bilinearIsWhatOthersCompute() {
    // PyTorch: interpolate(tensor([0., 10., 20.]), size, mode: linear, align_corners: false).
    #expect(
      resampled([0, 10, 20], 1, 3, to: 1, 6, by: .bilinear) == [0, 2.5, 7.5, 12.5, 17.5, 20])
    #expect(resampled([0, 10, 20, 30], 1, 4, to: 1, 2, by: .bilinear) == [5, 25])
  }

  @Test func bilinearKeepsARamp() {
    for new in [20, 23, 40, 61] {
      let ramp = (0..<20).map { Double($0) + 0.5 }
      let result = resampled(ramp, 1, 20, to: 1, new, by: .area)
      for (place, value) in result.enumerated() {
        let exact = (Double(place) + 0.5) * 20 / Double(new)
        // Beyond the centres of the first and the last pixel the picture goes on as it is there.
        #expect(abs(value - min(max(exact, 0.5), 19.5)) < 1e-12, "\(new): \(place)")
      }
    }
  }

  @Test func theOrderOfTheAxesDoesNotMatter() {
    // 40×6 to 9×13 narrows rows last, its transpose 6×40 to 13×9 first.
    var stream = RandomStream(seed: 6, purpose: .tests)
    let values = (0..<240).map { _ in Double.random(in: 0...255, using: &stream) }
    let turned = (0..<240).map { values[$0 % 40 * 6 + $0 / 40] }
    let one = resampled(values, 40, 6, to: 9, 13, by: .area)
    let other = resampled(turned, 6, 40, to: 13, 9, by: .area)
    for row in 0..<9 {
      for column in 0..<13 {
        #expect(abs(one[row * 13 + column] - other[column * 9 + row]) < 1e-10)
      }
    }
  }
}
