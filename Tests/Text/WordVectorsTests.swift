import ConvKitCore
import ConvKitFiles
import Foundation
import Testing

@testable import ConvKitText

@Suite struct WordVectorsTests {
  private static let tokenizer: Tokenizer = {
    var count = TokenCount(TokenSettings())
    count.add(Array("my parcel is my".utf8)[...])
    return count.tokenizer(limit: 100)
  }()

  private func read(_ bytes: [UInt8]) throws -> WordVectors {
    let path = FileManager.default.temporaryDirectory.appending(
      path: "convkit-vectors-\(UUID().uuidString)")
    try Data(bytes).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    return try WordVectors(path: path.path, for: Self.tokenizer)
  }

  private func read(_ text: String) throws -> WordVectors { try read(Array(text.utf8)) }

  // my 2, is 3, parcel 4.
  @Test(arguments: ["", "3 2\n"], ["\n", "\r\n", " \n"])
  func readsBothFormats(head: String, end: String) throws {
    let lines = ["the 9 9", "My 0.5 -1e-1", "my 7 7", "parcel 2 3"]
    let vectors = try read(head + lines.joined(separator: end))
    #expect(vectors.channels == 2)
    // The first is kept of two that fold to one.
    #expect(vectors.vectors == [2: [0.5, -0.1], 4: [2, 3]])
    let table = vectors.table(tokens: 5, seed: 1)
    #expect(table.shape == [5, 2])
    #expect(Array(table.elements[..<2]) == [0, 0])
    #expect(Array(table.elements[4..<6]) == [0.5, -0.1])
    #expect(Array(table.elements[8...]) == [2, 3])
    // Uniform of the same variance: 1.5725 for 0.5, -0.1, 2, 3 with the mean 1.35.
    let bound = Float(3 * 1.5725).squareRoot()
    let others = table.elements[2..<4] + table.elements[6..<8]
    #expect(others.allSatisfy { abs($0) <= bound && $0 != 0 })
    #expect(vectors.table(tokens: 5, seed: 1) == table)
    #expect(vectors.table(tokens: 5, seed: 2) != table)
  }

  @Test func wordsWithSpacesArePassedOver() throws {
    #expect(try read("my 1 2\n. . . 3 4\nparcel 5 6").vectors == [2: [1, 2], 4: [5, 6]])
  }

  @Test func tellsVectorsApart() throws {
    let one = try read("my 1 2")
    #expect(try read("zebra 4 4\nmy 1 2\n").fingerprint == one.fingerprint)
    #expect(try read("my 1 3").fingerprint != one.fingerprint)
    #expect(try read("parcel 1 2").fingerprint != one.fingerprint)
  }

  @Test(arguments: [
    ("my 1 2\nparcel 1", 2), ("my 1 x", 1), ("my 1 nan", 1), ("my 1 inf\n", 1), ("my\n", 1),
    ("my 1 3e38", 1), ("1 2\nmy -1e38 0", 2), ("5 0\nmy 1", 1), ("5 99999999999\nmy 1", 1),
    ("5 2\nmy 1", 2),
    // Cut behind a line, and a comment in front of vectors.
    ("3 2\nmy 1 2\nis 3 4\n", 1), ("# vectors\nmy 1 2\nis 3 4\n", 2), ("2 2\n", 1),
    ("of 5\nmy 1 2\nis 3 4\n", 2),
  ])
  func namesTheLineThatIsWrong(text: String, line: Int) {
    let error = #expect(throws: WordVectorsError.self) { try read(text) }
    guard case .line(_, line, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aByteOrderMarkIsNoWord() throws {
    #expect(try read("\u{FEFF}my 1 2\n").vectors == [2: [1, 2]])
    #expect(try read("\u{FEFF}1 2\nmy 1 2\n").vectors == [2: [1, 2]])
  }

  @Test(arguments: ["", "zebra 1 2\n", "0 2\n", "\n\n"])
  func nothingInCommonIsAnError(text: String) {
    let error = #expect(throws: WordVectorsError.self) { try read(text) }
    guard case .nothingInCommon = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func aLineWithoutAnEndIsNotKept() {
    let error = #expect(throws: WordVectorsError.self) {
      try read(Array(repeating: UInt8(ascii: "1"), count: 3 << 20))
    }
    guard case .line(_, 1, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// Whatever bytes a file has, it is read or refused.
  @Test func mutantsAreReadOrRefused() throws {
    let whole = Array("3 2\nmy 0.5 -1\nparcel 2 3e2\nis 1 0\n".utf8)
    var (read, refused) = (0, 0)
    for mutant in 0..<5000 {
      var random = RandomStream(seed: 3, purpose: .tests, item: mutant)
      var bytes = whole
      for _ in 0..<1 + random.next() % 4 {
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
      }
      do {
        let vectors = try self.read(bytes)
        #expect(vectors.vectors.values.allSatisfy { $0.count == vectors.channels })
        read += 1
      } catch is WordVectorsError {
        refused += 1
      }
    }
    #expect(read > 500 && refused > 500)
  }
}
