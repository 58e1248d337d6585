import ConvKitCore
import ConvKitDrawing
import Testing

@testable import ConvKitImages

/// A file of the kind with samples drawn from a stream, every one of them possible.
func fixture(
  _ kind: PNGFixture.Kind, depth: Int, width: Int, height: Int, interlaced: Bool = false,
  transparency: Bool = false
) -> PNGFixture {
  var stream = RandomStream(seed: 1, purpose: .tests, item: depth * 10000 + width * 100 + height)
  let colours = kind == .palette ? min(1 << depth, 200) : 0
  let bound = kind == .palette ? colours : 1 << depth
  var result = PNGFixture(
    kind: kind, depth: depth, width: width, height: height, isInterlaced: interlaced,
    samples: (0..<width * height * kind.channels).map { _ in .random(in: 0..<bound, using: &stream)
    })
  result.palette = (0..<colours).map { _ in SIMD3.random(in: 0...255, using: &stream) }
  if transparency {
    // The transparent colour is one that is there; of a palette, all but the last colour get an alpha.
    result.transparent =
      kind == .palette
      ? (0..<max(1, colours - 1)).map { _ in .random(in: 0...255, using: &stream) }
      : Array(result.samples.prefix(kind.channels))
  }
  return result
}

@Suite struct PNGDecoderTests {
  @Test(arguments: PNGFixture.Kind.allCases, [false, true])
  func everyKindGivesItsPixels(kind: PNGFixture.Kind, interlaced: Bool) throws {
    for depth in kind.depths {
      for (width, height) in [(1, 1), (3, 5), (8, 8), (13, 9), (2, 17), (33, 1)] {
        for transparency in kind == .greyAlpha || kind == .rgba ? [false] : [false, true] {
          let fixture = fixture(
            kind, depth: depth, width: width, height: height, interlaced: interlaced,
            transparency: transparency)
          let picture = try PictureFile.decode(fixture.file, name: "test")
          #expect(picture.width == width && picture.height == height)
          #expect(
            picture.pixels == fixture.expected,
            "\(kind), \(depth) bits, \(width)×\(height), transparency: \(transparency)")
        }
      }
    }
  }

  @Test func sixteenBitsAreRoundedToTheNearest() throws {
    let samples = [0, 127, 128, 129, 257, 385, 386, 32767, 32768, 65406, 65407, 65535]
    let fixture = PNGFixture(kind: .grey, depth: 16, width: 12, height: 1, samples: samples)
    let levels = try PictureFile.decode(fixture.file, name: "test").pixels.map { Int($0.x) }
    #expect(levels == samples.map { Int((Double($0) / 257).rounded()) })
  }

  @Test func gammaAndTextChangeNothing() throws {
    let plain = fixture(.rgb, depth: 8, width: 4, height: 4)
    var file = plain.file
    let text = chunk("tEXt", Array("Title\0words".utf8))
    file.insert(contentsOf: chunk("gAMA", bigEndian(100_000, 4)) + text, at: 33)
    #expect(try PictureFile.decode(file, name: "test").pixels == plain.expected)
  }

  @Test func whatIsWrittenIsRead() throws {
    var stream = RandomStream(seed: 2, purpose: .tests)
    for (width, height) in [(1, 1), (7, 3), (64, 65)] {
      for kind in 0..<3 {
        let pixels = (0..<width * height).map { _ -> SIMD4<UInt8> in
          let colour = SIMD4<UInt8>.random(in: 0...255, using: &stream)
          return [.grey(colour.x), .rgb(colour.x, colour.y, colour.z), colour][kind]
        }
        let picture = Picture(width: width, height: height, pixels: pixels)
        #expect(try PictureFile.decode(try picture.png(), name: "test") == picture)
      }
    }
  }
}

/// Files that are not what they say.
@Suite struct HostilePNGTests {
  static let fixtures = [
    fixture(.palette, depth: 2, width: 9, height: 9, interlaced: true, transparency: true),
    fixture(.rgb, depth: 16, width: 5, height: 4, transparency: true),
    fixture(.greyAlpha, depth: 8, width: 6, height: 6),
  ]
  static let files = fixtures.map(\.file)

  @Test func everyTruncationIsAnError() {
    for file in Self.files {
      for count in 0..<file.count {
        #expect(throws: PictureFileError.self, "\(count) of \(file.count) bytes") {
          try PictureFile.decode(Array(file.prefix(count)), name: "test")
        }
      }
    }
  }

  @Test func mutantsAreAnErrorOrAPicture() throws {
    var stream = RandomStream(seed: 3, purpose: .tests)
    var files = Self.files
    files.append(try Picture(width: 20, height: 20, filledWith: .rgb(1, 200, 3)).png())
    var (pictures, errors) = (0, 0)
    for round in 0..<4000 {
      var mutant = files[.random(in: 0..<files.count, using: &stream)]
      if round.isMultiple(of: 2) {
        for _ in 0..<Int.random(in: 1...3, using: &stream) {
          mutant[.random(in: 8..<mutant.count, using: &stream)] = .random(
            in: 0...255, using: &stream)
        }
      } else {
        var fixture = Self.fixtures[.random(in: 0..<Self.fixtures.count, using: &stream)]
        // A row's first byte names its filter, and of those only five exist: mostly keep to them.
        fixture.damage[.random(in: 0..<1000, using: &stream)] = .random(in: 0...5, using: &stream)
        mutant = fixture.file
      }
      do {
        let picture = try PictureFile.decode(
          withRepairedChecksums(mutant), name: "mutant", pixelLimit: 100_000)
        #expect(picture.pixels.count <= 100_000)
        pictures += 1
      } catch let error as PictureFileError {
        #expect(error.description.hasPrefix("mutant "))
        errors += 1
      }
    }
    // Both happen often, or the mutants would prove nothing.
    #expect(pictures > 400 && errors > 400, "\(pictures) pictures, \(errors) errors")
  }

  func withSize(_ width: Int, _ height: Int) -> [UInt8] {
    var file = Self.files[2]
    file.replaceSubrange(16..<24, with: bigEndian(width, 4) + bigEndian(height, 4))
    return withRepairedChecksums(file)
  }

  @Test func lyingSizesAreRefusedBeforeAnythingIsAllocated() {
    #expect(
      throws: PictureFileError.tooLarge(
        name: "a", width: 1_000_000, height: 1_000_000, limit: 100_000_000)
    ) { try PictureFile.decode(withSize(1_000_000, 1_000_000), name: "a") }
    #expect(throws: PictureFileError.tooLarge(name: "a", width: 7, height: 6, limit: 41)) {
      try PictureFile.decode(withSize(7, 6), name: "a", pixelLimit: 41)
    }
    // Within the limit, but more than so few bytes can hold.
    let error = #expect(throws: PictureFileError.self) {
      try PictureFile.decode(withSize(10_000, 10_000), name: "a")
    }
    #expect(error?.description.contains("cannot hold the 10000×10000 pixels") == true)
    for (width, height) in [(0, 6), (6, 0), (-1, 6), (0x7FFF_FFFF, 0x7FFF_FFFF), (7, 6), (6, 7)] {
      #expect(throws: PictureFileError.self, "\(width)×\(height)") {
        try PictureFile.decode(withSize(width, height), name: "a")
      }
    }
  }

  @Test func whatIsNoPictureIsNamed() {
    let empty = PictureFileError.notAPicture(name: "a.png", start: [])
    #expect(throws: empty) { try PictureFile.decode([], name: "a.png") }
    #expect(empty.description.contains("a.png is empty"))
    let text = PictureFileError.notAPicture(name: "b.png", start: [0x47, 0x49, 0x46, 0x0A])
    #expect(throws: text) { try PictureFile.decode(Array("GIF\n".utf8), name: "b.png") }
    #expect(text.description.contains("47 49 46 0A"))
    #expect {
      try PictureFile.read(path: "/nonexistent/picture.png")
    } throws: { error in
      (error as? any ReportableError)?.category == .missingInput
    }
  }

  @Test func libpngsWordsReachTheReader() {
    var file = Self.files[1]
    file[30] ^= 1
    let error = #expect(throws: PictureFileError.self) { try PictureFile.decode(file, name: "c") }
    #expect(error?.description.contains("libpng: IHDR: CRC error") == true)
  }
}
