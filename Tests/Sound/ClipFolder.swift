import ConvKitCore
import ConvKitFiles
import Foundation

@testable import ConvKitSound

/// Clips of a test's own, as WAV files of floating point, which hold every sample exactly; removed with the
/// folder.
final class ClipFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-clips-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func clip(
    _ samples: [Float], rate: Int = 8000, channels: Int = 1, _ name: String = "clip.wav"
  ) throws -> Item {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = samples.flatMap { little(Int($0.bitPattern), 4) }
    // Format 3 is floating point.
    let format =
      little(3, 2) + little(channels, 2) + little(rate, 4) + little(rate * channels * 4, 4)
      + little(channels * 4, 2) + little(32, 2)
    let content =
      Array("WAVEfmt ".utf8) + little(16, 4) + format + Array("data".utf8) + little(data.count, 4)
      + data
    return try file(Array("RIFF".utf8) + little(content.count, 4) + content, name)
  }

  func file(_ bytes: [UInt8], _ name: String) throws -> Item {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return .file("\(path)/\(name)")
  }
}

/// A sine of a level of 0.5.
func sine(_ frequency: Double, rate: Int = 8000, count: Int) -> [Float] {
  (0..<count).map { Float(0.5 * sin(2 * Double.pi * frequency * Double($0) / Double(rate))) }
}

extension PlacedInput {
  var tensor: Tensor<Float> {
    guard case .values(let tensor) = input.content else { return Tensor(shape: [0], elements: []) }
    return tensor
  }

  var values: [Float] { tensor.elements }
}

extension SoundFrontEnd {
  /// Of 8 kHz; spectra have 8 bands in frames of 256 samples, 80 apart.
  static func small(
    _ form: Form = .waveform, window: Int = 800, channels: Int? = nil, level: Level = .kept,
    silence: Double? = nil, normalization: Normalization = .none
  ) throws -> SoundFrontEnd {
    let spectrum =
      form == .waveform
      ? nil
      : try MelSpectrogram(
        sampleRate: 8000,
        transform: ShortTimeFourierTransform(frameLength: 256, hopLength: 80), bands: 8)
    return try SoundFrontEnd(
      form: form, sampleRate: 8000, windowLength: window, channels: channels, level: level,
      silence: silence, spectrum: spectrum, normalization: normalization)
  }

  /// The only input of an item.
  func values(of item: Item) throws -> [Float] {
    let inputs = try inputs(of: item)
    precondition(inputs.count == 1, "\(inputs.count) inputs")
    return inputs[0].values
  }
}
