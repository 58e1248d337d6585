import ConvKitCore

/// Clips of X and O, as many as are asked for: an O is a pulse that rises and falls back, an X one that
/// rises, crosses zero in its middle, and comes back from below.
///
/// The O is one hump of a raised cosine, 18/28 of the clip long at scale 1, and the X is the slope of such
/// a hump. Without a difficulty the peak is at 0.3 of full scale, in silence. Every sample is the same on
/// every machine.
public struct LetterPulses: GeneratedLetters {
  public static let difficulties: Difficulty = [.translation, .scaling, .loudness, .noise]
  public static let sizes = 32...65_536
  public static let usualSize = 256
  public static let fileExtension = "wav"

  /// In hertz. 256 samples last 0.128 s, so that a front end which is fitted to them, and sees no less than
  /// 0.1 s, sees a clip and nothing beside it.
  public static let sampleRate = 2000

  public let seed: UInt64

  /// Samples of a clip.
  public let size: Int

  public let difficulty: Difficulty

  /// - Parameter size: samples; lengths are in proportion.
  /// - Precondition: `size` is at least 1.
  public init(seed: UInt64 = 0, size: Int = Self.usualSize, difficulty: Difficulty = .all) {
    precondition(size > 0, "letters in clips of \(size) samples")
    self.seed = seed
    self.size = size
    self.difficulty = difficulty
  }

  /// The letter and the samples of an index.
  public func clip(_ index: Int) -> (letter: Letter, samples: [Int16]) {
    let (pulse, noise) = drawing(index)
    let samples = pulse.samples(size).enumerated().map { place, sample in
      // The loudest peak in the loudest noise is 0.86, so nothing is cut off.
      Int16(((sample + (noise.isEmpty ? 0 : noise[place])) * 32_767).rounded())
    }
    return (pulse.letter, samples)
  }

  /// A WAV file of 16 bits and one channel.
  public func file(_ index: Int) -> [UInt8] {
    WaveEncoder.file(of: clip(index).samples, sampleRate: Self.sampleRate)
  }

  /// The pulse that the clip of an index holds, and what is added to its samples; nothing in silence.
  ///
  /// Every quantity is drawn from its range whether it is used or not, so that clips of other difficulties
  /// and the same seed differ in nothing else. Then what would leave the clip is limited: first the scale,
  /// then the shift.
  func drawing(_ index: Int) -> (pulse: LetterPulse, noise: [Double]) {
    var stream = RandomStream(seed: seed, purpose: .letters, item: index)
    let scale = Double(stream.uniform(in: 0.5...1.3))
    let later = Double(stream.uniform(in: -4...4))
    let peak = Double(stream.uniform(in: 0.06...0.6))
    let share = Double(stream.uniform(in: 0...0.25))

    let unit = Double(size) / 28
    let room = Double(size) / 2
    var pulse = LetterPulse(
      letter: Letter(index: index),
      halfLength: min(9 * unit * (difficulty.contains(.scaling) ? scale : 1), room),
      peak: difficulty.contains(.loudness) ? peak : 0.3)
    if difficulty.contains(.translation) {
      let shift = room - pulse.halfLength
      pulse.later = min(max(later * unit, -shift), shift)
    }
    guard difficulty.contains(.noise) else { return (pulse, []) }
    // Even over ±√3 deviations, the range whose standard deviation is one.
    let range = share * pulse.peak * 3.0.squareRoot()
    return (pulse, (0..<size).map { _ in range * Double(stream.uniform(in: -1...1)) })
  }
}

/// One pulse with everything that decides how it looks; lengths in samples.
struct LetterPulse: Equatable {
  var letter: Letter
  var halfLength: Double
  /// Of full scale.
  var peak: Double
  /// How far the pulse's middle lies behind the clip's.
  var later = 0.0

  /// The pulse in the middle of `size` samples; 0 on either side of it.
  func samples(_ size: Int) -> [Double] {
    (0..<size).map { place in
      let time = (Double(place) + 0.5 - Double(size) / 2 - later) / halfLength
      guard time.magnitude < 1 else { return 0 }
      let (cosine, sine) = Elementary.cosineAndSine(Double.pi * time)
      return peak * (letter == .x ? -sine : (1 + cosine) / 2)
    }
  }
}
