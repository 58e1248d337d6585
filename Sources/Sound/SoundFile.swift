/// Sound files as a whole.
public enum SoundFile {
  /// Reads the clip in the file at `path`, with all its channels and at its own rate.
  ///
  /// - Throws: what `SoundReader` throws, and `SoundFileError.tooLong` for more samples than the limit.
  public static func read(path: String, limits: SoundLimits = SoundLimits()) throws -> SoundClip {
    let reader = try SoundReader(path: path, limits: limits)
    let properties = reader.properties
    let channels = properties.channels
    let tooLong = SoundFileError.tooLong(
      name: path, seconds: properties.seconds, channels: channels, limit: limits.samples)
    let expected = properties.frames.map { $0.multipliedReportingOverflow(by: channels) }
    if let expected, expected.overflow || expected.partialValue > limits.samples { throw tooLong }

    // As many as the header says, if that is not more than such a file is likely to hold: it may lie.
    let likely = min(reader.likelySamples, limits.samples)
    var samples = [Float](
      repeating: 0, count: max(channels, min(expected?.partialValue ?? likely, likely)))
    var count = 0
    while true {
      let read = try reader.read(into: &samples, from: count) * channels
      count += read
      if count == expected?.partialValue { break }
      if count + channels > samples.count {
        // Beyond the limit by a frame, to see whether the file ends there.
        guard count <= limits.samples else { throw tooLong }
        let more = min(max(samples.count, 1 << 12), limits.samples + channels - count)
        samples += repeatElement(0, count: max(channels, more))
      } else if read == 0 {
        break
      }
    }
    samples.removeLast(samples.count - count)
    guard count > 0 else {
      throw SoundFileError.broken(
        name: path, format: properties.format, reason: "it has no samples")
    }
    return SoundClip(sampleRate: properties.sampleRate, channels: channels, samples: samples)
  }

  /// What the header of the file at `path` says; its samples are not decoded.
  ///
  /// - Throws: as `SoundReader`.
  public static func properties(
    path: String, limits: SoundLimits = SoundLimits()
  ) throws -> SoundProperties {
    try SoundReader(path: path, limits: limits).properties
  }
}
