import ConvKitCore
import ConvKitNetworks

/// A network that is held against another library's, and what it is given.
package struct Workload: Sendable {
  package let name: String
  package let input: InputShape
  package let labels: Int
  package let batch: Int
  package let network: Network

  init(
    _ name: String, _ extent: [Int], _ content: InputShape.Content, labels: Int, batch: Int,
    @LayerBuilder _ layers: () -> [any Layer]
  ) {
    self.name = name
    input = InputShape(extent: extent, content: content)
    self.labels = labels
    self.batch = batch
    network = Network(layers: layers())
  }

  /// One of `all`, or `voxel-64`.
  package static func named(_ name: String) -> Workload? {
    (all + [large]).first { $0.name == name }
  }

  package static let all = [
    xo("xo-28", batch: 64),
    xo("xo-28-batch8", batch: 8),
    Workload("image-28", [28, 28], .values(channels: 1), labels: 10, batch: 64) {
      Conv(32, size: 3, padding: .same)
      ReLU()
      MaxPool(2)
      Conv(64, size: 3, padding: .same)
      ReLU()
      MaxPool(2)
      Flatten()
      Dense(128)
      ReLU()
      Votes()
    },
    Workload("spectrogram-64", [64, 64], .values(channels: 1), labels: 10, batch: 32) {
      for features in [16, 32, 64] {
        Conv(features, size: 3, padding: .same)
        ReLU()
        MaxPool(2)
      }
      Flatten()
      Votes()
    },
    Workload("waveform-8k", [8000], .values(channels: 1), labels: 10, batch: 32) {
      Conv(32, size: 80, stride: 4)
      ReLU()
      MaxPool(4)
      for features in [32, 64] {
        Conv(features, size: 3)
        ReLU()
        MaxPool(4)
      }
      Conv(64, size: 3)
      ReLU()
      GlobalMaxPool()
      Votes()
    },
    // Kim 2014: three widths of features side by side.
    Workload("text-50", [50], .tokens(vocabulary: 8000), labels: 2, batch: 50) {
      Embedding(128)
      Branches {
        for size in [3, 4, 5] {
          Branch {
            Conv(100, size: .all(size))
            ReLU()
            GlobalMaxPool()
          }
        }
      }
      Votes()
    },
    voxel("voxel-32", size: 32),
    Workload("vgg-32", [32, 32], .values(channels: 3), labels: 10, batch: 32) {
      for features in [64, 128, 256] {
        for _ in 0..<2 {
          Conv(features, size: 3, padding: .same)
          ReLU()
        }
        MaxPool(2)
      }
      Flatten()
      Votes()
    },
    resNet20,
  ]

  /// Eight times the voxels of `voxel-32`, which only memory is measured with unless it is asked for: a
  /// step takes seconds.
  package static let large = voxel("voxel-64", size: 64)

  private static func voxel(_ name: String, size: Int) -> Workload {
    Workload(name, [size, size, size], .values(channels: 1), labels: 10, batch: 32) {
      Conv(32, size: 5, stride: 2)
      ReLU()
      Conv(32, size: 3)
      ReLU()
      MaxPool(2)
      Flatten()
      Dense(128)
      ReLU()
      Votes()
    }
  }

  private static func xo(_ name: String, batch: Int) -> Workload {
    Workload(name, [28, 28], .values(channels: 1), labels: 2, batch: batch) {
      for features in [8, 16] {
        Conv(features, size: 3)
        ReLU()
        MaxPool(2)
      }
      Flatten()
      Votes()
    }
  }

  /// ResNet-20 for pictures of CIFAR's size (He et al. 2016).
  private static var resNet20: Workload {
    Workload("resnet20-32", [32, 32], .values(channels: 3), labels: 10, batch: 64) {
      convolution(16, stride: 1)
      BatchNorm()
      ReLU()
      for features in [16, 32, 64] {
        for block in 0..<3 {
          let shrinks = features > 16 && block == 0
          Residual {
            convolution(features, stride: shrinks ? 2 : 1)
            BatchNorm()
            ReLU()
            convolution(features, stride: 1)
            BatchNorm()
          } shortcut: {
            if shrinks {
              Conv(features, size: 1, stride: 2, bias: false)
              BatchNorm()
            }
          }
          ReLU()
        }
      }
      GlobalAveragePool()
      Votes()
    }
  }

  /// A 3 × 3 convolution that pads both sides, at stride 2 too, where `same` would pad one.
  private static func convolution(_ features: Int, stride: Int) -> Conv {
    Conv(
      features, size: 3, stride: .all(stride), padding: .each(low: 1, high: 1), bias: false)
  }
}
