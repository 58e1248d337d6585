import ConvKitDrawing
import Testing

/// The round trip through the reader is tested with ConvKitImages, which has the reader.
@Suite struct PNGEncoderTests {
  @Test(arguments: [
    (SIMD4<UInt8>.grey(7), UInt8(0)), (.rgb(1, 2, 3), 2), (SIMD4(7, 7, 7, 254), 6),
  ])
  func onePixelDecidesTheKind(pixel: SIMD4<UInt8>, kind: UInt8) throws {
    var picture = Picture(width: 5, height: 3)
    picture[2, 4] = pixel
    let file = try picture.png()
    #expect(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    // IHDR: width, height, bits, kind, compression, filter, interlace.
    #expect(Array(file[16..<29]) == [0, 0, 0, 5, 0, 0, 0, 3, 8, kind, 0, 0, 0])
  }

  @Test func samePictureSameBytes() throws {
    var picture = Picture(width: 40, height: 30)
    picture.write("same", row: 3, column: 3)
    #expect(try picture.png() == picture.png())
  }

  @Test func aPictureWithoutPixelsSaysWhatLibpngSaid() {
    let error = #expect(throws: PictureError.self) { try Picture(width: 0, height: 3).png() }
    #expect(error?.category == .cannotCreate)
    #expect(error?.description.contains("Invalid IHDR data") == true)
    #expect(throws: PictureError.self) { try Picture(width: 1 << 33, height: 0).png() }
  }
}
