import ConvKitCore
import Synchronization

/// Spectra for a network, with buffers that are used again for the next clip, on as many threads as ask.
final class MelAnalysis: Sendable {
  private let spectrogram: MelSpectrogram
  private let decibels: Decibels
  private let idle = Mutex<[Held]>([])

  /// Unchecked because whoever took it out is the only one to use it.
  private struct Held: @unchecked Sendable {
    let workspace: MelSpectrogram.Workspace
  }

  init(_ spectrogram: MelSpectrogram) throws {
    self.spectrogram = spectrogram
    decibels = try Decibels(of: .power, range: nil)
  }

  /// Added to every power, so that there is a logarithm of silence: 40 dB below a window whose root mean
  /// square is 1. What is softer than a room's hiss tells more of the room than of the sound.
  private static let floor: Float = 1e-4

  /// Decibels in the middle of what a network sees, and decibels a step: over clips of a root mean square
  /// of 1, the mean and about the deviation of the bands.
  static let (middle, step): (Float, Float) = (-13, 17.5)

  /// Writes how loud the bands are [frame, band]: decibels of their powers, on a scale that suits a
  /// network.
  func levels(of samples: [Float], to levels: UnsafeMutableBufferPointer<Float>) {
    let held =
      idle.withLock { $0.popLast() }
      ?? Held(workspace: MelSpectrogram.Workspace(spectrogram))
    defer { idle.withLock { $0.append(held) } }
    samples.withUnsafeBufferPointer { held.workspace.values(of: $0, to: levels) }
    for place in levels.indices { levels[place] += Self.floor }
    decibels.replace(levels)
    for place in levels.indices { levels[place] = (levels[place] - Self.middle) / Self.step }
  }
}
