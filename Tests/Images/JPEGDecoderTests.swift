import ConvKitCore
import ConvKitDrawing
import Foundation
import Testing

@testable import ConvKitImages

/// The files of the folder Fixtures and what Pillow reads from them; make_jpegs.py there made both.
private enum JPEGFixture {
  struct Golden: Decodable {
    let width: Int
    let height: Int
    let pixels: Data
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Fixtures")

  static func file(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  static func goldens() throws -> [String: Golden] {
    try JSONDecoder().decode(
      [String: Golden].self, from: Data(contentsOf: folder.appending(path: "golden.json")))
  }

  /// The file with a segment put after its start marker.
  static func file(_ name: String, with marker: UInt8, _ content: [UInt8]) throws -> [UInt8] {
    var file = try file(name)
    file.insert(contentsOf: [0xFF, marker] + bigEndian(content.count + 2, 2) + content, at: 2)
    return file
  }

  /// Where the content of the first segment with one of the markers begins.
  static func content(of markers: [UInt8], in file: [UInt8]) throws -> Int {
    let place = file.indices.dropLast().first {
      file[$0] == 0xFF && markers.contains(file[$0 + 1])
    }
    return try #require(place) + 4
  }

  /// The file with another size in its frame.
  static func file(_ name: String, width: Int, height: Int) throws -> [UInt8] {
    var file = try file(name)
    let frame = try content(of: [0xC0, 0xC1, 0xC2], in: file)
    file.replaceSubrange(frame + 1..<frame + 5, with: bigEndian(height, 2) + bigEndian(width, 2))
    return file
  }
}

private func reason(_ file: [UInt8]) -> String? {
  do {
    _ = try PictureFile.decode(file, name: "a.jpg")
    return nil
  } catch PictureFileError.broken(name: "a.jpg", format: .jpeg, let reason) {
    return reason
  } catch {
    return "another error: \(error)"
  }
}

@Suite struct JPEGDecoderTests {
  /// The same bits as Pillow's for all that only libjpeg-turbo computes; inks become colours here, and
  /// may be rounded another way.
  @Test func everyKindGivesThePixelsThatPillowReads() throws {
    let goldens = try JPEGFixture.goldens()
    #expect(goldens.count == 20)
    for (name, golden) in goldens {
      let picture = try PictureFile.decode(try JPEGFixture.file(name), name: name)
      try #require(picture.width == golden.width && picture.height == golden.height, "\(name)")
      let bytes = Array(golden.pixels)
      let tolerance = name.contains("cmyk") || name.contains("ycck") ? 1 : 0
      for (place, pixel) in picture.pixels.enumerated() {
        let difference = (0..<3).map { abs(Int(pixel[$0]) - Int(bytes[3 * place + $0])) }
        #expect(
          difference.allSatisfy { $0 <= tolerance } && pixel.w == 255, "\(name), pixel \(place)")
      }
      let size = try PictureFile.size(path: JPEGFixture.folder.appending(path: name).path())
      #expect(size.height == golden.height && size.width == golden.width)
    }
  }

  @Test func whatFollowsThePictureOrStandsBetweenItsSegmentsIsSkipped() throws {
    let file = try JPEGFixture.file("rgb-420.jpg")
    let picture = try PictureFile.decode(file, name: "a")
    // Some cameras append a film or a second picture, some leave stray bytes.
    #expect(try PictureFile.decode(file + file, name: "a") == picture)
    var stray = file
    stray.insert(contentsOf: [1, 2, 3], at: 2 + 2 + 16)
    #expect(try PictureFile.decode(stray, name: "a") == picture)
    stray = file
    stray.insert(contentsOf: [0, 0, 0, 0], at: file.count - 2)
    #expect(try PictureFile.decode(stray, name: "a") == picture)
  }
}

@Suite struct OrientationTests {
  /// An EXIF block with one entry.
  static func exif(
    _ sign: String = "II", tag: Int = 0x0112, type: Int = 3, count: Int = 1, value: Int = 6,
    directory: Int = 8, entries: Int = 1
  ) -> [UInt8] {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] {
      sign == "MM" ? bigEndian(value, bytes) : bigEndian(value, bytes).reversed()
    }
    return Array(sign.utf8) + number(42, 2) + number(directory, 4) + number(entries, 2)
      + number(tag, 2) + number(type, 2) + number(count, 4) + number(value, 2) + [0, 0]
  }

  @Test func theEightNumbersTurnAsEXIFSays() throws {
    // 0 1 2
    // 3 4 5
    let picture = Picture(width: 3, height: 2, pixels: (0..<6).map { .grey($0) })
    let expected: [[UInt8]] = [
      [0, 1, 2, 3, 4, 5], [2, 1, 0, 5, 4, 3], [5, 4, 3, 2, 1, 0], [3, 4, 5, 0, 1, 2],
      [0, 3, 1, 4, 2, 5], [3, 0, 4, 1, 5, 2], [5, 2, 4, 1, 3, 0], [2, 5, 1, 4, 0, 3],
    ]
    for number in 1...8 {
      let upright = try #require(Orientation(number: number)).applied(to: picture)
      #expect(upright.pixels.map(\.x) == expected[number - 1], "\(number)")
      #expect(upright.width == (number < 5 ? 3 : 2))
    }
    for number in [0, 9, -1, 65535] { #expect(Orientation(number: number) == nil) }
  }

  @Test func bothByteOrdersAreRead() {
    for sign in ["II", "MM"] {
      for number in 1...8 {
        #expect(
          Orientation(exif: Self.exif(sign, value: number)[...]) == Orientation(number: number))
      }
    }
  }

  @Test func anUnsoundBlockIsIgnored() throws {
    let blocks = [
      Self.exif("IM"), Self.exif(tag: 0x0113), Self.exif(type: 4), Self.exif(count: 2),
      Self.exif(value: 0), Self.exif(value: 9), Self.exif(directory: 9),
      Self.exif(directory: 0xFFFF_FFFF), Self.exif(entries: 0), [], Array("II".utf8),
    ]
    let sound = Self.exif()
    for block in blocks + (0..<sound.count - 4).map({ Array(sound.prefix($0)) }) {
      #expect(Orientation(exif: block[...]) == nil, "\(block)")
    }
    // Many entries announced, of which the block holds the first.
    #expect(Orientation(exif: Self.exif(entries: 65535)[...]) == Orientation(number: 6))
    #expect(Orientation(exif: Self.exif(tag: 1, entries: 65535)[...]) == nil)
  }

  @Test func theFirstBlockCounts() throws {
    let exif = Array("Exif\0\0".utf8)
    let file = try JPEGFixture.file("rgb-444.jpg")
    let picture = try PictureFile.decode(file, name: "a")
    let turned = try JPEGFixture.file("rgb-444.jpg", with: 0xE1, exif + Self.exif())
    #expect(
      try PictureFile.decode(turned, name: "a")
        == Orientation(number: 6).map { $0.applied(to: picture) })
    let unsound = try JPEGFixture.file("rgb-444.jpg", with: 0xE1, exif + Self.exif("IM"))
    #expect(try PictureFile.decode(unsound, name: "a") == picture)
    let other = try JPEGFixture.file("rgb-444.jpg", with: 0xE1, Array("http://".utf8))
    #expect(try PictureFile.decode(other, name: "a") == picture)
  }
}

/// Files that are not what they say.
@Suite struct HostileJPEGTests {
  static let names = [
    "rgb-420.jpg", "grey.jpg", "progressive.jpg", "restart.jpg", "cmyk.jpg", "orientation-6.jpg",
  ]

  @Test func everyTruncationIsAnError() throws {
    for name in Self.names {
      let file = try JPEGFixture.file(name)
      for count in 0..<file.count {
        #expect(throws: PictureFileError.self, "\(name): \(count) of \(file.count) bytes") {
          try PictureFile.decode(Array(file.prefix(count)), name: "test")
        }
      }
      // With the end marker put where the file was cut, its pixels are missing all the same. (A
      // progressive file that ends after one of its scans is a whole file, only less sharp.)
      guard !name.contains("progressive") else { continue }
      let start = try JPEGFixture.content(of: [0xDA], in: file) + 10
      for count in start..<file.count - 8 {
        #expect(throws: PictureFileError.self, "\(name): \(count) of \(file.count) bytes, ended") {
          try PictureFile.decode(Array(file.prefix(count)) + [0xFF, 0xD9], name: "test")
        }
      }
    }
  }

  @Test func mutantsAreAnErrorOrAPicture() throws {
    var stream = RandomStream(seed: 7, purpose: .tests)
    let files = try Self.names.map(JPEGFixture.file)
    var (pictures, errors) = (0, 0)
    for round in 0..<1200 {
      var mutant = files[round % files.count]
      switch Int.random(in: 0..<4, using: &stream) {
      case 0:
        let from = Int.random(in: 3..<mutant.count, using: &stream)
        mutant.removeSubrange(from..<min(mutant.count, from + .random(in: 1...40, using: &stream)))
      case 1:
        let from = Int.random(in: 3..<mutant.count - 8, using: &stream)
        mutant.insert(
          contentsOf: mutant[from..<from + 8], at: .random(in: 3..<mutant.count, using: &stream))
      default:
        for _ in 0..<Int.random(in: 1...3, using: &stream) {
          mutant[.random(in: 3..<mutant.count, using: &stream)] = .random(
            in: 0...255, using: &stream)
        }
      }
      do {
        let picture = try PictureFile.decode(mutant, name: "mutant", pixelLimit: 100_000)
        #expect(picture.pixels.count <= 100_000)
        pictures += 1
      } catch let error as PictureFileError {
        #expect(error.description.hasPrefix("mutant "))
        errors += 1
      }
    }
    // Both happen often, or the mutants would prove nothing.
    #expect(pictures > 100 && errors > 100, "\(pictures) pictures, \(errors) errors")
  }

  @Test func lyingSizesAreRefusedBeforeAnythingIsAllocated() throws {
    let large = try JPEGFixture.file("progressive.jpg", width: 65_500, height: 65_500)
    let error = PictureFileError.tooLarge(
      name: "a", width: 65_500, height: 65_500, limit: 100_000_000)
    #expect(throws: error) { try PictureFile.decode(large, name: "a") }
    // Within the limit, but more than so few bytes can hold.
    for name in ["progressive.jpg", "grey.jpg", "cmyk.jpg", "rgb-420.jpg"] {
      let file = try JPEGFixture.file(name, width: 10_000, height: 10_000)
      #expect(reason(file)?.contains("cannot hold the 10000×10000 pixels") == true, "\(name)")
      let unlikely = try JPEGFixture.file(name, width: 0, height: 5)
      #expect(reason(unlikely) == "it says it is 0×5 pixels")
    }
    // The limit is that of the stored picture, turned or not.
    let turned = try JPEGFixture.file("orientation-6.jpg")
    #expect(throws: PictureFileError.tooLarge(name: "a", width: 21, height: 13, limit: 272)) {
      try PictureFile.decode(turned, name: "a", pixelLimit: 272)
    }
    #expect(try PictureFile.decode(turned, name: "a", pixelLimit: 273).width == 13)
  }

  /// The last scan of a progressive file repeated without its data: each asks for a pass over all
  /// pixels.
  private func withScans(_ count: Int) throws -> [UInt8] {
    let file = try JPEGFixture.file("grey-progressive.jpg")
    let first = try JPEGFixture.content(of: [0xDA], in: file) - 4
    // One component, a correction of the coefficients 1 to 63, from bit 1 to bit 0, of an end only.
    let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, file[first + 5], 0, 1, 63, 0x10, 0]
    let scans = (0..<count).flatMap { _ in scan }
    return Array(file[..<first]) + scans + [0xFF, 0xD9]
  }

  @Test func tooManyScansAreRefused() throws {
    #expect(reason(try withScans(101)) == "it has more than 100 scans")
    #expect(reason(try withScans(100_000)) == "it has more than 100 scans")
    #expect(reason(try withScans(100))?.hasPrefix("libjpeg-turbo: ") == true)
    // A real progressive file has far fewer.
    #expect(try JPEGStructure(of: JPEGFixture.file("progressive.jpg"), isWhole: true).width == 21)
  }

  @Test func contradictionsAreNamed() throws {
    let file = try JPEGFixture.file("rgb-444.jpg")
    let frame = try JPEGFixture.content(of: [0xC0], in: file)
    let scan = try JPEGFixture.content(of: [0xDA], in: file)
    func changed(_ place: Int, _ bytes: [UInt8]) -> [UInt8] {
      var file = file
      file.replaceSubrange(place..<place + bytes.count, with: bytes)
      return file
    }
    let segment = Array(file[frame - 4..<frame + 15])
    for (file, expected) in [
      ([0xFF, 0xD8, 0xFF], "it ends before the marker of its end"),
      ([0xFF, 0xD8, 0xFF, 0xD9], "it ends before its pixels"),
      ([0xFF, 0xD8, 0xFF, 0xD8], "a second picture begins inside the first"),
      ([0xFF, 0xD8, 0xFF, 0xE0, 0], "it ends within a marker"),
      ([0xFF, 0xD8, 0xFF, 0xE0, 0, 1], "a segment is longer than the file"),
      ([0xFF, 0xD8, 0xFF, 0xE0, 0, 9], "a segment is longer than the file"),
      (Array(file[..<2]) + file[(scan - 4)...], "its pixels come before its size"),
      (
        Array(file[..<frame]) + file[frame...].prefix(15) + segment + file[(frame + 15)...],
        "it has two frames"
      ),
      (changed(frame + 5, [4]), "its frame has another length than it needs"),
      (changed(frame + 7, [0x51]), "its sampling factors are not 1 to 4"),
      (changed(frame + 7, [0x01]), "its sampling factors are not 1 to 4"),
      (changed(frame, [12]), "libjpeg-turbo: Unsupported JPEG data precision 12"),
      (changed(frame - 3, [0xC3]), "libjpeg-turbo: Unsupported JPEG process: SOF type 0xc3"),
    ] as [([UInt8], String)] {
      #expect(reason(file) == expected)
    }
  }
}
