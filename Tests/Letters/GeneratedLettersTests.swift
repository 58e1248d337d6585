import ConvKitCore
import ConvKitImages
import ConvKitVolumes
import Testing

@testable import ConvKitLetters

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if Sound
  import ConvKitSound
#endif

/// What letters of every rank have in common.
@Suite struct GeneratedLettersTests {
  @Test func namedDifficultiesAreAllOfThem() {
    #expect(Difficulty(Difficulty.named.map(\.difficulty)) == .all)
    for rank in LetterRank.allCases {
      let parts = rank.letters.difficulties.parts
      #expect(Difficulty(parts.map(\.difficulty)) == rank.letters.difficulties)
      #expect(rank.letters.sizes.contains(rank.letters.usualSize))
    }
  }

  @Test func lettersTakeTurns() {
    #expect((0..<6).map { Letter(index: $0) } == [.x, .o, .x, .o, .x, .o])
    for index in 0..<4 {
      let letter = Letter(index: index)
      #expect(LetterPulses().clip(index).letter == letter)
      #expect(LetterPictures().picture(index).letter == letter)
      #expect(LetterVolumes(size: 9).volume(index).letter == letter)
    }
  }

  @Test(arguments: LetterRank.allCases)
  func aFileIsAFunctionOfSeedAndIndex(rank: LetterRank) throws {
    func file(_ index: Int, seed: UInt64 = 5) throws -> [UInt8] {
      let letters = rank.letters
      return try letters.init(seed: seed, size: letters.usualSize, difficulty: .all).file(index)
    }
    #expect(try file(76) == file(76))
    #expect(try file(76) != file(78))
    #expect(try file(76) != file(76, seed: 6))
  }

  /// A rank is not changed by what only others have.
  @Test(arguments: LetterRank.allCases)
  func difficultiesOfOtherRanksAreWithoutEffect(rank: LetterRank) throws {
    let letters = rank.letters
    // An X, for an O looks the same however it is turned.
    func file(_ difficulty: Difficulty) throws -> [UInt8] {
      try letters.init(seed: 1, size: letters.usualSize, difficulty: difficulty).file(2)
    }
    #expect(try file(.all) == file(letters.difficulties))
    #expect(try file(Difficulty.all.subtracting(letters.difficulties)) == file([]))
    for (name, part) in letters.difficulties.parts {
      #expect(try file(part) != file([]), "\(name)")
    }
  }

  /// The files give what was drawn to whoever reads them.
  @Test func filesAreRead() throws {
    try withPath { path in
      let volumes = LetterVolumes(seed: 7, size: 12)
      try volumes.write(count: 2, to: path + "-volumes")
      defer { try? FileManager.default.removeItem(atPath: path + "-volumes") }
      for (index, name) in ["X/000000", "O/000001"].enumerated() {
        let read = try VolumeFile.read(path: "\(path)-volumes/\(name).nii.gz")
        #expect(read == volumes.volume(index).volume)
        #expect(read.spacing == SIMD3(1, 1, 1) && read.orientation == .anatomical)
      }
      #if Sound
        let pulses = LetterPulses(seed: 7)
        try pulses.write(count: 2, to: path)
        for (index, name) in ["X/000000", "O/000001"].enumerated() {
          let clip = try SoundFile.read(path: "\(path)/\(name).wav")
          #expect(clip.sampleRate == LetterPulses.sampleRate && clip.channels == 1)
          #expect(clip.samples == pulses.clip(index).samples.map { Float($0) / 32_768 })
        }
      #endif
    }
  }
}

@Suite struct LetterFilesTests {
  @Test func filesHaveStableNamesAndBytes() throws {
    try withPath { path in
      let letters = LetterPictures(seed: 7)
      try letters.write(count: 5, to: path)
      let manager = FileManager.default
      let files = ["X", "O"].map {
        (try? manager.contentsOfDirectory(atPath: "\(path)/\($0)")) ?? []
      }
      #expect(files[0].sorted() == ["000000.png", "000002.png", "000004.png"])
      #expect(files[1].sorted() == ["000001.png", "000003.png"])
      let file = try Data(contentsOf: URL(filePath: "\(path)/O/000003.png"))
      #expect(try Array(file) == letters.picture(3).picture.png())
    }
  }

  @Test func anEmptyFolderIsUsedAndAFullOneRefused() throws {
    try withPath { path in
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try LetterPictures().write(count: 0, to: path)
      let error = #expect(throws: LetterFilesError.self) {
        try LetterPictures().write(count: 2, to: path)
      }
      #expect(error?.category == .cannotCreate)
      #expect(error?.description.contains("is not empty") == true)
    }
  }

  @Test func whatCannotBeCreatedIsNamed() throws {
    try withPath { path in
      try Data([1]).write(to: URL(filePath: path))
      for target in [path, "\(path)/below", "\(path)-none/below"] {
        let error = #expect(throws: LetterFilesError.self) {
          try LetterPictures().write(count: 1, to: target)
        }
        #expect(error?.description.hasPrefix(target) == true)
      }
    }
  }
}

/// A path of a test's own at which nothing is; what comes to be there is removed.
func withPath(_ body: (String) throws -> Void) throws {
  let manager = FileManager.default
  let path = manager.temporaryDirectory.appending(path: "ConvKit-\(UUID().uuidString)").path()
  defer { try? manager.removeItem(atPath: path) }
  try body(path)
}

/// Whether numbers reach both ends of a range, stay within, and are even about its middle.
func expectRange(_ values: [Double], _ range: ClosedRange<Double>, _ name: String) {
  let (low, high) = (values.min() ?? .nan, values.max() ?? .nan)
  let margin = (range.upperBound - range.lowerBound) * 0.002
  #expect(low >= range.lowerBound && low < range.lowerBound + margin, "\(name): \(low)")
  #expect(high <= range.upperBound && high > range.upperBound - margin, "\(name): \(high)")
  let middle = (range.lowerBound + range.upperBound) / 2
  let mean = values.reduce(0, +) / Double(values.count)
  #expect(abs(mean - middle) < margin * 10, "\(name): mean \(mean)")
}

/// FNV-1a, so that one number stands for many.
func checksum(_ numbers: some Sequence<some BinaryInteger>) -> UInt64 {
  numbers.reduce(0xCBF2_9CE4_8422_2325) {
    ($0 ^ UInt64(truncatingIfNeeded: $1)) &* 0x100_0000_01B3
  }
}
