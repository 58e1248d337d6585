import ConvKitCore
import ConvKitFiles
import ConvKitLetters
import ConvKitTables
import Foundation
import Testing

@testable import ConvKitModels
@testable import ConvKitVolumes

#if Sound
  import ConvKitSound
#endif

/// Whether an axis whose positions stand in a random order is told from one whose neighbours belong together.
@Suite struct AxisCheckTests {
  /// Volumes of a few blurred balls, their positions along one axis in an order that is random and the same
  /// in all volumes.
  private static func balls(
    _ folder: TemporaryFolder, extent: SIMD3<Int> = SIMD3(12, 14, 16), shuffling axis: Int?,
    count: Int = 24
  ) throws -> DataSet {
    var order = (0..<3).map { Array(0..<extent[$0]) }
    if let axis {
      var random = RandomStream(seed: 3, purpose: .tests, item: axis)
      order[axis].shuffle(using: &random)
    }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/balls/one", withIntermediateDirectories: true)
    for number in 0..<count {
      var random = RandomStream(seed: 4, purpose: .tests, item: number)
      let balls = (0..<3).map { _ in
        (
          middle: SIMD3<Float>(
            random.uniform(in: 0...Float(extent.x)), random.uniform(in: 0...Float(extent.y)),
            random.uniform(in: 0...Float(extent.z))), size: random.uniform(in: 2...4)
        )
      }
      var values: [Float] = []
      for x in order[0] {
        for y in order[1] {
          for z in order[2] {
            let place = SIMD3<Float>(Float(x), Float(y), Float(z))
            let light = balls.reduce(Float(0)) { sum, ball in
              let away = place - ball.middle
              return sum + max(0, 1 - (away * away).sum().squareRoot() / (2 * ball.size))
            }
            values.append(100 * light + random.uniform(in: 0...10))
          }
        }
      }
      try VolumeFile.write(
        Volume(extent: extent, orientation: .anatomical, values: values),
        to: folder.path + "/balls/one/\(number).nii", type: .float32)
    }
    return try DataSet.read(folder.path + "/balls", for: .scanning)
  }

  @Test(arguments: [nil, 0, 1, 2])
  func theShuffledAxisOfVolumesShows(axis: Int?) throws {
    let folder = try TemporaryFolder()
    let found = try AxisCheck().judge(Self.balls(folder, shuffling: axis), kind: .volume)
    #expect(found.axes.map(\.name) == ["right", "front", "up"])
    #expect(found.axes.map(\.extent) == [12, 14, 16] && found.examples == 24)
    #expect(
      found.axes.map(\.hasOrder) == (0..<3).map { $0 != axis }, "\(found.axes.map(\.neighbours))")
    #expect(found.verdict == (axis == nil ? .maySuit : .doesNotSuit))
    let phrases = ["From left to right", "From back to front", "From bottom to top"]
    if let axis {
      #expect(found.reasons[0].hasPrefix(phrases[axis] + " no order is seen"))
      #expect(found.reasons[0].contains("unrelated slices"))
    }
  }

  /// The usual input would have 64 slices at most, here of two thirds of 96: each would share an old slice
  /// with the next and be like it for that.
  @Test func resamplingMakesNoOrder() throws {
    let folder = try TemporaryFolder()
    let data = try Self.balls(folder, extent: SIMD3(96, 8, 8), shuffling: 0, count: 12)
    let found = try AxisCheck().judge(data, kind: .volume)
    #expect(found.axes[0].extent == 48 && found.axes[0].hasOrder == false, "\(found.axes[0])")
    // That of training would have deceived the check.
    let usual = try VolumeFrontEnd.fitted(to: data.training.map(\.item))
    #expect(usual.extent.x == 64)
    var deceived = AxisCheck()
    deceived.frontEnd.volume.extent = SIMD3(64, 8, 8)
    #expect(try deceived.judge(data, kind: .volume).axes[0].hasOrder == true)
  }

  @Test func lettersHaveAnOrderAlongBothAxes() throws {
    let folder = try TemporaryFolder()
    try LetterPictures(seed: 1).write(count: 60, to: folder.path + "/xo")
    let data = try DataSet.read(folder.path + "/xo", for: .scanning)
    var check = AxisCheck()
    check.threads = 1
    let found = try check.judge(data, kind: .image)
    #expect(found.axes.map(\.name) == ["height", "width"])
    #expect(found.axes.map(\.hasOrder) == [true, true] && found.verdict == .maySuit)
    #expect(found.kind == .image && found.examples == 60 && found.examplesFound == 60)
    // The same on other threads, and not depending on more than the seed.
    check.threads = 2
    #expect(try check.judge(data, kind: .image) == found)
    check.seed = 5
    let other = try check.judge(data, kind: .image)
    #expect(other != found && other.verdict == found.verdict)
    #expect(try AxisSuitabilityPage(found, name: "xo", seed: 5).html.contains("along height"))
  }

  /// Of many examples at most 200 are read, and a broken one is named.
  @Test func examplesAreDrawnAndBrokenOnesNamed() throws {
    let folder = try TemporaryFolder()
    try LetterPictures(seed: 1, size: 9).write(count: 420, to: folder.path + "/xo")
    let data = try DataSet.read(folder.path + "/xo", for: .scanning)
    var last: (Int, Int)?
    let many = try AxisCheck().judge(data, kind: .image) { last = ($0, $1) }
    #expect(many.examples == 200 && many.examplesFound == 420 && last?.0 == 200 && last?.1 == 200)

    let small = try TemporaryFolder()
    try LetterPictures(seed: 1, size: 9).write(count: 40, to: small.path + "/xo")
    try AtomicFile.write([1, 2, 3], to: small.path + "/xo/X/000000.png")
    let found = try AxisCheck().judge(
      DataSet.read(small.path + "/xo", for: .scanning), kind: .image)
    #expect(found.examples == 39 && found.leftOut.map(\.name) == ["X/000000.png"])
  }

  @Test func shortAndConstantAxesCannotTell() throws {
    let folder = try TemporaryFolder()
    let data = try Self.balls(folder, extent: SIMD3(5, 12, 12), shuffling: nil)
    let found = try AxisCheck().judge(data, kind: .volume)
    #expect(found.axes.map(\.hasOrder) == [nil, true, true] && found.verdict == .maySuit)
    #expect(found.reasons.last?.contains("at least 8 positions that vary") == true)

    let blank = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: blank.path + "/blank/one", withIntermediateDirectories: true)
    for number in 0..<10 {
      try VolumeFile.write(
        Volume(
          extent: SIMD3(9, 9, 9), orientation: .stored, values: Array(repeating: 7, count: 729)),
        to: blank.path + "/blank/one/\(number).nii", type: .float32)
    }
    let nothing = try AxisCheck().judge(
      DataSet.read(blank.path + "/blank", for: .scanning), kind: .volume)
    #expect(nothing.verdict == .cannotTell && nothing.axes.allSatisfy { $0.positions == 0 })
    #expect(
      AxisSuitabilityWords(nothing).headline == "cannot tell: the examples are all the same.")
  }

  @Test func whatHasNoAxesIsRefused() throws {
    let folder = try TemporaryFolder()
    try LetterPictures(seed: 1, size: 9).write(count: 4, to: folder.path + "/xo")
    let data = try DataSet.read(folder.path + "/xo", for: .scanning)
    for kind in [DataKind.text, .table] {
      #expect(throws: AxisCheckError.noAxes(kind)) { try AxisCheck().judge(data, kind: kind) }
    }
  }

  #if Sound
    @Test func clipsHaveAnOrderAlongTimeAndFrequency() throws {
      let folder = try TemporaryFolder()
      try LetterPulses(seed: 1).write(count: 40, to: folder.path + "/xo")
      let data = try DataSet.read(folder.path + "/xo", for: .scanning)
      let found = try AxisCheck().judge(data, kind: .sound)
      #expect(found.axes.map(\.name) == ["time", "frequency"])
      #expect(found.axes[0].hasOrder == true && found.kind == .sound, "\(found.axes)")

      var check = AxisCheck()
      check.frontEnd.sound.form = .waveform
      let waveform = try check.judge(data, kind: .sound)
      #expect(waveform.axes.map(\.name) == ["time"])
      #expect(waveform.axes[0].extent <= 512)
    }
  #endif
}

/// The values of positions, by hand.
@Suite struct AxisSampleTests {
  /// A tensor [3, 8, 2] whose values say where they stand.
  private static let numbered = Tensor<Float>(shape: [3, 8, 2], elements: (0..<48).map(Float.init))

  @Test func positionsHaveTheSameValuesOfTheOthers() {
    var sample = AxisSample(axis: 1, of: [3, 8, 2], examples: 1, seed: 0)
    sample.add(Self.numbered, example: 0)
    let places = sample.sequence("width").places
    #expect(places.map(\.name) == (1...8).map { "width \($0)" })
    for (position, place) in places.enumerated() {
      // All six of the others, in their order.
      let expected = [0, 1, 16, 17, 32, 33].map { Float($0 + 2 * position) }
      #expect(place.components == [expected])
    }
  }

  @Test func manyExamplesShareTheValuesOut() {
    var sample = AxisSample(axis: 0, of: [3, 100, 100], examples: 100, seed: 0)
    let tensor = Tensor<Float>(
      shape: [3, 100, 100], elements: (0..<30_000).map { Float($0 % 10_000) })
    for example in 0..<100 { sample.add(tensor, example: example) }
    let places = sample.sequence("height").places
    #expect(places[0].components[0].count == 4000)
    // Every position has the same places of the others, so here the same values.
    #expect(places.map(\.role) == [.used, .repeats("height 1"), .repeats("height 1")])
    #expect(Set(places[0].components[0]).count > 3000)
  }

  @Test func ofALongAxisTheMiddleIsTaken() {
    var sample = AxisSample(axis: 0, of: [1000, 1], examples: 1, seed: 0)
    sample.add(Tensor(shape: [1000, 1], elements: (0..<1000).map(Float.init)), example: 0)
    let places = sample.sequence("time").places
    #expect(places.count == 512 && places[0].name == "time 245" && places[0].components == [[244]])
    #expect(places[0].role == .constant, "one value is no variation")
  }
}
