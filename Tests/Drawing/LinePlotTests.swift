import Foundation
import Testing

@testable import ConvKitDrawing

@Suite struct AxisTicksTests {
  private func texts(_ ticks: AxisTicks) -> [String] { ticks.ticks.map(\.text) }

  /// Worked out by hand: the smallest of 1, 2, 5 × 10ⁿ that needs at most six steps.
  @Test func linearMarks() {
    #expect(texts(.linear([0, 1])) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(texts(.linear([0.013, 0.0871])) == ["0.00", "0.02", "0.04", "0.06", "0.08", "0.10"])
    #expect(texts(.linear([-3, 4])) == ["−4", "−2", "0", "2", "4"])
    #expect(texts(.linear([0, 60])) == ["0", "10", "20", "30", "40", "50", "60"])
    #expect(texts(.linear([1, 30], most: 8, isWhole: true)).first == "0")
    #expect(texts(.linear([1, 2], most: 8, isWhole: true)) == ["1", "2"])
    #expect(texts(.linear([0, 5e7])) == ["0", "1e7", "2e7", "3e7", "4e7", "5e7"])
    #expect(
      texts(.linear([0, 2.5e-7], most: 5)) == ["0", "5e−8", "1e−7", "1.5e−7", "2e−7", "2.5e−7"])
  }

  @Test func logarithmicMarks() {
    #expect(
      texts(.logarithmic([1e-7, 10])) == [
        "1e−7", "1e−6", "1e−5", "1e−4", "0.001", "0.01", "0.1", "1", "10",
      ])
    #expect(texts(.logarithmic([0.02, 0.03])) == ["0.01", "0.1"])
    #expect(texts(.logarithmic([1])) == ["1", "10"])
    #expect(texts(.logarithmic([1e-100, 1e100])).count <= 12)
  }

  @Test func equalValuesAndNoneHaveAnAxisToo() {
    #expect(texts(.linear([])) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(AxisTicks.linear([3, 3]).range.contains(3))
    #expect(AxisTicks.linear([1, 1.0.nextUp]).range == 0.4...1.6)
    #expect(AxisTicks.linear([0, .leastNonzeroMagnitude]).range == -1...1)
    #expect(AxisTicks.linear([-1e300, 1e300]).ticks.count < 9)
    #expect(texts(.logarithmic([])) == ["0.1", "1"])
  }

  /// Over sizes of every kind: all values inside, the marks rising, few, and different in words.
  @Test func everyRangeHasMarks() {
    var random = SystemlessNumbers(state: 7)
    for _ in 0..<2000 {
      let size = Double("1e\(Int(random.next() % 500) - 250)") ?? 1
      let a = (random.share() - 0.5) * size
      let b = a + random.share() * size * (Double("1e-\(random.next() % 12)") ?? 1)
      let most = 2 + Int(random.next() % 9)
      let ticks = AxisTicks.linear([a, b], most: most)
      #expect(ticks.range.contains(a) && ticks.range.contains(b), "\(a) \(b)")
      #expect(2...most + 3 ~= ticks.ticks.count, "\(a) \(b) \(most): \(ticks.ticks.count)")
      #expect(zip(ticks.ticks, ticks.ticks.dropFirst()).allSatisfy { $0.value < $1.value })
      #expect(Set(texts(ticks)).count == ticks.ticks.count, "\(a) \(b): \(texts(ticks))")
    }
  }

  @Test func twoDigits() {
    #expect(AxisTicks.twoDigits(0.00123) == "0.0012")
    #expect(AxisTicks.twoDigits(1.19e-7) == "1.2e−7")
    #expect(AxisTicks.twoDigits(0.999) == "1.00")
    #expect(AxisTicks.twoDigits(3) == "3.0")
    #expect(AxisTicks.twoDigits(.nan) == "nan")
  }
}

/// SplitMix64 (Steele et al. 2014): the same numbers on every run.
struct SystemlessNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }
}

@Suite struct LinePlotTests {
  private func plot(_ points: [(Double, Double)], _ scale: LinePlot.Scale = .linear) -> LinePlot {
    LinePlot(
      title: "t", x: .init("x", scale: scale), y: .init("y"),
      series: [.init("s", points.map { .init($0.0, $0.1) })])
  }

  private func lines(_ reading: XMLReading) -> [String] {
    reading.named("polyline").map { $0["points"] ?? "" }
  }

  /// By hand: left 34 + 7 · 3 = 55, right 640 − 18 = 622, top 40, bottom 360 − 46 = 314;
  /// both axes run from 0.0 to 1.0.
  @Test func aCurveLiesWhereItShould() {
    let reading = XMLReading(plot([(0, 0), (0.5, 1), (1, 0.25)]).svg())
    #expect(reading.isWellFormed)
    #expect(lines(reading) == ["55.00,314.00 338.50,40.00 622.00,245.50"])
    #expect(reading.named("circle").count == 3)
  }

  @Test func whatAnAxisCannotHoldLeavesAGap() {
    let points = [(0, 0), (0.1, 0), (0.2, Double.nan), (0.3, 1), (0.4, 1), (.infinity, 1)]
    let reading = XMLReading(plot(points).svg())
    #expect(lines(reading).count == 2)
    #expect(reading.named("circle").count == 4)
    let logarithmic = XMLReading(plot([(0, 1), (-1, 1), (0.1, 1), (1, 2)], .logarithmic).svg())
    #expect(lines(logarithmic).count == 1)
    #expect(logarithmic.named("circle").count == 2)
  }

  @Test func withoutValuesItSaysSo() {
    for points in [[], [(Double.nan, 1.0)], [(1, .infinity)]] {
      let reading = XMLReading(plot(points).svg())
      #expect(reading.isWellFormed && reading.text.contains("no values"))
    }
    let none = LinePlot(title: "", x: .init(""), y: .init(""), series: []).svg(width: -5, height: 0)
    #expect(XMLReading(none).isWellFormed)
    #expect(
      none.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"150\""))
  }

  @Test func onePointIsADot() {
    let reading = XMLReading(plot([(3, 3)]).svg())
    #expect(reading.named("circle").count == 1 && lines(reading).isEmpty)
    #expect(!reading.text.contains("no values"))
  }

  @Test func thousandsOfPointsOnOnePlaceAreOne() {
    let flat = plot((0..<100_000).map { (Double($0 / 1000), 1) }).svg()
    let reading = XMLReading(flat)
    #expect(lines(reading).map { $0.split(separator: " ").count } == [100])
    #expect(reading.named("circle").isEmpty)
  }

  @Test func everyNumberIsFinite() {
    for scale in [LinePlot.Scale.linear, .logarithmic] {
      for size in [.leastNonzeroMagnitude, 1e-300, 1e-99, 1, 1e99, 1e300, .greatestFiniteMagnitude]
      {
        var whole = plot([(size, -size), (size / 3, size), (-size, 0)], scale)
        whole.mark = .init(x: size, "m")
        let text = whole.svg()
        #expect(XMLReading(text).isWellFormed)
        #expect(!text.contains("nan") && !text.contains("inf"), "\(scale) \(size)")
      }
    }
  }

  @Test func hostileTextsStayTexts() {
    let hostile = "</text><script>alert('1')</script>&\"\u{0}\u{1B}\u{301}"
    var plot = plot([(0, 0), (1, 1)])
    plot.title = hostile
    plot.x.title = hostile
    plot.y.title = hostile
    plot.series[0].name = hostile
    plot.series.append(.init("other", []))
    plot.mark = .init(x: 0.2, hostile)
    let reading = XMLReading(plot.svg())
    #expect(reading.isWellFormed)
    #expect(reading.named("script").isEmpty)
    #expect(reading.text.components(separatedBy: "<script>alert('1')</script>").count == 7)
  }

  @Test func manyCurvesDifferAndTheirNamesFit() {
    let series = (0..<12).map { number in
      LinePlot.Series("curve number \(number)", [.init(0, 0), .init(1, Double(number))])
    }
    let plot = LinePlot(title: "t", x: .init("x"), y: .init("y"), series: series)
    let reading = XMLReading(plot.svg())
    let strokes = reading.named("polyline").prefix(6)
    #expect(Set(strokes.map { $0["stroke"] }).count == 6)
    #expect(Set(strokes.map { $0["stroke-dasharray"] }).count == 6)
    for text in reading.named("text") {
      #expect(0...640 ~= Double(text["x"] ?? "") ?? -1)
    }
    #expect(plot.svg() == plot.svg())
  }

  @Test func theLearningRateIsLogarithmicAndTheSuggestionMarked() {
    let points = (0...80).map { step in
      let rate = Double("1e-7")! * (0..<step).reduce(1.0) { power, _ in power * 1.2589254 }
      return (rate: rate, loss: rate > 1 ? Double.nan : 2 - rate)
    }
    let reading = XMLReading(learningRateCurve(points: points, suggestion: 0.00123))
    #expect(reading.isWellFormed)
    #expect(reading.text.contains("suggested: 0.0012"))
    #expect(reading.text.contains("1e−7") && reading.text.contains("learning rate"))
    #expect(lines(reading).count == 1)
    #expect(XMLReading(learningRateCurve(points: [], suggestion: nil)).isWellFormed)
    // A suggestion that no axis holds is not drawn.
    #expect(!learningRateCurve(points: points, suggestion: .nan).contains("suggested"))
  }
}

@Suite struct ConfusionTableTests {
  @Test func rowsAreTheTruthAndTotalsAddUp() {
    let html = ConfusionTable(counts: [[8, 2], [0, 5]], labels: ["a<b", "c"]).html
    // Counted by hand: share 0.8 and 0.2, their roots 0.894 and 0.447, towards the full colours.
    #expect(
      html.contains(
        "<tr><th class=\"name\">a&lt;b</th>"
          + "<td style=\"background:rgb(27,107,161);color:#fff\" "
          + "title=\"a&lt;b answered as a&lt;b: 8 of 10\">8</td>"
          + "<td style=\"background:rgb(248,204,168)\" title=\"a&lt;b answered as c: 2 of 10\">2</td>"
          + "<td class=\"total\">10</td></tr>"), "\(html)")
    #expect(html.contains("title=\"c answered as a&lt;b: 0 of 5\">·</td>"))
    #expect(
      html.contains(
        "<th class=\"name\">all</th><td class=\"total\">8</td><td class=\"total\">7</td>"
          + "<td class=\"total\">15</td>"))
  }

  @Test func ofManyLabelsThePairsAreListed() {
    for count in [40, 41, 200] {
      var counts = (0..<count).map { row in (0..<count).map { $0 == row ? 3 : 0 } }
      counts[5][7] = 2
      counts[9][1] = 4
      counts[2][7] = 2
      let html = ConfusionTable(counts: counts, labels: (0..<count).map { "<\($0)>" }).html
      #expect(!html.contains("<0>"))
      #expect(html.contains("class=\"confusion\"") == (count == 40))
      guard count > 40 else { continue }
      let rows = html.split(separator: "\n").filter { $0.hasPrefix("<tr><td") }
      #expect(
        rows.map(String.init)
          == [(9, 1, 4, 7), (2, 7, 2, 5), (5, 7, 2, 5)].map {
            "<tr><td class=\"name\">&lt;\($0.0)&gt;</td><td class=\"name\">&lt;\($0.1)&gt;</td>"
              + "<td>\($0.2)</td><td>\($0.3)</td></tr>"
          })
    }
  }

  @Test func atMostThirtyPairs() {
    let counts = Array(repeating: Array(repeating: 1, count: 50), count: 50)
    let html = ConfusionTable(counts: counts, labels: (0..<50).map { "\($0)" }).html
    #expect(html.contains("the 30 most frequent of 2450"))
    #expect(html.components(separatedBy: "<tr><td").count == 31)
  }

  @Test func emptyRowsAndNoMistakes() {
    let none = ConfusionTable(counts: [[0, 0], [0, 0]], labels: ["a", "b"]).html
    #expect(none.components(separatedBy: "class=\"none\"").count == 5 && !none.contains("nan"))
    let zeros = Array(repeating: Array(repeating: 0, count: 41), count: 41)
    #expect(
      ConfusionTable(counts: zeros, labels: (0..<41).map { "\($0)" }).html
        == "<p>No label was answered for another.</p>\n")
  }
}
