import Foundation
import Testing

/// `convkit scan` on folders as people have them.
@Suite("Scan")
struct ScanTests {
  /// Six pictures of each letter in `xo`.
  private func drawn() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      ["xo", "generate", "xo", "--count", "12", "--size", "9"], in: folder.path)
    #expect(outcome.status == 0)
    return folder
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  private func copy(_ name: String, to other: String, in folder: TemporaryFolder) throws {
    try makeFolder((folder.path(other) as NSString).deletingLastPathComponent)
    try FileManager.default.copyItem(atPath: folder.path(name), toPath: folder.path(other))
  }

  /// Everything that is wrong with files: its name in reports and words of the reason, in order.
  private func breakThings(in folder: TemporaryFolder) throws -> [(name: String, words: String)] {
    let picture = try folder.bytes(of: "xo/O/\(folder.names(in: "xo/O")[0])")
    try folder.write([], to: "xo/O/empty.png")
    try folder.write(picture.dropLast(30), to: "xo/O/cut.png")
    try folder.write("not a picture".utf8, to: "xo/O/text.png")
    try makeFolder(folder.path("xo/O/folder.png"))
    #expect(mkfifo(folder.path("xo/O/pipe.png"), 0o600) == 0)
    for (name, target) in [("dangling.png", "nowhere"), ("loop.png", "loop.png"), ("up.png", "..")]
    {
      #expect(symlink(target, folder.path("xo/O/\(name)")) == 0)
    }
    try folder.write(picture, to: "xo/O/.hidden.png")
    try folder.write(picture, to: "xo/beside.png")
    let odd = Array("\(folder.path)/xo/O/\u{1}".utf8CString.dropLast()) + [-1, 0]
    let descriptor = open(odd, O_CREAT | O_WRONLY, 0o600)
    #expect(descriptor >= 0)
    close(descriptor)
    var things = [
      ("O/.hidden.png", "hidden"), ("O/\\x01\\xFF", "not UTF-8"), ("O/cut.png", "broken PNG"),
      ("O/dangling.png", "a link"), ("O/empty.png", "empty"),
      ("O/folder.png", "a folder without a file"), ("O/loop.png", "a link"),
      ("O/pipe.png", "a named pipe"), ("O/text.png", "not a picture"), ("O/up.png", "a link"),
      ("beside.png", "lies beside"),
    ]
    if getuid() == 0 {
      print("not tested: an unreadable file, for this user reads all files")
    } else {
      try folder.write(picture, to: "xo/O/secret.png")
      #expect(chmod(folder.path("xo/O/secret.png"), 0) == 0)
      things.insert(("O/secret.png", "cannot be read"), at: 8)
    }
    return things
  }

  @Test func everyBrokenThingIsNamed() throws {
    let folder = try drawn()
    let things = try breakThings(in: folder)
    let outcome = try Program.run(["scan", "xo"], in: folder.path)
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.prefix(8) == [
        "label  training  validation  test  total", "-----  --------  ----------  ----  -----",
        "O             6           0     0      6", "X             6           0     0      6",
        "-----  --------  ----------  ----  -----", "total        12           0     0     12", "",
        "\(things.count) things cannot be used:",
      ])
    let named = lines.dropFirst(8).dropLast()
    #expect(named.count == things.count)
    for (line, thing) in zip(named, things) {
      #expect(line.hasPrefix("  \(thing.name): ") && line.contains(thing.words))
    }

    let object = try object(try Program.run(["scan", "xo", "--json"], in: folder.path).output)
    let unusable = try #require(object["unusable"] as? [[String: String]])
    #expect(unusable.map { $0["name"] } == things.map(\.name))
    #expect(object["examples"] as? Int == 12)

    // Twice the same bytes, and through a link to DATA.
    #expect(try Program.run(["scan", "xo"], in: folder.path).output == outcome.output)
    #expect(symlink("xo", folder.path("link")) == 0)
    let linked = try Program.run(["scan", "link"], in: folder.path)
    #expect(linked.output.replacing(" link/", with: " xo/") == outcome.output)

    let strict = try Program.run(["scan", "xo", "--strict"], in: folder.path)
    #expect(strict.status == 65 && strict.output.isEmpty)
    #expect(strict.errors.contains("“O/.hidden.png” cannot be used"))
  }

  @Test func repeatsConflictsAndSmallLabels() throws {
    let folder = try drawn()
    let names = try folder.names(in: "xo/X")
    try copy("xo/X/\(names[0])", to: "xo/X/copy 1.png", in: folder)
    try copy("xo/X/\(names[0])", to: "xo/X/copy 2.png", in: folder)
    try copy("xo/X/\(names[1])", to: "xo/O/wrong.png", in: folder)
    try copy("xo/X/\(names[2])", to: "xo/Z/only.png", in: folder)
    let text = try Program.run(["scan", "xo", "--strict"], in: folder.path)
    #expect(text.status == 0 && text.errors.isEmpty)
    #expect(
      text.output.hasSuffix(
        """

        1 content (3 files) occurs more than once; each is kept on one side of a split:
          X/\(names[0]), X/copy 1.png, X/copy 2.png

        2 contents (4 files) occur under more than one label; correct these or leave them out:
          O/wrong.png (O), X/\(names[1]) (X)
          X/\(names[2]) (X), Z/only.png (Z)

        1 label too small to divide; all examples stay in training:
          Z: 1 example

        The labels differ in size: “X” has 8 training examples and “Z” 1.

        """), "\(text.output)")
    let object = try object(try Program.run(["scan", "xo", "--json"], in: folder.path).output)
    #expect((object["repeats"] as? [[Any]])?.map(\.count) == [3])
    #expect((object["conflicts"] as? [[Any]])?.map(\.count) == [2, 2])
    #expect((object["imbalance"] as? [String: Any])?["ratio"] as? Double == 8)
  }

  @Test func partsAndWhatStraddlesThem() throws {
    let folder = try drawn()
    for letter in ["O", "X"] {
      let names = try folder.names(in: "xo/\(letter)")
      for (index, name) in names.enumerated() {
        let part = ["train", "train", "train", "train", "val", "test"][index]
        try copy("xo/\(letter)/\(name)", to: "parts/\(part)/\(letter)/\(index).png", in: folder)
      }
    }
    try copy("parts/train/X/0.png", to: "parts/test/X/again.png", in: folder)
    try copy("parts/train/X/1.png", to: "parts/test/Z/new.png", in: folder)
    let outcome = try Program.run(["scan", "parts"], in: folder.path)
    #expect(outcome.status == 0)
    #expect(
      outcome.lines[2...4].map { $0.split(separator: " ") } == [
        ["O", "4", "1", "1", "6"], ["X", "4", "1", "2", "7"], ["Z", "0", "0", "1", "1"],
      ])
    #expect(
      outcome.output.contains(
        """
        2 contents (4 files) occur in more than one part, so that the results there say too much:
          test/X/again.png (test), train/X/0.png (training)
          test/Z/new.png (test), train/X/1.png (training)

        1 label without an example to learn from:
          Z

        """), "\(outcome.output)")
  }

  /// Each of these ends at once, and with a sentence.
  @Test func whatIsNoDataSet() throws {
    let folder = try drawn()
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    #expect(symlink("loop", folder.path("loop")) == 0)
    try makeFolder(folder.path("empty"))
    let cases: [(path: String, status: Int32, words: String)] = [
      ("pipe", 65, "is a named pipe"), ("/dev/null", 65, "is a device"),
      ("nowhere", 66, "no “nowhere”"),
      ("loop", 74, "cannot be read"), ("empty", 65, "holds no example"),
    ]
    for (path, status, words) in cases {
      for more in [[], ["--as", "image"]] {
        let outcome = try Program.run(["scan", path] + more, in: folder.path)
        #expect(outcome.status == status && outcome.output.isEmpty, "\(path): \(outcome)")
        if more.isEmpty { #expect(outcome.errors.contains(words), "\(path): \(outcome.errors)") }
      }
    }
    // Nothing that can be decoded: each file still has its reason.
    try makeFolder(folder.path("broken/a"))
    for name in ["1", "2", "3"] { try folder.write([0, 1], to: "broken/a/\(name)") }
    let broken = try Program.run(["scan", "broken", "--as", "image"], in: folder.path)
    #expect(broken.status == 0)
    #expect(broken.output.contains("3 things cannot be used:\n  a/1: "))
    #expect(broken.output.hasSuffix("there is none.\n"))
    // Not a single file to decide the kind by.
    try makeFolder(folder.path("nothing/a"))
    for name in ["1", "2"] { try folder.write([], to: "nothing/a/\(name)") }
    for more in [[], ["--as", "image"]] {
      let nothing = try Program.run(["scan", "nothing"] + more, in: folder.path)
      #expect(nothing.status == 0 && nothing.errors.isEmpty)
      #expect(nothing.output.contains("  a/1: empty\n  a/2: empty\n"))
    }
    #expect(try Program.run(["scan", "xo", "--as", "table"], in: folder.path).status == 65)
  }
}
