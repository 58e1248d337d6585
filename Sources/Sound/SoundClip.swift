/// Sound in memory.
public struct SoundClip: Sendable, Equatable {
  /// In Hz.
  public let sampleRate: Int
  public let channels: Int
  /// [frame, channel], full scale from −1 to 1. Files of floating point may go beyond.
  public let samples: [Float]

  /// - Precondition: a rate and a number of channels above zero, and whole frames.
  public init(sampleRate: Int, channels: Int, samples: [Float]) {
    precondition(
      sampleRate > 0 && channels > 0 && samples.count % channels == 0,
      "\(samples.count) samples of \(channels) channels at \(sampleRate) Hz")
    self.sampleRate = sampleRate
    self.channels = channels
    self.samples = samples
  }

  public var frames: Int { samples.count / channels }

  public var seconds: Double { Double(frames) / Double(sampleRate) }

  /// The mean of the channels, rounded once: finite samples give a finite mean.
  public func mixedToMono() -> SoundClip {
    if channels == 1 { return self }
    var mono = [Float](repeating: 0, count: frames)
    let share = 1 / Double(channels)
    for frame in mono.indices {
      var sum = 0.0
      for channel in 0..<channels { sum += Double(samples[frame * channels + channel]) }
      // One division would be a little more exact, and several times slower.
      mono[frame] = Float(sum * share)
    }
    return SoundClip(sampleRate: sampleRate, channels: 1, samples: mono)
  }
}
