import CSndFile

/// libsndfile at work on a source; the pointers that it wants stay here.
///
/// One decoder is for one thread at a time; different ones share nothing but the library's record of
/// why the last file could not be opened, which is not read here: it could be another thread's.
struct SoundDecoder: ~Copyable {
  let sampleRate: Int
  let channels: Int
  /// As the library counts them; nil where it cannot know before the end.
  let frames: Int?
  let format: SoundFormat?

  private let source: SoundSource
  private let handle: OpaquePointer

  /// Begins at the beginning of what it is shown of the source, as `SoundSource.show` says; nil when
  /// the library does not take that for sound.
  init?(_ source: SoundSource, showing view: SoundView?) {
    source.show(view)
    var callbacks = SoundSource.callbacks
    var info = SF_INFO()
    guard let handle = sf_open_virtual(&callbacks, CInt(SFM_READ), &info, source.opaque) else {
      return nil
    }
    self.source = source
    self.handle = handle
    sampleRate = Int(info.samplerate)
    channels = Int(info.channels)
    frames = (0..<Int64.max).contains(info.frames) ? Int(info.frames) : nil
    format = SoundFormat(libraryFormat: info.format)
  }

  deinit { _ = sf_close(handle) }

  /// Decodes up to `frames` frames into `samples` [frame, channel], from the index `start` on.
  ///
  /// - Returns: how many there were, fewer only at the end or at an error, and the library's words for
  ///   the error if there was one.
  /// - Precondition: `samples` has room for them.
  func read(
    into samples: inout [Float], from start: Int, frames: Int
  ) -> (count: Int, fault: String?) {
    precondition(
      start >= 0 && frames >= 0 && frames <= (samples.count - start) / channels,
      "\(frames) frames of \(channels) channels into \(samples.count) samples from \(start) on")
    var done = 0
    while done < frames {
      let count = samples.withUnsafeMutableBufferPointer { buffer in
        guard let first = buffer.baseAddress else { return 0 }
        return Int(
          sf_readf_float(
            handle, first + (start + done * channels), sf_count_t(frames - done)))
      }
      if count > 0 { done += min(count, frames - done) }
      if sf_error(handle) != SF_ERR_NO_ERROR { return (done, String(cString: sf_strerror(handle))) }
      if count <= 0 { break }
    }
    return (done, nil)
  }

  /// Goes to a frame; false when the library cannot.
  func seek(to frame: Int) -> Bool {
    sf_seek(handle, sf_count_t(frame), CInt(SF_SEEK_SET)) == sf_count_t(frame)
  }
}

extension SoundFormat {
  /// nil for a container or an encoding that is not read.
  fileprivate init?(libraryFormat: CInt) {
    let container = Int(libraryFormat) & SF_FORMAT_TYPEMASK
    switch container {
    case SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64: self = .wave
    case SF_FORMAT_AIFF: self = .aiff
    case SF_FORMAT_AU: self = .sunAudio
    case SF_FORMAT_FLAC: self = .flac
    case SF_FORMAT_MPEG: self = .mp3
    case SF_FORMAT_OGG:
      switch Int(libraryFormat) & SF_FORMAT_SUBMASK {
      case SF_FORMAT_VORBIS: self = .vorbis
      case SF_FORMAT_OPUS: self = .opus
      default: return nil
      }
    default: return nil
    }
  }
}
