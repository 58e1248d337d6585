/// Cuts samples that come in blocks of any size into windows of one length, which begin half a length
/// apart. Holds two windows at most.
///
/// A clip shorter than a window is one window, as long as the clip. Otherwise all are whole, and the last
/// ends where the clip does.
struct WindowCutter {
  /// Frames in a window.
  private let length: Int
  private let hop: Int
  private let channels: Int
  /// Samples [frame, channel] from the beginning of the last window on.
  private var held: [Float] = []
  /// The frame that `held` begins with.
  private var start = 0
  private var hasCut = false

  /// - Parameter length: at least one frame.
  init(length: Int, channels: Int) {
    precondition(length > 0 && channels > 0, "a window of \(length) frames, \(channels) channels")
    self.length = length
    self.hop = max(1, length / 2)
    self.channels = channels
  }

  /// - Parameters:
  ///   - samples: the next ones [frame, channel], whole frames.
  ///   - each: takes windows that are complete, with the frame at which each begins.
  mutating func take(
    _ samples: some Collection<Float>, each: (_ start: Int, _ window: [Float]) throws -> Void
  ) rethrows {
    held += samples
    while held.count >= (hasCut ? hop + length : length) * channels {
      if hasCut {
        held.removeFirst(hop * channels)
        start += hop
      }
      hasCut = true
      try each(start, Array(held[..<(length * channels)]))
    }
  }

  /// Hands over what is left at the end of the clip.
  mutating func finish(each: (_ start: Int, _ window: [Float]) throws -> Void) rethrows {
    let frames = held.count / channels
    if !hasCut {
      try each(0, held)
    } else if frames > length {
      try each(start + frames - length, Array(held.suffix(length * channels)))
    }
    held = []
    hasCut = false
    start = 0
  }
}
