import ConvKitCore
import ConvKitFiles
import ConvKitImages
import ConvKitVolumes

/// The grid on which axes are judged.
///
/// Where a new position shares old ones with the next, neighbours are alike by that alone, and unrelated
/// slices would seem to have an order. So the usual grid gives way to one that takes whole positions
/// together: along each axis that of the smallest example, or every few of it averaged.
extension AxisCheck {
  /// The most positions along an axis of a picture or a volume: those of a fitted input.
  private static let longest = 64

  static func keepingPositionsApart(_ choices: FrontEndChoices, _ items: [Item]) -> FrontEndChoices
  {
    var choices = choices
    if choices.image.size == nil {
      let sizes = items.compactMap { size(of: $0, choices.image) }
      if let height = sizes.map(\.height).min(), let width = sizes.map(\.width).min() {
        choices.image.size = (grouped(height), grouped(width))
        choices.image.aspect = .stretched
      }
    }
    if choices.volume.extent == nil, choices.volume.fit == nil {
      let extents = items.compactMap { extent(of: $0, choices.volume) }
      if let first = extents.first {
        let least = extents.reduce(first) { pointwiseMin($0, $1) }
        choices.volume.extent = SIMD3(grouped(least.x), grouped(least.y), grouped(least.z))
        choices.volume.fit = .stretched
      }
    }
    return choices
  }

  /// How many groups of equally many positions there are, at most `longest`.
  private static func grouped(_ extent: Int) -> Int {
    max(1, extent / ((extent + longest - 1) / longest))
  }

  /// nil for what cannot be read or is no picture; the front end says why.
  private static func size(
    of item: Item, _ choices: ImageFrontEnd.Choices
  ) -> (height: Int, width: Int)? {
    switch item {
    case .file(let path): try? PictureFile.size(path: path, pixelLimit: choices.pixelLimit)
    case .array(let array): array.shape.count < 2 ? nil : (array.shape[0], array.shape[1])
    default: nil
    }
  }

  private static func extent(of item: Item, _ choices: VolumeFrontEnd.Choices) -> SIMD3<Int>? {
    switch item {
    case .file(let path):
      return try? VolumeFile.information(
        path: path, limits: VolumeLimits(values: choices.valueLimit)
      ).extent
    case .array(let array):
      let shape = array.shape
      return shape.count < 3 ? nil : SIMD3(shape[0], shape[1], shape[2])
    default: return nil
    }
  }
}
