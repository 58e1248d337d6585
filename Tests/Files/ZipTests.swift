import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct ZipTests {
  private static let text = Array("all the small words, all the small words".utf8)

  private func contents(_ file: [UInt8], limit: Int = 1 << 20) throws -> [String: [UInt8]] {
    let archive = try ZipArchive(file)
    var contents: [String: [UInt8]] = [:]
    for entry in archive.entries {
      contents[entry.name] = try archive.content(of: entry, limit: limit)
    }
    return contents
  }

  /// By `np.savez` and `np.savez_compressed`, which write wide sizes into their headers; by zipfile with a
  /// comment, with both methods, and into a pipe.
  @Test func goldens() throws {
    let archives = NumPyGoldens.all.archives
    #expect(
      archives.map(\.name) == ["stored", "deflated", "comment", "mixed", "pipe", "medmnist"])
    for golden in archives {
      let archive = try NumPyArchive([UInt8](golden.file))
      #expect(archive.names == golden.arrays.map(\.name), "\(golden.name)")
      for expected in golden.arrays {
        #expect(try archive.shape(of: expected.name) == expected.shape)
        guard case .numbers(let array) = try archive.array(expected.name, limit: 2000) else {
          Issue.record("\(golden.name): \(expected.name)")
          continue
        }
        #expect(array.shape == expected.shape)
        #expect(array.floats.map(oneNaN) == expected.bits, "\(golden.name): \(expected.name)")
      }
    }
  }

  /// All that is right, of the fixture's own.
  private static let parts = [
    ZipPart("a.npy", text), ZipPart("é/b", text, isDeflated: true), ZipPart("", []),
    ZipPart("empty", [], isDeflated: true),
  ]

  @Test(arguments: [false, true], [[], Array("a comment".utf8), [0x50, 0x4B, 5, 6]])
  func parts(areWide: Bool, comment: [UInt8]) throws {
    var parts = Self.parts
    for index in parts.indices where index % 2 == 0 { parts[index].isWide = areWide }
    let expected = ["a.npy": Self.text, "é/b": Self.text, "": [], "empty": []]
    #expect(try contents(zipped(parts, isWide: areWide, comment: comment)) == expected)
    #expect(try contents(zipped([], isWide: areWide, comment: comment)).isEmpty)
  }

  @Test func startsWithoutTheRest() throws {
    let archive = try ZipArchive(zipped(Self.parts))
    for entry in archive.entries {
      for count in [0, 1, 7, 1000] {
        let content = entry.size == 0 ? [] : Self.text
        #expect(try archive.start(of: entry, count: count) == Array(content.prefix(count)))
      }
    }
  }

  @Test(arguments: [false, true]) func everyCut(isWide: Bool) {
    let file = zipped(Self.parts, isWide: isWide, comment: [1, 2])
    for count in file.indices {
      #expect(throws: ZipError.noDirectory, "\(count)") { try contents(Array(file.prefix(count))) }
    }
    #expect(throws: ZipError.noDirectory) { try contents([]) }
    #expect(throws: ZipError.noDirectory) { try contents(file + [0]) }
  }

  /// Nothing that a changed byte leaves can be taken for something else, names and counts apart.
  @Test(arguments: [false, true]) func everyChangedByte(isWide: Bool) throws {
    var parts = Self.parts
    for index in parts.indices { parts[index].isWide = isWide }
    let file = zipped(parts, isWide: isWide)
    var refused = 0
    for place in file.indices {
      for mask: UInt8 in [0x01, 0x08, 0x80, 0xFF] {
        var changed = file
        changed[place] ^= mask
        do {
          for content in try contents(changed).values {
            #expect(content == Self.text || content.isEmpty, "\(place)")
          }
        } catch {
          #expect(error is ZipError, "\(place): \(error)")
          refused += 1
        }
      }
    }
    #expect(refused > file.count)
  }

  @Test func lies() throws {
    func error(_ change: (inout ZipPart) -> Void, isDeflated: Bool = true) throws -> ZipError {
      var part = ZipPart("a", Self.text, isDeflated: isDeflated)
      part.isWide = true
      change(&part)
      return try #require(throws: ZipError.self) {
        try contents(zipped([ZipPart("first", [1]), part], isWide: true), limit: 1 << 30)
      }
    }
    for isDeflated in [false, true] {
      #expect(
        try error({ $0.checksum = 1 }, isDeflated: isDeflated) == .damaged(name: "a"))
      for size in [39, 41] {
        #expect(try error({ $0.size = size }, isDeflated: isDeflated) == .damaged(name: "a"))
      }

      #expect(
        try error({ $0.size = 1 << 61 }, isDeflated: isDeflated)
          == .tooLarge(name: "a", size: 1 << 61, limit: 1 << 30))
      for size in [1 << 62, -1] {
        #expect(try error({ $0.size = size }, isDeflated: isDeflated) == .cut)
        #expect(try error({ $0.packedSize = size }, isDeflated: isDeflated) == .cut)
        #expect(try error({ $0.place = size }, isDeflated: isDeflated) == .cut)
      }
      for place in [1, 1 << 40, (1 << 62) - 1] {
        #expect(try error({ $0.place = place }, isDeflated: isDeflated) == .cut)
      }
      for size in [1 << 20, (1 << 62) - 1] {
        #expect(try error({ $0.packedSize = size }, isDeflated: isDeflated) == .cut)
      }
    }
    // More than so few bytes can unfold to: nothing is allocated for it.
    let before = try peakMemory()
    #expect(try error { $0.size = 1 << 30 } == .damaged(name: "a"))
    if let before, let after = try peakMemory() { #expect(after - before < 300 << 20) }
    #expect(try error { $0.packedSize = 3 } == .damaged(name: "a"))
    #expect(try error { $0.flags = 1 } == .encrypted(name: "a"))
    #expect(try error { $0.method = 14 } == .method(name: "a", number: 14))
    #expect(try error { $0.method = 0 } == .damaged(name: "a"))
    #expect(try error({ $0.method = 8 }, isDeflated: false) == .damaged(name: "a"))
  }

  /// What is stored twice in one place is read twice, each time within the limit.
  @Test func entriesThatOverlap() throws {
    var second = ZipPart("b", Self.text)
    second.place = 0
    let found = try contents(zipped([ZipPart("a", Self.text), second]))
    #expect(found == ["a": Self.text, "b": Self.text])
  }

  @Test func directoriesThatLie() throws {
    func error(_ change: (inout [UInt8], Int) -> Void, isWide: Bool = false) throws -> ZipError? {
      var file = zipped([ZipPart("a", Self.text)], isWide: isWide)
      change(&file, file.count - 22)
      do {
        _ = try contents(file)
        return nil
      } catch {
        return try #require(error as? ZipError)
      }
    }
    #expect(try error { _, _ in } == nil)
    // As many as are not there, and as no file here has.
    #expect(try error { $0.replaceSubrange($1 + 10..<$1 + 12, with: lowestFirst(2, 2)) } == .cut)
    #expect(
      try error { $0.replaceSubrange($1 + 10..<$1 + 12, with: lowestFirst(4097, 2)) }
        == .tooMany(count: 4097, limit: 4096))
    for place in [0, 1, 1 << 20, 0xFFFF_FFFE, 0xFFFF_FFFF] {
      #expect(
        try error { $0.replaceSubrange($1 + 16..<$1 + 20, with: lowestFirst(place, 4)) } == .cut)
    }
    // The same of the wide record: its place, the count, and the directory's place.
    let (locator, record) = (-20, -20 - 56)
    for place in [0, 1 << 40, (1 << 62) - 1, 1 << 62, -1] {
      #expect(
        try error(
          { $0.replaceSubrange($1 + locator + 8..<$1 + locator + 16, with: lowestFirst(place, 8)) },
          isWide: true) == .cut)
      #expect(
        try error(
          { $0.replaceSubrange($1 + record + 48..<$1 + record + 56, with: lowestFirst(place, 8)) },
          isWide: true) == .cut)
    }
    #expect(
      try error(
        { $0.replaceSubrange($1 + record + 32..<$1 + record + 40, with: lowestFirst(1 << 40, 8)) },
        isWide: true) == .tooMany(count: 1 << 40, limit: 4096))
  }

  /// A gibibyte of zeros that is really there, in a mebibyte: what is over the limit is not unfolded, and
  /// of what is asked for is only the start.
  @Test func aBomb() throws {
    let header = npy("|u1", [1 << 30], [])
    let zeros = [UInt8](repeating: 0, count: 1 << 24)
    // Pieces that end at a byte can stand behind one another; the last has the end.
    let piece = flushed(zeros)
    var part = ZipPart("x.npy", [])
    part.content = flushed(header) + (0..<64).flatMap { _ in piece } + deflated([])
    part.method = 8
    #expect(part.content.count < 2 << 20)
    let size = header.count + (1 << 30)
    part.size = size
    let file = zipped([part])
    let before = try peakMemory()
    let clock = ContinuousClock()
    let took = try clock.measure {
      let archive = try NumPyArchive(file)
      #expect(try archive.shape(of: "x") == [1 << 30])
      #expect(throws: NumPyError.tooLarge(shape: [1 << 30], limit: (1 << 30) - 1)) {
        try archive.array("x", limit: (1 << 30) - 1)
      }
      let zip = try ZipArchive(file)
      let entry = zip.entries[0]
      #expect(entry.size == size)
      #expect(throws: ZipError.tooLarge(name: "x.npy", size: size, limit: size - 1)) {
        try zip.content(of: entry, limit: size - 1)
      }
      #expect(try zip.start(of: entry, count: header.count + 2) == header + [0, 0])
    }
    // A header takes a millisecond; all of it takes seconds.
    #expect(took < .seconds(1))
    if let before, let after = try peakMemory() { #expect(after - before < 300 << 20) }
    // An entry that is longer than its array is refused by its size alone.
    let small = npy("|u1", [5], [])
    part.content = flushed(small) + (0..<64).flatMap { _ in piece } + deflated([])
    part.size = small.count + (1 << 30)
    #expect(throws: NumPyError.trailing(count: (1 << 30) - 5)) {
      try NumPyArchive(zipped([part])).array("x", limit: 100)
    }
    if let before, let after = try peakMemory() { #expect(after - before < 300 << 20) }
  }

  @Test func errorsSayWhat() {
    let errors: [(ZipError, String)] = [
      (.noDirectory, "is cut short"), (.cut, "is a damaged zip file"),
      (.tooMany(count: 9, limit: 5), "has 9 entries; at most 5"),
      (.encrypted(name: "\u{1B}x"), "has the encrypted entry “\\u{1B}x”"),
      (.method(name: "x", number: 14), "has the entry “x”, packed by a method"),
      (.damaged(name: "x"), "has the damaged entry “x”"),
      (.tooLarge(name: "x", size: 9, limit: 5), "has the entry “x” of 9 bytes, and at most 5"),
    ]
    for (error, start) in errors { #expect("\(error)".hasPrefix(start), "\(error)") }
  }
}
