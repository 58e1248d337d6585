import Foundation
import Testing

/// Texts on the command line: from messages to answers.
@Suite("Texts")
struct TextCommandTests {
  /// A model of messages that one word tells apart, and the file they came from.
  private func trained() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var rows = ["topic,message"]
    for index in 0..<80 {
      let (label, word) = index % 2 == 0 ? ("delivery", "parcel") : ("money", "refund")
      rows.append("\(label),\"where, and when, is my \(word) number \(index % 7) \(index)\"")
    }
    try folder.write(Array(rows.joined(separator: "\r\n").utf8), to: "messages.csv")
    let outcome = try Program.run(
      [
        "train", "messages.csv", "--text-column", "message", "--label-column", "topic",
        "--epochs", "30", "--learning-rate", "0.01", "-q",
      ], in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("accuracy  100.00 %"))
    return folder
  }

  @Test func messagesAreLearnedAndAnswered() throws {
    let folder = try trained()
    let outcome = try Program.run(
      ["classify", "messages.convkit", "Where is my PARCEL", "a refund, please"], in: folder.path)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = outcome.lines.map { $0.split(separator: "\t") }
    #expect(lines.map { $0[0] } == ["Where is my PARCEL", "a refund, please"])
    #expect(lines.map { $0[1] } == ["delivery", "money"])

    let why = try Program.run(
      ["classify", "messages.convkit", "where is my parcel", "--why", "--json"], in: folder.path)
    let object = try why.object()
    let reasons = try #require(object["why"] as? [[String: Any]])
    #expect((reasons.first?["text"] as? String)?.contains("parcel") == true)

    let evaluated = try Program.run(
      [
        "evaluate", "messages.convkit", "messages.csv", "--text-column", "message",
        "--label-column", "topic", "-q", "--json",
      ], in: folder.path)
    #expect(try evaluated.object()["accuracy"] as? Double == 1)
  }

  /// A line an answer, and what is no text is named with its line.
  @Test func linesAreAnsweredInTheirOrder() throws {
    let folder = try trained()
    try folder.write(
      Array("my parcel\r\n\nbroken ".utf8) + [0xE9] + Array("\nrefund \0 x\nzebra".utf8),
      to: "lines")
    let outcome = try Program.shell(
      "\"$CONVKIT\" classify messages.convkit - < lines", in: folder.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("line 3"))
    #expect(outcome.errors.contains("0xE9"))
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(lines.dropLast().map { $0[0] } == ["my parcel", "", "refund \\u{0} x", "zebra"])
    #expect(lines[0][1] == "delivery" && lines[2][1] == "money")

    let latin = try Program.shell(
      "\"$CONVKIT\" classify messages.convkit --encoding latin1 - < lines", in: folder.path)
    #expect(latin.status == 0 && latin.errors.isEmpty)
    #expect(latin.lines.contains { $0.hasPrefix("broken é\t") })
  }

  @Test func aLongLineIsAnsweredAndStreamsEnd() throws {
    let folder = try trained()
    let outcome = try Program.shell(
      """
      (yes 'my number is' | head -c 1000000 | tr '\\n' ' '; echo; echo parcel; printf refund) \
      | "$CONVKIT" classify messages.convkit -
      """, in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 3)
    #expect(outcome.lines[0].utf8.count < 200)
    let nothing = try Program.shell(
      "\"$CONVKIT\" classify messages.convkit - < /dev/null", in: folder.path)
    #expect(nothing.status == 0 && nothing.output.isEmpty)
  }

  /// Whoever waits for an answer gets it before the stream ends, and what is read takes no memory.
  @Test func streamsAreAnsweredAsTheyCome() throws {
    let folder = try trained()
    let outcome = try Program.shell(
      """
      mkfifo in
      "$CONVKIT" classify messages.convkit - < in > out &
      program=$!
      exec 3> in
      peak() {
        for _ in $(seq 600); do [ "$(wc -l < out)" -ge "$1" ] && break; sleep 0.1; done
        wc -l < out
        sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$program/status
      }
      echo 'where is my parcel' >&3
      peak 1
      yes 'is it where my refund is' | head -n 5000 >&3
      peak 5001
      yes 'my parcel number is it' | head -n 200000 >&3
      peak 205001
      exec 3>&-
      wait $program
      """, in: folder.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let numbers = outcome.lines.compactMap { Int($0.filter { $0 != " " }) }
    try #require(numbers.count == 6, "\(outcome.output)")
    #expect(numbers[0] == 1 && numbers[2] == 5001 && numbers[4] == 205_001)
    // In kB; 200,000 lines are 4 MB.
    #expect(numbers[5] - numbers[3] < 2048)
  }

  @Test func aReaderThatHasEnoughMayLeave() throws {
    let folder = try trained()
    let outcome = try Program.shell(
      "yes 'my parcel' | \"$CONVKIT\" classify messages.convkit - | head -n 1", in: folder.path)
    #expect(outcome.lines.count == 1 && outcome.errors.isEmpty)
  }

  @Test func linesAndReasonsHaveTheirPlaces() throws {
    let folder = try trained()
    try folder.write(
      Array("a refund\n".utf8) + [0xFF] + Array("\né where is my PARCEL\n".utf8), to: "lines")
    let outcome = try Program.shell(
      "\"$CONVKIT\" classify messages.convkit --json --why - < lines", in: folder.path)
    #expect(outcome.status == 65)
    let objects = try outcome.lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.map { $0["line"] as? Int } == [1, 3])
    #expect(objects.map { $0["input"] as? String } == ["a refund", "é where is my PARCEL"])
    let why = try #require((objects[1]["why"] as? [[String: Any]])?.first)
    let text = try #require(why["text"] as? String)
    #expect(text.contains("PARCEL"))
    #expect(why["end"] as? Int == 20)
    #expect(why["start"] as? Int == 20 - text.unicodeScalars.count)

    let plain = try Program.run(
      ["classify", "messages.convkit", "--why", "parcel", "--", "-x refund"], in: folder.path)
    #expect(plain.status == 0)
    #expect(plain.output.hasPrefix("parcel\tdelivery\t"))
    #expect(plain.lines.contains { $0.hasPrefix("  +") && $0.hasSuffix("\tparcel") })
    #expect(plain.lines.contains { $0.hasPrefix("-x refund\tmoney\t") })
  }

  @Test func reasonsAreRefusedWhereThereAreNone() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Array("label,text\na,one two\nb,two three\na,one six\nb,three three\n".utf8), to: "m.csv")
    try folder.write(
      Array(
        #"[{"layer":"embedding","channels":2},{"layer":"globalAveragePool"},{"layer":"votes"}]"#
          .utf8), to: "net.json")
    let trained = try Program.run(
      ["train", "m.csv", "--network", "net.json", "--validation", "0", "-q"], in: folder.path)
    #expect(trained.status == 0, "\(trained.errors)")
    let outcome = try Program.shell(
      "\"$CONVKIT\" classify m.convkit --why - < /dev/null", in: folder.path)
    #expect(outcome.status == 64 && outcome.errors.contains("leave --why out"))
  }

  /// Killed and gone on with, a training of texts ends in the same bytes, with vectors too.
  @Test func aTrainingGoesOnToTheSameBytes() throws {
    let folder = try TemporaryFolder()
    var rows = ["label,text"]
    for index in 0..<6000 {
      rows.append("\(index % 3),word\(index % 3) and \(index % 101) more \(index % 7) of it")
    }
    try folder.write(Array(rows.joined(separator: "\n").utf8), to: "m.csv")
    let vectors = ["word0 1 2 3 4", "word1 2 3 4 5", "and -1 0 1 0"].joined(separator: "\n")
    try folder.write(Array(vectors.utf8), to: "vectors.txt")
    let call = ["train", "m.csv", "--vectors", "vectors.txt", "--epochs", "40", "--patience", "40"]
    let whole = try Program.run(call + ["--out", "whole.convkit", "-q"], in: folder.path)
    #expect(whole.status == 0, "\(whole.errors)")
    let first = try Program.run(call, in: folder.path, interruptAfter: "epoch 2/")
    #expect(first.status == 130, "\(first.errors)")
    let other = try Program.run(call + ["--resume", "--longest", "80"], in: folder.path)
    #expect(other.status == 64 && other.errors.contains("longest is 80 here and 64 there"))
    let tokens = try Program.run(call + ["--resume", "--no-fold"], in: folder.path)
    #expect(tokens.errors.contains("letters kept"), "\(tokens.errors)")
    let last = try Program.run(call + ["--resume"], in: folder.path)
    #expect(last.status == 0 && last.errors.contains("Going on from the checkpoint"))
    #expect(try folder.bytes(of: "m.convkit") == folder.bytes(of: "whole.convkit"))
  }

  @Test func filesAreReadOnRequest() throws {
    let folder = try trained()
    try folder.write(Array("where is\nmy parcel?\n".utf8), to: "letter.txt")
    let outcome = try Program.run(
      ["classify", "messages.convkit", "--file", "letter.txt", "none.txt"], in: folder.path)
    #expect(outcome.status != 0)
    #expect(outcome.lines.count == 1)
    #expect(outcome.output.hasPrefix("letter.txt\tdelivery\t"))
    #expect(outcome.errors.contains("none.txt"))
  }

  @Test func guessesAreSaidToBeSo() throws {
    let folder = try trained()
    let outcome = try Program.run(["classify", "messages.convkit", "zebra", ""], in: folder.path)
    #expect(outcome.status == 0 && outcome.lines.count == 2)
    #expect(outcome.errors.contains("“zebra” holds no token that the model knows"))
    #expect(outcome.errors.contains("“” holds no token"))
  }

  @Test(arguments: ["--stages=x", "--windows"])
  func whatTextsDoNotHaveIsRefused(option: String) throws {
    let folder = try trained()
    let outcome = try Program.run(
      ["classify", "messages.convkit", "parcel", option], in: folder.path)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("not for models of texts"))
  }

  @Test func aTableThatMayBeTextsIsTold() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("topic,texts\na,one two\nb,three four\n".utf8), to: "m.csv")
    let outcome = try Program.run(["train", "m.csv"], in: folder.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("--text-column NAME"), "\(outcome.errors)")
  }

  @Test(arguments: [
    ["--text-column", "body"], ["--vocabulary", "2"], ["--minimum-count", "0"],
    ["--longest", "0"], ["--freeze-vectors"], ["--augment", "shift"], ["--label-smoothing", "1"],
    ["--vectors", "m.csv", "--tokens", "subwords"], ["--vectors", "v.txt", "--log", "v.txt"],
    ["--vectors", "v.txt", "--freeze-vectors", "--network", "net.json"],
  ])
  func wrongOptionsAreRefused(options: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Array("label,text\na,one two\nb,three four\na,five six\nb,seven\n".utf8), to: "m.csv")
    try folder.write(
      Array(
        #"[{"layer":"embedding","channels":2},{"layer":"globalAveragePool"},{"layer":"votes"}]"#
          .utf8), to: "net.json")
    let outcome = try Program.run(["train", "m.csv"] + options, in: folder.path)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
