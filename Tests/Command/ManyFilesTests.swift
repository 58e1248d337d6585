import Foundation
import Testing

/// A folder of 2,000 files of which 20 are broken, each in one of ten ways.
@Suite("Many files")
struct ManyFilesTests {
  /// What is broken, by the names in reports, with words of the reasons, in order.
  private func breakThings(in folder: TemporaryFolder) throws -> [(name: String, words: String)] {
    var things: [(name: String, words: String)] = []
    for letter in ["O", "X"] {
      let names = try folder.names(in: "xo/\(letter)")
      var next = 0
      // Replaced, so that there are 2,000 in all.
      func take() throws -> String {
        next += 97
        try folder.remove("xo/\(letter)/\(names[next])")
        return "\(letter)/\(names[next])"
      }
      func add(_ name: String, _ words: String) { things.append((name, words)) }

      let empty = try take()
      try folder.write([], to: "xo/\(empty)")
      add(empty, "empty")

      let cut = "\(letter)/\(names[1])"
      try folder.cut("xo/\(cut)")
      add(cut, "broken PNG")

      let text = try take()
      try folder.write("not a picture".utf8, to: "xo/\(text)")
      add(text, "not a picture")

      let inner = try take()
      try folder.makeFolder("xo/\(inner)")
      add(inner, "a folder without a file")

      let pipe = try take()
      #expect(mkfifo(folder.path("xo/\(pipe)"), 0o600) == 0)
      add(pipe, "a named pipe")

      let dangling = try take()
      #expect(symlink("nowhere", folder.path("xo/\(dangling)")) == 0)
      add(dangling, "a link")

      let loop = try take()
      #expect(symlink((loop as NSString).lastPathComponent, folder.path("xo/\(loop)")) == 0)
      add(loop, "a link")

      _ = try take()
      let odd = Array("\(folder.path)/xo/\(letter)/z".utf8CString.dropLast()) + [-1, 0]
      let descriptor = open(odd, O_CREAT | O_WRONLY, 0o600)
      #expect(descriptor >= 0)
      close(descriptor)
      add("\(letter)/z\\xFF", "not UTF-8")

      _ = try take()
      try folder.copy("xo/\(letter)/\(names[0])", to: "xo/\(letter)/.\(names[0])")
      add("\(letter)/.\(names[0])", "hidden")

      // Cannot be read by who is not root; who is root reads what holds nothing.
      let secret = try take()
      try folder.write(getuid() == 0 ? [] : [1], to: "xo/\(secret)")
      #expect(chmod(folder.path("xo/\(secret)"), 0) == 0)
      add(secret, getuid() == 0 ? "empty" : "cannot be read")
    }
    if getuid() == 0 { print("not tested: an unreadable file, for this user reads all files") }
    return things.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  @Test(.timeLimit(.minutes(3))) func theRestIsLearnedAndEachIsNamed() throws {
    let folder = try TemporaryFolder.letters(2000)
    let things = try breakThings(in: folder)
    #expect(things.count == 20)
    func train(_ model: String) throws -> Program.Outcome {
      try folder.train("xo", "--batch", "256", "--out", model, "--json", "--report", "r.html")
    }
    let outcome = try train("first")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.leftOut.map(\.name) == things.map(\.name), "\(outcome.errors)")
    for (found, thing) in zip(outcome.leftOut, things) {
      #expect(found.reason.contains(thing.words), "\(found)")
    }
    let object = try outcome.object()
    #expect(object["examples"] as? Int == 1980 && object["skipped"] as? Int == 20)
    let page = try folder.text(of: "r.html")
    for (name, _) in things { #expect(page.contains("<b>\(name)</b>: "), "\(name)") }

    // The same in the same order, but for how fast it was.
    let again = try train("second")
    #expect(again.quietErrors == outcome.quietErrors)
    #expect(try folder.bytes(of: "first") == folder.bytes(of: "second"))
  }
}
