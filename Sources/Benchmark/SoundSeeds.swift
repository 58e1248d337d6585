#if Sound
  import CSndFile
  import ConvKit
  import ConvKitSound

  /// Short clips by libsndfile's own writers: of every encoding that is read, of one channel and of two.
  ///
  /// The same version of the libraries gives the same bytes: what holds the time or chance is left out.
  enum SoundSeeds {
    /// In short, what the program answers for the file.
    static func decode(_ path: String) throws -> String {
      let clip = try SoundFile.read(path: path)
      // Every sample, for something may be wrong with one.
      let mono = clip.mixedToMono().samples
      let loudest = mono.reduce(0) { max($0, abs($1)) }
      return "\(clip.frames) frames of \(clip.channels) at \(clip.sampleRate) Hz, up to \(loudest)"
    }

    static func wave(in folder: String) throws -> [MutantSeed] {
      let plain = try [
        SF_FORMAT_PCM_U8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32, SF_FORMAT_FLOAT,
        SF_FORMAT_DOUBLE, SF_FORMAT_ULAW, SF_FORMAT_ALAW,
      ].map { try seed(SF_FORMAT_WAV | $0, frames: 300, in: folder) }
      let others = try [SF_FORMAT_WAVEX, SF_FORMAT_RF64].map {
        try seed($0 | SF_FORMAT_PCM_16, channels: 2, frames: 200, in: folder)
      }
      return plain + others
    }

    static func aiff(in folder: String) throws -> [MutantSeed] {
      let plain = try [
        SF_FORMAT_PCM_S8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_FLOAT, SF_FORMAT_DOUBLE,
        SF_FORMAT_ULAW, SF_FORMAT_ALAW, SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE,
      ].map { try seed(SF_FORMAT_AIFF | $0, frames: 300, in: folder) }
      return try plain
        + [seed(SF_FORMAT_AIFF | SF_FORMAT_PCM_16, channels: 2, frames: 200, in: folder)]
    }

    static func sunAudio(in folder: String) throws -> [MutantSeed] {
      try [
        SF_FORMAT_PCM_S8, SF_FORMAT_PCM_16, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32, SF_FORMAT_FLOAT,
        SF_FORMAT_DOUBLE, SF_FORMAT_ULAW, SF_FORMAT_ALAW,
      ].map { try seed(SF_FORMAT_AU | $0, channels: 2, frames: 100, in: folder) }
    }

    /// Each of several frames, which are of 4096 samples at most.
    static func flac(in folder: String) throws -> [MutantSeed] {
      try [
        (SF_FORMAT_PCM_S8, 1), (SF_FORMAT_PCM_16, 1), (SF_FORMAT_PCM_16, 2), (SF_FORMAT_PCM_24, 1),
      ].map { try seed(SF_FORMAT_FLAC | $0.0, channels: $0.1, frames: 9000, in: folder) }
    }

    static func ogg(in folder: String) throws -> [MutantSeed] {
      let streams = try [
        (SF_FORMAT_VORBIS, 1, 8000), (SF_FORMAT_VORBIS, 2, 16000), (SF_FORMAT_OPUS, 1, 16000),
        (SF_FORMAT_OPUS, 2, 48000),
      ].map { kind, channels, rate in
        try seed(
          SF_FORMAT_OGG | kind, channels: channels, rate: rate, frames: 6000, in: folder)
      }
      return streams.map { MutantSeed(name: $0.name, bytes: OggPages.withSerial(1, $0.bytes)) }
    }

    static func mp3(in folder: String) throws -> [MutantSeed] {
      let files = try [(1, 16000), (2, 44100), (1, 8000)].map { channels, rate in
        try seed(
          SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, channels: channels, rate: rate, frames: 5000,
          in: folder)
      }
      // Without the first frame, which counts the others.
      let bare = files[0].bytes
      let next = bare.indices.dropFirst().first { bare[$0...].starts(with: bare.prefix(2)) } ?? 0
      return files + [MutantSeed(name: "bare.mp3", bytes: Array(bare[next...]))]
    }

    private static func seed(
      _ format: Int, channels: Int = 1, rate: Int = 8000, frames: Int, in folder: String
    ) throws -> MutantSeed {
      let name = "\(String(format, radix: 16))-\(channels)-\(rate)"
      let path = FileName.join(folder, name)
      var info = SF_INFO()
      info.samplerate = CInt(rate)
      info.channels = CInt(channels)
      info.format = CInt(format)
      guard let file = sf_open(path, CInt(SFM_WRITE), &info) else {
        throw SeedNotMade(library: "libsndfile")
      }
      // Peaks are written with the time. The lowest quality makes the smallest files.
      sf_command(file, CInt(SFC_SET_ADD_PEAK_CHUNK), nil, CInt(SF_FALSE))
      var (quality, latency) = (0.0, 100.0)
      let size = CInt(MemoryLayout<Double>.size)
      sf_command(file, CInt(SFC_SET_VBR_ENCODING_QUALITY), &quality, size)
      sf_command(file, CInt(SFC_SET_OGG_PAGE_LATENCY_MS), &latency, size)
      // A saw whose teeth grow: something to predict, and something left over.
      let samples = (0..<frames * channels).map { (index: Int) -> Float in
        let height = 40 + index / 50
        return Float(index * 37 % height) / Float(height) / 2 - 0.25
      }
      let written = sf_writef_float(file, samples, sf_count_t(frames))
      guard sf_close(file) == 0, written == frames else {
        throw SeedNotMade(library: "libsndfile")
      }
      return MutantSeed(name: name, bytes: try BoundedFile.read(path: path, limit: 1 << 20))
    }
  }
#endif
