#if Sound
  import ArgumentParser
  import ConvKit

  extension SoundFrontEnd.Form: ExpressibleByArgument {}
  extension SoundFrontEnd.Level: ExpressibleByArgument {}
  extension SoundFrontEnd.Normalization: ExpressibleByArgument {}
  extension MelScale: ExpressibleByArgument {}

  /// How clips become a network's input; what is not given is fitted to the training clips.
  struct SoundArguments: ParsableArguments {
    @Option(help: "What the network sees of a clip.")
    var frontEnd = SoundFrontEnd.Choices().form

    @Option(
      help: ArgumentHelp(
        "Samples a second that clips are brought to. (default: the usual rate of the clips)",
        valueName: "HERTZ"))
    var rate: Int?

    @Option(
      help: ArgumentHelp(
        "How much of a clip the network sees at once. (default: what holds 19 of 20 clips, at most "
          + "\(Int(SoundFrontEnd.longestFittedWindow)) s)", valueName: "SECONDS"))
    var window: Double?

    @Option(help: ArgumentHelp("How long the frame of a spectrum is.", valueName: "MILLISECONDS"))
    var frame = SoundFrontEnd.Choices().frame * 1000

    @Option(
      help: ArgumentHelp("How far one frame is from the next.", valueName: "MILLISECONDS"))
    var hop = SoundFrontEnd.Choices().hop * 1000

    @Option(help: ArgumentHelp("Mel bands of a spectrum.", valueName: "N"))
    var bands = SoundFrontEnd.Choices().bands

    @Option(help: "How bands lie along the frequencies.")
    var mel = SoundFrontEnd.Choices().scale

    @Option(help: ArgumentHelp("Where the lowest band begins.", valueName: "HERTZ"))
    var lowest = SoundFrontEnd.Choices().lowest

    @Option(
      help: ArgumentHelp(
        "Where the highest band ends. (default: half the rate)", valueName: "HERTZ"))
    var highest: Double?

    @Option(help: "Keep loud and soft clips apart, or bring all to one level.")
    var loudness = SoundFrontEnd.Choices().level

    @Option(help: "What is taken off spectra: their mean, or that of each band, or nothing.")
    var normalization = SoundFrontEnd.Choices().normalization

    @Option(
      help: ArgumentHelp(
        "Cuts off the beginning and the end of a clip that are so much softer than its loudest part.",
        valueName: "DECIBELS"))
    var trim: Double?

    @Flag(help: "Keeps the channels of clips apart instead of mixing them.")
    var keepChannels = false

    @OptionGroup
    var limits: SoundLimitArguments

    var choices: SoundFrontEnd.Choices {
      var choices = SoundFrontEnd.Choices()
      choices.form = frontEnd
      choices.sampleRate = rate
      choices.window = window
      choices.frame = frame / 1000
      choices.hop = hop / 1000
      choices.bands = bands
      choices.scale = mel
      choices.lowest = lowest
      choices.highest = highest
      choices.level = loudness
      choices.normalization = normalization
      choices.silence = trim
      choices.keepsChannels = keepChannels
      choices.readsAnyContainer = limits.anyContainer
      return choices
    }
  }

  /// Which clips are read at all: the same for `scan`, `train` and `spectrogram`.
  struct SoundLimitArguments: ParsableArguments {
    @Flag(
      help: """
        Also reads sound in other containers than WAV, AIFF, AU, FLAC, Ogg and MP3, such as CAF or W64.
        """)
    var anyContainer = false
  }
#endif
