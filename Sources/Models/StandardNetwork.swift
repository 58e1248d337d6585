import ConvKitCore
import ConvKitNetworks

extension Network {
  /// The network that is trained where none is given.
  ///
  /// Blocks of a convolution with 3 taps an axis, ReLU and pooling by 2, the features doubling from
  /// 16 to at most 64, until no axis has more than 7 positions; then a dense layer of 64 neurons.
  /// The rule looks at extents alone, so it serves any number of axes.
  public static func standard(for input: InputShape) -> Network {
    var extent = input.extent
    var features = 16
    var blocks: [Int] = []
    repeat {
      blocks.append(features)
      features = min(64, features * 2)
      extent = extent.map { max(1, $0 / 2) }
    } while extent.contains { $0 > 7 }
    let shortest = input.extent.min() ?? 1
    return Network {
      for (number, features) in blocks.enumerated() {
        Conv(features, size: 3, padding: .same)
        ReLU()
        // Pooling stops where an axis has only one position left.
        if shortest >> (number + 1) >= 1 { MaxPool(2) }
      }
      if input.varies { GlobalMaxPool() } else { Flatten() }
      Dense(64)
      ReLU()
      Votes()
    }
  }
}
