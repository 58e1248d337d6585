import ConvKitCore

/// What one version of a clip has another way than the clip: the numbers that `SoundAugmentation` draws.
///
/// Everything is computed by basic arithmetic in a fixed order, so that the same numbers give the same
/// bits on every machine.
struct SoundVariation: Equatable {
  /// Where in a clip longer than the network sees the version begins: 0 at its start, 1 at its end.
  var position: Float = 0.5
  /// How much later the clip begins, as a share of what the network sees.
  var shift: Float = 0
  /// What every sample is multiplied by.
  var gain: Float = 1
  /// The deviation of the noise, as a share of the root of the clip's mean square.
  var noise: Float = 0
  var noiseSeed: UInt64 = 0
  /// How many samples of the clip pass in one of the version.
  var speed: Double = 1
  var timeMask = Mask()
  var bandMask = Mask()
  /// Decibels at `toneCount` equal distances over the bands, the first at the lowest band; between them
  /// they run straight.
  var tone = SIMD8<Float>()

  /// How many of `tone` count: two octaves or so from one to the next.
  static let toneCount = 5

  /// A run of places along an axis.
  struct Mask: Equatable {
    /// Where it begins: 0 at the first place where it can, 1 at the last.
    var position: Float = 0
    /// Its length as a share of the axis.
    var share: Float = 0

    /// The places of an axis that it covers.
    func places(of count: Int) -> Range<Int> {
      let length = min(count, Int(share * Float(count) + 0.5))
      let start = Int(position * Float(count - length) + 0.5)
      return start..<start + length
    }
  }
}

extension SoundVariation {
  /// Draws the numbers of every kind, in a fixed order, whether it is used or not, so that one does not
  /// change what another does; a new kind is drawn after the others.
  init(drawnFor augmentation: SoundAugmentation, from stream: RandomStream) {
    var stream = stream
    func strength(_ kind: SoundAugmentationKind) -> Float { Float(augmentation[kind] ?? 0) }
    position = stream.uniform()
    shift = strength(.shift) * (2 * stream.uniform() - 1)
    let decibels = strength(.gain) * (2 * stream.uniform() - 1)
    gain = Float(Elementary.exp(Double(decibels) * Self.logarithmOfDecibel))
    noise = strength(.noise) * stream.uniform()
    noiseSeed = stream.next()
    // Faster and slower are alike: the logarithm of the factor is uniform.
    let turn = Double(2 * stream.uniform() - 1)
    speed = Elementary.exp(turn * Elementary.log(augmentation[.speed] ?? 1))
    timeMask = Mask(position: stream.uniform(), share: strength(.timeMask) * stream.uniform())
    bandMask = Mask(position: stream.uniform(), share: strength(.bandMask) * stream.uniform())
    for place in 0..<Self.toneCount { tone[place] = strength(.tone) * (2 * stream.uniform() - 1) }
  }

  /// ln 10 / 20: a decibel of a level is so much of its natural logarithm.
  private static let logarithmOfDecibel = 0.11512925464970229
}

extension SoundVariation {
  /// The decibels that a band is louder by.
  func tone(ofBand band: Int, of bands: Int) -> Float {
    let place = Float(band * (Self.toneCount - 1)) / Float(max(1, bands - 1))
    let first = min(Int(place), Self.toneCount - 2)
    return tone[first] + (tone[first + 1] - tone[first]) * (place - Float(first))
  }

  /// What of a clip a window holds: its samples, and where in the window they begin.
  struct Part: Equatable {
    /// [frame, channel], at most as many frames as the window has.
    var samples: [Float]
    /// The window's frame that the first of them is.
    var offset: Int
  }

  /// The clip as this version plays it: cut to the window where it is longer, moved, louder and noisier.
  ///
  /// - Parameter length: frames of the window.
  func part(of clip: SoundClip, length: Int) -> Part {
    let channels = clip.channels
    let frames = clip.frames
    // Of a sample or two, at a lower rate nothing is left.
    guard frames > 0 else { return Part(samples: [], offset: length / 2) }
    let played = max(1, Int(Double(frames) / speed))
    var offset = (length - played) / 2 + Int((shift * Float(length)).rounded())
    var first = 0
    if played > length {
      first = Int(position * Float(played - length))
      offset = 0
    } else if offset < 0 {
      first = -offset
      offset = 0
    }
    let count = max(1, min(played - first, length - offset))
    var samples = [Float](repeating: 0, count: count * channels)
    clip.samples.withUnsafeBufferPointer { source in
      for frame in 0..<count {
        let place = Double(first + frame) * speed
        let whole = Int(place)
        let weights = Self.weights(Float(place - Double(whole)))
        for channel in 0..<channels {
          var sum: Float = 0
          for tap in 0..<4 {
            let neighbour = min(max(whole + tap - 1, 0), frames - 1)
            sum += weights[tap] * source[neighbour * channels + channel]
          }
          samples[frame * channels + channel] = sum * gain
        }
      }
    }
    if noise > 0 { addNoise(to: &samples) }
    return Part(samples: samples, offset: offset)
  }

  /// The weights of four neighbouring samples for a place between the middle two (Catmull and Rom 1974);
  /// at 0 the second sample alone.
  private static func weights(_ t: Float) -> SIMD4<Float> {
    let (square, cube) = (t * t, t * t * t)
    return SIMD4(
      -0.5 * t + square - 0.5 * cube, 1 - 2.5 * square + 1.5 * cube,
      0.5 * t + 2 * square - 1.5 * cube, -0.5 * square + 0.5 * cube)
  }

  private func addNoise(to samples: inout [Float]) {
    var square: Float = 0
    for sample in samples { square += sample * sample }
    let deviation = noise * (square / Float(samples.count)).squareRoot()
    // The sum of four uniform numbers of 16 bits, moved to zero and scaled to a variance of one: close
    // enough to normal for a hiss, and it needs no logarithm.
    let scale = deviation * Float(3).squareRoot() / 65536
    var random = RandomStream(seed: noiseSeed, purpose: .augmentation)
    for index in samples.indices {
      let bits = random.next()
      let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
      samples[index] += (Float(sum) - 131_070) * scale
    }
  }
}
