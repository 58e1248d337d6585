import ConvKitCore
import ConvKitFiles

extension SoundFrontEnd {
  /// The inputs of a clip: one, or one for every window of a clip longer than the network sees.
  ///
  /// - Throws: the errors of `SoundReader` and of `SoundFrontEndError`.
  public func inputs(of item: Item) throws -> [PlacedInput] {
    var inputs: [PlacedInput] = []
    try forEachInput(of: item) { inputs.append($0) }
    return inputs
  }

  /// Holds two windows and a block of samples, however long the clip is.
  public func forEachInput(of item: Item, _ take: (PlacedInput) throws -> Void) throws {
    let stream = try ClipStream(of: item, for: self)
    let heard = try silence.map { try stream.heard(above: $0) }
    var cutter = WindowCutter(length: windowLength, channels: channels ?? 1)
    let first = heard?.lowerBound ?? 0
    func place(_ start: Int, _ window: [Float]) throws {
      try take(placed(window, from: first + start))
    }
    try stream.forEachBlock(in: heard) { try cutter.take($0, each: place) }
    try cutter.finish(each: place)
  }

  /// The input of a window, in the middle where it is short.
  ///
  /// - Parameter start: the frame of the clip that the window begins with.
  private func placed(_ window: [Float], from start: Int) -> PlacedInput {
    let frames = window.count / (channels ?? 1)
    let begin = Double(start) / Double(sampleRate)
    return PlacedInput(
      input(of: window, offset: (windowLength - frames) / 2),
      place: begin...begin + Double(frames) / Double(sampleRate))
  }

  /// A whole clip as the network's input is made of it: mixed, at the model's rate, without the silence
  /// around it.
  package func clip(of item: Item) throws -> SoundClip {
    let stream = try ClipStream(of: item, for: self)
    let heard = try silence.map { try stream.heard(above: $0) }
    var samples: [Float] = []
    let limit = limits.samples
    try stream.forEachBlock(in: heard) {
      guard samples.count + $0.count <= limit else {
        throw SoundFileError.tooLong(
          name: stream.path, seconds: nil, channels: channels ?? 1, limit: limit)
      }
      samples += $0
    }
    return SoundClip(sampleRate: sampleRate, channels: channels ?? 1, samples: samples)
  }

  /// The inputs of a clip that `clip(of:)` has made; their places count from its own beginning.
  package func inputs(of clip: SoundClip) -> [PlacedInput] {
    var inputs: [PlacedInput] = []
    var cutter = WindowCutter(length: windowLength, channels: clip.channels)
    func place(_ start: Int, _ window: [Float]) { inputs.append(placed(window, from: start)) }
    cutter.take(clip.samples, each: place)
    cutter.finish(each: place)
    return inputs
  }

  /// A version of a clip to learn from.
  package func input(
    of clip: SoundClip, variedBy augmentation: SoundAugmentation, random: RandomStream
  ) -> PlacedInput {
    let variation = SoundVariation(drawnFor: augmentation, from: random)
    let part = variation.part(of: clip, length: windowLength)
    return PlacedInput(
      input(of: part.samples, offset: part.offset, variation: variation))
  }

  /// What of an item is otherwise than in the training clips and is converted: its rate.
  package func conversion(of item: Item) -> String? {
    guard case .file(let path) = item,
      let found = try? SoundFile.properties(path: path, limits: limits),
      found.sampleRate != sampleRate
    else { return nil }
    return "has \(found.sampleRate) samples a second and was converted to the model's \(sampleRate)"
  }
}
