import ConvKitCore
import Testing

@testable import ConvKitSound

/// Reading in pieces, from other places, and at the same time.
@Suite struct SoundReaderTests {
  let folder: SoundFolder
  init() throws { folder = try SoundFolder() }

  private func file(_ format: SoundFormat, frames: Int = 30_000) throws -> String {
    let bytes = try folder.encoded(
      format, soundFixture(frames: frames, channels: 2), channels: 2, sampleRate: 16000)
    return try folder.file(bytes)
  }

  /// All that a reader has left, in pieces of `frames` frames.
  private func rest(_ reader: SoundReader, frames: Int) throws -> [Float] {
    var piece = [Float](repeating: 0, count: frames * reader.properties.channels)
    var all: [Float] = []
    while true {
      let count = try reader.read(into: &piece)
      if count == 0 { return all }
      all += piece.prefix(count * reader.properties.channels)
    }
  }

  @Test(arguments: SoundFormat.known)
  func piecesMakeTheWhole(format: SoundFormat) throws {
    let path = try file(format)
    let whole = try SoundFile.read(path: path).samples
    for frames in [1000, 4097, 50_000] {
      let reader = try SoundReader(path: path)
      #expect(try rest(reader, frames: frames) == whole, "pieces of \(frames)")
      #expect(reader.position == 30_000)
    }
  }

  @Test(arguments: SoundFormat.known)
  func everyPlaceCanBeGoneTo(format: SoundFormat) throws {
    let path = try file(format)
    let whole = try SoundFile.read(path: path).samples
    let reader = try SoundReader(path: path)
    var piece = [Float](repeating: 0, count: 2 * 500)
    for frame in [12_345, 100, 0, 29_400, 29_999, 7] {
      try reader.seek(to: frame)
      let count = try reader.read(into: &piece)
      #expect(count == min(500, 30_000 - frame))
      #expect(
        piece.prefix(2 * count).elementsEqual(whole[2 * frame..<2 * (frame + count)]),
        "from \(frame) on")
    }
    try reader.seek(to: 30_000)
    #expect(try reader.read(into: &piece) == 0)
  }

  @Test func manyReadAtOnce() async throws {
    let paths = try SoundFormat.known.map { format in
      try folder.file(
        try folder.encoded(format, soundFixture(frames: 5000), sampleRate: 16000), format.rawValue)
    }
    let broken = try folder.file(Array("OggS".utf8), "broken")
    let expected = try paths.map { try SoundFile.read(path: $0) }
    let right = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var isRight = true
          for _ in 0..<10 {
            isRight = try paths.map { try SoundFile.read(path: $0) } == expected && isRight
            isRight = (try? SoundFile.read(path: broken)) == nil && isRight
          }
          return isRight
        }
      }
      return try await group.reduce(true) { $0 && $1 }
    }
    #expect(right)
  }
}
