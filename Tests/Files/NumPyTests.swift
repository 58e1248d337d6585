import Foundation
import Testing

@testable import ConvKitFiles

@Suite struct NumPyTests {
  @Test func goldens() throws {
    let arrays = NumPyGoldens.all.arrays
    // 3 types of one order and 13 of two, each with both orders of the axes, and what has none of them.
    #expect(arrays.count == 2 * (3 + 2 * 13) + 7 + 4 + 6 + 4)
    for golden in arrays {
      let file = [UInt8](try #require(golden.file))
      let array = try NumPyArray(file, limit: 1000)
      #expect(array.shape == golden.shape, "\(golden.name)")
      switch array {
      case .numbers(let numbers):
        #expect(numbers.floats.map(oneNaN) == golden.bits, "\(golden.name)")
        #expect(golden.texts == nil)
      case .texts(let texts, _): #expect(texts == golden.texts, "\(golden.name)")
      }
    }
  }

  @Test func whatIsRefused() throws {
    let refused = NumPyGoldens.all.refused
    #expect(refused.count == 6)
    for golden in refused {
      let error = try #require(throws: NumPyError.self, "\(golden.name)") {
        try NumPyArray([UInt8](golden.file), limit: 1000)
      }
      switch error {
      case .objects: #expect(golden.error == "objects", "\(golden.name)")
      case .elements: #expect(golden.error == "elements", "\(golden.name)")
      default: Issue.record("\(golden.name): \(error)")
      }
    }
    for type in [
      "<f3", "<i16", "=f4", "f4", "<f", "<f+4", "<f-4", "<f４", "<f99999999999999999999", "<S0",
      "<U0",
      "<U1048577", "", "<", "<é4", "<M8", "|V1", "<t4", "\u{301}<f4",
    ] {
      let file = npy(type, [1], Array(repeating: 0, count: 16))
      let error = try #require(throws: NumPyError.self, "\(type)") {
        try NumPyArray(file, limit: 1000)
      }
      if case .elements = error { continue }
      Issue.record("\(type): \(error)")
    }
    #expect(throws: NumPyError.objects) { try NumPyArray(npy("|O", [1], []), limit: 9) }
    #expect(throws: NumPyError.objects) { try NumPyArray(npy("|O8", [1], []), limit: 9) }
  }

  /// Two formats have one name; a zero is a number of both.
  @Test func formatsOfLongDoubles() throws {
    func values(_ bytes: [UInt8]) throws -> [Float] {
      guard
        case .numbers(let numbers) = try NumPyArray(
          npy("<f16", [bytes.count / 16], bytes), limit: 9)
      else { return [] }
      return numbers.floats
    }
    let zero = [UInt8](repeating: 0, count: 16)
    let quadruple = [UInt8](repeating: 0, count: 14) + [0xFF, 0x3F]
    // What lies behind the ten bytes is what was in memory.
    let extended = [0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0x3F] + [UInt8](repeating: 0x55, count: 6)
    #expect(try values(quadruple) == [1])
    #expect(try values(extended) == [1])
    #expect(try values(zero + quadruple + zero) == [0, 1, 0])
    #expect(try values(zero + extended + zero) == [0, 1, 0])
    #expect(try values(zero) == [0])
    #expect(try values([1] + zero.dropFirst()) == [0])
    #expect(try values([]) == [])
  }

  @Test func everyCut() throws {
    for version: UInt8 in 1...3 {
      let file = npy(
        header: "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }", [1, 0, 2, 0, 3, 0],
        version: version)
      #expect(try NumPyArray(file, limit: 3).shape == [3])
      for count in file.indices {
        let error = try #require(throws: NumPyError.self) {
          try NumPyArray(Array(file.prefix(count)), limit: 3)
        }
        switch error {
        case .notNumPy: #expect(count < 10)
        case .cut: #expect(count >= 10)
        default: Issue.record("\(count): \(error)")
        }
      }
      #expect(throws: NumPyError.trailing(count: 2)) { try NumPyArray(file + [0, 0], limit: 3) }
      #expect(throws: NumPyError.tooLarge(shape: [3], limit: 2)) { try NumPyArray(file, limit: 2) }
    }
    #expect(throws: NumPyError.version(4)) {
      try NumPyArray(npy(header: "{}", version: 4), limit: 1)
    }
    #expect(throws: NumPyError.version(0)) {
      try NumPyArray(npy(header: "{}", version: 0), limit: 1)
    }
  }

  /// Every byte to every value: an answer or an error.
  @Test func everyChangedByte() throws {
    let file = npy("<f4", [2, 1], [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    var answers = 0
    for place in file.indices {
      for value in UInt8.min...UInt8.max {
        var changed = file
        changed[place] = value
        do {
          let array = try NumPyArray(changed, limit: 100)
          #expect(array.shape.reduce(1, *) <= 100)
          answers += 1
        } catch {
          #expect(error is NumPyError)
        }
      }
    }
    // The bytes of the numbers may be anything, at least.
    #expect(answers >= 8 * 256)
  }

  @Test func hostileHeaders() throws {
    func error(_ header: String, _ bytes: [UInt8] = [1]) throws -> NumPyError {
      try #require(throws: NumPyError.self, "\(header)") {
        try NumPyArray(npy(header: header, bytes), limit: 1 << 30)
      }
    }
    func shaped(_ shape: String) -> String {
      "{'descr': '|u1', 'fortran_order': False, 'shape': \(shape)}"
    }
    // As it should be.
    #expect(try NumPyArray(npy(header: shaped("(1,)"), [1]), limit: 1).shape == [1])
    #expect(try NumPyArray(npy(header: shaped("()"), [1]), limit: 1).shape == [])
    #expect(try NumPyArray(npy(header: shaped("(1L,)  \n"), [1]), limit: 1).shape == [1])
    for header in [
      "", "{", "}", "{}", "()", "1", "True", "''", "{'descr': '|u1', 'shape': (1,)}",
      "{'fortran_order': False, 'shape': (1,)}", "{'descr': '|u1', 'fortran_order': False}",
      "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}",
      "{'descr': 1, 'fortran_order': False, 'shape': (1,)}", shaped("(-1,)"), shaped("1"),
      shaped("(1,"), shaped("(1.0,)"), shaped("('1',)"), shaped("(True,)"), shaped("(1 1)"),
      shaped("(1,,)"), shaped("(9223372036854775808,)"), shaped("(1,)") + "x",
      shaped("(1,)") + "{}",
      shaped("(" + String(repeating: "1,", count: 65) + ")"),
      shaped(String(repeating: "(", count: 100_000)),
      shaped("(" + String(repeating: "(", count: 60)),
      "{'a': " + String(repeating: "[", count: 50_000),
    ] {
      let found = try error(header)
      if case .header = found { continue }
      // 100,000 bytes are more than the field in front says.
      if case .cut = found, header.utf8.count > 1 << 16 { continue }
      Issue.record("\(header.prefix(80)): \(found)")
    }
    for shape in [
      "(9223372036854775807,)", "(4611686018427387904, 4)", "(4294967296, 4294967296)",
      "(1073741825,)",
      "(4611686018427387904, 4611686018427387904, 0)", "(2, 4611686018427387904)",
    ] {
      guard case .tooLarge = try error(shaped(shape)) else {
        Issue.record("\(shape)")
        continue
      }
    }
    // Nothing of it is there: no memory is taken for the claim.
    let claim = shaped("(1073741824,)")
    let size = npy(header: claim).count
    #expect(try error(claim) == .cut(expected: size + (1 << 30), found: size + 1))
    // No elements, whatever the other axes claim.
    let none = npy(header: shaped("(0, 4611686018427387904, 4611686018427387904)"))
    #expect(try NumPyArray(none, limit: 1).shape.first == 0)
  }

  /// A length that is not that of the header.
  @Test func lengths() throws {
    let file = npy("|u1", [1], [1])
    let length = Int(file[8])
    for lie in [0, 1, length - 2, length + 1, length + 2, 255, 65_535] {
      var lying = file
      lying.replaceSubrange(8..<10, with: lowestFirst(lie, 2))
      #expect(throws: NumPyError.self, "\(lie)") { try NumPyArray(lying, limit: 100) }
    }
    for lie in [1 << 16, Int(UInt32.max)] {
      var lying = npy(header: "{}", version: 2)
      lying.replaceSubrange(8..<12, with: lowestFirst(lie, 4))
      #expect(throws: NumPyError.header("it is \(lie) bytes long")) {
        try NumPyArray(lying, limit: 100)
      }
    }
    // Versions 2 and 3 are for long ones.
    let long = String(repeating: " ", count: 60_000)
    let padded = npy(
      header: "{'descr': '|u1',\(long)'fortran_order': False, 'shape': ()}", [7], version: 2)
    #expect(try NumPyArray(padded, limit: 1).shape == [])
  }

  /// Texts count by their characters.
  @Test func longTexts() throws {
    let file = npy("<U100", [3], [UInt8](repeating: 0, count: 1200))
    #expect(try NumPyArray(file, limit: 300) == .texts(["", "", ""], shape: [3]))
    #expect(throws: NumPyError.tooLarge(shape: [3, 100], limit: 299)) {
      try NumPyArray(file, limit: 299)
    }
    // What is no character is replaced: a half of a pair, and one beyond the last.
    let odd = npy("<U2", [1], lowestFirst(0xD800, 4) + lowestFirst(0x11_0000, 4))
    #expect(try NumPyArray(odd, limit: 9) == .texts(["\u{FFFD}\u{FFFD}"], shape: [1]))
    #expect(
      try NumPyArray(npy("|S2", [1], [0xFF, 0x61]), limit: 9) == .texts(["\u{FFFD}a"], shape: [1]))
  }

  @Test func errorsSayWhat() {
    for error: NumPyError in [
      .notNumPy, .version(9), .header("x"), .objects, .elements("x"),
      .tooLarge(shape: [2, 3], limit: 5),
      .cut(expected: 2, found: 1), .cut(expected: nil, found: nil), .trailing(count: 1),
    ] {
      let said = "\(error)"
      #expect(
        said.hasPrefix("is ") || said.hasPrefix("has ") || said.hasPrefix("holds ")
          || said.hasPrefix("does ") || said.hasPrefix("claims 2×3 "))
    }
  }
}

@Suite struct PythonLiteralTests {
  private func value(_ text: String) throws -> PythonLiteral.Value {
    var literal = PythonLiteral(Array(text.utf8)[...])
    let value = try literal.value()
    #expect(literal.isAtEnd, "\(text)")
    return value
  }

  @Test func values() throws {
    #expect(try value("0") == .number(0))
    #expect(try value(" 12L\n") == .number(12))
    #expect(try value("9223372036854775807") == .number(.max))
    #expect(try value("True") == .truth(true))
    #expect(try value("\tFalse") == .truth(false))
    #expect(try value("'a\"'") == .text("a\""))
    #expect(try value("\"é'\"") == .text("é'"))
    #expect(try value("()") == .list([]))
    #expect(try value("( 1 , )") == .list([.number(1)]))
    #expect(try value("[1, (2,), '']") == .list([.number(1), .list([.number(2)]), .text("")]))
    #expect(try value("{}") == .dictionary([:]))
    #expect(
      try value("{'a' : 1,\n\"b\":{'c': True}, }")
        == .dictionary(["a": .number(1), "b": .dictionary(["c": .truth(true)])]))
  }

  @Test func whatIsNone() {
    for text in [
      "", " ", "-1", "+1", "None", "true", "Tru", "'", "'a", "'a\\'", "'\\n'", "\"a'", "(", "(1",
      "(1]",
      "[1)", "(,)", "(1,,2)", "{1: 2}", "{'a'}", "{'a': }", "{'a': 1 'b': 2}", "{,}", "{'a': 1",
      "9223372036854775808", ".5", "b'a'", "((((((((()))))))))",
    ] {
      #expect(throws: NumPyError.self, "\(text)") {
        var literal = PythonLiteral(Array(text.utf8)[...])
        _ = try literal.value()
      }
    }
    #expect(throws: NumPyError.header("a occurs twice")) { try value("{'a': 1, 'a': 1}") }
    #expect(throws: NumPyError.self) {
      var literal = PythonLiteral(([0x27, 0xFF, 0x27] as [UInt8])[...])
      _ = try literal.value()
    }
  }

  /// What is left is for the caller to judge, and so are lists.
  @Test func whatIsLeft() throws {
    var literal = PythonLiteral(Array("(1, 2) x".utf8)[...])
    _ = try literal.value()
    #expect(!literal.isAtEnd && !literal.hasRecords)
    literal = PythonLiteral(Array("[1]  ".utf8)[...])
    _ = try literal.value()
    #expect(literal.isAtEnd && literal.hasRecords)
  }
}
