import ConvKitSound
import Foundation

/// What librosa answered; see Tests/Peers/librosa_goldens.py.
struct LibrosaGoldens: Decodable {
  /// What is kept of a result [frame, …].
  struct Result: Decodable {
    let shape: [Int]
    let largest: Double
    let sum: Double
    let values: [Double]

    /// Where the values stand.
    var places: [Int] {
      let size = shape.reduce(1, *)
      return values.count == size
        ? Array(0..<size) : values.indices.map { $0 * 2_654_435_761 % size }
    }
  }

  struct Spectrogram: Decodable {
    let signal: String
    let length: Int
    let spectrogram: MelSpectrogram
    let decibels: Decibels
    let count: Int
    let lifter: Double
    let powers: Result
    let binLevels: Result
    let bands: Result
    let levels: Result
    let cepstrum: Result
  }

  struct Filters: Decodable {
    let sampleRate: Double
    let frameLength: Int
    let bands: Int
    let lowest: Double
    let highest: Double
    let scale: MelScale
    let normalization: MelFilters.Normalization
    /// By band.
    let sums: [Double]
    let largest: [Double]
    let brightest: [Int]
    let counts: [Int]
  }

  struct Inverse: Decodable {
    let transform: ShortTimeFourierTransform
    let length: Int
    let samples: Int
    let count: Int?
    let places: [Int]
    let values: [Double]
  }

  struct Scale: Decodable {
    let hertz: [Double]
    let slaney: [Double]
    let htk: [Double]
    let slaneyMiddles: [Double]
    let htkMiddles: [Double]
  }

  let scale: Scale
  let spectrograms: [Spectrogram]
  let small: [Spectrogram]
  let filters: [Filters]
  let inverses: [Inverse]

  static func read() throws -> LibrosaGoldens {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/librosa.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}
