import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitModels

@Suite struct TensorFileTests {
  @Test func readsWhatItWrote() throws {
    var file = TensorFile(metadata: ["note": "tab\t, quote \" and \\, é, \u{1F600}, \u{1}"])
    let floats = Tensor<Float>(
      shape: [2, 3], elements: [1, -0.0, .pi, .leastNonzeroMagnitude, 3e38, -7])
    file.append(floats, named: "features.0.weight")
    file.append(Tensor<Double>(shape: [1], elements: [.pi]), named: "double")
    file.append(Tensor<Int32>(shape: [2], elements: [.min, .max]), named: "whole \"32\"")
    file.append(Tensor<Int64>(shape: [], elements: [.min]), named: "single")
    file.append(Tensor<Float>(shape: [4, 0], elements: []), named: "nothing")
    file.append(bytes: Array("word\nnext".utf8), named: "vocabulary")

    let read = try TensorFile(bytes: file.encoded())
    #expect(read.metadata == file.metadata)
    #expect(read.metadata["format"] == "pt")
    #expect(try read.tensor(named: "features.0.weight") == floats)
    let bits = try read.tensor(named: "features.0.weight", of: Float.self).elements
    #expect(bits.map(\.bitPattern) == floats.elements.map(\.bitPattern))
    #expect(try read.tensor(named: "double", of: Double.self).elements == [.pi])
    #expect(try read.tensor(named: "whole \"32\"", of: Int32.self).elements == [.min, .max])
    #expect(try read.tensor(named: "single", of: Int64.self).elements == [.min])
    #expect(try read.tensor(named: "nothing", of: Float.self).shape == [4, 0])
    #expect(
      try read.tensor(named: "vocabulary", of: UInt8.self).elements == Array("word\nnext".utf8))
    #expect(read.encoded() == file.encoded())
  }

  @Test func bytesDependOnTheContentAlone() {
    let a = Tensor<Float>(shape: [1], elements: [1])
    let b = Tensor<Double>(shape: [1], elements: [2])
    var first = TensorFile(metadata: ["x": "1", "y": "2"])
    first.append(a, named: "a")
    first.append(b, named: "b")
    var second = TensorFile(metadata: ["y": "2", "x": "1"])
    second.append(b, named: "b")
    second.append(a, named: "a")
    #expect(first.encoded() == second.encoded())
  }

  @Test(arguments: 0..<70) func dataIsAligned(nameLength: Int) throws {
    var file = TensorFile()
    file.append(bytes: [1], named: "byte")
    file.append(
      Tensor<Double>(shape: [1], elements: [1]),
      named: String(repeating: "n", count: nameLength))
    let bytes = file.encoded()
    #expect((bytes.count - 9) % 64 == 0)
    let entries = try TensorFile(bytes: bytes).entries
    #expect(entries.map(\.elementType) == [.float64, .uint8])
    #expect(entries[0].bytes.startIndex % 64 == 0)
  }

  @Test func namesWhatIsMissing() throws {
    var file = TensorFile()
    file.append(Tensor<Float>(shape: [1], elements: [1]), named: "weight")
    #expect(throws: TensorFileError.missingTensor(name: "bias")) {
      try file.tensor(named: "bias", of: Float.self)
    }
    #expect(
      throws: TensorFileError.otherElementType(
        tensor: "weight", found: .float32, expected: .float64)
    ) { try file.tensor(named: "weight", of: Double.self) }
  }

  @Test func findsTheFirstValueThatIsNotFinite() throws {
    var file = TensorFile()
    file.append(Tensor<Float>(shape: [2], elements: [.greatestFiniteMagnitude, -0]), named: "a")
    file.append(Tensor<Int32>(shape: [1], elements: [-1]), named: "b")
    #expect(file.firstNonFinite() == nil)
    var infinite = file
    infinite.append(Tensor<Double>(shape: [3], elements: [0, 1, -.infinity]), named: "c")
    var found = try #require(infinite.firstNonFinite())
    #expect(found == ("c", 2))
    #expect(infinite.firstNonFinite(among: ["a", "b"]) == nil)
    var undefined = file
    undefined.append(Tensor<Float>(shape: [2], elements: [.nan, 0]), named: "d")
    found = try #require(undefined.firstNonFinite())
    #expect(found == ("d", 0))
    let halves = TensorFileAttack.file(
      #"{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, data: [0, 0x3C, 0, 0xFC])
    found = try #require(try TensorFile(bytes: halves).firstNonFinite())
    #expect(found == ("h", 1))
  }

  @Test func everyPrefixIsRefused() throws {
    var file = TensorFile(metadata: ["network": "[1, 2]"])
    file.append(Tensor<Float>(shape: [2, 2], elements: [1, 2, 3, 4]), named: "weight")
    file.append(bytes: [1, 2, 3], named: "words")
    let bytes = file.encoded()
    for count in 0..<bytes.count {
      #expect(throws: TensorFileError.self) { try TensorFile(bytes: Array(bytes[..<count])) }
    }
  }

  /// One to four bytes changed, removed or added: an error or a file, and never a trap.
  @Test func mutantsAreRefusedOrRead() throws {
    var file = TensorFile(metadata: ["network": "[1, 2]"])
    file.append(Tensor<Float>(shape: [2, 2], elements: [1, 2, 3, 4]), named: "weight")
    file.append(bytes: [1, 2, 3], named: "words")
    let whole = file.encoded()
    let header = whole.count - 19
    var refused = 0
    let mutants = 4000
    for mutant in 0..<mutants {
      var stream = RandomStream(seed: 2, purpose: .tests, item: mutant)
      func below(_ bound: Int) -> Int { Int(stream.next() % UInt64(bound)) }
      var bytes = whole
      for _ in 0...below(4) {
        let place = below(header)
        switch below(4) {
        case 0: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes[place] = Array("{}[]\",:0129-.eE\\u".utf8)[below(17)]
        case 2: bytes.remove(at: place)
        default: bytes.insert(bytes[below(header)], at: place)
        }
      }
      // Half of them with the length mended, so that they reach the header's reader.
      if mutant % 2 == 0 {
        let length = bytes.count - 19 - 8
        for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
      }
      do {
        let read = try TensorFile(bytes: bytes)
        #expect(read.entries.reduce(0) { $0 + $1.bytes.count } <= bytes.count)
        _ = read.firstNonFinite()
        for entry in read.entries { _ = try? read.tensor(named: entry.name, of: Float.self) }
      } catch {
        refused += 1
      }
    }
    #expect(refused > mutants / 2)
  }

  @Test func filesAreWrittenAndRead() throws {
    let folder = try TemporaryFolder()
    var file = TensorFile()
    file.append(Tensor<Float>(shape: [2], elements: [1, 2]), named: "weight")
    let path = folder.path + "/model.convkit"
    try file.write(to: path)
    #expect(try TensorFile.read(path: path).encoded() == file.encoded())
    #expect(try BoundedFile.read(path: path, limit: 10_000) == file.encoded())
    #expect(throws: FileError.self) { try TensorFile.read(path: path, limit: 100) }

    try AtomicFile.write([1, 2, 3], to: path)
    let failure = #expect(throws: UnusableTensorFile.self) { try TensorFile.read(path: path) }
    #expect(failure?.reason == .tooShort(bytes: 3))
    #expect(failure?.description.contains("model.convkit") == true)
  }
}
