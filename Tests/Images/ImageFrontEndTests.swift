import ConvKitCore
import ConvKitDrawing
import ConvKitFiles
import Testing

@testable import ConvKitImages

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder that is gone after the test.
func withFolder(_ body: (String) throws -> Void) throws {
  let manager = FileManager.default
  let path = manager.temporaryDirectory.appending(path: "ConvKit-\(UUID().uuidString)").path()
  try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? manager.removeItem(atPath: path) }
  try body(path)
}

private func write(_ pictures: [Picture], to folder: String) throws -> [Item] {
  try pictures.enumerated().map { place, picture in
    let path = "\(folder)/\(place).png"
    try Data(picture.png()).write(to: URL(filePath: path))
    return .file(path)
  }
}

@Suite struct ImageFrontEndTests {
  @Test func valuesAreScaledByChannel() throws {
    let frontEnd = try ImageFrontEnd(
      height: 1, width: 2, colour: .rgb, mean: [0, 0.5, 1], deviation: [1, 0.5, 0.25])
    #expect(frontEnd.inputShape == InputShape(extent: [1, 2], content: .values(channels: 3)))
    let picture = Picture(width: 2, height: 1, pixels: [.rgb(255, 255, 255), .rgb(0, 51, 255)])
    let input = frontEnd.input(of: picture)
    #expect(input.shape == [1, 2, 3])
    #expect(input.elements == [1, 1, 0, 0, (51 / 255 as Float - 0.5) / 0.5, 0])
    #expect(frontEnd.picture(of: input) == picture)
  }

  @Test func whatTheNetworkSeesCanBeShown() throws {
    let frontEnd = try ImageFrontEnd(height: 4, width: 64, mean: [0.3], deviation: [0.21])
    let picture = Picture(width: 64, height: 4, pixels: (0..<256).map { .grey(UInt8($0)) })
    #expect(frontEnd.picture(of: frontEnd.input(of: picture)) == picture)
  }

  @Test func transparentPixelsLieOnTheBackground() throws {
    let picture = Picture(
      width: 3, height: 1, pixels: [SIMD4(0, 0, 0, 0), SIMD4(0, 0, 0, 255), SIMD4(255, 0, 0, 51)])
    let white = try ImageFrontEnd(height: 1, width: 3, colour: .rgb)
    #expect(white.levelsSeen(of: picture) == [255, 255, 255, 0, 0, 0, 255, 204, 204])
    let red = try ImageFrontEnd(height: 1, width: 3, colour: .rgb, background: SIMD3(200, 0, 0))
    #expect(red.levelsSeen(of: picture) == [200, 0, 0, 0, 0, 0, 211, 0, 0])
    let grey = try ImageFrontEnd(height: 1, width: 3, background: SIMD3(repeating: 100))
    #expect(Array(grey.levelsSeen(of: picture).prefix(2)) == [100, 0])
  }

  @Test func greyKeepsEveryLevelExactly() throws {
    let frontEnd = try ImageFrontEnd(height: 1, width: 256)
    let picture = Picture(width: 256, height: 1, pixels: (0..<256).map { .grey(UInt8($0)) })
    #expect(frontEnd.levelsSeen(of: picture) == (0..<256).map(Double.init))
  }

  @Test func theRatioIsKeptOrNot() throws {
    let black = Picture(width: 4, height: 2, filledWith: .black)
    let kept = try ImageFrontEnd(height: 8, width: 8, background: SIMD3(repeating: 9))
    for row in 0..<8 {
      let level = 2..<6 ~= row ? 0.0 : 9
      #expect(
        kept.levelsSeen(of: black)[row * 8..<row * 8 + 8].allSatisfy { $0 == level }, "row \(row)")
    }
    let stretched = try ImageFrontEnd(height: 8, width: 8, aspect: .stretched)
    #expect(stretched.levelsSeen(of: black).allSatisfy { $0 == 0 })
    let tall = try ImageFrontEnd(height: 3, width: 5)
    let levels = tall.levelsSeen(of: Picture(width: 1, height: 1000, filledWith: .black))
    #expect(levels.enumerated().allSatisfy { ($1 == 0) == ($0 % 5 == 2) })
  }

  @Test func anyShapeOfPictureFits() throws {
    for (width, height) in [(1, 1), (1, 70_000), (70_000, 1), (3, 2), (129, 257)] {
      for aspect in ImageFrontEnd.Aspect.allCases {
        for resampling in Resampling.allCases {
          let frontEnd = try ImageFrontEnd(
            height: 7, width: 12, resampling: resampling, aspect: aspect,
            background: SIMD3(repeating: 40))
          let picture = Picture(width: width, height: height, filledWith: .grey(40))
          #expect(
            frontEnd.levelsSeen(of: picture) == [Double](repeating: 40, count: 84),
            "\(width)×\(height), \(aspect), \(resampling)")
        }
      }
    }
  }

  @Test func aTextIsNoPicture() throws {
    let frontEnd = try ImageFrontEnd(height: 2, width: 2)
    #expect(throws: ImageFrontEndError.notAFile) { try frontEnd.inputs(of: .text("X")) }
  }

  @Test func settingsComeBackFromJSON() throws {
    let frontEnd = try ImageFrontEnd(
      height: 3, width: 4, colour: .rgb, resampling: .bilinear, aspect: .stretched,
      background: SIMD3(1, 2, 3), mean: [0.1, 0.2, 0.3], deviation: [0.4, 0.5, 0.6], pixelLimit: 99)
    let json = try JSONEncoder().encode(frontEnd)
    #expect(try JSONDecoder().decode(ImageFrontEnd.self, from: json) == frontEnd)
  }

  @Test(arguments: [
    ("\"height\":3", "\"height\":0"), ("\"height\":3", "\"height\":-3"),
    ("\"height\":3", "\"height\":65537"), ("\"width\":4", "\"width\":9223372036854775807"),
    ("\"mean\":[0.5]", "\"mean\":[]"), ("\"mean\":[0.5]", "\"mean\":[0.5,0.5]"),
    ("\"deviation\":[0.5]", "\"deviation\":[0]"), ("\"deviation\":[0.5]", "\"deviation\":[-1]"),
    ("\"deviation\":[0.5]", "\"deviation\":[1e99]"), ("\"colour\":\"grey\"", "\"colour\":\"rgb\""),
    ("\"colour\":\"grey\"", "\"colour\":\"red\""), ("\"pixelLimit\":100", "\"pixelLimit\":0"),
    ("[255,255,255]", "[255,255]"), ("[255,255,255]", "[255,255,256]"),
  ])
  func impossibleSettingsAreRefused(from: String, to: String) throws {
    let json = """
      {"height":3,"width":4,"colour":"grey","resampling":"area","aspect":"kept",\
      "background":[255,255,255],"mean":[0.5],"deviation":[0.5],"pixelLimit":100}
      """
    #expect(throws: Never.self) {
      try JSONDecoder().decode(ImageFrontEnd.self, from: Data(json.utf8))
    }
    let changed = json.replacing(from, with: to)
    #expect(changed != json)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(ImageFrontEnd.self, from: Data(changed.utf8))
    }
  }
}

@Suite struct FittingTests {
  @Test func picturesThatAreAlikeGiveTheirSizeMeanAndDeviation() throws {
    try withFolder { folder in
      let items = try write(
        [
          Picture(width: 9, height: 5, filledWith: .black),
          Picture(width: 9, height: 5, filledWith: .white),
        ], to: folder)
      let frontEnd = try ImageFrontEnd.fitted(to: items)
      #expect(frontEnd.height == 5 && frontEnd.width == 9 && frontEnd.colour == .grey)
      #expect(frontEnd.mean == [0.5] && frontEnd.deviation == [0.5])
      let inputs = try frontEnd.inputs(of: items[1])
      #expect(inputs == [PlacedInput(.values(Tensor(repeating: 1, shape: [5, 9, 1])))])
    }
  }

  @Test func constantPicturesAreDividedByOne() throws {
    try withFolder { folder in
      let items = try write([Picture(width: 3, height: 3, filledWith: .grey(51))], to: folder)
      let frontEnd = try ImageFrontEnd.fitted(to: items)
      #expect(frontEnd.mean == [0.2] && frontEnd.deviation == [1])
    }
  }

  @Test func largePicturesAreShrunkAndMixedOnesHaveTheMedian() throws {
    try withFolder { folder in
      let large = try write([Picture(width: 200, height: 150)], to: folder)
      let frontEnd = try ImageFrontEnd.fitted(to: large)
      #expect(frontEnd.width == 64 && frontEnd.height == 48)
    }
    try withFolder { folder in
      let sizes = [(10, 40), (20, 20), (500, 30)]
      let items = try write(sizes.map { Picture(width: $0, height: $1) }, to: folder)
      let frontEnd = try ImageFrontEnd.fitted(to: items)
      #expect(frontEnd.width == 20 && frontEnd.height == 30)
      var choices = ImageFrontEnd.Choices()
      choices.size = (7, 8)
      choices.colour = .rgb
      let chosen = try ImageFrontEnd.fitted(to: items, choices: choices)
      #expect(chosen.height == 7 && chosen.width == 8 && chosen.mean.count == 3)
      choices.size = (0, 8)
      #expect(throws: ImageFrontEndError.self) {
        try ImageFrontEnd.fitted(to: items, choices: choices)
      }
    }
  }

  @Test func colourCountsWhenItIsReallyUsed() throws {
    var red = Picture(width: 10, height: 10)
    red.fill(row: 0, column: 0, height: 2, width: 2, with: .rgb(200, 0, 0))
    let tinted = Picture(width: 10, height: 10, filledWith: .rgb(250, 245, 240))
    for (pictures, colour) in [
      ([red], ImageFrontEnd.Colour.rgb), ([tinted], .grey),
      ([red] + Array(repeating: tinted, count: 19), .rgb),
      ([red] + Array(repeating: tinted, count: 20), .grey),
    ] {
      try withFolder { folder in
        let items = try write(pictures, to: folder)
        #expect(try ImageFrontEnd.fitted(to: items).colour == colour)
      }
    }
  }

  @Test func whatCannotBeReadIsPassedOver() throws {
    try withFolder { folder in
      let good = try write([Picture(width: 6, height: 6)], to: folder)
      try Data("no picture".utf8).write(to: URL(filePath: "\(folder)/bad.png"))
      let bad = Item.file("\(folder)/bad.png")
      #expect(try ImageFrontEnd.fitted(to: [bad, good[0], .file("\(folder)/none")]).width == 6)
      let error = #expect(throws: ImageFrontEndError.self) {
        try ImageFrontEnd.fitted(to: [bad])
      }
      #expect(error?.description.contains("bad.png is not a picture") == true)
      #expect(throws: ImageFrontEndError.nothingReadable(count: 0, first: "")) {
        try ImageFrontEnd.fitted(to: [])
      }
    }
  }
}
