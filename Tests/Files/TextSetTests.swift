import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

/// Published sets of texts, as they lie.
@Suite struct TextSetTests {
  private static func path(_ name: String) -> String { "../shared/data/\(name)" }

  /// What a test needs that looks at a set: it is skipped, and shown as skipped, where there is none.
  private static func has(_ names: String...) -> ConditionTrait {
    .enabled("the sets \(names.joined(separator: ", ")) are there") {
      names.allSatisfy { FileManager.default.fileExists(atPath: path($0)) }
    }
  }

  @Test(has("sms-spam/sms.tsv")) func messages() throws {
    let path = Self.path("sms-spam/sms.tsv")
    #expect(try DataKind.decide(path) == .text)
    var options = DataSet.Options()
    options.test = try TestSelection("0.2")
    let data = try DataSet.read(path, options: options, for: .training)
    #expect(data.labels == ["ham", "spam"] && data.leftOut.isEmpty)
    let examples = data.training + data.test
    #expect(examples.count == 5574)
    let texts = examples.compactMap { if case .text(let text) = $0.item { text } else { nil } }
    #expect(texts.count { $0.utf8.first == UInt8(ascii: "\"") } == 54)
    let named = Dictionary(uniqueKeysWithValues: zip(examples.map(\.name), examples))
    #expect(named["sms.tsv:2"]?.item == .text("Ok lar... Joking wif u oni..."))

    // Lines that are the same are texts that are the same and have one label.
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let repeats = data.scan().repeats
    let surplus = repeats.reduce(0) { $0 + $1.count - 1 }
    #expect(Set(lines).count == 5171 && 5574 - surplus == 5171)
    #expect(data.scan().conflicts.isEmpty && data.scan().straddling.isEmpty)
    let split = try Split(data, seed: 0)
    let kept = Set(split.validation.compactMap(\.fingerprint))
    #expect(!kept.isEmpty && split.training.allSatisfy { !kept.contains($0.fingerprint!) })
  }

  @Test(has("trec")) func questions() throws {
    let path = Self.path("trec")
    #expect(
      throws: TextFileError.notUTF8(path: "\(path)/TREC.train", byte: 0xF0, line: 66, offset: 3695)
    ) {
      try DataSet.read(path, for: .training)
    }
    var options = DataSet.Options()
    options.encoding = .latin1
    #expect(try DataKind.decide(path, options: options) == .text)
    #expect(try DataSet.read(path, options: options, for: .training).labels.count == 50)
    options.labelPrefix = ":"
    let data = try DataSet.read(path, options: options, for: .training)
    #expect(data.labels == ["ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"])
    #expect(data.training.count == 5452 && data.test.count == 500 && data.leftOut.isEmpty)
    #expect(data.validation.isEmpty)
    #expect(
      data.training.first { $0.name == "TREC.train:1" }?.item
        == .text("How did serfdom develop in and then leave Russia ?"))
    // The questions that occur in both.
    #expect(
      Set(data.scan().straddling.flatMap { $0 }.filter { $0.part == .test }.map(\.name)).count == 10
    )
    for name in ["TREC.train", "TREC.test"] {
      #expect(try DataKind.decide("\(path)/\(name)", options: options) == .text)
    }
  }

  /// Tables are no labelled lines.
  @Test(has("tables", "sequences")) func tables() throws {
    for folder in ["tables", "sequences"] {
      let path = Self.path(folder)
      for name in try FileManager.default.contentsOfDirectory(atPath: path) {
        #expect(try DataKind.decide("\(path)/\(name)") == .table, "\(name)")
      }
    }
  }
}
