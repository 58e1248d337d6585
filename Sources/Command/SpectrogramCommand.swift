#if Sound
  import ArgumentParser
  import ConvKit
  import ConvKitDrawing

  /// `convkit spectrogram`: a clip as a picture.
  struct SpectrogramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "spectrogram",
      abstract: "Draws how loud which frequencies of a clip are when.",
      discussion: """
        The picture is a PNG with seconds below, hertz on the left and decibels below the loudest as \
        colours. Channels are mixed.

        Example:
          convkit spectrogram word.wav --out word.png
          convkit spectrogram word.wav --out word.png --bands 128
        """)

    @Argument(help: ArgumentHelp("A sound file.", valueName: "CLIP"))
    var clip: String

    @Option(help: ArgumentHelp("The file to write.", valueName: "PICTURE.png"))
    var out: String

    @Option(help: ArgumentHelp("How long the frame of a spectrum is.", valueName: "MILLISECONDS"))
    var frame: Double = 32

    @Option(help: ArgumentHelp("How far one frame is from the next.", valueName: "MILLISECONDS"))
    var hop: Double = 5

    @Option(
      help: ArgumentHelp(
        "So many mel bands, which lie as the ear has them, instead of all frequencies.",
        valueName: "N"))
    var bands: Int?

    @Option(
      help: ArgumentHelp(
        "How far below the loudest a level is still told from silence.", valueName: "DECIBELS"))
    var range: Float = 80

    @OptionGroup
    var limits: SoundLimitArguments

    func run() throws {
      let clip = try SoundFile.read(
        path: clip, limits: SoundLimits(acceptsOtherContainers: limits.anyContainer))
      try AtomicFile.requireCreatable(out)
      let transform = try ShortTimeFourierTransform(
        frameLength: try samples(frame, clip, "--frame"), hopLength: try samples(hop, clip, "--hop")
      )
      let plot = try SpectrogramPlot(transform: transform, bands: bands, range: range)
        .plot(of: clip, title: FileName.printable(FileName.last(of: self.clip)))
      try AtomicFile.write(try plot.picture().png(), to: out)
    }

    private func samples(_ milliseconds: Double, _ clip: SoundClip, _ option: String) throws -> Int
    {
      let count: Double = (milliseconds / 1000 * Double(clip.sampleRate)).rounded()
      try require(
        1...1_048_576 ~= count, option, received: milliseconds,
        allowed: "milliseconds that are 1 to 1,048,576 samples of the clip")
      return Int(count)
    }
  }
#endif
