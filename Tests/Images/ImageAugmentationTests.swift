import ConvKitCore
import ConvKitDrawing
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitImages

/// Values between black and white of the front end, drawn from a stream.
private func drawnInput(_ frontEnd: ImageFrontEnd, item: Int = 0) -> Tensor<Float> {
  var stream = RandomStream(seed: 11, purpose: .tests, item: item)
  let pixels = (0..<frontEnd.height * frontEnd.width).map { _ in
    SIMD4<UInt8>.random(in: 0...255, using: &stream)
  }
  return frontEnd.input(
    of: Picture(width: frontEnd.width, height: frontEnd.height, pixels: pixels))
}

private func drawnStream(_ item: Int) -> RandomStream {
  RandomStream(seed: 5, purpose: .augmentation, epoch: 3, item: item)
}

private let frontEnds = [
  try? ImageFrontEnd(height: 7, width: 10, mean: [0.7], deviation: [0.3]),
  try? ImageFrontEnd(
    height: 9, width: 9, colour: .rgb, mean: [0.2, 0.5, 0.9], deviation: [0.1, 0.3, 1]),
  try? ImageFrontEnd(height: 1, width: 6), try? ImageFrontEnd(height: 1, width: 1),
].compactMap { $0 }

@Suite struct ImageAugmentationTests {
  @Test(arguments: [
    ("none", "none"), (" none ", "none"), ("shift", "shift=0.1"),
    ("flip,turn=15, shift", "shift=0.1,turn=15.0,flip=0.5"), ("invert = 1", "invert=1.0"),
    (
      "noise,brightness,contrast,invert,thickness,flip,shear,turn,scale,shift",
      "shift=0.1,scale=1.15,turn=10.0,shear=0.1,flip=0.5,thickness=0.5,invert=0.5,contrast=0.2,"
        + "brightness=0.2,noise=0.03"
    ),
  ])
  func aListIsReadAndWritten(list: String, canonical: String) throws {
    let augmentation = try ImageAugmentation(list)
    #expect(augmentation.description == canonical)
    #expect(try ImageAugmentation(canonical) == augmentation)
    let json = try JSONEncoder().encode(["a": augmentation])
    #expect(String(decoding: json, as: UTF8.self) == "{\"a\":\"\(canonical)\"}")
    #expect(
      try JSONDecoder().decode([String: ImageAugmentation].self, from: json)["a"] == augmentation)
    #expect(augmentation.isNone == (canonical == "none"))
  }

  @Test(arguments: [
    (1, "shift=0.1,scale=1.15,turn=10.0"), (999, "shift=0.1,scale=1.15,turn=10.0"),
    (1000, "shift=0.05,scale=1.05,turn=5.0"), (29_999, "shift=0.05,scale=1.05,turn=5.0"),
    (30_000, "none"),
  ])
  func theStandardListGoesByTheNumberOfPictures(examples: Int, list: String) {
    #expect(ImageAugmentation.standard(examples: examples).description == list)
  }

  @Test(arguments: [
    "", "shft", "shift,", "shift,none", "shift,shift=0.2", "shift=", "shift=a", "shift=0",
    "shift=-0.1", "shift=1.01", "scale=1", "scale=0.9", "scale=4.1", "turn=181", "turn=nan",
    "turn=inf", "contrast=1", "flip=1.5", "shift=0.1=2",
  ])
  func aListOfSomethingElseIsRefused(list: String) {
    #expect(throws: AugmentationError<ImageAugmentationKind>.self) { try ImageAugmentation(list) }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ImageAugmentation].self, from: Data("[\"\(list)\"]".utf8))
    }
  }

  @Test func refusalsSayWhatThereIs() {
    let unknown = AugmentationError<ImageAugmentationKind>.unknown(name: "shft\u{1B}").description
    for kind in ImageAugmentationKind.allCases { #expect(unknown.contains(kind.rawValue)) }
    #expect(unknown.contains("\\u{1B}"))
    #expect(
      AugmentationError<ImageAugmentationKind>.strength(.turn, found: "500").description
        == "the augmentation turn=500 cannot be: it takes degrees, above 0 and at most 180 "
        + "(10 without one)")
    #expect(
      AugmentationError<ImageAugmentationKind>.twice(.flip).description.contains(
        "“flip” is named twice"))
    #expect(AugmentationError<ImageAugmentationKind>.twice(.flip).category == .wrongCall)
  }

  @Test func theStreamAloneDecides() throws {
    let all = try ImageAugmentation(
      ImageAugmentationKind.allCases.map(\.rawValue).joined(separator: ","))
    for frontEnd in frontEnds {
      let input = Input.values(drawnInput(frontEnd))
      let versions = (0..<20).map { all.varied(input, by: frontEnd, random: drawnStream($0)) }
      #expect(versions == (0..<20).map { all.varied(input, by: frontEnd, random: drawnStream($0)) })
      for (place, version) in versions.enumerated() {
        #expect(!versions[..<place].contains(version))
      }
      #expect(
        ImageAugmentation.none.varied(input, by: frontEnd, random: drawnStream(0)) == input)
    }
  }

  /// One kind more, and the others draw what they drew.
  @Test func kindsDoNotChangeEachOther() throws {
    let all = try ImageAugmentation(
      ImageAugmentationKind.allCases.map { "\($0.rawValue)" }.joined(separator: ","))
    func variation(_ augmentation: ImageAugmentation, _ item: Int) -> ImageVariation {
      ImageVariation(drawnFor: augmentation, height: 20, width: 30, from: drawnStream(item))
    }
    for item in 0..<50 {
      let whole = variation(all, item)
      var joined = ImageVariation()
      joined.noiseSeed = whole.noiseSeed
      for kind in ImageAugmentationKind.allCases {
        let one = variation(try ImageAugmentation(kind.rawValue), item)
        switch kind {
        case .shift: (joined.rows, joined.columns) = (one.rows, one.columns)
        case .scale: joined.factor = one.factor
        case .turn: joined.angle = one.angle
        case .shear: joined.shear = one.shear
        case .flip: joined.isFlipped = one.isFlipped
        case .thickness: joined.thickness = one.thickness
        case .invert: joined.isInverted = one.isInverted
        case .contrast: joined.contrast = one.contrast
        case .brightness: joined.brightness = one.brightness
        case .noise: joined.noise = one.noise
        }
      }
      #expect(joined == whole)
    }
  }

  /// Over many draws each number stays within its bounds and comes near to them on both sides.
  @Test func strengthsAreTheBounds() throws {
    let all = try ImageAugmentation(
      "shift=0.2,scale=2,turn=90,shear=0.3,flip=0.25,thickness=0.4,invert=0.75,contrast=0.5,"
        + "brightness=0.1")
    let drawn = (0..<2000).map {
      ImageVariation(drawnFor: all, height: 20, width: 50, from: drawnStream($0))
    }
    func check(_ values: [Double], within bounds: ClosedRange<Double>, _ name: String) {
      let margin = (bounds.upperBound - bounds.lowerBound) / 100
      let (low, high) = (values.min() ?? .nan, values.max() ?? .nan)
      #expect(low >= bounds.lowerBound && low < bounds.lowerBound + margin, "\(name)")
      #expect(high <= bounds.upperBound && high > bounds.upperBound - margin, "\(name)")
    }
    check(drawn.map(\.rows), within: -4...4, "rows")
    check(drawn.map(\.columns), within: -10...10, "columns")
    check(drawn.map(\.factor), within: 0.5...2, "factor")
    check(drawn.map(\.angle), within: -Double.pi / 2...Double.pi / 2, "angle")
    check(drawn.map(\.shear), within: -0.3...0.3, "shear")
    check(drawn.map { Double($0.thickness) }, within: -0.4000001...0.4000001, "thickness")
    check(drawn.map { Double($0.contrast) }, within: 0.5...1.5, "contrast")
    check(drawn.map { Double($0.brightness) }, within: -0.1000001...0.1000001, "brightness")
    // Chances of 2000 draws, within five standard deviations.
    #expect(abs(drawn.count { $0.isFlipped } - 500) < 97)
    #expect(abs(drawn.count { $0.isInverted } - 1500) < 97)
    #expect(abs(drawn.count { $0.factor > 1 } - 1000) < 112)
  }
}

@Suite struct ImageVariationTests {
  @Test func nothingChangedKeepsEveryBit() {
    for frontEnd in frontEnds {
      let input = drawnInput(frontEnd)
      #expect(ImageVariation().applied(to: input, of: frontEnd) == input)
      // A whole turn goes through the warp, and comes back to every pixel exactly.
      let turned = ImageVariation(angle: 2 * Double.pi)
      #expect(turned.applied(to: input, of: frontEnd) == input)
    }
  }

  @Test func aWholeShiftMovesThePixelsAndContinuesTheEdge() {
    for frontEnd in frontEnds {
      let (height, width) = (frontEnd.height, frontEnd.width)
      let channels = frontEnd.colour.channels
      let input = drawnInput(frontEnd)
      for (rows, columns) in [(0, 1), (2, -3), (-1, 0), (-4, 5), (100, -100)] {
        let moved = ImageVariation(rows: Double(rows), columns: Double(columns))
          .applied(to: input, of: frontEnd)
        let expected = (0..<height * width * channels).map { place in
          let (position, channel) = place.quotientAndRemainder(dividingBy: channels)
          let row = min(max(position / width - rows, 0), height - 1)
          let column = min(max(position % width - columns, 0), width - 1)
          return input.elements[(row * width + column) * channels + channel]
        }
        #expect(moved.elements == expected, "\(rows) down, \(columns) to the right")
      }
    }
  }

  @Test func quarterTurnsAndFlipsAreExact() throws {
    let frontEnd = try ImageFrontEnd(height: 3, width: 3)
    let input = Tensor<Float>(shape: [3, 3, 1], elements: [1, 2, 3, 4, 5, 6, 7, 8, 9])
    func version(_ variation: ImageVariation) -> [Float] {
      variation.applied(to: input, of: frontEnd).elements
    }
    // Counter-clockwise: the right column becomes the top row.
    #expect(version(ImageVariation(angle: .pi / 2)) == [3, 6, 9, 2, 5, 8, 1, 4, 7])
    #expect(version(ImageVariation(angle: -.pi / 2)) == [7, 4, 1, 8, 5, 2, 9, 6, 3])
    #expect(version(ImageVariation(angle: .pi)) == [9, 8, 7, 6, 5, 4, 3, 2, 1])
    #expect(version(ImageVariation(isFlipped: true)) == [3, 2, 1, 6, 5, 4, 9, 8, 7])
    // One column to the right for each row below the middle.
    #expect(version(ImageVariation(shear: 1)) == [2, 3, 3, 4, 5, 6, 7, 7, 8])
    #expect(version(ImageVariation(factor: 2)) == [3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7])
    // Flipped first, then slanted and turned.
    #expect(
      version(ImageVariation(angle: .pi / 2, isFlipped: true)) == [1, 4, 7, 2, 5, 8, 3, 6, 9])
  }

  @Test func flippedTwiceIsTheSame() {
    for frontEnd in frontEnds {
      let input = drawnInput(frontEnd)
      let flip = ImageVariation(isFlipped: true)
      #expect(flip.applied(to: flip.applied(to: input, of: frontEnd), of: frontEnd) == input)
    }
  }

  /// A plane stays a plane under every warp: its value at each pixel says where the pixel came from.
  @Test func aWarpTakesEveryPixelFromWhereTheFormulaSays() throws {
    let frontEnd = try ImageFrontEnd(height: 21, width: 31, colour: .rgb)
    let elements: [Float] = (0..<21 * 31).flatMap { place -> [Float] in
      [Float(place / 31), Float(place % 31), 7]
    }
    let input = Tensor<Float>(shape: [21, 31, 3], elements: elements)
    let variation = ImageVariation(
      rows: 1.3, columns: -2.6, factor: 1.2, angle: 0.3, shear: 0.2, isFlipped: true)
    let version = variation.applied(to: input, of: frontEnd).elements
    let (cosine, sine) = (Foundation.cos(0.3), Foundation.sin(0.3))
    var compared = 0
    for row in 0..<21 {
      for column in 0..<31 {
        let start: Int = (row * 31 + column) * 3
        let found: [Double] = version[start..<start + 3].map { Double($0) }
        #expect(found[2] == 7)
        guard 0.01...19.99 ~= found[0], 0.01...29.99 ~= found[1] else { continue }
        // Forward: flip, shear, scale, turn counter-clockwise, move.
        let y: Double = found[0] - 10
        let x: Double = 15 - found[1]
        let grownY: Double = 1.2 * y
        let grownX: Double = 1.2 * (x + 0.2 * y)
        let newRow: Double = 11.3 + grownY * cosine - grownX * sine
        let newColumn: Double = 12.4 + grownY * sine + grownX * cosine
        #expect(abs(newRow - Double(row)) < 1e-4)
        #expect(abs(newColumn - Double(column)) < 1e-4)
        compared += 1
      }
    }
    #expect(compared > 300)
  }

  @Test func thicknessGoesToTheExtremesOfTheNeighbourhood() {
    for frontEnd in frontEnds {
      let (height, width) = (frontEnd.height, frontEnd.width)
      let channels = frontEnd.colour.channels
      let input = drawnInput(frontEnd)
      for (thickness, extreme) in [(1, max), (-1, min), (0.25, max), (-0.25, min)]
        as [(Float, (Float, Float) -> Float)]
      {
        let version = ImageVariation(thickness: thickness).applied(to: input, of: frontEnd)
        for place in input.elements.indices {
          let (position, channel) = place.quotientAndRemainder(dividingBy: channels)
          var found = input.elements[place]
          for row in max(0, position / width - 1)...min(height - 1, position / width + 1) {
            for column in max(0, position % width - 1)...min(width - 1, position % width + 1) {
              found = extreme(found, input.elements[(row * width + column) * channels + channel])
            }
          }
          let value = input.elements[place]
          let expected: Float = value + abs(thickness) * (found - value)
          #expect(version.elements[place] == expected)
        }
      }
    }
  }

  @Test func levelsChangeAsTheirFormulasSay() {
    for frontEnd in frontEnds {
      let channels = frontEnd.colour.channels
      let input = drawnInput(frontEnd)
      func level(_ value: Float, _ place: Int) -> Float {
        value * frontEnd.deviation[place % channels] + frontEnd.mean[place % channels]
      }
      let variation = ImageVariation(isInverted: true, contrast: 1.4, brightness: -0.1)
      let version = variation.applied(to: input, of: frontEnd)
      for place in input.elements.indices {
        let inverted: Float = 1 - level(input.elements[place], place)
        let expected: Float = min(max(0.5 + 1.4 * (inverted - 0.5) - 0.1, 0), 1)
        let found: Float = level(version.elements[place], place)
        #expect(abs(found - expected) < 1e-5)
      }
    }
  }

  @Test func invertedWhiteIsBlackToTheBit() throws {
    let frontEnd = try ImageFrontEnd(height: 1, width: 2)
    let picture = Picture(width: 2, height: 1, pixels: [.black, .white])
    let input = frontEnd.input(of: picture)
    let inverted = ImageVariation(isInverted: true).applied(to: input, of: frontEnd)
    #expect(inverted.elements == [1, -1])
    let bright = ImageVariation(brightness: 1).applied(to: input, of: frontEnd)
    #expect(bright.elements == [1, 1])
  }

  @Test func noiseHasItsMeanAndDeviation() throws {
    let frontEnd = try ImageFrontEnd(
      height: 101, width: 99, colour: .rgb, mean: [0.5, 0.5, 0.5], deviation: [0.1, 0.5, 1])
    let grey = Tensor<Float>(repeating: 0, shape: [101, 99, 3])
    let version = ImageVariation(noise: 0.05, noiseSeed: 9).applied(to: grey, of: frontEnd)
    for channel in 0..<3 {
      let places = stride(from: channel, to: version.elements.count, by: 3)
      let levels = places.map { Double(version.elements[$0] * frontEnd.deviation[channel]) }
      let mean = levels.reduce(0, +) / 9999
      let squares = levels.map { ($0 - mean) * ($0 - mean) }
      let variance = squares.reduce(0, +) / 9999
      // Standard errors of 9999 values: 0.0005 of the mean, 0.00035 of the deviation.
      #expect(abs(mean) < 0.002)
      #expect(abs(variance.squareRoot() - 0.05) < 0.0015)
      // 68.3 % of normal values lie within one deviation, 95.4 % within two.
      let one = Double(levels.count { abs($0) < 0.05 }) / 9999
      let two = Double(levels.count { abs($0) < 0.1 }) / 9999
      #expect(abs(one - 0.683) < 0.025)
      #expect(abs(two - 0.954) < 0.015)
    }
    // Neighbouring values, which share a random number, do not follow each other.
    // Products of two independent values of deviation 0.1 each, 4999 of them.
    let even = try ImageFrontEnd(height: 101, width: 99, mean: [0.5], deviation: [0.5])
    let values = ImageVariation(noise: 0.05, noiseSeed: 10)
      .applied(to: Tensor(repeating: 0, shape: [101, 99, 1]), of: even).elements
    let pairs = stride(from: 0, to: 9998, by: 2).map { values[$0] * values[$0 + 1] }
    let mean: Float = pairs.reduce(0, +) / 4999
    #expect(abs(mean) < 5 * 0.01 / 70)
  }
}
