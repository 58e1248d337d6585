#if Sound
  import ConvKitCore
  import ConvKitFiles
  import Foundation

  /// Clips of tones of different pitch to learn from.
  enum ToneClips {
    /// The label and the frequency in the middle of its own.
    static let pitches = [("low", 300.0), ("middle", 800.0), ("top", 2200.0)]

    /// Formats and rates that clips come in.
    enum Format: CaseIterable {
      case pulseCode, bytes, floats, otherRate, stereo, sunAudio

      var rate: Int { self == .otherRate ? 11_025 : 8000 }
      var channels: Int { self == .stereo ? 2 : 1 }
    }

    /// A tone of about a pitch in a hiss; another number is another clip.
    static func samples(_ frequency: Double, rate: Int = 8000, count: Int, number: Int) -> [Float] {
      var random = RandomStream(seed: 11, purpose: .tests, item: number)
      let step = 2 * Double.pi * frequency * Double(random.uniform(in: 0.9...1.1)) / Double(rate)
      let level = random.uniform(in: 0.1...0.8)
      return (0..<count).map { place in
        level * Float(sin(step * Double(place))) + random.uniform(in: -0.02...0.02)
      }
    }

    /// Writes `count` clips of each pitch below a folder of its name, in all formats; every fifth lasts a
    /// second, the others a quarter to half of one.
    ///
    /// - Parameter first: the number of the first; clips of other numbers are new to a model.
    static func write(count: Int, from first: Int = 0, to path: String) throws {
      for (label, frequency) in pitches {
        try FileManager.default.createDirectory(
          atPath: "\(path)/\(label)", withIntermediateDirectories: true)
        for number in first..<first + count {
          let format = Format.allCases[number % Format.allCases.count]
          let seconds = number % 5 == 4 ? 1 : 0.25 + 0.05 * Double(number % 6)
          let tone = samples(
            frequency, rate: format.rate, count: Int(seconds * Double(format.rate)),
            number: number + Int(frequency) << 20)
          // The name does not say what it is.
          try AtomicFile.write(
            file(tone, format), to: "\(path)/\(label)/\(number < 10 ? "0" : "")\(number).wav")
        }
      }
    }

    static func file(_ mono: [Float], _ format: Format) -> [UInt8] {
      let samples = format == .stereo ? mono.flatMap { [$0, $0] } : mono
      func numbers() -> [Int] { samples.map { Int(($0 * 32767).rounded()) } }
      switch format {
      case .pulseCode, .otherRate, .stereo:
        return wave(numbers().flatMap { little($0, 2) }, code: 1, bits: 16, format)
      case .bytes:
        return wave(numbers().map { UInt8(($0 + 32768) >> 8) }, code: 1, bits: 8, format)
      case .floats:
        return wave(
          samples.flatMap { little(Int($0.bitPattern), 4) }, code: 3, bits: 32, format)
      case .sunAudio:
        // Its third number is that of 16 bits, the fifth the channels.
        let data = numbers().flatMap { big($0, 2) }
        return Array(".snd".utf8) + [24, data.count, 3, format.rate, 1].flatMap { big($0, 4) }
          + data
      }
    }

    private static func wave(
      _ data: [UInt8], code: Int, bits: Int, _ format: Format
    ) -> [UInt8] {
      let frame = format.channels * bits / 8
      let content =
        Array("WAVEfmt ".utf8) + little(16, 4) + little(code, 2) + little(format.channels, 2)
        + little(format.rate, 4) + little(format.rate * frame, 4) + little(frame, 2)
        + little(bits, 2) + Array("data".utf8) + little(data.count, 4) + data
      return Array("RIFF".utf8) + little(content.count, 4) + content
    }

    private static func little(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func big(_ value: Int, _ bytes: Int) -> [UInt8] {
      little(value, bytes).reversed()
    }
  }
#endif
