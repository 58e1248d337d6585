import ConvKitCore
import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct FingerprintItemTests {
  @Test func equalContentIsEqual() throws {
    let folder = try TemporaryFolder()
    // Longer than one piece of reading, and differing only at the end.
    var bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try folder.add("a", bytes)
    try folder.add("other/b", bytes)
    bytes[599_999] ^= 1
    try folder.add("c", bytes)
    let prints = try ["a", "other/b", "c"].map { try Fingerprint(of: .file(folder.path($0))) }
    #expect(prints[0] == prints[1])
    #expect(prints[0] != prints[2])
    bytes[599_999] ^= 1
    #expect(prints[0] == Fingerprint([1], bytes[...]), "the bytes behind the mark of files")
    // Through a link, as a listing may name one.
    try folder.addLink("link", to: "a")
    #expect(try Fingerprint(of: .file(folder.path("link"))) == prints[0])
  }

  @Test func kindsNeverCollide() throws {
    let folder = try TemporaryFolder()
    try folder.add("a", Array("abcd".utf8))
    let items: [Item] = [
      .file(folder.path("a")), .text("abcd"),
      .array(NumberArray(shape: [4], bytes: Array("abcd".utf8)[...])),
      .array(NumberArray(shape: [2, 2], bytes: Array("abcd".utf8)[...])),
      .array(NumberArray(shape: [4, 1], bytes: Array("abcd".utf8)[...])),
      .text(""), .array(NumberArray(shape: [0], bytes: [])),
    ]
    #expect(try Set(items.map { try Fingerprint(of: $0) }).count == items.count)
    // A shape that would run into the bytes if the number of axes did not stand before it.
    let zeros = NumberArray(shape: [8], bytes: Array(repeating: 0, count: 8)[...])
    let nothing = NumberArray(shape: [8, 0], bytes: [])
    #expect(try Fingerprint(of: .array(zeros)) != Fingerprint(of: .array(nothing)))
    // A slice is what it holds.
    let whole = Array("xabcdx".utf8)
    #expect(
      try Fingerprint(of: .array(NumberArray(shape: [4], bytes: whole[1..<5])))
        == Fingerprint(of: items[2]))
  }

  /// What becomes of files between finding and reading; none of it waits.
  @Test func whatCannotBeReadIsLeftOut() throws {
    let folder = try TemporaryFolder()
    try folder.add("fine")
    try folder.add("empty", [])
    try folder.addFolder("folder.png")
    folder.addPipe("pipe")
    try folder.addLink("loop", to: "loop")
    var broken = ["empty", "folder.png", "pipe", "vanished", "loop", "fine/below"]
    if getuid() != 0 {
      try folder.add("secret")
      chmod(folder.path("secret"), 0)
      broken.append("secret")
    }
    let records = (["fine"] + broken + ["\u{1B}[31m"]).map {
      DataSet.Record(name: $0, item: .file(folder.path($0)), label: "x", part: .training)
    }
    let (usable, leftOut) = records.fingerprinted()
    #expect(usable.map(\.name) == ["fine"])
    #expect(usable[0].fingerprint == Fingerprint([1, 1]))
    #expect(leftOut.map(\.name) == broken + ["\\u{1B}[31m"])
    let wanted = [
      "it is empty", "it is a folder", "it is a named pipe", "it is not there any more",
      "it cannot be read", "it is not there any more",
    ]
    for (item, words) in zip(leftOut, wanted) {
      #expect(item.reason.contains(words) && !item.reason.contains("\u{1B}"), "\(item)")
    }
    let again = records.fingerprinted()
    #expect(again.usable == usable && again.leftOut == leftOut)
  }

  @Test func readingADataSetFingerprintsIt() throws {
    let folder = try TemporaryFolder()
    try folder.add("x/1", [1, 2])
    try folder.add("x/2", [1, 2])
    try folder.add("y/1", [3])
    let set = try DataSet.read(folder.path, for: .training)
    let prints = set.training.map(\.fingerprint)
    #expect(prints[0] != nil && prints[0] == prints[1] && prints[0] != prints[2])
  }
}
