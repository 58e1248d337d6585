import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct NamedFilesTests {
  @Test(
    arguments: [
      // The shortest fields, the first before the others.
      (
        "{label}_{speaker}_{index}.wav", "7_theo_3.wav",
        ["label": "7", "speaker": "theo", "index": "3"]
      ),
      (
        "{label}_{speaker}_{index}.wav", "a_b_jackson_3.wav",
        ["label": "a", "speaker": "b", "index": "jackson_3"]
      ),
      ("{label}_{index}.wav", "__1.wav", ["label": "_", "index": "1"]),
      ("{label}_{index}.wav", "a_1.wav.wav", ["label": "a", "index": "1.wav"]),
      ("{label}_{index}.wav", "_1.wav", nil), ("{label}_{index}.wav", "a_.wav", nil),
      ("{label}_{index}.wav", "a1.wav", nil), ("{label}_{index}.wav", "a_1.WAV", nil),
      ("{label}_{index}.wav", "a_1.wavx", nil),
      (
        "{label}_{index}.wav", "a_.wav.wav",
        ["label": "a", "index": ".wav"]
      ),
      ("{label}", "x", ["label": "x"]), ("x{label}", "x", nil), ("x{label}", "xy", ["label": "y"]),
      ("{label}--{a}", "---", nil), ("{label}--{a}", "----", ["label": "-", "a": "-"]),
      ("{label}--{a}", "-----", ["label": "-", "a": "--"]),
      ("{label}ab{x}ab", "1abab2ab", ["label": "1", "x": "ab2"]),
      // The last part of a path without a slash in the pattern, the whole of it with one.
      ("{label}.{n}", "deep/down/cat.1", ["label": "cat", "n": "1"]),
      ("{label}/{n}.png", "cat/1.png", ["label": "cat", "n": "1"]),
      ("{label}/{n}.png", "1.png", nil), ("{label}/{n}.png", "a/cat/1.png", nil),
      ("{part}/{label}/1.png", "a/cat/1.png", ["part": "a", "label": "cat"]),
      ("x/{label}", "y/a", nil), ("x/{label}", "x/a", ["label": "a"]), ("{label}/x", "a/xy", nil),
      ("{label}_{n}", "é_e\u{301}", ["label": "é", "n": "e\u{301}"]),
      // A letter of two characters that the text of the pattern begins: bytes, not letters.
      ("{label}e{n}", "1e\u{301}", ["label": "1", "n": "\u{301}"]),
    ] as [(String, String, [String: String]?)])
  func matching(pattern: String, name: String, fields: [String: String]?) throws {
    #expect(try FileNamePattern(pattern).values(in: name) == fields)
  }

  /// Names made from fields that do not hold the text between them come apart again; any name
  /// comes apart as the plain search by trying all ends finds first.
  @Test func lawsOfMatching() throws {
    let pattern = try FileNamePattern("{label}_{b}--{c}.w")
    func search(_ name: [UInt8], _ texts: [[UInt8]]) -> [[UInt8]]? {
      guard let text = texts.first else { return name.isEmpty ? [] : nil }
      guard name.count > text.count else { return nil }
      for end in 1...name.count - text.count where name[end...].starts(with: text) {
        if let rest = search(Array(name[(end + text.count)...]), Array(texts.dropFirst())) {
          return [Array(name[..<end])] + rest
        }
      }
      return nil
    }
    let letters = Array("_-.wa".utf8)
    var matches = 0
    for item in 0..<3000 {
      var stream = RandomStream(seed: 3, purpose: .split, item: item)
      var name = (0..<4 + Int(stream.next() % 14)).map { _ in
        letters[Int(stream.next() % UInt64(letters.count))]
      }
      if item % 2 == 0 { name += Array(".w".utf8) }
      let expected = search(name, [Array("_".utf8), Array("--".utf8), Array(".w".utf8)])
      let found = pattern.values(in: String(decoding: name, as: UTF8.self))
      let inOrder = found.map { found in ["label", "b", "c"].map { Array((found[$0] ?? "").utf8) } }
      #expect(inOrder == expected)
      if found != nil { matches += 1 }
    }
    #expect(matches > 100 && matches < 2900)
  }

  /// A name on which trying all ends would take longer than anybody waits.
  @Test(.timeLimit(.minutes(1))) func noNameTakesLong() throws {
    let pattern = try FileNamePattern(
      (0..<40).map { "{f\($0)}a" }.joined() + "{label}b")
    #expect(pattern.values(in: String(repeating: "a", count: 255)) == nil)
  }

  @Test func whatIsNoPattern() throws {
    func error(_ pattern: String) -> FileNamePatternError? {
      do {
        _ = try FileNamePattern(pattern)
        return nil
      } catch {
        return error as? FileNamePatternError
      }
    }
    let wrong: [(String, FileNamePatternError)] = [
      ("", .noLabel(pattern: "")), ("{x}_{y}.wav", .noLabel(pattern: "{x}_{y}.wav")),
      ("{label", .openBrace(pattern: "{label")),
      ("{la{bel}", .fieldName(pattern: "{la{bel}", name: "la{bel")),
      ("label}", .closingBrace(pattern: "label}")),
      ("{}{label}", .fieldName(pattern: "{}{label}", name: "")),
      ("{label}_{a b}", .fieldName(pattern: "{label}_{a b}", name: "a b")),
      ("{label}_{a/b}", .fieldName(pattern: "{label}_{a/b}", name: "a/b")),
      ("{label}_{label}", .repeatedField(pattern: "{label}_{label}", name: "label")),
      ("{label}{n}", .fieldsTouch(pattern: "{label}{n}", first: "label", second: "n")),
    ]
    for (pattern, expected) in wrong {
      let found = error(pattern)
      #expect(found == expected)
      #expect(found?.category == .wrongCall)
      #expect(found?.description.contains("'{label}_{speaker}_{index}.wav'") == true)
    }
    let pattern = try FileNamePattern("{label}_{Größe2}/{n}.x")
    #expect(pattern.fields == ["label", "Größe2", "n"])
    #expect(pattern.text == "{label}_{Größe2}/{n}.x")
  }

  private func options(_ pattern: String) throws -> DataSet.Options {
    var options = DataSet.Options()
    options.labelPattern = try FileNamePattern(pattern)
    return options
  }

  @Test func filesOfAnyDepth() throws {
    let folder = try TemporaryFolder()
    for name in ["cat_g1_1.png", "deep/er/dog_g2_1.png", "deep/notes.txt", "dog_g1_2.png"] {
      try folder.add(name, Array("text".utf8))
    }
    try folder.add("deep/cat_g3_9.png", [])
    try folder.addLink("cat_g1_3.png", to: "cat_g1_1.png")
    let pattern = "{label}_{group}_{index}.png"
    let found = try DataSource(folder.path, options: options(pattern))
      .found(at: folder.path)
    #expect(
      found.records.first { $0.name == "deep/er/dog_g2_1.png" }
        == DataSet.Record(
          name: "deep/er/dog_g2_1.png", item: .file(folder.path("deep/er/dog_g2_1.png")),
          label: "dog", part: .training, fields: ["index": "1"], group: "g2"))
    let set = try DataSet.read(folder.path, options: options(pattern), for: .training)
    #expect(set.labels == ["cat", "dog"])
    #expect(set.training.map(\.name) == ["cat_g1_1.png", "deep/er/dog_g2_1.png", "dog_g1_2.png"])
    #expect(set.training.map(\.group) == ["g1", "g2", "g1"])
    #expect(
      set.leftOut.map { [$0.name, $0.reason] } == [
        ["cat_g1_3.png", "a link, and links inside a data set are not followed"],
        ["deep/cat_g3_9.png", "empty"],
        ["deep/notes.txt", "its name does not match “\(pattern)”"],
      ])
    // The kind is that of what matches, also directly in the folder.
    #expect(
      try DataKind.decide(folder.path, options: options(pattern)) == .text)
    let none = try options("x{label}")
    let nothing = DataSetError.empty(
      path: folder.path, leftOut: 6,
      first: LeftOut(name: "cat_g1_1.png", reason: "its name does not match “x{label}”"))
    #expect(
      nothing.description.contains("(6 left out; the first, cat_g1_1.png: its name does not match"))
    #expect(throws: nothing) {
      try DataKind.decide(folder.path, options: none)
    }
    #expect(throws: nothing) {
      try DataSet.read(folder.path, options: options("x{label}"), for: .training)
    }
    let file = folder.path("deep/notes.txt")
    #expect(throws: DataSetError.patternForAFile(path: file)) {
      try DataSet.read(file, options: options("{label}"), for: .training)
    }
    #expect(DataSetError.patternForAFile(path: "").category == .wrongCall)
  }

  @Test func partsAboveTheFiles() throws {
    let folder = try TemporaryFolder()
    for name in ["train/a_1", "train/b_1", "valid/x/a_2", "test/b_3", "stray_1"] {
      try folder.add(name)
    }
    let set = try DataSet.read(folder.path, options: options("{label}_{n}"), for: .training)
    #expect(set.training.map(\.name) == ["train/a_1", "train/b_1"])
    #expect(set.validation.map(\.name) == ["valid/x/a_2"])
    #expect(set.test.map(\.name) == ["test/b_3"])
    #expect(
      set.leftOut == [LeftOut(name: "stray_1", reason: "lies beside the parts of the data")])
    try folder.add("other/a_9")
    #expect(throws: DataSetError.partBesideLabels(path: folder.path, part: "test", other: "other"))
    {
      try DataSet.read(folder.path, options: options("{label}_{n}"), for: .training)
    }
    // A pattern that speaks of folders knows what they are.
    let whole = try DataSet.read(folder.path, options: options("{label}/{x}_{n}"), for: .training)
    #expect(whole.labels == ["other", "test", "train"])
  }

  @Test func spokenDigits() throws {
    let path = "../shared/data/fsdd/recordings"
    guard FileManager.default.fileExists(atPath: path) else {
      print("Skipped: there is no \(path).")
      return
    }
    var options = try options("{label}_{speaker}_{index}.wav")
    options.test = try TestSelection("index=0-4")
    let set = try DataSet.read(path, options: options, for: .training)
    #expect(set.labels == (0...9).map(String.init))
    #expect(set.training.count == 2700 && set.test.count == 300)
    #expect(set.leftOut.isEmpty)
    #expect(try DataKind.decide(path, options: options) == .sound)
    options.test = try TestSelection("speaker=theo")
    #expect(try DataSet.read(path, options: options, for: .training).test.count == 500)
    options.test = try TestSelection("speeker=theo")
    let error = #expect(throws: TestSelectionError.self) {
      try DataSet.read(path, options: options, for: .training)
    }
    #expect(
      error
        == .noField(
          path: path, field: "speeker", fields: ["index", "label", "name", "speaker"],
          nearest: "speaker"))
  }
}
