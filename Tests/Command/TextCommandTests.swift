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

  @Test(arguments: [
    ["--text-column", "body"], ["--vocabulary", "2"], ["--minimum-count", "0"],
    ["--longest", "0"], ["--freeze-vectors"], ["--augment", "shift"],
  ])
  func wrongOptionsAreRefused(options: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Array("label,text\na,one two\nb,three four\na,five six\nb,seven\n".utf8), to: "m.csv")
    let outcome = try Program.run(["train", "m.csv"] + options, in: folder.path)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
