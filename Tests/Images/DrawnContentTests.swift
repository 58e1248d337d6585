import ConvKitCore
import ConvKitDrawing
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitImages

/// A plain picture with a box of another colour at (row, column).
private func drawing(
  height: Int = 40, width: Int = 60, on paper: SIMD4<UInt8> = .white, row: Int = 10,
  column: Int = 25, boxHeight: Int = 12, boxWidth: Int = 7, with ink: SIMD4<UInt8> = .black
) -> Picture {
  var picture = Picture(width: width, height: height, filledWith: paper)
  picture.fill(row: row, column: column, height: boxHeight, width: boxWidth, with: ink)
  return picture
}

private func frontEnd(
  _ height: Int, _ width: Int, colour: ImageFrontEnd.Colour = .grey,
  aspect: ImageFrontEnd.Aspect = .kept, surround: ImageFrontEnd.Surround = .background,
  crop: ImageFrontEnd.Crop = .none, polarity: ImageFrontEnd.Polarity = .kept,
  levels: ImageFrontEnd.Levels = .kept
) throws -> ImageFrontEnd {
  try ImageFrontEnd(
    height: height, width: width, colour: colour, aspect: aspect, surround: surround, crop: crop,
    polarity: polarity, levels: levels)
}

@Suite struct DrawnContentTests {
  private func content(
    _ picture: Picture, colour: ImageFrontEnd.Colour = .grey
  ) throws -> DrawnContent {
    try frontEnd(8, 8, colour: colour).content(of: picture)
  }

  @Test func theBoxHoldsAllThatDiffersByMoreThanAQuarter() throws {
    var picture = drawing()
    let sharp = try content(picture)
    #expect(sharp.rows == 10..<22 && sharp.columns == 25..<32)
    #expect(sharp.background == SIMD3(repeating: 255) && sharp.contrast == 255)
    #expect(!sharp.isLighter && !sharp.isBlank)
    picture[5, 50] = .grey(255 - 63)  // A quarter of 255 is 63.75.
    #expect(try content(picture) == sharp)
    picture[5, 50] = .grey(255 - 64)
    let wider = try content(picture)
    #expect(wider.rows == 5..<22 && wider.columns == 25..<51)
    let light = try content(drawing(on: .grey(30), with: .grey(130)))
    #expect(light.rows == 10..<22 && light.contrast == 100 && light.isLighter)
    // A drawing over part of the border does not change the background.
    let touching = try content(drawing(row: 0, column: 0, boxHeight: 40, boxWidth: 9))
    #expect(touching.background.x == 255 && touching.columns == 0..<9)
  }

  @Test func coloursOfOneBrightnessDifferInColourOnly() throws {
    let picture = drawing(on: .rgb(200, 0, 0), with: .rgb(0, 102, 0))
    #expect(try content(picture).isBlank)
    let seen = try content(picture, colour: .rgb)
    #expect(seen.rows == 10..<22 && seen.contrast == 200)
  }

  @Test func aBlankPictureHasNoContent() throws {
    var stream = RandomStream(seed: 12, purpose: .tests)
    for level in [0, 100, 239] as [UInt8] {
      let pixels = (0..<600).map { _ in
        SIMD4<UInt8>.grey(level + UInt8.random(in: 0...8, using: &stream))
      }
      let blank = try content(Picture(width: 30, height: 20, pixels: pixels))
      #expect(blank.isBlank && blank.rows == 0..<20 && blank.columns == 0..<30)
    }
    for (width, height) in [(1, 1), (1, 5), (5, 1), (2, 2)] {
      let plain = try content(Picture(width: width, height: height, filledWith: .grey(9)))
      #expect(plain.isBlank && plain.background.x == 9)
    }
  }

  @Test func transparentPixelsAreBackground() throws {
    let picture = drawing(on: SIMD4(0, 0, 0, 0), with: .black)
    #expect(try content(picture).background.x == 255)
    #expect(try content(picture).rows == 10..<22)
  }
}

@Suite struct NormalisingTests {
  /// The box of 12×7 has a margin of a tenth of 12 on every side: what is seen has 14×9 pixels.
  @Test func whereADrawingStandsDoesNotMatter() throws {
    let cropped = try frontEnd(14, 9, crop: .drawn)
    var expected = [Double](repeating: 255, count: 14 * 9)
    for row in 1..<13 { for column in 1..<8 { expected[row * 9 + column] = 0 } }
    // In the middle, in a corner (where the margin reaches beyond the picture), filling the picture.
    for (row, column) in [(10, 25), (0, 0), (28, 53)] {
      #expect(cropped.levelsSeen(of: drawing(row: row, column: column)) == expected)
    }
    let grey = drawing(on: .grey(90), row: 28, column: 53)
    #expect(cropped.levelsSeen(of: grey) == expected.map { $0 == 255 ? 90 : 0 })
    let blank = Picture(width: 9, height: 14, filledWith: .grey(77))
    #expect(cropped.levelsSeen(of: blank) == [Double](repeating: 77, count: 14 * 9))
  }

  /// A tenth of its length above and below would make a line of a million pixels 240,000 million.
  @Test func theMarginOfALineIsNoHigherThanThePicture() throws {
    for (length, seen) in [(1000, 1200), (20, 24), (5, 7)] {
      for isUpright in [false, true] {
        var line = Picture(
          width: isUpright ? 1 : length, height: isUpright ? length : 1, filledWith: .white)
        line.pixels[0] = .black
        line.pixels[length - 1] = .black
        let size = try frontEnd(8, 8, crop: .drawn).sizeSeen(of: line)
        #expect(size == (isUpright ? (seen, 3) : (3, seen)))
      }
    }
    // The line in the middle of three rows, its margin white.
    var line = Picture(width: 5, height: 1, filledWith: .white)
    line.pixels[0] = .black
    line.pixels[4] = .black
    var expected = [Double](repeating: 255, count: 21)
    (expected[8], expected[12]) = (0, 0)
    #expect(try frontEnd(3, 7, crop: .drawn).levelsSeen(of: line) == expected)
  }

  @Test func lightOnDarkBecomesDarkOnLight() throws {
    let normalized = try frontEnd(40, 60, polarity: .normalized)
    let dark = drawing(on: .grey(200), with: .grey(40))
    let light = drawing(on: .grey(55), with: .grey(215))
    #expect(normalized.levelsSeen(of: dark) == normalized.levelsSeen(of: light))
    #expect(normalized.levelsSeen(of: dark) == (try frontEnd(40, 60)).levelsSeen(of: dark))
    let colour = try frontEnd(40, 60, colour: .rgb, polarity: .normalized)
    let red = colour.levelsSeen(of: drawing(on: .black, with: .rgb(255, 10, 20)))
    #expect(Array(red.prefix(3)) == [255, 255, 255])
    let place = (10 * 60 + 25) * 3
    #expect(Array(red[place..<place + 3]) == [0, 245, 235])
    let blank = Picture(width: 60, height: 40, filledWith: .grey(3))
    #expect(normalized.levelsSeen(of: blank).allSatisfy { $0 == 3 })
  }

  @Test func stretchedLevelsReachFromBlackToWhite() throws {
    for polarity in ImageFrontEnd.Polarity.allCases {
      let stretched = try frontEnd(40, 60, polarity: polarity, levels: .stretched)
      let dark = stretched.levelsSeen(of: drawing(on: .grey(180), with: .grey(120)))
      #expect(dark == (try frontEnd(40, 60)).levelsSeen(of: drawing()))
      let light = stretched.levelsSeen(of: drawing(on: .grey(120), with: .grey(180)))
      let inverted = drawing(on: .black, with: .white)
      #expect(
        light
          == (polarity == .normalized ? dark : try frontEnd(40, 60).levelsSeen(of: inverted)))
    }
    // Two dark specks of 84 drawn pixels are fewer than 5 %: they are cut off at black.
    var specks = drawing(on: .grey(180), with: .grey(80))
    specks[12, 26] = .grey(20)
    specks[13, 28] = .grey(0)
    let levels = try frontEnd(40, 60, levels: .stretched).levelsSeen(of: specks)
    #expect(levels[12 * 60 + 26] == 0 && levels[12 * 60 + 27] == 0 && levels[0] == 255)
    // Every channel's background becomes white.
    let tinted = try frontEnd(40, 60, colour: .rgb, levels: .stretched).levelsSeen(
      of: drawing(on: .rgb(220, 210, 170), with: .rgb(20, 10, 70)))
    #expect(Array(tinted.prefix(3)) == [255, 255, 255])
    let place = (10 * 60 + 25) * 3
    #expect(Array(tinted[place..<place + 3]) == [0, 0, 127.5])
  }

  @Test func aSurroundOfItsOwnGivesNoFrame() throws {
    let photograph = drawing(height: 20, width: 60, on: .grey(150), row: 5, boxHeight: 8)
    let own = try frontEnd(60, 60, surround: .own).levelsSeen(of: photograph)
    #expect(own[0] == 150 && own[59 * 60 + 59] == 150)
    let framed = try frontEnd(60, 60).levelsSeen(of: photograph)
    #expect(framed[0] == 255 && framed[20 * 60] == 150)
    // It goes the same way as the picture's levels.
    let light = drawing(height: 20, width: 60, on: .grey(50), row: 5, boxHeight: 8, with: .white)
    let inverted = try frontEnd(60, 60, surround: .own, polarity: .normalized)
    #expect(inverted.levelsSeen(of: light)[0] == 205)
    let stretched = try frontEnd(60, 60, surround: .own, levels: .stretched)
    #expect(stretched.levelsSeen(of: light)[0] == 0)
  }

  @Test func theFittedSizeIsThatOfWhatIsSeen() throws {
    let items = [0, 10, 20].map { row in
      let picture = drawing(row: row, column: 2 * row)
      return Item.array(
        NumberArray(shape: [40, 60], bytes: picture.pixels.map(\.x)[...]))
    }
    var choices = ImageFrontEnd.Choices()
    #expect(try ImageFrontEnd.fitted(to: items).inputShape.extent == [40, 60])
    choices.crop = .drawn
    choices.polarity = .normalized
    choices.levels = .stretched
    choices.surround = .own
    let fitted = try ImageFrontEnd.fitted(to: items, choices: choices)
    #expect(fitted.inputShape.extent == [14, 9])
    #expect(fitted.crop == .drawn && fitted.polarity == .normalized)
    #expect(fitted.levels == .stretched && fitted.surround == .own)
    // All three look alike: 84 of 126 pixels are black.
    #expect(abs(fitted.mean[0] - 42.0 / 126) < 1e-6)
    let inputs = try items.map { try fitted.inputs(of: $0) }
    #expect(inputs[0] == inputs[1] && inputs[1] == inputs[2])
  }

  private func item(_ picture: Picture) -> Item {
    .array(
      NumberArray(
        shape: [picture.height, picture.width], bytes: picture.pixels.map(\.x)[...]))
  }

  /// Drawings are seen dark on light, whichever way they are drawn; other pictures stay as they are.
  @Test func polarityIsFittedToDrawings() throws {
    let dark = [0, 5, 10, 15].map { drawing(row: $0, column: 2 * $0) }
    let light = dark.map { picture in
      Picture(
        width: picture.width, height: picture.height,
        pixels: picture.pixels.map { .grey(255 - $0.x) })
    }
    let fitted = try ImageFrontEnd.fitted(to: dark.map(item))
    #expect(fitted.polarity == .normalized && fitted.surround == .own)
    for (one, other) in zip(dark, light) {
      #expect(try fitted.inputs(of: item(one)) == fitted.inputs(of: item(other)))
    }
    #expect(try ImageFrontEnd.fitted(to: light.map(item)).polarity == .normalized)

    // Stripes to the edge are no drawing; one such picture among ten is still passed over.
    let stripes = Picture(
      width: 60, height: 40, pixels: (0..<2400).map { .grey($0 % 60 / 10 % 2 == 0 ? 20 : 230) })
    #expect(
      try ImageFrontEnd.fitted(to: Array(repeating: item(stripes), count: 4)).polarity == .kept)
    #expect(
      try ImageFrontEnd.fitted(to: Array(repeating: item(stripes), count: 4)).surround
        == .background)
    let most = Array(repeating: item(dark[1]), count: 9) + [item(stripes)]
    #expect(try ImageFrontEnd.fitted(to: most).polarity == .normalized)
    #expect(try ImageFrontEnd.fitted(to: most + [item(stripes)]).polarity == .kept)
    var choices = ImageFrontEnd.Choices()
    choices.polarity = .kept
    #expect(try ImageFrontEnd.fitted(to: most, choices: choices).polarity == .kept)
  }

  @Test func arraysArePictures() throws {
    let grey = try frontEnd(2, 3)
    let array = Item.array(NumberArray(shape: [2, 3], bytes: [0, 51, 102, 153, 204, 255]))
    let picture = Picture(width: 3, height: 2, pixels: (0..<6).map { .grey(UInt8($0 * 51)) })
    #expect(try grey.inputs(of: array) == [PlacedInput(.values(grey.input(of: picture)))])
    let colour = try frontEnd(1, 2, colour: .rgb)
    // The bytes are a slice of a file's.
    let file: [UInt8] = [9, 9, 1, 2, 3, 4, 5, 6, 9]
    let coloured = Item.array(NumberArray(shape: [1, 2, 3], bytes: file[2..<8]))
    let two = Picture(width: 2, height: 1, pixels: [.rgb(1, 2, 3), .rgb(4, 5, 6)])
    #expect(try colour.inputs(of: coloured) == [PlacedInput(.values(colour.input(of: two)))])
    for shape in [[6], [2, 3, 1], [1, 2, 3, 1], [0, 3], [3, 0], [0, 0, 3]] {
      let other = NumberArray(
        shape: shape, bytes: [UInt8](repeating: 0, count: shape.reduce(1, *))[...])
      #expect(throws: ImageFrontEndError.notAPicture(shape: shape, type: .uint8)) {
        try grey.inputs(of: .array(other))
      }
      #expect(throws: ImageFrontEndError.self) { try ImageFrontEnd.fitted(to: [.array(other)]) }
    }
  }

  @Test func settingsOfLaterVersionsAreRefusedAndMissingOnesAreTheFirst() throws {
    let whole = try ImageFrontEnd(
      height: 3, width: 4, surround: .own, crop: .drawn, polarity: .normalized,
      levels: .stretched)
    let json = String(decoding: try JSONEncoder().encode(whole), as: UTF8.self)
    #expect(try JSONDecoder().decode(ImageFrontEnd.self, from: Data(json.utf8)) == whole)
    var old = json
    for part in [
      "\"surround\":\"own\",", "\"crop\":\"drawn\",", "\"polarity\":\"normalized\",",
      "\"levels\":\"stretched\",",
    ] {
      // The order of the keys is not fixed: the comma may stand before.
      let bare = String(part.dropLast())
      let shorter = old.replacing(part, with: "").replacing("," + bare, with: "")
      #expect(shorter != old)
      old = shorter
      let strange = bare.replacing(":\"", with: ":\"un\u{1B}")
      let error = #expect(throws: ImageFrontEndError.self) {
        try JSONDecoder().decode(
          ImageFrontEnd.self,
          from: Data(json.replacing(bare, with: strange).replacing("\u{1B}", with: "\\u001b").utf8))
      }
      #expect(error?.description.contains("un\\u{1B}") == true)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(
          ImageFrontEnd.self,
          from: Data(json.replacing(bare, with: bare.prefix { $0 != ":" } + ":null").utf8))
      }
    }
    #expect(
      try JSONDecoder().decode(ImageFrontEnd.self, from: Data(old.utf8))
        == ImageFrontEnd(height: 3, width: 4))
  }
}

/// Handwriting as people have it: photographs of pen on grey paper, and drawings of 1200×900.
@Suite struct HandwritingTests {
  static let folder = "../shared/data/xo-handwritten"

  /// The files of both letters; none where the data are not there.
  static func files(_ prefix: String) -> [String] {
    let manager = FileManager.default
    return ["O", "X"].flatMap { label in
      ((try? manager.contentsOfDirectory(atPath: "\(folder)/\(label)")) ?? [])
        .filter { $0.hasPrefix(prefix) }.sorted().map { "\(folder)/\(label)/\($0)" }
    }
  }

  @Test func theBoxIsTheLetterAndThePaperBecomesWhite() throws {
    let files = Self.files("hw62_")
    guard !files.isEmpty else { return print("skipped: there is no \(Self.folder)") }
    let seen = try ImageFrontEnd(
      height: 28, width: 28, surround: .own, crop: .drawn, polarity: .normalized,
      levels: .stretched)
    var (small, corners, inked) = (0, 0, 0)
    for file in files {
      let picture = try PictureFile.read(path: file)
      let content = seen.content(of: picture)
      #expect(!content.isBlank && !content.isLighter, "\(file)")
      if content.rows.count < picture.height && content.columns.count < picture.width {
        small += 1
      }
      let levels = seen.levelsSeen(of: picture)
      if [0, 27, 28 * 27, 28 * 28 - 1].allSatisfy({ levels[$0] > 200 }) { corners += 1 }
      if levels.count(where: { $0 < 128 }) > 20 { inked += 1 }
    }
    // The paper is cut away, and white; the ink is dark, thin lines included.
    #expect(small > files.count * 9 / 10, "\(small) of \(files.count)")
    #expect(corners > files.count * 9 / 10, "\(corners) of \(files.count)")
    #expect(inked > files.count * 9 / 10, "\(inked) of \(files.count)")
  }
}
