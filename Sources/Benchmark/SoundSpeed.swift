#if Sound
  import ArgumentParser
  import ConvKit
  import ConvKitCore
  import ConvKitSound
  import FoundationEssentials

  /// `convkit-bench sound`: clips from their files to mel bands, and transforms alone.
  struct SoundSpeed: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sound",
      abstract: "Times spectra of clips; Tests/Peers/sound_speed.py does the same with others.",
      discussion: """
        A JSON object a line, with the best of several rounds. Log-mel: every WAV file of FOLDER is read \
        from disk and becomes 64 mel bands in decibels, frames of 256 samples, hop 80. STFT: 16 sounds of \
        10 s at 16 kHz become spectra.

        Example: convkit-bench sound recordings/
        """)

    @Argument(help: "A folder of WAV files.")
    var folder: String

    @Option(help: "Threads.")
    var threads = Workers.availableCount

    @Option(help: "Rounds, of which the best counts.")
    var rounds = 5

    private struct Timing: Encodable {
      let job: String
      let frame, hop, threads: Int
      let seconds: Double
    }

    func run() throws {
      let workers = try Workers(count: threads)
      let paths = try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { $0.hasSuffix(".wav") }.map { FileName.join(folder, $0) }
      try tell("log-mel", 256, 80) { try logMel(paths, workers) }
      for (frame, hop) in [(256, 64), (512, 128), (2048, 512)] {
        let transform = try ShortTimeFourierTransform(frameLength: frame, hopLength: hop)
        let sounds = (0..<16).map { item in
          var random = RandomStream(seed: 0, purpose: .tests, item: item)
          return (0..<160_000).map { _ in random.uniform(in: -1...1) }
        }
        try tell("stft", frame, hop) {
          try each(of: sounds.count, workers) { _ = try transform.spectrum(of: sounds[$0]) }
        }
      }
    }

    private func logMel(_ paths: [String], _ workers: Workers) throws {
      let transform = try ShortTimeFourierTransform(frameLength: 256, hopLength: 80)
      let spectrogram = try MelSpectrogram(sampleRate: 8000, transform: transform, bands: 64)
      let decibels = try Decibels()
      try each(of: paths.count, workers) {
        let clip = try SoundFile.read(path: paths[$0])
        _ = decibels.levels(of: try spectrogram.values(of: clip.samples))
      }
    }

    private func each(
      of count: Int, _ workers: Workers, _ work: @escaping @Sendable (Int) throws -> Void
    ) throws {
      try workers.runInOrder(items: count, atOnce: count) { item in
        Result { try work(item) }
      } take: { _, results in
        for result in results { try result.get() }
      }
    }

    private func tell(_ job: String, _ frame: Int, _ hop: Int, _ work: () throws -> Void) throws {
      var best = Double.infinity
      for _ in 0..<rounds {
        best = min(best, try ContinuousClock().measure(work) / .seconds(1))
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let found = Timing(job: job, frame: frame, hop: hop, threads: threads, seconds: best)
      print(String(decoding: try encoder.encode(found), as: UTF8.self))
    }
  }
#endif
