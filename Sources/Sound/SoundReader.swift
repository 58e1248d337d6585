import ConvKitFiles

/// What the header of a file of sound says, as far as it has been found to be true.
public struct SoundProperties: Sendable, Equatable {
  public let format: SoundFormat
  /// In Hz. For Opus the rate that it was made from, or the next one that Opus decodes to: 8, 12, 16,
  /// 24 or 48 kHz.
  public let sampleRate: Int
  public let channels: Int
  /// nil where only reading to the end would tell: some FLAC files that were written to a pipe.
  public let frames: Int?

  public var seconds: Double? { frames.map { Double($0) / Double(sampleRate) } }
}

/// Sound that is read from a file piece by piece, in memory that does not grow with the file.
///
/// The first bytes decide what it is, not the name. For one thread at a time; as many readers as one
/// likes may work at once.
public final class SoundReader {
  public let properties: SoundProperties

  /// The frame that is read next.
  public private(set) var position = 0

  private let source: SoundSource
  /// What the decoder is shown of it.
  private let view: SoundView?
  private var decoder: SoundDecoder
  private var name: String { source.path }

  /// Opens the file at `path`, and checks its structure.
  ///
  /// Ogg and MP3 files are looked through to their ends, of the others only the headers.
  ///
  /// - Throws: `SoundFileError`; `FileError` for what cannot be read or is no file.
  public init(path: String, limits: SoundLimits = SoundLimits()) throws {
    let source = try SoundSource(path: path)
    let (format, start) = try SoundFormat.recognise(source, limits)
    let structure = try Self.structure(of: source, format: format, start: start)
    // Before the decoder asks for memory by what the header says.
    try Self.check(structure.channels, structure.sampleRate, limits, name: path)
    guard let decoder = SoundDecoder(source, showing: structure.view),
      (decoder.format ?? .other) == format
    else {
      throw try Self.notDecoded(source, format)
    }
    try Self.check(decoder.channels, decoder.sampleRate, limits, name: path)
    guard structure.channels == nil || structure.channels == decoder.channels else {
      throw SoundFileError.broken(
        name: path, format: format,
        reason: "its \(structure.channels ?? 0) channels decode to \(decoder.channels)")
    }
    properties = SoundProperties(
      format: format, sampleRate: decoder.sampleRate, channels: decoder.channels,
      frames: structure.frames ?? decoder.frames)
    guard properties.frames != 0 else {
      throw SoundFileError.broken(name: path, format: format, reason: "it has no samples")
    }
    self.source = source
    view = structure.view
    self.decoder = decoder
  }

  /// Reads the next frames into `samples` [frame, channel], as many as it has room for.
  ///
  /// What is in `samples` beyond the frames that were read is not defined. Samples of PCM become
  /// their share of full scale, −1 to just under 1; those of floating point stay as they are.
  ///
  /// - Returns: the number of frames: fewer than there is room for only at the end, then zero.
  /// - Throws: `SoundFileError` where the file ends before its header says, where the decoder finds it
  ///   broken, and for a sample that is not finite; `FileError`. After an error the reader is of no
  ///   more use.
  /// - Precondition: room for a frame.
  public func read(into samples: inout [Float]) throws -> Int {
    try read(into: &samples, from: 0)
  }

  /// How many samples such a file may well have: 16 for each byte, what FLAC and MP3 make of clips with
  /// some silence, and a few more.
  var likelySamples: Int { min(source.size, 1 << 40) * 16 + 4096 }

  /// Reads on, into `samples` from the index `start` to the end.
  func read(into samples: inout [Float], from start: Int) throws -> Int {
    let room = (samples.count - start) / properties.channels
    precondition(room > 0, "\(samples.count) samples have no room for a frame from \(start) on")
    let wanted = properties.frames.map { min(room, $0 - position) } ?? room
    guard wanted > 0 else { return 0 }
    let (count, fault) = decoder.read(into: &samples, from: start, frames: wanted)
    if let failure = source.failure { throw failure }
    try checkFinite(samples, from: start, frames: count)
    if let fault {
      throw broken("libsndfile: \(fault)", at: position + count)
    }
    if count < wanted, let frames = properties.frames {
      throw broken("it should have \(frames) frames, and it ends early", at: position + count)
    }
    position += count
    return count
  }

  /// Goes to a frame, so that the next reading begins there.
  ///
  /// WAV, AIFF, AU and FLAC go there at once. The others, whose frames depend on earlier ones, are
  /// decoded up to it, from the start if it lies behind, so that the samples are the same as ever.
  ///
  /// - Throws: as `read`.
  /// - Precondition: a frame of the file, or its end.
  public func seek(to frame: Int) throws {
    precondition(
      frame >= 0 && frame <= properties.frames ?? Int.max,
      "frame \(frame) of \(properties.frames.map { "\($0)" } ?? "an unknown number")")
    switch properties.format {
    case .wave, .aiff, .sunAudio, .flac:
      if frame != position {
        guard decoder.seek(to: frame) else { throw broken("no way leads there", at: frame) }
        if let failure = source.failure { throw failure }
        position = frame
      }
    case .vorbis, .opus, .mp3, .other:
      if frame < position {
        guard let decoder = SoundDecoder(source, showing: view) else {
          throw try Self.notDecoded(source, properties.format)
        }
        self.decoder = decoder
        position = 0
      }
      var passed = [Float](
        repeating: 0, count: properties.channels * min(4096, max(1, frame - position)))
      while position < frame {
        let left = (frame - position) * properties.channels
        if left < passed.count { passed.removeLast(passed.count - left) }
        if try read(into: &passed) == 0 { break }
      }
    }
  }

  private func broken(_ reason: String, at frame: Int) -> SoundFileError {
    .broken(
      name: name, format: properties.format,
      reason: reason + SoundStructure.time(frame, properties.sampleRate))
  }

  private func checkFinite(_ samples: [Float], from start: Int, frames: Int) throws {
    let range = start..<start + frames * properties.channels
    // The exponent of all ones; one pass that a compiler makes vectors of.
    let exponent: UInt32 = 0x7F80_0000
    var largest: Int32 = 0
    for index in range {
      largest = max(largest, Int32(bitPattern: samples[index].bitPattern & 0x7FFF_FFFF))
    }
    guard largest >= Int32(bitPattern: exponent) else { return }
    guard let index = range.first(where: { !samples[$0].isFinite }) else { return }
    let frame = position + (index - start) / properties.channels
    throw SoundFileError.notFinite(
      name: name, isNaN: samples[index].isNaN, frame: frame,
      channel: (index - start) % properties.channels,
      seconds: Double(frame) / Double(properties.sampleRate))
  }

  private static func structure(
    of source: SoundSource, format: SoundFormat, start: Int
  ) throws -> SoundStructure {
    do {
      return try SoundStructure(of: source, format: format, start: start)
    } catch let fault as SoundStructure.Fault {
      switch fault {
      case .broken(let reason):
        throw SoundFileError.broken(name: source.path, format: format, reason: reason)
      case .otherFormat(let other):
        throw SoundFileError.otherFormat(name: source.path, format: other)
      }
    }
  }

  private static func check(
    _ channels: Int?, _ sampleRate: Int?, _ limits: SoundLimits, name: String
  ) throws {
    if let channels, channels > limits.channels {
      throw SoundFileError.tooManyChannels(name: name, channels: channels, limit: limits.channels)
    }
    guard sampleRate.map(limits.sampleRates.contains) ?? true else {
      throw SoundFileError.rateOutOfRange(
        name: name, sampleRate: sampleRate ?? 0, limits: limits.sampleRates)
    }
  }

  private static func notDecoded(
    _ source: SoundSource, _ format: SoundFormat
  ) throws -> SoundFileError {
    if let failure = source.failure { throw failure }
    return .broken(
      name: source.path, format: format, reason: "libsndfile finds no \(format.rawValue) in it")
  }
}
