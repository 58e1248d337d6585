import ConvKitCore
import ConvKitDrawing
import ConvKitFiles
import ConvKitImages
import Foundation
import Testing

@testable import ConvKitModels
@testable import ConvKitTraining

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A report of a training that never was.
enum ReportFixture {
  static func record(epochs: Int, isValidated: Bool) -> TrainingRecord {
    let history = (1...epochs).map { epoch in
      let loss = 1 / Double(epoch)
      return EpochResult(
        epoch: epoch, trainingLoss: loss, trainingAccuracy: 1 - loss / 2,
        validationLoss: isValidated ? loss + 0.1 + Double(epoch) / 100 : nil,
        validationAccuracy: isValidated ? 0.9 - loss / 2 : nil)
    }
    return TrainingRecord(
      options: TrainingOptions(), arithmetic: .fused,
      dataSet: String(repeating: "0", count: 32), trainingExamples: 1200,
      validationExamples: isValidated ? 300 : 0, history: history, bestEpoch: max(1, epochs - 2))
  }

  /// Five examples of each label, some of them answered as the next label.
  static func evaluation(labels: Int) -> Evaluation {
    var evaluation = Evaluation(labelCount: labels)
    for label in 0..<labels {
      for number in 0..<5 {
        let isWrong = number == 0 && label % 3 == 0
        evaluation.add(
          truth: label, answer: isWrong ? (label + 1) % labels : label, loss: isWrong ? 2 : 0.1)
      }
    }
    return evaluation
  }

  static func mistake(_ name: String, in frontEnd: ImageFrontEnd) -> Mistake {
    var picture = Picture(width: frontEnd.width, height: frontEnd.height)
    for place in 0..<min(frontEnd.width, frontEnd.height) { picture[place, place] = .black }
    return Mistake(
      name: name, truth: 0, answer: 1, score: 0.97, truthScore: 0.02,
      input: .values(frontEnd.input(of: picture)))
  }

  static func page(
    labels: [String], isValidated: Bool = true, names: [String] = ["0/a.png", "1/b.png"],
    leftOut: [LeftOut] = [LeftOut(name: "x.png", reason: "it is empty")], title: String = "xo"
  ) throws -> TrainingReportPage {
    let frontEnd = try ImageFrontEnd(height: 12, width: 12)
    return TrainingReportPage(
      record: record(epochs: 9, isValidated: isValidated), labels: labels,
      summary: try ModelFixture.model().compiled().summary,
      evaluation: isValidated ? evaluation(labels: labels.count) : nil,
      mistakes: isValidated ? names.map { mistake($0, in: frontEnd) } : [], leftOut: leftOut,
      title: title, frontEnd: .image(frontEnd))
  }
}

@Suite struct TrainingReportPageTests {
  @Test func everySectionIsThere() throws {
    let html = try ReportFixture.page(labels: ["O", "X"]).html
    for heading in [
      "What was learned", "Curves", "Network", "By label", "Confusion matrix", "Worst mistakes",
      "Files that could not be used",
    ] {
      #expect(html.components(separatedBy: "<h2>\(heading)</h2>").count == 2, "\(heading)")
    }
    #expect(html.contains("2 labels from 1,200 examples"))
    #expect(html.contains("kept: epoch 7"))
    #expect(html.contains("9 of at most 30; epoch 7 was kept"))
    #expect(html.contains("0.001, the usual one"))
    // O: four of five right, no other label answered as O: by hand.
    #expect(
      html.contains(
        "<td class=\"name\">O</td><td>100.00 %</td><td>80.00 %</td><td>88.89 %</td><td>5</td>"))
    #expect(html.contains("answered <b>X</b> <span>(97.00 %)</span>"))
    #expect(html.contains("<li><b>x.png</b>: it is empty</li>"))
  }

  @Test func withoutValidationItSaysSo() throws {
    let html = try ReportFixture.page(labels: ["O", "X"], isValidated: false).html
    #expect(html.contains("Nothing was kept to validate on"))
    #expect(!html.contains("Confusion matrix") && !html.contains("Worst mistakes"))
    #expect(html.contains("while it was learning") && !html.contains("after the epoch"))
  }

  @Test func aTrainingWithoutMistakesOrFilesLeftOut() throws {
    var evaluation = Evaluation(labelCount: 2)
    evaluation.add(truth: 1, answer: 1, loss: 0)
    let html = try TrainingReportPage(
      record: ReportFixture.record(epochs: 1, isValidated: true), labels: ["O", "X"],
      evaluation: evaluation, mistakes: [], leftOut: [], title: "",
      frontEnd: .image(try ImageFrontEnd(height: 2, width: 2))
    ).html
    #expect(html.contains("<h2>Worst mistakes</h2>\n<p>None.</p>"))
    #expect(!html.contains("<h2>Files") && !html.contains("<h2>Network"))
  }

  /// Nothing from elsewhere, no script, and the parts that are XML are well-formed.
  @Test func onePageForItself() throws {
    let html = try ReportFixture.page(labels: (0..<60).map { "label \($0)" }).html
    #expect(!html.contains("<script") && !html.contains("<link") && !html.contains("@import"))
    #expect(!html.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
    var rest = html[...]
    var drawings = 0
    while let start = rest.range(of: "<svg"), let end = rest.range(of: "</svg>") {
      let parser = XMLParser(data: Data(rest[start.lowerBound..<end.upperBound].utf8))
      #expect(parser.parse())
      drawings += 1
      rest = rest[end.upperBound...]
    }
    #expect(drawings == 2)
  }

  /// Every picture in the page is a PNG file whose pixels are those that the network saw.
  @Test func mistakesAreShownAsTheNetworkSawThem() throws {
    let html = try ReportFixture.page(labels: ["O", "X"]).html
    let pictures = html.components(separatedBy: "src=\"data:image/png;base64,").dropFirst()
    #expect(pictures.count == 2)
    for text in pictures {
      let data = try #require(Data(base64Encoded: String(text.prefix { $0 != "\"" })))
      let picture = try PictureFile.decode(Array(data), name: "a picture of the page")
      #expect(picture.width == 12 && picture.height == 12)
      for row in 0..<12 {
        for column in 0..<12 {
          #expect(picture[row, column] == (row == column ? .black : .white))
        }
      }
    }
  }

  @Test func hostileNamesAreShownAsTheyAre() throws {
    let hostile = "</td><script>alert(\"1\")</script>&'\u{1B}[31m\u{202E}\"\u{301}"
    let html = try ReportFixture.page(
      labels: [hostile, "X"], names: [hostile],
      leftOut: [LeftOut(name: hostile, reason: hostile)], title: hostile
    ).html
    let shown =
      "&lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"
      + "\\u{1B}[31m\\u{202E}&quot;\u{301}"
    #expect(!html.contains("<script"))
    #expect(!html.unicodeScalars.contains("\u{1B}") && !html.unicodeScalars.contains("\u{202E}"))
    for part in [
      "<title>\(shown)</title>", "<h1>\(shown)</h1>", "<li><b>\(shown)</b>: \(shown)</li>",
      "<td class=\"name\">\(shown)</td>", "alt=\"\(shown)\"", "is <b>\(shown)</b>",
      "title=\"\(shown) answered as X: 1 of 5\"",
    ] {
      #expect(html.contains(part), "\(part)")
    }
  }

  @Test func theSameTrainingGivesTheSamePage() throws {
    #expect(
      try ReportFixture.page(labels: ["O", "X"]).html
        == ReportFixture.page(labels: ["O", "X"]).html)
    let folder = try TemporaryFolder()
    let path = folder.path + "/report.html"
    let page = try ReportFixture.page(labels: ["O", "X"])
    try page.write(to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == page.html)
    #expect(!(try page.html.contains(folder.path)))
  }

  /// Of text the network sees numbers of words, which say nothing to people.
  @Test func anInputThatIsNoPictureHasItsCaptionAlone() throws {
    let mistake = Mistake(
      name: "line 7", truth: 1, answer: 0, score: 0.6, truthScore: 0.4,
      input: .tokens(Tensor(shape: [2], elements: [1, 2])))
    let html = try TrainingReportPage(
      record: ReportFixture.record(epochs: 3, isValidated: true), labels: ["O", "X"],
      evaluation: ReportFixture.evaluation(labels: 2), mistakes: [mistake], leftOut: [],
      title: "text", frontEnd: .image(try ImageFrontEnd(height: 2, width: 2))
    ).html
    #expect(html.contains("<figure><figcaption>line 7<br>"))
    #expect(!html.contains("<img"))
  }

  @Test func onlyTheWorstOfManyMistakes() throws {
    let names = (0..<100).map { "\($0).png" }
    let html = try ReportFixture.page(labels: ["O", "X"], names: names).html
    #expect(html.components(separatedBy: "<figure>").count == 61)
    #expect(html.contains("<figcaption>59.png<br>") && !html.contains("<figcaption>60.png<br>"))
  }

  @Test func manyLabelsFoldAway() throws {
    let html = try ReportFixture.page(labels: (0..<60).map { "label \($0)" }).html
    #expect(html.contains("<summary>Its 60 labels</summary>"))
    #expect(html.contains("Labels answered for others, all"))
    // Every third label has the lowest F1; the first ten of these.
    let lowest = html.components(separatedBy: "lowest F1").last?.components(
      separatedBy: "<details>")
    let rows = lowest?.first?.components(separatedBy: "<tr><td class=\"name\">").dropFirst()
    #expect(
      rows?.map { $0.prefix { $0 != "<" } }
        == (0..<10).map { "label \($0 * 3)" })
    #expect(html.contains("<td class=\"name\">label 59</td>"))
  }

  /// The examples of RFC 4648, section 10, and everything against Foundation.
  @Test func base64IsThatOfTheStandard() {
    let golden = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
    for (count, text) in golden.enumerated() {
      #expect(base64(Array("foobar".utf8.prefix(count))) == text)
    }
    let all = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 37) }
    for count in 990...1000 {
      #expect(base64(Array(all.prefix(count))) == Data(all.prefix(count)).base64EncodedString())
    }
  }
}
