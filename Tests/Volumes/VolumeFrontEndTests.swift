import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitVolumes

extension VolumeFrontEnd {
  fileprivate func values(of volume: Volume) -> [Float] { input(of: volume).elements }
}

@Suite struct VolumeFrontEndTests {
  @Test func inputsHaveTheirShape() throws {
    for fit in VolumeFrontEnd.Fit.allCases {
      for normalization in VolumeFrontEnd.Normalization.allCases {
        let frontEnd = try VolumeFrontEnd(
          extent: SIMD3(4, 3, 6), channels: 2, fit: fit, normalization: normalization)
        #expect(
          frontEnd.inputShape == InputShape(extent: [4, 3, 6], content: .values(channels: 2)))
        for extent in [SIMD3(1, 1, 1), SIMD3(9, 2, 5), SIMD3(4, 3, 6), SIMD3(1, 40, 2)] {
          let input = frontEnd.input(of: drawnVolume(extent, channels: 2))
          #expect(input.shape == [4, 3, 6, 2] && input.elements.allSatisfy(\.isFinite))
        }
      }
    }
  }

  @Test func ofOneExtentNothingChanges() throws {
    let volume = drawnVolume(SIMD3(3, 5, 4))
    for fit in VolumeFrontEnd.Fit.allCases {
      let frontEnd = try VolumeFrontEnd(
        extent: volume.extent, fit: fit, normalization: VolumeFrontEnd.Normalization.none)
      #expect(frontEnd.values(of: volume) == volume.values)
    }
  }

  /// A volume of 2×2×4 voxels that are 1, 1 and 2 mm long, in an input of 8×8×8.
  @Test func lengthsCountAsTheFitSays() throws {
    let volume = Volume(
      extent: SIMD3(2, 2, 4), spacing: SIMD3(1, 1, 2), values: (0..<16).map { _ in 1 })
    func count(_ fit: VolumeFrontEnd.Fit, spacing: Double = 1) throws -> [Int] {
      // Zero beside the volume, so that what it covers can be counted.
      var values = volume.values
      values[0] = 0
      let marked = Volume(extent: volume.extent, spacing: volume.spacing, values: values)
      let frontEnd = try VolumeFrontEnd(
        extent: SIMD3(repeating: 8), fit: fit, spacing: SIMD3(repeating: spacing),
        resampling: .linear, normalization: VolumeFrontEnd.Normalization.none)
      let input = frontEnd.input(of: marked).elements
      return (0..<3).map { axis in
        Set(
          input.indices.filter { input[$0] > 0 }.map { place in
            [place / 64, place / 8 % 8, place % 8][axis]
          }
        ).count
      }
    }
    #expect(try count(.stretched) == [8, 8, 8])
    // The longest has 4 voxels, so that a voxel becomes two.
    #expect(try count(.voxels) == [4, 4, 8])
    // The longest has 8 mm, so that a voxel of the input is 1 mm.
    #expect(try count(.millimetres) == [2, 2, 8])
    #expect(try count(.spacing, spacing: 2) == [2, 2, 4])
    #expect(try count(.spacing, spacing: 1) == [2, 2, 8])
  }

  @Test func whatDoesNotFitIsCutOff() throws {
    let volume = drawnVolume(SIMD3(6, 1, 1))
    let frontEnd = try VolumeFrontEnd(
      extent: SIMD3(2, 1, 1), fit: .spacing, normalization: VolumeFrontEnd.Normalization.none)
    #expect(frontEnd.values(of: volume) == Array(volume.values[2..<4]))
  }

  @Test func percentilesAreCutOff() throws {
    // Of 1,001 values 5 lie below the lower and 5 above the upper percentile.
    let values = (0...1000).map { Float($0) }
    let frontEnd = try VolumeFrontEnd(extent: SIMD3(1001, 1, 1))
    let input = frontEnd.values(of: Volume(extent: SIMD3(1001, 1, 1), values: values))
    #expect(input.min() == 0 && input.max() == 1)
    #expect(input[..<6].allSatisfy { $0 == 0 } && input[6] > 0)
    #expect(input[995...].allSatisfy { $0 == 1 } && input[994] < 1)
    #expect(abs(input[500] - 0.5) < 1e-6)
  }

  @Test func scoresHaveTheMeanZeroAndTheDeviationOne() throws {
    let frontEnd = try VolumeFrontEnd(extent: SIMD3(4, 1, 1), normalization: .zScore)
    let volume = Volume(extent: SIMD3(4, 1, 1), values: [1, 3, 5, 7].map { 1000 + Float($0) })
    // Deviations −3, −1, 1, 3 from the mean, with the mean square 5.
    let root = Float(5).squareRoot()
    for (found, expected) in zip(frontEnd.values(of: volume), [-3, -1, 1, 3]) {
      #expect(abs(found - Float(expected) / root) < 1e-6)
    }
  }

  @Test func trainingVolumesTellWhatZeroAndOneAre() throws {
    let frontEnd = try VolumeFrontEnd(
      extent: SIMD3(2, 1, 1), channels: 2, normalization: .training, mean: [4, 8],
      deviation: [2, 4])
    let volume = Volume(extent: SIMD3(2, 1, 1), channels: 2, values: [4, 8, 8, 0])
    #expect(frontEnd.values(of: volume) == [0, 0, 2, -2])
  }

  /// Nothing to see is nothing, and no number that is none.
  @Test(arguments: VolumeFrontEnd.Normalization.allCases)
  func aBlankVolumeIsBlank(_ normalization: VolumeFrontEnd.Normalization) throws {
    let frontEnd = try VolumeFrontEnd(
      extent: SIMD3(repeating: 3), fit: .voxels, normalization: normalization)
    let input = frontEnd.values(
      of: Volume(extent: SIMD3(5, 4, 3), values: [Float](repeating: 7, count: 60)))
    #expect(Set(input).count == 1 && input[0].isFinite)
    // One voxel in a thousand is no percentile, and still seen.
    var values = [Float](repeating: 0, count: 1000)
    values[500] = 2
    let point = try VolumeFrontEnd(extent: SIMD3(repeating: 10), normalization: normalization)
    #expect(Set(point.values(of: Volume(extent: SIMD3(repeating: 10), values: values))).count == 2)
  }

  /// Values as far apart, or as close, as Floats can be are numbers still, and can be drawn.
  @Test(arguments: VolumeFrontEnd.Normalization.allCases)
  func extremeValuesStayNumbers(_ normalization: VolumeFrontEnd.Normalization) throws {
    let tiny = Float.leastNonzeroMagnitude
    for pair in [(0, tiny), (-Float.greatestFiniteMagnitude, .greatestFiniteMagnitude)] {
      let values = (0..<1000).map { $0 % 10 == 0 ? pair.1 : pair.0 }
      let volume = Volume(extent: SIMD3(repeating: 10), values: values)
      for extent in [10, 3, 17] {
        let frontEnd = try VolumeFrontEnd(
          extent: SIMD3(repeating: extent), normalization: normalization)
        let input = frontEnd.input(of: volume)
        let odd = input.elements.count { !$0.isFinite }
        #expect(odd == 0, "\(pair)")
        #expect(frontEnd.picture(of: input).width > 0)
      }
    }
  }

  @Test func otherThingsAreRefused() throws {
    let frontEnd = try VolumeFrontEnd(extent: SIMD3(2, 2, 2), series: .all)
    #expect(throws: VolumeFrontEndError.notAFile) { try frontEnd.inputs(of: .text("scan")) }
    let series = NumberArray(shape: [2, 2, 2, 3], bytes: [UInt8](repeating: 1, count: 24)[...])
    #expect(throws: VolumeFrontEndError.channels(found: 3, expected: 1)) {
      try frontEnd.inputs(of: .array(series))
    }
    for shape in [[8], [2, 4], [2, 2, 2, 2, 2], [0, 2, 2]] {
      let bytes = [UInt8](repeating: 1, count: shape.reduce(1, *))[...]
      #expect(throws: VolumeFileError.self) {
        try frontEnd.inputs(of: .array(NumberArray(shape: shape, bytes: bytes)))
      }
    }
  }

  @Test func settingsThatCannotBeAreRefused() throws {
    func refuses(_ name: String, _ make: () throws -> VolumeFrontEnd) {
      do {
        _ = try make()
        Issue.record("\(name) was taken")
      } catch VolumeFrontEndError.setting(let found, _, _) {
        #expect(found == name)
      } catch {
        Issue.record("\(error)")
      }
    }
    let cube = SIMD3(repeating: 4)
    refuses("extent") { try VolumeFrontEnd(extent: SIMD3(0, 4, 4)) }
    refuses("extent") { try VolumeFrontEnd(extent: SIMD3(4, 65537, 4)) }
    refuses("extent") { try VolumeFrontEnd(extent: SIMD3(repeating: 1024)) }
    refuses("extent") { try VolumeFrontEnd(extent: SIMD3(repeating: 65536), channels: 65536) }
    refuses("channels") { try VolumeFrontEnd(extent: cube, channels: 0) }
    refuses("channels") { try VolumeFrontEnd(extent: cube, channels: .max) }
    refuses("series") { try VolumeFrontEnd(extent: cube, series: .one(-1)) }
    for length in [0, -1, .nan, .infinity] {
      refuses("spacing") { try VolumeFrontEnd(extent: cube, spacing: SIMD3(1, length, 1)) }
    }
    refuses("mean") { try VolumeFrontEnd(extent: cube, mean: [1, 2]) }
    refuses("mean") { try VolumeFrontEnd(extent: cube, mean: [.nan]) }
    for deviation in [0, -1, .leastNonzeroMagnitude] as [Float] {
      refuses("deviation") { try VolumeFrontEnd(extent: cube, deviation: [deviation]) }
    }
    refuses("valueLimit") { try VolumeFrontEnd(extent: cube, valueLimit: 0) }
  }

  @Test func settingsComeBackFromTheirFile() throws {
    for series in [SeriesChoice.only, .all, .one(3)] {
      for fit in VolumeFrontEnd.Fit.allCases {
        for normalization in VolumeFrontEnd.Normalization.allCases {
          let frontEnd = try VolumeFrontEnd(
            extent: SIMD3(4, 5, 6), channels: 2, series: series, fit: fit,
            spacing: SIMD3(0.5, 1, 2.5), orientation: .anatomical, resampling: .linear,
            normalization: normalization,
            mean: [1, 2], deviation: [3, 4], valueLimit: 77)
          let bytes = try JSONEncoder().encode(frontEnd)
          #expect(try JSONDecoder().decode(VolumeFrontEnd.self, from: bytes) == frontEnd)
        }
      }
    }
    let text = """
      {"extent": [4, 4, 4], "channels": 1, "series": "last", "fit": "stretched", "spacing": [1, 1, 1],
       "orientation": "stored", "resampling": "area", "normalization": "none", "mean": [0], "deviation": [1], "valueLimit": 9}
      """
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(VolumeFrontEnd.self, from: Data(text.utf8))
    }
    for series in ["+2", "02", "-0"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(
          VolumeFrontEnd.self, from: Data(text.replacing("last", with: series).utf8))
      }
    }
    #expect(throws: Never.self) {
      try JSONDecoder().decode(
        VolumeFrontEnd.self, from: Data(text.replacing("last", with: "2").utf8))
    }
  }
}
