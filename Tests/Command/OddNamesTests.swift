import Foundation
import Testing

/// Data, labels and files whose names are anything that a file system takes.
@Suite("Odd names")
struct OddNamesTests {
  private static let names = [
    "two words", "it's \"quoted\"", "a,b;c", "line\nbreak", "-dash", "{brace}", "\u{1B}[31mred",
    "ünïcode ✗", "100%", "<b>&amp;", "$(echo)", "#hash?x=1",
  ]

  @Test(arguments: names) func isTakenEverywhere(name: String) throws {
    let folder = try TemporaryFolder.letters(12, size: 9)
    let data = "\(name) data"
    try folder.copy("xo/X", to: "real/\(name)")
    try folder.copy("xo/O", to: "real/O")
    try folder.copy("xo/X/000000.png", to: "real/O/\(name).png")
    try folder.cut("real/O/\(name).png")
    // Through a link, with a name of that kind too.
    #expect(symlink("real", folder.path(data)) == 0)
    let (model, split) = ("./\(name).model", "./\(name).csv")
    let outcome = try folder.train(
      "./\(data)", "--out", model, "--split", split, "--log", "./\(name).log", "--report",
      "./\(name).html", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try outcome.object()["model"] as? String == model)
    #expect(outcome.leftOut.count == 1)
    // A line for each thing that is said, and nothing that a terminal would obey.
    #expect(!outcome.errors.contains("\u{1B}") && !outcome.errors.contains("line\nbreak"))
    let again = try folder.train("./\(data)", "--out", model, "--split", split, "--resume")
    #expect(again.status == 0 && again.errors.contains("is finished"), "\(again.errors)")
    let evaluated = try folder.run("evaluate", model, "./\(data)", "--split", split, "--json")
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let labels = try #require(try evaluated.object()["labels"] as? [String])
    #expect(Set(labels) == ["O", name])
    let text = try folder.run("evaluate", model, "./\(data)")
    #expect(text.status == 0 && !text.output.contains("\u{1B}"))
    #expect(text.errors.split(separator: "\n").count == 1, "\(text.errors)")
    let classified = try folder.run("classify", model, "./\(data)/\(name)/000000.png")
    #expect(classified.status == 0 && classified.lines.count == 1, "\(classified)")
  }

  /// A label of the pattern, fields and selections with such names.
  @Test func inPatternsAndSelections() throws {
    let folder = try TemporaryFolder.letters(24, size: 9)
    try folder.makeFolder("flat")
    for letter in ["X", "O"] {
      for (index, name) in try folder.names(in: "xo/\(letter)").enumerated() {
        let who = index % 3 == 0 ? "o'neil \"jr\"" : "ann\nmarie"
        try folder.copy("xo/\(letter)/\(name)", to: "flat/\(letter) (\(who)) \(index).png")
      }
    }
    let outcome = try folder.train(
      "flat", "--label-from", "{label} ({who}) {index}.png", "--test", "who=o'neil \"jr\"", "--json"
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try outcome.object()["examples"] as? Int == 16)
  }
}
