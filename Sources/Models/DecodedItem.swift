import ConvKitCore
import ConvKitFiles

#if Sound
  import ConvKitSound
#endif

/// What is kept of an item that has been read.
struct DecodedItem: Sendable {
  let inputs: [PlacedInput]
  #if Sound
    /// What the inputs were made of, where versions of it are learned from.
    fileprivate(set) var clip: SoundClip?
  #endif

  fileprivate init(_ inputs: [PlacedInput]) { self.inputs = inputs }

  /// How many numbers it keeps.
  var valueCount: Int {
    let inputs = inputs.reduce(0) { $0 + $1.input.valueCount }
    #if Sound
      return inputs + (clip?.samples.count ?? 0)
    #else
      return inputs
    #endif
  }
}

extension ModelFrontEnd {
  /// What an item gives.
  ///
  /// - Parameter withSource: whether versions of it are made; see `ModelAugmentation.needsSource`.
  func decoded(_ item: Item, withSource: Bool) throws -> DecodedItem {
    #if Sound
      if case .sound(let frontEnd) = self, withSource {
        let clip = try frontEnd.clip(of: item)
        var decoded = DecodedItem(frontEnd.inputs(of: clip))
        decoded.clip = clip
        return decoded
      }
    #endif
    return DecodedItem(try inputs(of: item))
  }
}

extension Input {
  fileprivate var valueCount: Int {
    switch content {
    case .values(let tensor): tensor.elements.count
    case .tokens(let tensor): tensor.elements.count
    }
  }
}
