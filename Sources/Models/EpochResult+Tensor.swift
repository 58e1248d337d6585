import ConvKitCore
import ConvKitTraining

/// The results of epochs as a tensor [epoch, training loss and accuracy, validation loss and accuracy],
/// NaN for what there is not: a list that may be long, which JSON would make five times as large.
extension EpochResult {
  private static let numbers = 4

  static func tensor(of results: [EpochResult]) -> Tensor<Double> {
    Tensor(
      shape: [results.count, numbers],
      elements: results.flatMap {
        [
          $0.trainingLoss, $0.trainingAccuracy, $0.validationLoss ?? .nan,
          $0.validationAccuracy ?? .nan,
        ]
      })
  }

  /// Whether a file's tensor has the axes of one, before it is copied.
  static func fits(_ entry: TensorFile.Entry?) -> Bool {
    entry?.shape.count == 2 && entry?.shape.last == numbers
  }

  /// What a tensor holds that `fits`, the first epoch being 1; nil where its numbers cannot be those of
  /// epochs.
  static func results(of tensor: Tensor<Double>) -> [EpochResult]? {
    func given(_ value: Double) -> Double? { value.isNaN ? nil : value }
    let values = tensor.elements
    let results = stride(from: 0, to: values.count, by: numbers).enumerated().map { index, start in
      EpochResult(
        epoch: index + 1, trainingLoss: values[start], trainingAccuracy: values[start + 1],
        validationLoss: given(values[start + 2]), validationAccuracy: given(values[start + 3]))
    }
    return results.allSatisfy(\.isSound) ? results : nil
  }

  /// Whether its numbers can be those of an epoch.
  var isSound: Bool {
    func isShare(_ value: Double) -> Bool { (0...1).contains(value) }
    return trainingLoss.isFinite && isShare(trainingAccuracy)
      && validationLoss?.isFinite ?? true && validationAccuracy.map(isShare) ?? true
      && (validationLoss == nil) == (validationAccuracy == nil)
  }
}
