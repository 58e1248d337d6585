import ConvKitFiles
import Testing

@testable import ConvKitModels

/// A file that lies, and the error that it must give.
struct TensorFileAttack: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let expected: TensorFileError

  var testDescription: String { name }

  init(_ name: String, _ bytes: [UInt8], _ expected: TensorFileError) {
    self.name = name
    self.bytes = bytes
    self.expected = expected
  }

  /// A file of a header and `data`.
  init(_ name: String, _ header: String, data: Int = 0, _ expected: TensorFileError) {
    self.init(name, Self.file(header, data: Array(repeating: 0, count: data)), expected)
  }

  static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    file(Array(header.utf8), data: data)
  }

  static func file(_ header: [UInt8], length: UInt64? = nil, data: [UInt8] = []) -> [UInt8] {
    let length = length ?? UInt64(header.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + header + data
  }

  /// The header of one tensor.
  static func tensor(
    _ name: String = "t", _ type: String = "U8", _ shape: String = "[4]",
    _ offsets: String = "[0,4]"
  ) -> String {
    #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }
}

private typealias Attack = TensorFileAttack

private let attacks: [TensorFileAttack] =
  [
    // The length and the frame.
    Attack("no bytes", [], .tooShort(bytes: 0)),
    Attack("seven bytes", [2, 0, 0, 0, 0, 0, 0], .tooShort(bytes: 7)),
    Attack(
      "length of 2^64 - 1", Attack.file([0x7B, 0x7D], length: .max),
      .headerTooLong(length: .max, limit: 100_000_000)),
    Attack(
      "length over the cap", Attack.file([0x7B, 0x7D], length: 100_000_001),
      .headerTooLong(length: 100_000_001, limit: 100_000_000)),
    Attack(
      "length beyond the file", Attack.file([0x7B, 0x7D], length: 3),
      .headerBeyondFile(length: 3, available: 2)),
    Attack("no header", Attack.file([]), .noHeader(found: nil)),
    Attack("header of spaces", "   ", .noHeader(found: 0x20)),
    Attack("space before the brace", " {}", .noHeader(found: 0x20)),
    Attack("list for a header", "[]", .noHeader(found: 0x5B)),
    Attack("byte order mark", "\u{FEFF}{}", .noHeader(found: 0xEF)),
    Attack("open header", "{", .unexpected(position: 9, expected: "a key")),
    Attack("text behind the header", "{} x", .textBehindHeader(position: 11)),
    Attack("zero byte behind the header", "{}\0", .textBehindHeader(position: 10)),
    Attack("bytes behind nothing", "{}", data: 5, .trailingBytes(count: 5)),
    Attack(
      "trailing bytes", "{" + Attack.tensor() + "}", data: 6, .trailingBytes(count: 2)),
    // JSON.
    Attack(
      "comma before the end", "{" + Attack.tensor() + ",}", data: 4,
      .unexpected(position: 61, expected: "a key")),
    Attack("key without quotes", "{t:1}", .unexpected(position: 9, expected: "a key")),
    Attack("no colon", #"{"t" 1}"#, .unexpected(position: 13, expected: "a colon")),
    Attack(
      "open text", #"{"t"#, .unexpected(position: 11, expected: "the end of a text")),
    Attack(
      "line end in a text", "{\"t\n\":1}",
      .unexpected(position: 11, expected: "no control character in a text")),
    Attack(
      "unknown escape", #"{"\x41":1}"#,
      .unexpected(position: 10, expected: "an escape that JSON knows")),
    Attack(
      "sign in an escape", #"{"\u+041":1}"#,
      .unexpected(position: 12, expected: "four hexadecimal digits")),
    Attack("half a pair", #"{"\ud800":1}"#, .notUTF8(position: 10)),
    Attack(
      "not UTF-8", Attack.file([0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D]),
      .notUTF8(position: 10)),
    Attack(
      "two metadata", #"{"__metadata__":{},"__metadata__":{}}"#,
      .duplicateKey("__metadata__", position: 27)),
    Attack(
      "two of a name", "{" + Attack.tensor("t") + "," + Attack.tensor("t") + "}", data: 4,
      .duplicateKey("t", position: 61)),
    Attack(
      "two of a name, one escaped",
      #"{"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\u0074":1}"#,
      .duplicateKey("t", position: 61)),
    Attack(
      "two shapes", #"{"t":{"shape":[1],"shape":[4]}}"#, .duplicateKey("shape", position: 26)),
    Attack(
      "deep nesting", #"{"t":{"shape":"# + String(repeating: "[", count: 100_000),
      .nested(position: 23)),
    Attack("object for a type", #"{"t":{"dtype":{}}}"#, .nested(position: 22)),
    Attack("number for a tensor", #"{"t":1}"#, .unexpected(position: 13, expected: "an object")),
    Attack(
      "a name of 17 MB", "{\"" + String(repeating: "n", count: 17_000_000) + "\":1}",
      .textTooLong(position: 10, limit: 1 << 24)),
    // Metadata.
    Attack(
      "metadata is a list", #"{"__metadata__":[]}"#,
      .unexpected(position: 24, expected: "an object")),
    Attack(
      "metadata of a number", #"{"__metadata__":{"a":1}}"#,
      .metadataNotText(key: "a", position: 29)),
    Attack(
      "metadata of an object", #"{"__metadata__":{"a":{}}}"#,
      .metadataNotText(key: "a", position: 29)),
    Attack(
      "metadata of nothing", #"{"__metadata__":{"a":null}}"#,
      .metadataNotText(key: "a", position: 29)),
    // Fields.
    Attack(
      "unknown field", #"{"t":{"strides":[1]}}"#, .unknownField(tensor: "t", field: "strides")),
    Attack(
      "no type", #"{"t":{"shape":[4],"data_offsets":[0,4]}}"#, data: 4,
      .missingField(tensor: "t", field: "dtype")),
    Attack(
      "no shape", #"{"t":{"dtype":"U8","data_offsets":[0,4]}}"#, data: 4,
      .missingField(tensor: "t", field: "shape")),
    Attack(
      "no offsets", #"{"t":{"dtype":"U8","shape":[4]}}"#, data: 4,
      .missingField(tensor: "t", field: "data_offsets")),
    Attack(
      "unknown type", "{" + Attack.tensor("t", "F31") + "}", data: 4,
      .unknownElementType(tensor: "t", name: "F31")),
    Attack(
      "type in small letters", "{" + Attack.tensor("t", "u8") + "}", data: 4,
      .unknownElementType(tensor: "t", name: "u8")),
    Attack(
      "negative extent", "{" + Attack.tensor("t", "U8", "[-4]") + "}", data: 4,
      .negativeNumber(tensor: "t", position: 36)),
    Attack(
      "fraction", "{" + Attack.tensor("t", "U8", "[4.0]") + "}", data: 4,
      .notWholeNumber(tensor: "t", position: 36)),
    Attack(
      "exponent", "{" + Attack.tensor("t", "U8", "[4e0]") + "}", data: 4,
      .notWholeNumber(tensor: "t", position: 36)),
    Attack(
      "leading zero", "{" + Attack.tensor("t", "U8", "[04]") + "}", data: 4,
      .unexpected(position: 36, expected: "a number without leading zeros")),
    Attack(
      "extent of 2^63", "{" + Attack.tensor("t", "U8", "[9223372036854775808]") + "}", data: 4,
      .numberTooLarge(tensor: "t", position: 36)),
    Attack(
      "extent as a text", "{" + Attack.tensor("t", "U8", #"["4"]"#) + "}", data: 4,
      .unexpected(position: 36, expected: "a whole number")),
    Attack(
      "a list in the shape", "{" + Attack.tensor("t", "U8", "[[4]]") + "}", data: 4,
      .nested(position: 36)),
    Attack(
      "too many axes",
      "{" + Attack.tensor("t", "U8", "[1" + String(repeating: ",1", count: 16) + "]") + "}",
      data: 1, .tooManyAxes(tensor: "t", limit: 16)),
    // Shapes and offsets.
    Attack(
      "product wraps to 4", "{" + Attack.tensor("t", "U8", "[4611686018427387905,4]") + "}",
      data: 4,
      .shapeTooLarge(tensor: "t", shape: [4_611_686_018_427_387_905, 4])),
    Attack(
      "bytes wrap to 0", "{" + Attack.tensor("t", "F64", "[4611686018427387904]", "[0,0]") + "}",
      .shapeTooLarge(tensor: "t", shape: [4_611_686_018_427_387_904])),
    Attack(
      "product wraps before a zero",
      "{" + Attack.tensor("t", "U8", "[9223372036854775807,9223372036854775807,0]", "[0,0]") + "}",
      .shapeTooLarge(tensor: "t", shape: [.max, .max, 0])),
    Attack(
      "half a byte", "{" + Attack.tensor("t", "F4", "[3]", "[0,1]") + "}", data: 1,
      .partOfByte(tensor: "t", shape: [3], elementType: .float4E2M1)),
    Attack(
      "one offset", "{" + Attack.tensor("t", "U8", "[4]", "[0]") + "}", data: 4,
      .offsetCount(tensor: "t", found: 1)),
    Attack(
      "three offsets", "{" + Attack.tensor("t", "U8", "[4]", "[0,2,4]") + "}", data: 4,
      .offsetCount(tensor: "t", found: 3)),
    Attack(
      "negative offset", "{" + Attack.tensor("t", "U8", "[4]", "[-4,0]") + "}", data: 4,
      .negativeNumber(tensor: "t", position: 55)),
    Attack(
      "offsets reversed", "{" + Attack.tensor("t", "U8", "[4]", "[4,0]") + "}", data: 4,
      .offsetsReversed(tensor: "t", begin: 4, end: 0)),
    Attack(
      "offset beyond the file", "{" + Attack.tensor("t", "U8", "[8]", "[0,8]") + "}", data: 4,
      .beyondFile(tensor: "t", end: 8, available: 4)),
    Attack(
      "offset of 2^63 - 1",
      "{" + Attack.tensor("t", "U8", "[1]", "[9223372036854775806,9223372036854775807]") + "}",
      data: 4, .beyondFile(tensor: "t", end: .max, available: 4)),
    Attack(
      "too few bytes for the shape", "{" + Attack.tensor("t", "F32", "[2]", "[0,4]") + "}", data: 4,
      .byteCount(tensor: "t", found: 4, expected: 8)),
    Attack(
      "overlap",
      "{" + Attack.tensor("a") + "," + Attack.tensor("b", "U8", "[4]", "[2,6]") + "}", data: 6,
      .overlap(tensor: "b", begin: 2, previousEnd: 4)),
    Attack(
      "the same bytes twice", "{" + Attack.tensor("a") + "," + Attack.tensor("b") + "}", data: 4,
      .overlap(tensor: "b", begin: 0, previousEnd: 4)),
    Attack(
      "a gap between",
      "{" + Attack.tensor("a") + "," + Attack.tensor("b", "U8", "[4]", "[6,10]") + "}", data: 10,
      .gap(tensor: "b", begin: 6, previousEnd: 4)),
    Attack(
      "a gap at the start", "{" + Attack.tensor("t", "U8", "[4]", "[2,6]") + "}", data: 6,
      .gap(tensor: "t", begin: 2, previousEnd: 0)),
  ]

@Suite struct TensorFileAttackTests {
  @Test(arguments: attacks) func isRefused(_ attack: TensorFileAttack) {
    #expect(throws: attack.expected) { try TensorFile(bytes: attack.bytes) }
    #expect(attack.expected.description.hasSuffix("."))
  }

  @Test func sentencesDiffer() {
    #expect(attacks.count >= 40)
    #expect(Set(attacks.map(\.name)).count == attacks.count)
    let errors = attacks.map(\.expected)
    for (index, error) in errors.enumerated() {
      for other in errors[..<index] where other != error {
        #expect(other.description != error.description)
      }
    }
  }

  @Test func whatIsAllowedIsRead() throws {
    let spaced = " {" + TensorFileAttack.tensor("t", "U8", "[ 2 , 2 ]", "[0, 4]") + " \n}  \t\r\n"
    let file = try TensorFile(
      bytes: TensorFileAttack.file(String(spaced.dropFirst()), data: [1, 2, 3, 4]))
    #expect(try file.tensor(named: "t", of: UInt8.self).elements == [1, 2, 3, 4])
    #expect(try TensorFile(bytes: TensorFileAttack.file("{}")).entries.isEmpty)
    // Tensors may be listed in any order, and an empty one may lie anywhere between others.
    let header =
      "{" + TensorFileAttack.tensor("b", "U8", "[4]", "[4,8]") + ","
      + TensorFileAttack.tensor("e", "U8", "[0]", "[4,4]") + "," + TensorFileAttack.tensor("a")
      + "}"
    let three = try TensorFile(
      bytes: TensorFileAttack.file(header, data: Array(repeating: 0, count: 8)))
    #expect(three.entries.map(\.name) == ["a", "e", "b"])
  }

  @Test func millionEntriesAreRefusedQuickly() {
    var header = "{"
    for index in 0..<1_000_000 {
      header += #""t\#(index)":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"#
    }
    let bytes = TensorFileAttack.file(header + "}")
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(throws: TensorFileError.tooManyTensors(limit: 100_000)) {
        try TensorFile(bytes: bytes)
      }
    }
    #expect(time < .seconds(20), "refused after \(time), in a build without optimisation")
    print("a header of a million entries is refused after \(time)")

    let texts = (0..<20_000).map { #""\#($0)":"""# }.joined(separator: ",")
    #expect(throws: TensorFileError.tooManyTexts(limit: 10_000)) {
      try TensorFile(bytes: TensorFileAttack.file(#"{"__metadata__":{"# + texts + "}}"))
    }
  }
}
