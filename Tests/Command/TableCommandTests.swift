import ConvKitFiles
import Foundation
import Testing

/// From tables to answers, through the built program.
@Suite("Tables")
struct TableCommandTests {
  /// 120 rows in `sensors.csv` with a peak early or late among six columns, behind their number, and
  /// `sensors.convkit` that is made of them. Of so few columns the check cannot tell, and says so at once.
  static let trained = Result {
    let folder = try TemporaryFolder()
    try folder.write(rows(120).utf8, to: "sensors.csv")
    let outcome = try folder.run(
      "train", "sensors.csv", "--label", "state", "--anyway", "--epochs", "30", "--json")
    return (folder: folder, outcome: outcome)
  }

  /// A header, and rows of which those before `first` are left out.
  static func rows(_ count: Int, from first: Int = 0, header: Bool = true) -> String {
    let names = ["number"] + (1...6).map { "t\($0)" } + ["colour", "state"]
    let lines = (first..<count).map { row in
      let start = row % 2 == 0 ? 1 + row % 3 : 4 + row % 3
      let values = (1...6).map { column in
        row % 17 == 3 && column == 3 ? "?" : "\(column == start ? 9 : (row * column) % 3)"
      }
      return
        ([String(1000 + row * 7 % 131)] + values
        + [["red", "green"][row % 4 / 2], row % 2 == 0 ? "early" : "late"]).joined(separator: ",")
    }
    return ((header ? [names.joined(separator: ",")] : []) + lines).map { $0 + "\n" }.joined()
  }

  let folder: TemporaryFolder
  let training: Program.Outcome

  init() throws {
    (folder, training) = try Self.trained.get()
  }

  @Test func tablesAreLearned() throws {
    #expect(training.status == 0, "\(training.errors)")
    let report = try training.object()
    #expect(report["examples"] as? Int == 120 && report["skipped"] as? Int == 0)
    // What only numbers the rows is said, and not learned from.
    #expect(training.errors.contains("number"))
    let evaluated = try folder.run("evaluate", "sensors.convkit", "sensors.csv", "--json")
    let accuracy = try #require(try evaluated.object()["accuracy"] as? Double)
    // By chance 96 of 120 are right once in 10¹¹.
    #expect(accuracy >= 0.8)
    let summary = try folder.run("summary", "sensors.convkit").output
    for words in ["7 columns as 8 positions", "colour (2)", "median", "state"] {
      #expect(summary.contains(words), "\(summary)")
    }
  }

  @Test func everyRowIsAnswered() throws {
    let outcome = try folder.run("classify", "sensors.convkit", "sensors.csv")
    #expect(outcome.status == 0 && outcome.lines.count == 120, "\(outcome.errors)")
    #expect(outcome.lines[0].hasPrefix("sensors.csv:2\te"))
    #expect(outcome.lines[119].hasPrefix("sensors.csv:121\tl"))
    let fields = outcome.lines[0].split(separator: "\t")
    #expect(fields.count == 3 && Double(fields[2]).map { 0.5...1 ~= $0 } == true)
    let json = try folder.run("classify", "sensors.convkit", "sensors.csv", "--json")
    let first = try #require(
      try JSONSerialization.jsonObject(with: Data(json.lines[0].utf8)) as? [String: Any])
    #expect(first["input"] as? String == "sensors.csv" && first["line"] as? Int == 2)
    #expect(first["label"] as? String == "early")
  }

  /// Without the labels, in another order, among other columns, and through a pipe: the same answers.
  @Test func columnsAreFoundByName() throws {
    let whole = try folder.run("classify", "sensors.convkit", "sensors.csv")
    let turned = Self.rows(120).split(separator: "\n").map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).dropLast()
      return (["more"] + fields.reversed()).joined(separator: ",") + "\n"
    }.joined()
    try folder.write(turned.utf8, to: "turned.csv")
    let other = try folder.run("classify", "sensors.convkit", "turned.csv")
    #expect(other.output == whole.output.replacing("sensors.csv:", with: "turned.csv:"))
    let piped = try Program.shell(
      "\"$CONVKIT\" classify sensors.convkit - < turned.csv", in: folder.path)
    #expect(piped.output == whole.output.replacing("sensors.csv:", with: "-:"))
  }

  @Test func whatLacksOrIsBrokenIsNamed() throws {
    try folder.write("t1,t2,state\n1,2,early\n".utf8, to: "few.csv")
    for command in ["evaluate", "classify"] {
      let outcome = try folder.run(command, "sensors.convkit", "few.csv")
      #expect(outcome.status == 65 && outcome.errors.contains("t3"), "\(outcome.errors)")
    }
    let unlabelled = Self.rows(9).replacing("state", with: "status")
    try folder.write(unlabelled.utf8, to: "unlabelled.csv")
    let evaluated = try folder.run("evaluate", "sensors.convkit", "unlabelled.csv")
    #expect(evaluated.status == 65 && evaluated.errors.contains("“state”"))
    // Rows that cannot be used are named, and the rest is answered.
    var lines = Self.rows(9).split(separator: "\n").map(String.init)
    lines[3] = "1,2,3"
    lines[5] = lines[5].replacing(/,9,/, with: ",nine,")
    try folder.write((lines.joined(separator: "\n") + "\n").utf8, to: "broken.csv")
    let outcome = try folder.run("classify", "sensors.convkit", "broken.csv", "missing.csv")
    #expect(outcome.status == 65 && outcome.lines.count == 7)
    for words in ["line 4", "line 6", "nine", "missing.csv"] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  @Test func withoutAHeaderPlacesCount() throws {
    try folder.write(Self.rows(120, header: false).utf8, to: "bare.csv")
    let trained = try folder.run(
      "train", "bare.csv", "--no-header", "--anyway", "--epochs", "2", "--quiet")
    #expect(trained.status == 0, "\(trained.errors)")
    // The model knows that there is none.
    let outcome = try folder.run("classify", "bare.convkit", "bare.csv")
    #expect(outcome.status == 0 && outcome.lines.count == 120)
    #expect(outcome.lines[0].hasPrefix("bare.csv:1\t"))
    // A model of named columns is told.
    let told = try folder.run("classify", "sensors.convkit", "bare.csv", "--no-header")
    let named = try folder.run("classify", "sensors.convkit", "sensors.csv")
    #expect(told.lines.map { $0.drop { $0 != "\t" } } == named.lines.map { $0.drop { $0 != "\t" } })
    // The first row says what is wrong.
    let asHeader = try folder.run("train", "bare.csv", "--as", "table", "--anyway")
    #expect(asHeader.status == 65 && asHeader.errors.contains("--no-header"))
  }

  @Test func theTestPartIsKept() throws {
    let trained = try folder.run(
      "train", "sensors.csv", "--anyway", "--test", "0.25", "--epochs", "1", "--out", "t.convkit",
      "--split", "s.csv")
    #expect(trained.status == 64)
    let outcome = try folder.run(
      "train", "sensors.csv", "--anyway", "--test", "0.25", "--epochs", "1", "--out", "t.convkit",
      "--json")
    let learned = try #require(try outcome.object()["examples"] as? Int)
    let evaluated = try folder.run(
      "evaluate", "t.convkit", "sensors.csv", "--test", "0.25", "--json")
    let tested = try #require(try evaluated.object()["examples"] as? Int)
    // About a quarter: rows that hold the same stay together.
    #expect(learned + tested == 120 && 20...40 ~= tested)
    let split = try folder.run(
      "train", "sensors.csv", "--anyway", "--epochs", "1", "--split", "s.csv", "--out",
      "u.convkit")
    #expect(split.status == 0, "\(split.errors)")
    let text = String(decoding: try folder.bytes(of: "s.csv"), as: UTF8.self)
    #expect(text.contains("sensors.csv:121,"))
    #expect(
      try folder.run("evaluate", "u.convkit", "sensors.csv", "--split", "s.csv").status == 0)
  }

  @Test func columnsCanBeAPicture() throws {
    let numbers = Self.rows(60).split(separator: "\n").map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return (fields[1...6] + [fields[8]]).joined(separator: ",") + "\n"
    }.joined()
    try folder.write(numbers.utf8, to: "picture.csv")
    let trained = try folder.run(
      "train", "picture.csv", "--shape", "2x3", "--anyway", "--epochs", "1")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(
      try folder.run("summary", "picture.convkit").output.contains("6 columns as 2×3 positions"))
    for (shape, status) in [("3x5", Int32(64)), ("6", 64), ("0x6", 64)] {
      let outcome = try folder.run("train", "picture.csv", "--shape", shape, "--anyway")
      #expect(outcome.status == status && outcome.errors.contains(shape), "\(outcome.errors)")
    }
    // A category is no pixel.
    let texts = try folder.run("train", "sensors.csv", "--shape", "1x7", "--anyway")
    #expect(texts.status == 64 && texts.errors.contains("colour"), "\(texts.errors)")
    // Other data have no columns.
    let other = try folder.run("train", "sensors.csv", "--as", "text", "--shape", "2x3")
    #expect(other.status == 64 && other.errors.contains("--shape"))
  }

  @Test func theStagesOfTheFirstRowAreDrawn() throws {
    let outcome = try folder.run(
      "classify", "sensors.convkit", "sensors.csv", "--stages", "stages")
    #expect(outcome.status == 0 && outcome.errors.contains("sensors.csv:2"))
    #expect(try folder.names(in: "stages").contains("01-input.png"))
    let windows = try folder.run("classify", "sensors.convkit", "sensors.csv", "--windows")
    #expect(windows.status == 64 && windows.errors.contains("--windows"))
  }

  @Test func scanSaysWhatATableHolds() throws {
    let outcome = try folder.run("scan", "sensors.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for words in ["120 rows, 9 columns, 7 missing values", "colour", "“state”", "early"] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
    let json = try folder.run("scan", "sensors.csv", "--json")
    let object = try json.object()
    let table = try #require(object["table"] as? [String: Any])
    #expect(table["rows"] as? Int == 120 && table["missing"] as? Int == 7)
    #expect((table["columns"] as? [[String: Any]])?.count == 9)
    #expect((object["labels"] as? [Any])?.count == 2)
    // A table without a label is described too.
    try folder.write(
      (["x,y"] + (0..<40).map { "\($0 % 7),\($0).5" }).joined(separator: "\n").utf8,
      to: "numbers.csv")
    let numbers = try folder.run("scan", "numbers.csv")
    #expect(numbers.status == 0 && numbers.output.contains("40 rows, 2 columns"))
    #expect(numbers.output.contains("--label"))
  }

  /// What the check speaks against is not learned from, unless it is wanted.
  @Test func theCheckComesFirst() throws {
    let own = try TemporaryFolder()
    // Four columns without any order.
    let rows = (0..<60).map { row in
      "\(row % 7),\(row % 5),\(row * 3 % 11),\(row % 2)\n"
    }.joined()
    try own.write(("a,b,c,state\n" + rows).utf8, to: "few.csv")
    let refused = try own.run("train", "few.csv", "--json")
    #expect(refused.status == 65 && refused.output.isEmpty)
    #expect(refused.errors.contains("Verdict: cannot tell: "), "\(refused.errors)")
    #expect(refused.errors.contains("--anyway") && refused.errors.contains("logistic regression"))
    #expect(try own.names() == ["few.csv"])
    let wanted = try own.run("train", "few.csv", "--anyway", "--epochs", "1", "--json")
    #expect(wanted.status == 0 && wanted.errors.contains("Verdict: cannot tell: "))
    #expect(try wanted.object()["examples"] as? Int == 60)
  }

  /// Nothing to learn, or nothing that can be learned: a sentence, and no model.
  @Test func tablesThatCannotBeLearnedAreRefused() throws {
    let own = try TemporaryFolder()
    let numbers = (0..<40).map { "\($0 % 7),\($0).5\n" }.joined()
    let tables: [(name: String, text: String, says: String)] = [
      ("unlabelled.csv", "x,y\n" + numbers, "--label"),
      ("ragged.csv", "x,y\n1,2\n1,2,3\n", "line 3"), ("header.csv", "x,y\n", "rows"),
      ("one.csv", "x,y\n1,a\n2,a\n", "one value"),
      (
        "texts.csv", "a,topic\n" + (0..<12).map { "text \($0),\($0 % 2)\n" }.joined(),
        "--text-column"
      ),
    ]
    for table in tables {
      try own.write(table.text.utf8, to: table.name)
      let outcome = try own.run("train", table.name, "--as", "table", "--anyway")
      #expect(outcome.status == 65 && outcome.output.isEmpty, "\(table.name)")
      #expect(outcome.errors.contains(table.says), "\(outcome.errors)")
    }
    #expect(try own.names().allSatisfy { $0.hasSuffix(".csv") })
  }
}
