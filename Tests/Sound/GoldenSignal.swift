import Foundation

/// The signals that Tests/Peers/librosa_goldens.py makes, of the same bits.
enum GoldenSignal {
  /// The project's neighbour `shared`, where data that is not part of it may lie.
  static let recordings = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/data/fsdd/recordings")

  /// - Returns: nil for a clip that is not there.
  static func samples(_ name: String, count: Int = 7919) throws -> [Float]? {
    switch name {
    case "noise": return noise(count)
    case "silence": return Array(repeating: 0, count: count)
    case "clicks":
      var clicks = [Float](repeating: 0, count: count)
      for (number, place) in stride(from: 500, to: count, by: 1013).enumerated() {
        clicks[place] = (number.isMultiple(of: 2) ? 1 : -1) / Float(1 + number)
      }
      return clicks
    case "sine":
      return (0..<count).map { place in
        fixed(0.5 * sin(2 * Double.pi * 1000 * (Double(place) / 22050)))
      }
    case "chirp":
      return (0..<count).map { place in
        let t = Double(place) / 22050
        return fixed(0.5 * sin(2 * Double.pi * (100 + 10000 * t) * t))
      }
    default:
      let file = recordings.appending(path: name)
      guard FileManager.default.fileExists(atPath: file.path) else { return nil }
      return try clip(file)
    }
  }

  /// SplitMix64, its upper 24 bits as a number of [−1, 1).
  static func noise(_ count: Int, seed: UInt64 = 1) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Float((z ^ (z >> 31)) >> 40) * 0x1p-23 - 1
    }
  }

  /// As a multiple of 2⁻²³, so that a mathematics library's last bit does not matter.
  private static func fixed(_ value: Double) -> Float {
    Float((value * 0x1p23).rounded(.toNearestOrEven) * 0x1p-23)
  }

  /// The samples of a WAV file of 16 bits and one channel.
  static func clip(_ file: URL) throws -> [Float] {
    let bytes = [UInt8](try Data(contentsOf: file))
    func number(_ place: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    var place = 12
    while place + 8 <= bytes.count {
      let size = number(place + 4, 4)
      if bytes[place..<place + 4].elementsEqual("data".utf8) {
        return stride(from: place + 8, to: min(bytes.count, place + 8 + size) - 1, by: 2).map {
          Float(Int16(truncatingIfNeeded: number($0, 2))) / 32768
        }
      }
      place += 8 + size + size % 2
    }
    throw CocoaError(.fileReadCorruptFile)
  }
}
