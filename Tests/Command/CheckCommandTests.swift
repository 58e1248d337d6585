import ConvKitCore
import Foundation
import Testing

/// `convkit check` from the outside: verdict, figures, exit status, page.
@Suite("Check")
struct CheckCommandTests {
  /// Rows of columns that have nothing to do with one another, the label by two of them.
  private static func independent(rows: Int = 120, columns: Int = 10) -> String {
    var random = RandomStream(seed: 11, purpose: .tests)
    let names = (0..<columns).map { "c\($0)" } + ["label"]
    let lines = (0..<rows).map { _ in
      let values = (0..<columns).map { _ in random.uniform(in: 0...1) }
      return values.map { "\($0)" } + [
        values[1] + values[min(6, columns - 1)] > 1 ? "much" : "little"
      ]
    }
    return ([names] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// Rows that drift from column to column; the last column is as a label should be, or left out.
  private static func drifting(rows: Int = 120, columns: Int = 16, isLabelled: Bool) -> String {
    var random = RandomStream(seed: 12, purpose: .tests)
    let names = (0..<columns).map { "t\($0)" } + (isLabelled ? ["label"] : [])
    let lines = (0..<rows).map { row in
      var value: Float = 0
      let values = (0..<columns).map { _ in
        value = 0.8 * value + random.uniform(in: -1...1)
        return "\(value)"
      }
      return values + (isLabelled ? [row.isMultiple(of: 2) ? "a" : "b"] : [])
    }
    return ([names] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func columnsWithoutAnOrderDoNotSuit() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.independent().utf8, to: "table.csv")
    let call = ["check", "table.csv", "--report", "page.html"]
    let outcome = try Program.run(call, in: folder.path)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "The report is “page.html”.\n")
    #expect(outcome.output.hasPrefix("does not suit: "))
    #expect(outcome.output.contains("Judged: 120 rows, 10 columns used, 2 labels."))
    for question in [
      "\nA. ", "\nB. ", "\nCan the labels", "\nC. ", "\nD. ", "\nWhy, ", "\nNoted:\n",
      "\nWords:\n  |Spearman|: ", "\n  p: ", "\n  log-loss: ",
    ] {
      #expect(outcome.output.contains(question), "\(outcome.output)")
    }
    #expect(outcome.lines.allSatisfy { $0.count <= 80 })
    let page = String(decoding: try folder.bytes(of: "page.html"), as: UTF8.self)
    #expect(page.contains("<h1>Check of table.csv</h1>") && page.contains("<b>does not suit</b>"))
    #expect(page.contains("data:image/png;base64,") && !page.contains("http-equiv"))

    // The same answer and the same page again, on another number of threads; the status says it.
    let again = try Program.run(
      ["check", "table.csv", "--report", "again.html", "--exit-status", "-q", "--threads", "1"],
      in: folder.path)
    #expect(again.status == 2 && again.output == outcome.output && again.errors.isEmpty)
    #expect(try folder.bytes(of: "page.html") == folder.bytes(of: "again.html"))

    let json = try Program.run(["check", "table.csv", "--json", "--exit-status"], in: folder.path)
    let object = try Self.object(json.output)
    #expect(json.status == 2 && json.lines.count == 1)
    #expect(object["verdict"] as? String == "does not suit")
    #expect(object["rows"] as? Int == 120 && object["columns"] as? Int == 10)
    let neighbours = try #require(object["neighbours"] as? [String: Any])
    #expect(neighbours["holds"] as? Bool == false && neighbours["permutations"] as? Int == 999)
    let p = try #require(neighbours["pValue"] as? Double)
    let asAlike = try #require(neighbours["asAlike"] as? Int)
    #expect(p == Double(asAlike + 1) / 1000)
    #expect((object["table"] as? [String: Any])?["rows"] as? Int == 120)
    #expect(object["rowsFound"] as? Int == 120 && object["columnsFound"] as? Int == 10)
    // Every other order is counted, or p is only the least that it can be.
    for name in ["order", "groupedOrder"] {
      guard let order = object[name] as? [String: Any] else { continue }
      let isEarly = try #require(order["isEarly"] as? Bool)
      #expect((order["pValue"] == nil) == isEarly && (order["pValueAtLeast"] != nil) == isEarly)
    }
  }

  @Test func theQuickCheckTrainsNothing() throws {
    let folder = try TemporaryFolder()
    // Groups of so many columns have orders enough.
    try folder.write(Self.drifting(columns: 24, isLabelled: true).utf8, to: "table.csv")
    let quick = try Program.run(
      ["check", "table.csv", "--quick", "--exit-status"], in: folder.path)
    #expect(quick.output.hasPrefix("may suit: ") && quick.status == 3)
    #expect(quick.output.contains("not asked\n   The quick check asks A and B alone.\n"))
    let object = try Self.object(
      try Program.run(["check", "table.csv", "--quick", "--json"], in: folder.path).output)
    #expect(object["quick"] as? Bool == true && object["order"] == nil && object["rivals"] == nil)

    let bare = try TemporaryFolder()
    try bare.write(Self.drifting(columns: 24, isLabelled: false).utf8, to: "table.csv")
    for more in [[], ["--no-label"]] {
      let outcome = try Program.run(["check", "table.csv"] + more, in: bare.path)
      #expect(outcome.output.hasPrefix("may suit: ") && outcome.output.contains("no labels"))
      #expect(outcome.output.contains("There are no labels to learn."))
    }
  }

  /// A file of training and one of test, without names for the columns, and the columns as a picture.
  @Test func filesAreJoined() throws {
    let folder = try TemporaryFolder()
    let lines = Self.drifting(isLabelled: true).split(separator: "\n").dropFirst()
    for (name, part) in [("a.csv", lines.prefix(50)), ("b.csv", lines.dropFirst(50))] {
      try folder.write(part.map { $0 + "\n" }.joined().utf8, to: name)
    }
    let call = ["check", "a.csv", "b.csv", "--no-header", "--quick", "--json"]
    let object = try Self.object(try Program.run(call, in: folder.path).output)
    #expect(object["rows"] as? Int == 120 && object["columns"] as? Int == 16)
    let shaped = try Self.object(
      try Program.run(call + ["--shape", "4x4"], in: folder.path).output)
    let neighbours = try #require(shaped["neighbours"] as? [String: Any])
    #expect(neighbours["shape"] as? [Int] == [4, 4] && neighbours["isSearched"] as? Bool == false)
  }

  /// A name, a number or a label that the table hides is asked for; the report names all files.
  @Test func whatMayBeMeantOtherwiseIsNoted() throws {
    let folder = try TemporaryFolder()
    let lines = Self.independent().split(separator: "\n").map(String.init)
    // The label in front, and one value that is no number.
    var turned = lines.map { line in
      let fields = line.split(separator: ",")
      return ([fields[fields.count - 1]] + fields.dropLast()).joined(separator: ",")
    }
    turned[3] = turned[3].replacing(/,[^,]*$/, with: ",unknown")
    try folder.write(turned.map { $0 + "\n" }.joined().utf8, to: "front.csv")
    let front = try Program.run(
      ["check", "front.csv", "--quick", "--seed", "3", "--report", "page.html", "-q"],
      in: folder.path)
    #expect(front.output.contains("Is “label” the label? Say --label label."), "\(front.output)")
    #expect(front.output.contains("“c9” holds numbers and texts such as “unknown”"))
    let page = String(decoding: try folder.bytes(of: "page.html"), as: UTF8.self)
    #expect(page.contains("<title>Check of front.csv</title>") && page.contains("Seed: 3."))
    try folder.write(lines.map { $0 + "\n" }.joined().utf8, to: "names.csv")
    let names = try Program.run(["check", "names.csv", "--no-header", "--quick"], in: folder.path)
    // With the names in them all columns are texts without a repeat, and nothing is left.
    #expect(names.status == 65 && names.errors.contains("leave out --no-header"), "\(names)")
    let quick = try Program.run(["check", "names.csv", "--quick"], in: folder.path)
    #expect(quick.output.contains("The full check, without --quick"), "\(quick.output)")
  }

  /// What is noticed late is told with the same usage as what is noticed early.
  @Test func lateErrorsNameTheCommand() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Program.run(["xo", "generate", "xo", "--count", "4", "--size", "9"], in: folder.path)
        .status == 0)
    let early = try Program.run(["check", "xo", "--threads", "0"], in: folder.path)
    let late = try Program.run(["check", "xo", "--shape", "3x3"], in: folder.path)
    #expect(late.status == 64 && !late.errors.contains("--as table"), "\(late.errors)")
    func usage(_ text: String) -> [Substring] { Array(text.split(separator: "\n").dropFirst()) }
    #expect(usage(late.errors) == usage(early.errors) && usage(late.errors).count == 2)
  }

  @Test func tooLittleCannotTell() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.independent(rows: 12).utf8, to: "short.csv")
    try folder.write(Self.independent(rows: 60, columns: 4).utf8, to: "narrow.csv")
    for name in ["short.csv", "narrow.csv"] {
      let outcome = try Program.run(["check", name, "--exit-status"], in: folder.path)
      #expect(outcome.status == 3 && outcome.output.hasPrefix("cannot tell: "), "\(name)")
      #expect(outcome.output.contains("\nA. "))
    }
  }

  @Test func foldersAreAskedAlongTheirAxes() throws {
    let folder = try TemporaryFolder()
    #expect(
      try Program.run(["xo", "generate", "xo", "--count", "60"], in: folder.path).status == 0)
    let outcome = try Program.run(
      ["check", "xo", "--exit-status", "--report", "page.html", "-q"], in: folder.path)
    #expect(outcome.status == 3 && outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("may suit: "))
    for axis in ["height", "width"] {
      #expect(outcome.output.contains("Are neighbours along \(axis) more alike"))
    }
    let page = String(decoding: try folder.bytes(of: "page.html"), as: UTF8.self)
    #expect(page.contains("How alike the positions along width are"))
    let object = try Self.object(
      try Program.run(["check", "xo", "--json"], in: folder.path).output)
    let axes = try #require(object["axes"] as? [[String: Any]])
    #expect(axes.map { $0["name"] as? String } == ["height", "width"])
    #expect(object["kind"] as? String == "image" && object["examples"] as? Int == 60)
    #expect(object["examplesFound"] as? Int == 60)
    // Labels play no part, and so need not be there.
    let loose = try Program.run(["check", "xo/X"], in: folder.path)
    #expect(loose.status == 0 && loose.output.contains("Judged: 30 examples"))
  }

  @Test func whatIsNoTableIsSaid() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "text,label\nwhere is my parcel,a\nthank you so much,b\n".utf8, to: "texts.csv")
    try folder.write("a,b\n1,2\n1,2,3\n".utf8, to: "ragged.csv")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/tables", withIntermediateDirectories: true)
    try folder.write("a,b\n1,2\n".utf8, to: "tables/a.csv")
    try folder.write([], to: "empty.csv")
    try folder.write("a,b\n\"1,2\n".utf8, to: "open.csv")
    try folder.write([0x61, 0x2C, 0xFF, 0x0A, 0x31, 0x2C, 0x32, 0x0A], to: "latin.csv")
    #expect(
      try Program.run(["xo", "generate", "xo", "--count", "4", "--size", "9"], in: folder.path)
        .status == 0)
    let cases: [(arguments: [String], status: Int32, words: String)] = [
      (["texts.csv"], 64, "--as table"), (["ragged.csv"], 65, "line 3"),
      (["empty.csv"], 65, "empty"), (["open.csv"], 65, "line 2"), (["latin.csv"], 65, "UTF-8"),
      (["nowhere.csv"], 66, "nowhere.csv"), (["ragged.csv", "nowhere.csv"], 65, "line 3"),
      (["xo", "--shape", "3x3"], 64, "--shape is of tables"),
      (["xo", "texts.csv"], 64, "is a folder"),
      (["texts.csv", "--label", "topic"], 64, "topic"),
      (["texts.csv", "--label", "a", "--no-label"], 64, "give one"),
      (["texts.csv", "--shape", "8"], 64, "8"), (["texts.csv", "--shape", "0x8"], 64, "0x8"),
      (["texts.csv", "--threads", "0"], 64, "1 to 1024"),
      (["texts.csv", "--report", "./texts.csv"], 64, "another file"),
      (["texts.csv", "--as", "table", "--report", "no/page.html"], 73, "no/page.html"),
      ([], 64, "<DATA>"),
      (["-"], 64, "standard input"), (["ragged.csv", "./ragged.csv"], 64, "given twice"),
      (["tables"], 64, "is a folder of tables"),
      (["tables", "--as", "table"], 64, "is a folder of tables"),
    ]
    let names = try folder.names()
    for (arguments, status, words) in cases {
      let outcome = try Program.run(["check"] + arguments, in: folder.path)
      #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments): \(outcome)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("Error: "))
    }
    #expect(try folder.names() == names)
  }
}
