import ConvKitCore
import ConvKitNetworks

extension Network {
  /// The network that is trained where none is given.
  public static func standard(for frontEnd: ModelFrontEnd) -> Network {
    switch frontEnd {
    case .image: standard(for: frontEnd.inputShape)
    case .text: standardForTexts
    case .volume: standardForVolumes(frontEnd.inputShape)
    case .table: standardForTables(frontEnd.inputShape)
    #if Sound
      case .sound(let frontEnd): standard(for: frontEnd)
    #endif
    }
  }

  /// The network that suits most inputs of a shape.
  ///
  /// Blocks of a convolution with 3 taps an axis, ReLU and pooling by 2, the features doubling from
  /// 16 to at most 64, until no axis has more than 7 positions; then a dense layer of 64 neurons.
  /// The rule looks at extents alone, so it serves any number of axes.
  public static func standard(for input: InputShape) -> Network {
    var extent = input.extent
    var features = 16
    var blocks: [(features: Int, pool: PerAxis)] = []
    repeat {
      // An axis with only one position left is not pooled.
      let sizes = extent.map { min($0, 2) }
      blocks.append((features, sizes.contains(1) ? .each(sizes) : 2))
      features = min(64, features * 2)
      extent = zip(extent, sizes).map { $0 / $1 }
    } while extent.contains { $0 > 7 }
    return Network {
      for block in blocks {
        Conv(block.features, size: 3, padding: .same)
        ReLU()
        MaxPool(block.pool)
      }
      if input.varies { GlobalMaxPool() } else { Flatten() }
      Dense(64)
      ReLU()
      Votes()
    }
  }
}
