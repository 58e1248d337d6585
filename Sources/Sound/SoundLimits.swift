/// What a file of sound may ask for.
public struct SoundLimits: Sendable, Equatable {
  /// The most channels: 64, as many as ambisonics of the seventh order, the widest in use, has.
  public var channels = 64

  /// The sample rates in Hz: from those of slow sensors to the fastest converters of sound.
  public var sampleRates = 100...768_000

  /// The most samples (frames × channels) of a clip that is read as a whole: 100 million, which take
  /// 400 MB in memory, as the largest picture does. That is 104 minutes of mono at 16 kHz.
  ///
  /// A `SoundReader` reads longer files too, piece by piece.
  public var samples = 100_000_000

  /// Whether a container that is not of `SoundFormat` is read where libsndfile knows it, such as CAF.
  public var acceptsOtherContainers: Bool

  public init(acceptsOtherContainers: Bool = false) {
    self.acceptsOtherContainers = acceptsOtherContainers
  }
}
