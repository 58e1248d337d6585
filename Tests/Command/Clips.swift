import Foundation

/// Tones that tests of the command learn from.
extension TemporaryFolder {
  /// `clips/low` and `clips/high` with half of the clips each, a third of a second at 8 kHz, and `net.json`,
  /// a network that learns fast.
  static func clips(_ count: Int) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (label, frequency) in [("low", 300.0), ("high", 1500.0)] {
      try folder.makeFolder(folder.path("clips/\(label)"))
      for number in 0..<count / 2 {
        // Another pitch each, by at most a twelfth.
        let tone = Self.tone(frequency * (1 + Double(number) / Double(6 * count)), seconds: 1.0 / 3)
        try folder.write(
          Self.wave(tone), to: "clips/\(label)/\(number < 10 ? "0" : "")\(number).wav")
      }
    }
    let network =
      #"[{"layer": "conv", "features": 4, "size": 3}, {"layer": "relu"}, "#
      + #"{"layer": "maxPool", "size": 2}, {"layer": "flatten"}, {"layer": "votes"}]"#
    try folder.write(network.utf8, to: "net.json")
    return folder
  }

  static func tone(_ frequency: Double, rate: Int = 8000, seconds: Double) -> [Double] {
    (0..<Int(seconds * Double(rate))).map {
      0.5 * sin(2 * Double.pi * frequency * Double($0) / Double(rate))
    }
  }

  /// A WAV file of 16 bits and one channel.
  static func wave(_ samples: [Double], rate: Int = 8000) -> [UInt8] {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = samples.flatMap { little(Int(($0 * 32767).rounded()), 2) }
    let content =
      Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2) + little(1, 2) + little(rate, 4)
      + little(2 * rate, 4) + little(2, 2) + little(16, 2) + Array("data".utf8)
      + little(data.count, 4) + data
    return Array("RIFF".utf8) + little(content.count, 4) + content
  }
}
