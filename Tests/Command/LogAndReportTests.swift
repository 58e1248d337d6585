import Foundation
import Testing

/// `--log` and `--report`.
@Suite("Log and report")
struct LogAndReportTests {
  @Test func theLogHasALineForEveryEpoch() throws {
    let folder = try TemporaryFolder.letters(30)
    let outcome = try folder.train(
      "xo", "--epochs", "3", "--schedule", "step=0.5,1", "--log", "log.csv", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try folder.text(of: "log.csv").split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.first
        == "epoch,learning_rate,training_loss,training_accuracy,validation_loss,validation_accuracy"
    )
    #expect(lines.count == 5 && lines.last == "")
    let numbers = try lines[1...3].map { line in
      try line.split(separator: ",", omittingEmptySubsequences: false).map {
        try #require(Double($0))
      }
    }
    #expect(numbers.map(\.count) == [6, 6, 6])
    #expect(numbers.map { $0[0] } == [1, 2, 3])
    // The usual rate of Adam, halved after every epoch.
    #expect(numbers.map { $0[1] } == [0.001, 0.0005, 0.00025])
    #expect(numbers.allSatisfy { $0[3] >= 0 && $0[3] <= 1 && $0[5] >= 0 && $0[5] <= 1 })
    let best = try #require(try outcome.object()["bestEpoch"] as? Int)
    #expect(try outcome.object()["loss"] as? Double == numbers[best - 1][4])

    let unvalidated = try folder.train(
      "xo", "--validation", "0", "--log", "log.csv", "--schedule", "constant")
    #expect(unvalidated.status == 0)
    let rest = try folder.text(of: "log.csv").split(separator: "\n")
    #expect(rest.count == 2 && rest[1].hasPrefix("1,0.001,") && rest[1].hasSuffix(",,"))
  }

  @Test func theReportIsOneFile() throws {
    let folder = try TemporaryFolder.letters(40)
    try folder.copy("xo/X", to: "data/<b> & \"X\"")
    try folder.copy("xo/O", to: "data/O")
    try folder.write("no picture".utf8, to: "data/O/<broken>.png")
    func train(_ report: String) throws -> Program.Outcome {
      try folder.train("data", "--epochs", "2", "--report", report, "--json", "--out", "m")
    }
    let outcome = try train("report.html")
    #expect(outcome.status == 0, "\(outcome.errors)")
    // The name of SVG is no address that a browser looks for.
    let page = try folder.text(of: "report.html")
      .replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
    // Nothing from elsewhere: no address, no script, and only pictures that are in the page.
    #expect(!page.contains("http") && !page.contains("://") && !page.contains("<script"))
    #expect(!page.contains("href=") && !page.contains("url(") && !page.contains("@import"))
    #expect(
      page.matches(of: /src\s*=\s*"(?<start>.{0,15})/).allSatisfy {
        $0.start.hasPrefix("data:image/png")
      })
    for text in ["&lt;b&gt; &amp; &quot;X&quot;", "<b>O</b>", "O/&lt;broken&gt;.png", "<svg"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("<broken>"))
    let validation = try #require(try outcome.object()["validation"] as? [String: Any])
    let confusion = try #require(validation["confusion"] as? [[Int]])
    // The rows of the confusion matrix end in their cells, in the order of the answers.
    let matrix = try #require(page.components(separatedBy: "Confusion matrix</h2>").last)
    let rows = matrix.components(separatedBy: "<tr").dropFirst()
    for counts in confusion {
      #expect(
        rows.contains { row in
          let cells = row.matches(of: /: (\d+) of \d+"/).compactMap { Int($0.1) }
          return cells.starts(with: counts)
        }, "\(counts) in \(matrix)")
    }
    #expect(try train("again.html").status == 0)
    #expect(try folder.bytes(of: "again.html") == folder.bytes(of: "report.html"))
  }

  @Test(arguments: ["--log", "--report", "--split", "--out"])
  func aPlaceThatCannotBeWrittenIsToldFirst(option: String) throws {
    let folder = try TemporaryFolder.letters(12)
    for place in ["no/such/file", "xo", "net.json/file", "", "new/"] {
      if option == "--split", ["xo", "net.json/file"].contains(place) { continue }
      let outcome = try folder.train("xo", option, place)
      #expect(outcome.status == 73, "\(place): \(outcome)")
      #expect(outcome.errors.contains("“\(place)”") && !outcome.errors.contains("epoch"))
    }
    #expect(try folder.names() == ["net.json", "xo"])
  }

  @Test func aFolderInThePlaceOfTheCheckpointIsToldFirst() throws {
    let folder = try TemporaryFolder.letters(12)
    try folder.makeFolder("xo.convkit.checkpoint")
    let outcome = try folder.train("xo")
    #expect(outcome.status == 73 && !outcome.errors.contains("epoch"), "\(outcome)")
    #expect(outcome.errors.contains("“xo.convkit.checkpoint” cannot be created: a folder"))
    #expect(try folder.names() == ["net.json", "xo", "xo.convkit.checkpoint"])
  }

  @Test func oneFileIsNotWrittenTwice() throws {
    let folder = try TemporaryFolder.letters(12)
    let outcome = try folder.train("xo", "--log", "same", "--report", "same")
    #expect(outcome.status == 64 && outcome.errors.contains("same"), "\(outcome)")
    for same in [
      "xo.convkit", "./xo.convkit", "xo.convkit.checkpoint", "xo/../xo.convkit.lock", "net.json",
      folder.path("net.json"),
    ] {
      let outcome = try folder.train("xo", "--log", same)
      #expect(outcome.status == 64 && outcome.errors.contains("same file"), "\(outcome)")
    }
    #expect(try folder.names() == ["net.json", "xo"])
  }
}
