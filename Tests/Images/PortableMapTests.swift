import ConvKitCore
import ConvKitDrawing
import Testing

@testable import ConvKitImages

private func levels(_ text: String, _ samples: [UInt8] = []) throws -> [UInt8] {
  try PictureFile.decode(Array(text.utf8) + samples, name: "a").pixels.map(\.x)
}

private func reason(_ text: String, _ samples: [UInt8] = []) -> String? {
  do {
    _ = try PictureFile.decode(Array(text.utf8) + samples, name: "a")
    return nil
  } catch PictureFileError.broken(name: "a", format: .portableMap, let reason) {
    return reason
  } catch {
    return "another error: \(error)"
  }
}

@Suite struct PortableMapTests {
  @Test func everyKindGivesItsPixels() throws {
    // A bitmap's 1 is ink, the samples of a plain one need no space between them, and the rows of a
    // binary one begin with a byte.
    #expect(try levels("P1\n3 2\n1 0 1\n010\n") == [0, 255, 0, 255, 0, 255])
    #expect(
      try levels("P4\n10 2\n", [0xAA, 0x40, 0x55, 0x80]).prefix(10) == [
        0, 255, 0, 255, 0, 255, 0, 255, 255, 0,
      ])
    #expect(try levels("P4 9 1\n", [0, 0x80]).map { $0 == 0 } == (0..<9).map { $0 == 8 })
    #expect(try levels("P2 3 1 15\n0 7 15") == [0, 119, 255])
    #expect(try levels("P5 3 1 255\n", [0, 7, 255]) == [0, 7, 255])
    #expect(try levels("P5 2 1 65535\n", [0x12, 0x34, 0xFF, 0xFF]) == [18, 255])
    let plain = try PictureFile.decode(Array("P3 2 1 255 1 2 3 4 5 6\n".utf8), name: "a")
    let binary = try PictureFile.decode(
      Array("P6 2 1 255\n".utf8) + [1, 2, 3, 4, 5, 6], name: "a")
    #expect(plain == Picture(width: 2, height: 1, pixels: [.rgb(1, 2, 3), .rgb(4, 5, 6)]))
    #expect(binary == plain)
    let deep = "P6 1 1 256\n"
    #expect(
      try PictureFile.decode(Array(deep.utf8) + [0, 0, 0, 128, 1, 0], name: "a").pixels
        == [.rgb(0, 128, 255)])
  }

  @Test func samplesAreRoundedToTheNearest() throws {
    for largest in [1, 2, 3, 7, 15, 100, 254, 255] {
      let samples = (0...largest).map { UInt8($0) }
      let expected = samples.map { UInt8((Double($0) * 255 / Double(largest)).rounded()) }
      #expect(try levels("P5 \(largest + 1) 1 \(largest)\n", samples) == expected)
      let plain = samples.map { "\($0)" }.joined(separator: " ")
      #expect(try levels("P2 \(largest + 1) 1 \(largest)\n\(plain)") == expected)
    }
    let samples = [0, 127, 128, 129, 257, 385, 386, 32767, 32768, 65406, 65407, 65535]
    #expect(
      try levels("P5 12 1 65535\n", samples.flatMap { bigEndian($0, 2) })
        == samples.map { UInt8((Double($0) / 257).rounded()) })
  }

  @Test func commentsAndSpaceMayStandInTheHeader() throws {
    #expect(try levels("P5 #a\n# b\r\n 2 # c P6\n\t1\n#d\n255\n", [35, 32]) == [35, 32])
    #expect(try levels("P2\n2 1 9 # nine\n9 # one more\n0 # end") == [255, 0])
    // One white space ends the header; what follows is a sample, even if it looks like another.
    #expect(try levels("P5 1 1 255\n", [0x0A]) == [0x0A])
    #expect(try levels("P5 1 1 255\n", [7, 0x0A]) == [7])
  }

  @Test func contradictionsAreNamed() {
    for (text, expected) in [
      ("P5 2 2 255\nabc", "3 bytes after the header cannot hold its 2×2 pixels"),
      ("P5 2 2 255\nabcde", "it goes on after its pixels"),
      ("P5 2 2 255", "no white space ends its header"),
      ("P5 2 2 ", "it ends before its largest value"),
      ("P5 2 x 255\n", "something else stands where its height should be"),
      ("P5 2 -2 255\n", "something else stands where its height should be"),
      ("P5 2.5 2 255\n", "its width is not a whole number"),
      ("P5 12345678901 2 255\n", "its width has more than ten digits"),
      ("P5 2 2 0\nabcd", "its largest value is 0, not 1 to 65535"),
      ("P5 2 2 65536\nabcd", "its largest value is 65536, not 1 to 65535"),
      ("P5 0 2 255\n", "it says it is 0×2 pixels"),
      ("P5 1 1 9\n\u{10}", "a value of 16 is above its largest, 9"),
      ("P2 2 1 9\n1 10", "a value of 10 is above its largest, 9"),
      ("P2 2 1 9\n123", "a value of 123 is above its largest, 9"),
      ("P2 2 1 200\n123", "it ends before its next value"),
      ("P2 2 1 9\n1 2 3", "it goes on after its pixels"),
      ("P2 2 1 9\n1 b", "something else stands where its next value should be"),
      ("P1 2 1\n1 2", "a pixel is not 0 or 1"), ("P1 2 1\n1 ", "a pixel is not 0 or 1"),
      ("P1 3 1\n1", "2 bytes after the header cannot hold its 3×1 pixels"),
    ] {
      #expect(reason(text) == expected, "\(text)")
    }
  }

  @Test func lyingSizesAreRefusedBeforeAnythingIsAllocated() throws {
    for kind in 1...6 {
      let largest = kind == 1 || kind == 4 ? "" : " 255"
      let error = PictureFileError.tooLarge(
        name: "a", width: 1_000_000_000, height: 1_000_000_000, limit: 100_000_000)
      #expect(throws: error) { try levels("P\(kind) 1000000000 1000000000\(largest)\n") }
      #expect(
        reason("P\(kind) 10000 10000\(largest)\n1")
          == "\(kind > 3 ? 1 : 2) bytes after the header cannot hold its 10000×10000 pixels")
      // Nothing overflows even with the largest numbers and limit.
      #expect(throws: PictureFileError.self) {
        try PictureFile.decode(
          Array("P\(kind) 9999999999 9999999999\(largest)\n".utf8), name: "a", pixelLimit: 1 << 31)
      }
      #expect(throws: PictureFileError.self) {
        try PictureFile.decode(
          Array("P\(kind) 2147483648 1\(largest)\n".utf8), name: "a", pixelLimit: 1 << 31)
      }
    }
  }

  @Test func everyTruncationAndMutantIsAnErrorOrAPicture() throws {
    let files: [[UInt8]] = [
      Array("P1 # bits\n4 3\n1 0 1 0 0101 1111\n".utf8),
      Array("P2\n3 3\n99\n0 1 2 33 44 55 66 77 99".utf8),
      Array("P3 2 2 7 0 1 2 3 4 5 6 7 0 1 2 3\n".utf8),
      Array("P4\n9 3\n".utf8) + [1, 0, 2, 0x80, 3, 0], Array("P5 4 4 255\n".utf8) + Array(1...16),
      Array("P5 3 2 1000\n".utf8) + [0, 9, 3, 0xE8, 1, 1, 2, 2, 3, 3, 0, 0],
      Array("P6 2 2 200\n".utf8) + Array(1...12),
    ]
    for file in files {
      _ = try PictureFile.decode(file, name: "test")
      // A plain file may lose the space at its end.
      let end = file.count - (file.last == 0x0A ? 1 : 0)
      for count in 0..<end where file[1] > 0x33 || count < end - 1 {
        #expect(throws: PictureFileError.self, "\(file): \(count)") {
          try PictureFile.decode(Array(file.prefix(count)), name: "test")
        }
      }
    }
    var stream = RandomStream(seed: 8, purpose: .tests)
    var (pictures, errors) = (0, 0)
    for round in 0..<2000 {
      var mutant = files[round % files.count]
      for _ in 0..<Int.random(in: 1...2, using: &stream) {
        let place = Int.random(in: 1..<mutant.count, using: &stream)
        // Digits and spaces reach further than other bytes.
        mutant[place] =
          Bool.random(using: &stream)
          ? UInt8.random(in: 0x30...0x39, using: &stream) : .random(in: 0...255, using: &stream)
      }
      do {
        let picture = try PictureFile.decode(mutant, name: "mutant", pixelLimit: 10_000)
        #expect(picture.pixels.count <= 10_000)
        pictures += 1
      } catch let error as PictureFileError {
        #expect(error.description.hasPrefix("mutant "))
        errors += 1
      }
    }
    #expect(pictures > 300 && errors > 300, "\(pictures) pictures, \(errors) errors")
  }
}

@Suite struct PictureFormatTests {
  @Test func otherFormatsAreRefusedByName() {
    for (start, format) in [
      (Array("GIF89a\u{1}\u{0}".utf8), "GIF"), ([0x49, 0x49, 0x2A, 0, 8, 0, 0, 0], "TIFF"),
      ([0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8], "TIFF"), (Array("RIFF....WEBPVP8 ".utf8), "WebP"),
    ] as [([UInt8], String)] {
      let error = #expect(throws: PictureFileError.otherFormat(name: "a.x", format: format)) {
        try PictureFile.decode(start, name: "a.x")
      }
      #expect(
        error?.description == "a.x is a \(format) file; PNG, JPEG or PNM was expected: save it as "
          + "PNG or leave it out")
    }
  }

  @Test func namesAreShownWithoutWhatDisturbsATerminal() {
    for error in [
      PictureFileError.notAPicture(name: "a\u{1B}[2J", start: []),
      .notAPicture(name: "a\u{1B}[2J", start: [1]), .otherFormat(name: "a\u{1B}[2J", format: "GIF"),
      .broken(name: "a\u{1B}[2J", format: .jpeg, reason: "b"),
      .tooLarge(name: "a\u{1B}[2J", width: 1, height: 2, limit: 1),
    ] {
      #expect(error.description.hasPrefix("a\\u{1B}[2J "))
      #expect(error.category == .badData)
    }
  }
}
