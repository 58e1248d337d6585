import Foundation

@testable import ConvKitFiles

/// What NumPy answered; see Tests/Peers/numpy_goldens.py.
struct NumPyGoldens: Decodable {
  struct Array: Decodable {
    let name: String
    /// Of an archive's array it is inside.
    let file: Data?
    let shape: [Int]
    /// Float32, lowest byte first.
    let values: Data?
    let texts: [String]?

    /// The bits of the numbers; those of every NaN are the same.
    var bits: [UInt32] {
      NumberType.float32.floats(of: [UInt8](values ?? Data())[...]).map(oneNaN)
    }
  }

  struct Refused: Decodable {
    let name: String
    let file: Data
    let error: String
  }

  struct Archive: Decodable {
    let name: String
    let file: Data
    let arrays: [Array]
  }

  let arrays: [Array]
  let refused: [Refused]
  let archives: [Archive]

  static let all: NumPyGoldens = {
    do {
      let file = [UInt8](Data(base64Encoded: packed, options: .ignoreUnknownCharacters) ?? Data())
      return try JSONDecoder().decode(
        NumPyGoldens.self, from: Data(Gzip.unfold(file, limit: 1 << 24)))
    } catch {
      fatalError("NumPyGoldens+Packed.swift: \(error)")
    }
  }()
}

/// The bits of a number; those of every NaN are the same.
func oneNaN(_ value: Float) -> UInt32 { value.isNaN ? Float.nan.bitPattern : value.bitPattern }
