import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct DataScanTests {
  private func record(
    _ name: String, _ label: String, _ part: DataPart = .training, content: UInt8? = nil,
    group: String? = nil
  ) -> DataSet.Record {
    .init(
      name: name, item: .text(name), label: label, part: part, group: group,
      fingerprint: content.map { Fingerprint([$0]) })
  }

  private func scan(_ records: [DataSet.Record], leftOut: [LeftOut] = []) throws -> DataScan {
    try DataSet(records, leftOut: leftOut, for: .scanning, from: "DATA").scan()
  }

  @Test func countsAndImbalance() throws {
    let leftOut = [LeftOut(name: "z", reason: "hidden"), LeftOut(name: "a", reason: "empty")]
    let found = try scan(
      (0..<6).map { record("a\($0)", "a") } + (0..<2).map { record("b\($0)", "b") }
        + (0..<2).map { record("d\($0)", "d") }
        + [record("v", "a", .validation), record("t", "c", .test), record("u", "c", .test)],
      leftOut: leftOut)
    #expect(found.examples == 13)
    #expect(
      found.labels == [
        .init(label: "a", training: 6, validation: 1, test: 0),
        .init(label: "b", training: 2, validation: 0, test: 0),
        .init(label: "c", training: 0, validation: 0, test: 2),
        .init(label: "d", training: 2, validation: 0, test: 0),
      ])
    #expect(found.labels.map(\.total) == [7, 2, 2, 2])
    #expect(found.unusable == leftOut.reversed())
    #expect(found.notLearned == ["c"])
    #expect(found.imbalance?.largest.label == "a")
    #expect(found.imbalance?.smallest.label == "b")
    #expect(found.imbalance?.ratio == 3)
    #expect(found.repeats.isEmpty && found.conflicts.isEmpty && found.straddling.isEmpty)
    #expect(found.smallLabels.isEmpty)
    #expect(try scan([record("a", "a")]).imbalance == nil)
    // The first where several are alike.
    let alike = try scan([record("1", "b"), record("2", "a")]).imbalance
    #expect(alike?.largest.label == "a" && alike?.smallest.label == "a" && alike?.ratio == 1)
  }

  @Test func repeatsConflictsAndStraddling() throws {
    let records = [
      record("p", "a", content: 1), record("q", "a", content: 1),
      record("b", "a", content: 2), record("c", "a", content: 2), record("d", "a", content: 2),
      record("m", "a", content: 3), record("n", "b", content: 3), record("o", "b", content: 3),
      record("e", "b", content: 4), record("f", "b", .test, content: 4),
      record("g", "a", content: 5), record("h", "b", .validation, content: 5),
      record("i", "b", content: 6), record("j", "b"), record("k", "b"),
    ]
    for records in [records, records.reversed()] {
      let found = try scan(records)
      func names(_ sets: [[DataScan.Place]]) -> [[String]] { sets.map { $0.map(\.name) } }
      #expect(names(found.repeats) == [["b", "c", "d"], ["e", "f"], ["p", "q"]])
      #expect(names(found.conflicts) == [["m", "n", "o"], ["g", "h"]])
      #expect(found.conflicts[0].map(\.label) == ["a", "b", "b"])
      #expect(names(found.straddling) == [["e", "f"], ["g", "h"]])
      #expect(found.straddling[1].map(\.part) == [.training, .validation])
    }
  }

  @Test func smallLabels() throws {
    let found = try scan([
      record("1", "alone"), record("2", "same", content: 1), record("3", "same", content: 1),
      record("4", "group", group: "g"), record("5", "group", group: "g"),
      // One unit of two labels, one of which has another example.
      record("6", "mixed", content: 2), record("7", "enough", content: 2), record("8", "enough"),
      record("9", "alone", .test),
    ])
    #expect(
      found.smallLabels == [
        .init(label: "alone", examples: 1), .init(label: "group", examples: 2),
        .init(label: "mixed", examples: 1), .init(label: "same", examples: 2),
      ])
  }

  /// What tells `convkit scan --json` apart from what it told before.
  @Test func asJSON() throws {
    let found = try scan(
      [record("a", "x", content: 1), record("b", "x", .test, content: 1)],
      leftOut: [LeftOut(name: "c", reason: "hidden")])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let place = { (name: String, part: String) in
      #"{"label":"x","name":"\#(name)","part":"\#(part)"}"#
    }
    let pair = "[[\(place("a", "training")),\(place("b", "test"))]]"
    #expect(
      String(decoding: try encoder.encode(found), as: UTF8.self) == """
        {"conflicts":[],"examples":2,\
        "labels":[{"label":"x","test":1,"training":1,"validation":0}],"notLearned":[],\
        "repeats":\(pair),"smallLabels":[{"examples":1,"label":"x"}],"straddling":\(pair),\
        "unusable":[{"name":"c","reason":"hidden"}]}
        """)
  }

  @Test func nothingToUse() throws {
    let leftOut = [LeftOut(name: "a", reason: "empty")]
    let found = try scan([], leftOut: leftOut)
    #expect(found.examples == 0 && found.labels.isEmpty && found.unusable == leftOut)
    #expect(throws: DataSetError.empty(path: "DATA", leftOut: 0)) { try scan([]) }
    #expect(throws: DataSetError.empty(path: "DATA", leftOut: 1, first: leftOut[0])) {
      try DataSet([], leftOut: leftOut, for: .evaluation, from: "DATA")
    }
  }

  @Test func leavingOutRenumbers() throws {
    let data = try DataSet(
      [
        record("1", "a"), record("2", "b"), record("3", "b", .test), record("4", "c", group: "g"),
        record("5", "c", .validation), record("\u{E9}", "c"), record("e\u{301}", "c"),
      ], leftOut: [LeftOut(name: "9", reason: "hidden")], for: .training, from: "DATA")
    let rest = data.leavingOut([
      ("1", "broken"), ("5", "gone"), ("\u{E9}", "odd"), ("nobody", "not there"), ("5", "again"),
    ])
    #expect(rest.labels == ["b", "c"])
    #expect(rest.training.map(\.name) == ["2", "4", "e\u{301}"])
    #expect(rest.training[2].name.utf8.count == 3)
    #expect(rest.training.map(\.label) == [0, 1, 1])
    #expect(rest.training[1].group == "g")
    #expect(rest.validation.isEmpty && rest.test.map(\.label) == [0])
    #expect(rest.leftOut.map(\.name) == ["1", "5", "9", "\u{E9}"])
    #expect(rest.leftOut.map(\.reason) == ["broken", "gone", "hidden", "odd"])
    #expect(data.leavingOut([]) == data)
    #expect(try rest.checked(for: .training) == rest)

    // A label that only other parts know is left out for training, and one label is too few.
    let unlearned = data.leavingOut([("2", "broken")])
    #expect(unlearned.labels == ["a", "b", "c"])
    let trainable = try unlearned.checked(for: .training)
    #expect(trainable.labels == ["a", "c"] && trainable.test.isEmpty)
    #expect(throws: DataSetError.oneLabel(path: "DATA", label: "c")) {
      try unlearned.leavingOut([("1", "")]).checked(for: .training)
    }
    let nothing = data.leavingOut(
      DataPart.allCases.flatMap { data[$0] }.map { ($0.name, "broken") })
    #expect(nothing.labels.isEmpty && nothing.leftOut.count == 8)
    #expect(nothing.scan().examples == 0)
    #expect(throws: DataSetError.empty(path: "DATA", leftOut: 8, first: nothing.leftOut[0])) {
      try nothing.checked(for: .evaluation)
    }
  }
}
