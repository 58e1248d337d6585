/// A dense block of values, last axis fastest; the type in which values enter and leave ConvKit.
///
/// Inside a network values live in haloed buffers that plans lay out; a tensor is what a caller,
/// a front end, a model file or a test holds.
public struct Tensor<Scalar: Sendable & Equatable>: Sendable, Equatable {
  /// The size along each axis, outermost first. Empty for a single value.
  public let shape: [Int]

  /// The values, row-major: as many as the product of `shape`.
  public var elements: [Scalar]

  /// Wraps values that are already in row-major order.
  ///
  /// - Precondition: `elements.count` is the product of `shape`.
  public init(shape: [Int], elements: [Scalar]) {
    precondition(
      elements.count == shape.reduce(1, *),
      "a tensor of shape \(shape) holds \(shape.reduce(1, *)) values, received \(elements.count)")
    self.shape = shape
    self.elements = elements
  }

  /// A tensor that holds one value everywhere.
  public init(repeating value: Scalar, shape: [Int]) {
    self.init(shape: shape, elements: Array(repeating: value, count: shape.reduce(1, *)))
  }
}
