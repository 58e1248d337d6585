import ConvKitVolumes
import Testing

@testable import ConvKitLetters

@Suite struct LetterVolumesTests {
  /// A change of any voxel is a change of every result that was measured with them.
  @Test func theVoxelsAreTheRecordedOnes() {
    let voxels = (0..<40).flatMap { LetterVolumes(seed: 1).volume($0).volume.values }
    #expect(checksum(voxels.map { UInt8($0) }) == 2_533_648_165_607_654_767)
  }

  @Test func withoutADifficultyTheLetterStandsInTheMiddle() {
    let letters = LetterVolumes(seed: 3, size: 28, difficulty: [])
    for index in 0..<2 {
      let solid = letters.drawing(index)
      #expect(solid.halfWidth == 9 && solid.radius == 1 && solid.middle == SIMD3())
      let volume = letters.volume(index).volume
      #expect(volume.extent == SIMD3(28, 28, 28) && volume.channels == 1)
      func value(_ x: Int, _ y: Int, _ z: Int) -> Float { volume.values[(x * 28 + y) * 28 + z] }
      // The same along every axis and from either side.
      for x in 0..<28 {
        for y in 0..<28 {
          for z in 0..<28 {
            let here = value(x, y, z)
            guard here == value(y, x, z), here == value(x, z, y), here == value(27 - x, y, z),
              here == here.rounded(), 0...255 ~= here
            else {
              Issue.record("letter \(index), voxel \(x), \(y), \(z)")
              return
            }
          }
        }
      }
      // The bars meet in the middle of the X; the shell of the O is hollow, 9 from the middle.
      #expect(value(13, 13, 13) == (index == 0 ? 255 : 0))
      #expect(value(22, 22, 22) == (index == 0 ? 255 : 0))
      // 9.53 from the middle, in a shell whose surface begins to fade half a voxel from its middle.
      #expect(index == 0 ? value(4, 13, 13) == 0 : value(4, 13, 13) > 240)
      #expect(value(0, 0, 0) == 0)
    }
  }

  /// The letter, drawn on a larger ground: nothing bright lies outside of the volume.
  @Test(arguments: 0..<16, [24, 9])
  func nothingLeavesTheVolume(difficulty: UInt8, size: Int) {
    let letters = LetterVolumes(
      seed: 8, size: size, difficulty: Difficulty(rawValue: difficulty))
    for index in 0..<20 {
      let wide = letters.drawing(index).volume(size: size + 4).values
      let small = letters.volume(index).volume.values
      var place = 0
      for x in 0..<size + 4 {
        for y in 0..<size + 4 {
          for z in 0..<size + 4 {
            let isInside = [x, y, z].allSatisfy { 2..<size + 2 ~= $0 }
            let expected = isInside ? small[((x - 2) * size + y - 2) * size + z - 2] : 0
            guard wide[place] == expected else {
              Issue.record("volume \(index), voxel \(x - 2), \(y - 2), \(z - 2)")
              return
            }
            place += 1
          }
        }
      }
    }
  }

  @Test func rangesAreReachedAndKept() {
    let unit = 24.0 / 28
    func drawings(_ difficulty: Difficulty) -> [LetterSolid] {
      let letters = LetterVolumes(seed: 2, difficulty: difficulty)
      return (0..<4000).map { letters.drawing($0) }
    }
    let moved = drawings(.translation)
    for axis in 0..<3 {
      expectRange(moved.map { $0.middle[axis] / unit }, -4...4, "axis \(axis)")
    }
    // Even the largest upright letter fits: 11.7 + 1 of 14.
    expectRange(drawings(.scaling).map { $0.halfWidth / unit / 9 }, 0.5...1.3, "scale")
    expectRange(drawings(.weight).map { $0.radius * 2 / unit }, 1...4, "stroke")
    // A turned cross that would leave the volume is made smaller, a sphere never.
    let turned = drawings(.rotation)
    #expect(turned.allSatisfy { $0.letter == .x || $0.halfWidth == 9 * unit })
    #expect(turned.contains { $0.letter == .x && $0.halfWidth < 9 * unit })
  }

  @Test func difficultiesShareTheirDraws() {
    let all = LetterVolumes(seed: 4, difficulty: .all)
    let weight = LetterVolumes(seed: 4, difficulty: .weight)
    for index in 0..<50 { #expect(all.drawing(index).radius == weight.drawing(index).radius) }
  }

  @Test func turnsAreExact() {
    let (none, right) = (Turn(degrees: 0), Turn(degrees: 90))
    func expect(_ a: SIMD3<Double>, _ b: SIMD3<Double>) {
      let apart = a - b
      #expect((apart * apart).sum() < 1e-20, "\(a), \(b)")
    }
    let aboutX = Attitude(x: right, y: none, z: none)
    expect(aboutX.first, SIMD3(1, 0, 0))
    expect(aboutX.second, SIMD3(0, 0, 1))
    let aboutY = Attitude(x: none, y: right, z: none)
    expect(aboutY.third, SIMD3(1, 0, 0))
    let aboutZ = Attitude(x: none, y: none, z: right)
    expect(aboutZ.first, SIMD3(0, 1, 0))
    // About the first axis of the volume before the second.
    let both = Attitude(x: right, y: right, z: none)
    expect(both.second, SIMD3(1, 0, 0))
    // A cube that stands on an edge reaches √2.
    let edge = Attitude(x: none, y: none, z: Turn(degrees: 45))
    #expect(abs(edge.cubeReach - 2.0.squareRoot()) < 1e-11)
    for angles in [(10.0, -20.0, 30.0), (-45, 45, -45)] {
      let attitude = Attitude(
        x: Turn(degrees: angles.0), y: Turn(degrees: angles.1), z: Turn(degrees: angles.2))
      for axis in [attitude.first, attitude.second, attitude.third] {
        #expect(abs((axis * axis).sum() - 1) < 1e-11)
      }
      #expect(abs((attitude.first * attitude.second).sum()) < 1e-11)
      #expect(abs((attitude.second * attitude.third).sum()) < 1e-11)
    }
  }
}
