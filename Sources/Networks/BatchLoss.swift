/// The loss that a batch is taken back from.
package protocol BatchLoss: AnyObject {
  /// Finds an input's part of the loss and writes the slope of the batch's loss by each of its
  /// scores. Called by several threads, once for every input.
  ///
  /// - Parameter place: of the input in the batch.
  func find(
    place: Int, scores: UnsafeBufferPointer<Float>, slopes: UnsafeMutablePointer<Float>)
}

/// A loss that a function finds.
final class BatchLossByFunction: BatchLoss {
  typealias Function = (
    _ place: Int, _ scores: UnsafeBufferPointer<Float>, _ slopes: UnsafeMutablePointer<Float>
  ) -> Double

  private let function: Function
  /// By place: the parts of the loss.
  private let losses: UnsafeMutablePointer<Double>

  init(_ function: @escaping Function, losses: UnsafeMutablePointer<Double>) {
    self.function = function
    self.losses = losses
  }

  func find(
    place: Int, scores: UnsafeBufferPointer<Float>, slopes: UnsafeMutablePointer<Float>
  ) {
    losses[place] = function(place, scores, slopes)
  }
}
