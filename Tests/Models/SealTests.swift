import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitModels

@Suite struct SealTests {
  /// Where the digits of the checksum stand, if the file has the place for them.
  static func place(in bytes: [UInt8]) -> Range<Int>? {
    let key = Array("\"\(TensorFile.sealKey)\":\"".utf8)
    guard let start = bytes.firstRange(of: key)?.upperBound, start + 32 <= bytes.count else {
      return nil
    }
    return start..<start + 32
  }

  /// The bytes with the checksum that belongs to them, where they still have the place for one.
  static func resealed(_ bytes: [UInt8]) -> [UInt8] {
    guard let place = place(in: bytes) else { return bytes }
    var bytes = bytes
    bytes.replaceSubrange(place, with: TensorFile.digits(of: [bytes[...]], place: place))
    return bytes
  }

  @Test func theChecksumIsXXH3OfTheFileWithZeros() throws {
    let bytes = try ModelFixture.model().encoded()
    let place = try #require(Self.place(in: bytes))
    var zeroed = bytes
    for index in place { zeroed[index] = UInt8(ascii: "0") }
    #expect(Array(Fingerprint(zeroed[...]).hexadecimal.utf8) == Array(bytes[place]))
    #expect(try TensorFile(bytes: bytes).seal == .intact)
    #expect(Self.resealed(bytes) == bytes)
    #expect(try TensorFile(bytes: TensorFile().encoded()).seal == .none)
  }

  /// Every bit of the length, the header and its padding, and 2,000 of the data.
  @Test func everyFlippedBitIsDetected() throws {
    let whole = try ModelFixture.model().encoded()
    let header = 8 + whole[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(whole[header - 1] == UInt8(ascii: " "), "there is padding to try")
    var random = RandomStream(seed: 5, purpose: .tests)
    let data = (0..<2000).map { _ in
      header * 8 + Int(random.next() % UInt64((whole.count - header) * 8))
    }
    var (byContainer, byChecksum) = (0, 0)
    for bit in Array(0..<header * 8) + data {
      var bytes = whole
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      do {
        _ = try Model(TensorFile(bytes: bytes))
        Issue.record("bit \(bit % 8) of byte \(bit / 8) is missed")
      } catch is TensorFileError {
        byContainer += 1
      } catch let error as ModelFileError {
        let isByChecksum =
          error == .checksum || error == .metadata(.missing(TensorFile.sealKey))
          // A bit of the key of all metadata makes a tensor of it; the container has no texts then.
          || error == .notAModel
        #expect(isByChecksum, "bit \(bit): \(error)")
        byChecksum += 1
      }
    }
    print("flipped bits: \(byContainer) refused by the container, \(byChecksum) by the checksum")
    #expect(byChecksum > 2000)
  }

  @Test func aModelOfAnotherFormatIsNamedAsSuch() throws {
    var file = try TensorFile(bytes: ModelFixture.model().encoded())
    file.metadata["convkit.version"] = "1"
    file.seal = .none
    do {
      _ = try Model(TensorFile(bytes: file.encoded()))
      Issue.record("format 1 is read")
    } catch let error as ModelFileError {
      #expect(error == .otherVersion("1"))
      #expect(error.description.contains("train again"))
    }
    file.metadata["convkit.version"] = "2"
    #expect(throws: ModelFileError.metadata(.missing("convkit.checksum"))) {
      try Model(TensorFile(bytes: file.encoded()))
    }
  }

  @Test func digitsAreReadAsTheyStand() throws {
    let bytes = try ModelFixture.model().encoded()
    let place = try #require(Self.place(in: bytes))
    // The same text with an escape; in capitals; shorter; of something else.
    let digits = Array(bytes[place])
    let escape = Array("\\u00\(String(digits[0], radix: 16))".utf8)
    let capitals = Array(String(decoding: digits, as: UTF8.self).uppercased().utf8)
    #expect(capitals != digits)
    let others: [[UInt8]] = [
      escape + digits.dropFirst(), capitals, digits.dropLast(), [],
      Array(repeating: UInt8(ascii: "0"), count: 32),
    ]
    for digits in others {
      var changed = bytes
      changed.replaceSubrange(place, with: digits)
      let length =
        (bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) })
        + digits.count - 32
      for index in 0..<8 { changed[index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
      #expect(throws: ModelFileError.checksum) { try Model(TensorFile(bytes: changed)) }
    }
  }
}
