import ConvKitCore
import ConvKitNetworks

extension Network {
  /// The network that is trained on volumes where none is given.
  static func standardForVolumes(_ input: InputShape) -> Network {
    guard input.extent.allSatisfy({ $0 >= 13 }) else { return standard(for: input) }
    return Network {
      Conv(32, size: 5, stride: 2)
      ReLU()
      Conv(32, size: 3)
      ReLU()
      MaxPool(2)
      Flatten()
      Dropout(0.5)
      Dense(128)
      ReLU()
      Dropout(0.5)
      Votes()
    }
  }
}
