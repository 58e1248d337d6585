import ConvKitCore
import ConvKitNetworks

extension Network {
  /// The network that is trained on tables where none is given: two layers of features of three neighbouring
  /// columns, each pooled by two along the axes that are long enough, and votes of all that is left. What
  /// columns mean depends on where they stand, so that they are not averaged.
  static func standardForTables(_ input: InputShape) -> Network {
    var extent = input.extent
    let blocks = [16, 32].map { features -> (features: Int, pool: PerAxis?) in
      let sizes = extent.map { min($0, 2) }
      extent = zip(extent, sizes).map { $0 / $1 }
      return (features, sizes.contains(2) ? .each(sizes) : nil)
    }
    return Network {
      for block in blocks {
        Conv(block.features, size: 3, padding: .same)
        ReLU()
        if let pool = block.pool { MaxPool(pool) }
      }
      Flatten()
      Dropout(0.3)
      Votes()
    }
  }
}
