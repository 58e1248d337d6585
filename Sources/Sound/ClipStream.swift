import ConvKitCore
import ConvKitFiles

/// A file's samples at the rate and with the channels that a front end wants, block by block.
struct ClipStream {
  let path: String
  private let frontEnd: SoundFrontEnd

  /// Samples that are read at once; most short clips have no more.
  private static let block = 1 << 14

  /// - Throws: `SoundFrontEndError` for an item that is no file.
  init(of item: Item, for frontEnd: SoundFrontEnd) throws {
    switch item {
    case .file(let path): self.path = path
    case .text, .row: throw SoundFrontEndError.notAFile
    case .array(let array): throw SoundFrontEndError.notASound(shape: array.shape)
    }
    self.frontEnd = frontEnd
  }

  /// Hands over the samples [frame, channel] in order.
  ///
  /// - Parameter range: which frames, counted at the front end's rate; nil for all.
  /// - Throws: the errors of `SoundReader`, `SoundFrontEndError.otherChannels`, what `take` throws.
  func forEachBlock(
    in range: Range<Int>? = nil, _ take: (ArraySlice<Float>) throws -> Void
  ) throws {
    let reader = try SoundReader(path: path, limits: frontEnd.limits)
    let channels = frontEnd.channels ?? 1
    let found = reader.properties
    if let kept = frontEnd.channels, kept != found.channels {
      throw SoundFrontEndError.otherChannels(name: path, found: found.channels, expected: kept)
    }
    let resampler =
      found.sampleRate == frontEnd.sampleRate
      ? nil : try Resampler(from: found.sampleRate, to: frontEnd.sampleRate, channels: channels)
    let most = max(1, Self.block / found.channels)
    // A frame more than there are, so that a short clip ends with its first block.
    let room = found.channels * (found.frames.map { min(most, $0 + 1) } ?? most)
    var position = 0
    while true {
      var samples = [Float](repeating: 0, count: room)
      let count = try reader.read(into: &samples)
      samples.removeLast(samples.count - count * found.channels)
      if frontEnd.channels == nil { mix(&samples, channels: found.channels) }
      let isLast = (count + 1) * found.channels <= room
      if let resampler {
        var resampled: [Float] = []
        try resampler.process(samples, isLast: isLast, appendingTo: &resampled)
        samples = resampled
      }
      let start = position
      position += samples.count / channels
      if let range {
        let part = range.clamped(to: start..<position)
        try take(
          samples[(part.lowerBound - start) * channels..<(part.upperBound - start) * channels])
        if position >= range.upperBound { return }
      } else {
        try take(samples[...])
      }
      if isLast { return }
    }
  }

  /// Which frames lie between the first and the last 10 ms that are louder than so many decibels below
  /// the loudest; all of a silent clip.
  ///
  /// Costs reading the clip once.
  func heard(above decibels: Double) throws -> Range<Int> {
    let channels = frontEnd.channels ?? 1
    // At least one frame, at the lowest rate that there is.
    let piece = max(1, frontEnd.sampleRate / 100) * channels
    var energies: [Float] = []
    var energy: Float = 0
    var filled = 0
    var count = 0
    try forEachBlock { samples in
      count += samples.count
      for sample in samples {
        energy += sample * sample
        filled += 1
        if filled == piece {
          energies.append(energy)
          (energy, filled) = (0, 0)
        }
      }
    }
    if filled > 0 { energies.append(energy) }
    let loudest = energies.max() ?? 0
    let least = loudest * Float(Elementary.exp(-decibels / 10 * Elementary.log(10)))
    guard loudest > 0, let first = energies.firstIndex(where: { $0 > least }),
      let last = energies.lastIndex(where: { $0 > least })
    else { return 0..<count / channels }
    return first * piece / channels..<min(count, (last + 1) * piece) / channels
  }

  /// Every frame becomes the mean of its channels.
  private func mix(_ samples: inout [Float], channels: Int) {
    guard channels > 1 else { return }
    let frames = samples.count / channels
    for frame in 0..<frames {
      // Of the loudest samples that there are, the sum is no Float.
      var sum = 0.0
      for channel in 0..<channels { sum += Double(samples[frame * channels + channel]) }
      samples[frame] = Float(sum / Double(channels))
    }
    samples.removeLast(samples.count - frames)
  }
}
