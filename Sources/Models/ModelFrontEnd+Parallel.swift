import ConvKitCore
import ConvKitFiles

extension ModelFrontEnd {
  /// The most items that are decoded before they are handed over.
  private static let itemsAtOnce = 1024

  /// How many items give about so many numbers: at least one a worker.
  func itemsAtOnce(_ workers: Workers, numbers: Int) -> Int {
    let shape = inputShape
    var size = shape.extent.reduce(1, *)
    if case .values(let channels) = shape.content { size *= channels }
    return max(workers.count, numbers / max(1, size))
  }

  /// Decodes items on all workers, and hands over what each gives in their order, on the caller's
  /// thread, or why it gives nothing.
  ///
  /// - Parameters:
  ///   - withSource: whether versions of them are made later; see `ModelAugmentation.needsSource`.
  ///   - numbersAtOnce: about how many numbers may be waiting; every worker has one item in any case.
  ///   - take: what it throws ends the decoding.
  func forEachDecoded(
    _ items: [Item], withSource: Bool = false, by workers: Workers, numbersAtOnce: Int,
    _ take: (_ index: Int, _ found: Result<DecodedItem, any Error>) throws -> Void
  ) rethrows {
    let atOnce = min(Self.itemsAtOnce, itemsAtOnce(workers, numbers: numbersAtOnce))
    try workers.runInOrder(items: items.count, atOnce: atOnce) { index in
      Result { try decoded(items[index], withSource: withSource) }
    } take: { places, found in
      for (index, found) in zip(places, found) { try take(index, found) }
    }
  }
}
