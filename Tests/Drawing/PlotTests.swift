import Foundation
import Testing

@testable import ConvKitDrawing

@Suite struct ColourMapTests {
  @Test func negativeZeroAndPositiveDiffer() {
    let map = ColourMap.diverging(limit: 2)
    #expect(map.colour(of: 0) == .rgb(247, 247, 247))
    #expect(map.colour(of: -0.0) == map.colour(of: 0))
    for value in [Float(0.05), 0.5, 1, 2] {
      let (below, above) = (map.colour(of: -value), map.colour(of: value))
      #expect(below.z > below.x, "\(-value) is blue")
      #expect(above.x > above.z, "\(value) is orange")
    }
    // Brightness alone tells the ends from each other and from zero.
    let brightness = [-2, 2, 0].map { (value: Float) -> Int in
      let colour = map.colour(of: value)
      return (299 * Int(colour.x) + 587 * Int(colour.y) + 114 * Int(colour.z)) / 1000
    }
    #expect(brightness[0] + 50 < brightness[1] && brightness[1] + 50 < brightness[2])
  }

  @Test func valuesOutsideHaveTheNearerEnd() {
    let map = ColourMap.diverging(limit: 1)
    #expect(map.colour(of: 1e30) == map.colour(of: 1))
    #expect(map.colour(of: -.infinity) == map.colour(of: -1))
    #expect(map.colour(of: .nan) == ColourMap.notANumber)
  }

  @Test func limitsThatAreNoLimitCountAsOne() {
    for limit in [Float(0), -1, .nan, .infinity] {
      #expect(ColourMap.diverging(limit: limit).range == -1...1)
    }
    let widest = ColourMap.grey(-Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude)
    #expect(widest.colour(of: 0).x.distance(to: 128).magnitude <= 1)
    #expect(ColourMap.grey(3...3).colour(of: 3).w == 255)
  }

  /// Lightness is CIE L* of sRGB (IEC 61966-2-1), from 0 to 100.
  @Test func sequentialRisesEvenlyInLightness() {
    let map = ColourMap.sequential(-80...0)
    let lightness = (0...255).map { step in
      let colour = map.colour(of: -80 + 80 * Float(step) / 255)
      let linear = (0..<3).map { part -> Double in
        let share = Double(colour[part]) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      let luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
      return luminance > 0.008856 ? 116 * cbrt(luminance) - 16 : 903.3 * luminance
    }
    #expect((3...5).contains(lightness[0]) && (95...97).contains(lightness[255]))
    // 92 in 255 steps is 0.36 each; a level of 8 bits is up to 0.3 of lightness.
    #expect(zip(lightness, lightness.dropFirst()).allSatisfy { 0 < $1 - $0 && $1 - $0 < 0.72 })
    #expect(map.colour(of: -.infinity) == .rgb(10, 13, 28))
    #expect(map.colour(of: 0) == .rgb(254, 246, 203))
  }

  @Test func greyIsTheLevel() {
    for level in 0...255 {
      #expect(ColourMap.grey(0...255).colour(of: Float(level)) == .grey(UInt8(level)))
    }
  }
}

@Suite struct HeatMapTests {
  @Test func everyValueIsASquare() {
    let values: [Float] = [-1, 0, 1, 0.5, .nan, -0.5]
    let map = ColourMap.diverging(limit: 1)
    let picture = heatMap(values: values, height: 2, width: 3, map: map, magnification: 4)
    #expect(picture.width == 12 && picture.height == 8)
    for row in 0..<8 {
      for column in 0..<12 {
        #expect(picture[row, column] == map.colour(of: values[row / 4 * 3 + column / 4]))
      }
    }
  }

  @Test func withoutAMapTheLargestMagnitudeIsTheLimit() {
    let picture = heatMap(values: [-4, 2, .infinity], height: 1, width: 3, magnification: 1)
    #expect(picture.pixels == [-4, 2, 4].map(ColourMap.diverging(limit: 4).colour(of:)))
  }

  @Test(arguments: [(0, 0), (1, 1), (28, 28), (200, 3), (1, 1000)])
  func sidesStayUsable(height: Int, width: Int) {
    let values = [Float](repeating: 0, count: height * width)
    let picture = heatMap(values: values, height: height, width: width)
    #expect(max(picture.width, picture.height) <= max(128, height, width))
  }

  @Test func gridHoldsEveryPictureUnderItsCaption() {
    let pictures = (0..<5).map { place in
      CaptionedPicture(
        "map \(place)",
        Picture(width: 70, height: 10 + place, filledWith: .rgb(UInt8(place), 9, 200)))
    }
    for columns in [nil, 1, 2, 5, 9] {
      let grid = captionedGrid(of: pictures, columns: columns)
      for cell in pictures {
        let colour = cell.picture[0, 0]
        #expect(
          grid.pixels.count { $0 == colour } == cell.picture.pixels.count, "columns \(columns ?? 0)"
        )
      }
    }
    #expect(captionedGrid(of: []).width > 0)
  }
}

@Suite struct BarChartTests {
  @Test func barsAreAsLongAsTheirValues() {
    let bars = [Bar("X", 1), Bar("O", 0.25), Bar("none", .nan), Bar("minus", -0.5)]
    let chart = barChart(bars, range: -1...1, length: 200)
    let rows = (0..<4).map { 6 + $0 * 18 }
    let orange = rows.map { row in
      (0..<chart.width).count { chart[row, $0] == .rgb(230, 126, 20) }
    }
    let blue = rows.map { row in (0..<chart.width).count { chart[row, $0] == .rgb(49, 130, 189) } }
    // The zero line covers the first pixel of a bar to the right.
    #expect(orange == [99, 24, 0, 0])
    #expect(blue == [0, 0, 0, 50])
  }

  @Test func nothingToShowIsStillAPicture() {
    #expect(barChart([]).height > 0)
    #expect(barChart([Bar("", 0)]).width > 240)
    let far: [Bar] = [Bar("a", .greatestFiniteMagnitude), Bar("b", -.greatestFiniteMagnitude)]
    #expect(barChart(far).width > 240)
  }

  @Test(arguments: [
    (Float(0.9), 2, "0.90"), (-0.11, 2, "-0.11"), (-0.001, 2, "0.00"), (12.5, 0, "13"),
    (13.5, 0, "14"), (0.996, 2, "1.00"), (1.05, 1, "1.0"), (-3, 3, "-3.000"), (.nan, 2, "nan"),
    (.infinity, 2, "inf"), (1e30, 2, "1e+30"), (0.000001, 6, "0.000001"),
  ])
  func fixedPointNumbers(value: Float, places: Int, text: String) {
    #expect(fixedPoint(value, places: places) == text)
  }
}

@Suite struct FontTests {
  @Test func everyPrintableCharacterHasItsOwnDrawing() {
    let printable = (32..<127).map { Character(Unicode.Scalar(UInt8($0))) }
    let drawings = printable.map(Font.glyph(of:))
    #expect(Set(drawings).count == 95)
    #expect(drawings.allSatisfy { $0.count == Font.height })
    #expect(drawings[0] == [UInt8](repeating: 0, count: 8))
    #expect(Font.glyph(of: "L") == [1, 1, 1, 1, 1, 1, 31, 0])
    #expect(Font.glyph(of: "7").first == 31)
    #expect(!drawings.contains(Font.glyph(of: "é")))
    #expect(Font.glyph(of: "−") == Font.glyph(of: "-"))
  }

  @Test func textOutsideIsCutOff() {
    var picture = Picture(width: 10, height: 10)
    picture.write("MMMM", row: -4, column: -4, magnification: 3)
    picture.write("M", row: 100, column: 100)
    picture.outline(row: -5, column: -5, height: 100, width: 100, with: .black)
    picture.fill(row: 3, column: 3, height: -2, width: -2, with: .black)
    #expect(picture.pixels.contains(.black) && picture.pixels.contains(.white))
  }

  @Test func longTextIsShortened() {
    #expect(shortened("abcdef", toWidth: 36) == "abcdef")
    #expect(shortened("abcdefg", toWidth: 36) == "abcd..")
  }
}
