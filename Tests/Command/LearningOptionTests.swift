import Foundation
import Testing

/// The options of learning and of pictures, as far as they show outside.
@Suite("Learning options")
struct LearningOptionTests {
  @Test func theSearchForALearningRate() throws {
    let folder = try TemporaryFolder.letters(40)
    let outcome = try folder.train("xo", "--find-learning-rate")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 2)
    let rate = try #require(outcome.lines[0].split(separator: " ").last)
    #expect(outcome.lines[0].hasPrefix("rate   "))
    #expect(try #require(Double(rate)) > 1e-7 && Double(rate) ?? 0 <= 10)
    #expect(outcome.lines[1] == "curve  xo.learning-rate.svg")
    #expect(
      outcome.errors.hasSuffix("Next: the same call with --learning-rate \(rate) instead.\n"))
    let curve = try folder.text(of: "xo.learning-rate.svg")
    #expect(curve.hasPrefix("<svg") && curve.contains("</svg>"))
    #expect(try folder.names() == ["net.json", "xo", "xo.learning-rate.svg"])

    let object = try folder.train("xo", "--find-learning-rate", "--json", "-q").object()
    #expect(object.keys.sorted() == ["curve", "points", "suggestion"])
    let points = try #require(object["points"] as? [[String: Double]])
    #expect(points.count > 10)
    #expect(points.allSatisfy { ($0["rate"] ?? 0) > 0 && $0["loss"] != nil })
    // It is taken as it stands.
    #expect(try folder.train("xo", "--learning-rate", String(rate)).status == 0)
    for more in [["--resume"], ["--log", "l"], ["--report", "r"]] {
      let beside = try Program.run(["train", "xo", "--find-learning-rate"] + more, in: folder.path)
      #expect(beside.status == 64 && beside.errors.contains("--find-learning-rate"))
    }
  }

  @Test(arguments: [
    "--augment none", "--augment shift,turn=15", "--augment invert", "--schedule constant",
    "--schedule step", "--schedule step=0.5,3", "--schedule cosine", "--schedule one-cycle",
    "--warm-up 0.5", "--label-weights balanced", "--optimizer sgd",
  ])
  func isTaken(option: String) throws {
    let folder = try TemporaryFolder.letters(8, size: 9)
    let outcome = try Program.run(
      ["train"]
        + TemporaryFolder.fast(["xo", "-q"] + option.split(separator: " ").map(String.init)),
      in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let words = try folder.run("summary", "xo.convkit").output
    let value = option.split(separator: " ")[1]
    let written: [Substring: String] = [
      "step": "step by 0.1 every 10", "step=0.5,3": "step by 0.5 every 3", "one-cycle": "one-cycle",
      "0.5": "0.5 epochs", "sgd": "SGD", "shift,turn=15": "shift=0.1,turn=15.0\n",
    ]
    #expect(words.contains(written[value] ?? String(value)), "\(words)")
  }

  @Test(arguments: [
    ("--augment blur", "rotate|shift, "), ("--augment shift,shift", "twice"),
    ("--augment turn=lots", "turn=lots"), ("--augment none,shift", "none"),
    ("--augment ", "shift"), ("--schedule sometimes", "one-cycle"),
    ("--schedule step=2,3", "step=FACTOR,EPOCHS"), ("--schedule step=0.5", "step=FACTOR,EPOCHS"),
    ("--schedule step=0.5,0", "step=FACTOR,EPOCHS"), ("--warm-up=-1", "from 0"),
    ("--label-weights heavy", "balanced"), ("--size 0", "28x28"), ("--size 3x3x3", "28x28"),
    ("--colour green", "rgb"), ("--crop some", "drawn"), ("--levels high", "stretched"),
    ("--pixel-limit 0", "1 to 2000"), ("--background red", "RRGGBB"),
    ("--background +12345", "RRGGBB"), ("--background=-12345", "RRGGBB"),
    ("--test ", "selects no test part"), ("--test =", "selects no test part"),
    ("--test 1", "below 1"),
    ("--label-from ", "has no {label}"),
  ])
  func isRefused(option: String, words: String) throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("xo")
    try folder.write([1], to: "xo/a.png")
    let arguments = option.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let outcome = try Program.run(["train", "xo", "--as", "image"] + arguments, in: folder.path)
    #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome)")
    #expect(
      words.split(separator: "|").contains { outcome.errors.contains($0) }, "\(outcome.errors)")
  }

  @Test func whatIsSeenOfPicturesIsInTheModel() throws {
    let folder = try TemporaryFolder.letters(12)
    let outcome = try folder.train(
      "xo", "--size", "20x12", "--colour", "rgb", "--crop", "drawn", "--levels", "stretched")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let summary = try folder.run("summary", "xo.convkit").output
    for words in [
      "20 rows, 12 columns, rgb\n", "crop                 drawn\n",
      "levels               stretched\n",
    ] {
      #expect(summary.contains(words), "\(words) in \(summary)")
    }
    #expect(try folder.run("evaluate", "xo.convkit", "xo").status == 0)
    let other = try folder.train("xo", "--out", "other")
    #expect(other.status == 0)
    #expect(try folder.run("summary", "other").output.contains("12 rows, 12 columns, grey\n"))
  }

  @Test func aPictureBeyondTheLimitIsNamed() throws {
    let folder = try TemporaryFolder.letters(12)
    // 1200 × 900 grey pixels, a little more than a million.
    try folder.write(
      Array("P5 1200 900 255\n".utf8) + Array(repeating: 200, count: 1_080_000), to: "xo/X/big.pgm")
    let outcome = try folder.train("xo", "--pixel-limit", "1", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.leftOut.map(\.name) == ["X/big.pgm"], "\(outcome.errors)")
    #expect(
      outcome.leftOut.first?.reason.contains("1200 pixels wide and 900 high") == true
        && outcome.leftOut.first?.reason.contains("1000000") == true, "\(outcome.errors)")
    #expect(try outcome.object()["examples"] as? Int == 12)
    #expect(try folder.train("xo", "--json").object()["examples"] as? Int == 13)
    // A scan says what a training will.
    let scanned = try folder.run("scan", "xo", "--pixel-limit", "1")
    #expect(
      scanned.output.contains("X/big.pgm: it says it is 1200 pixels wide and 900 high"),
      "\(scanned)")
    #expect(try !folder.run("scan", "xo").output.contains("big.pgm"))
    #expect(try folder.run("scan", "xo", "--pixel-limit", "0").status == 64)
  }
}
