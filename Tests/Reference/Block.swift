// The plain reference of every operation of ConvKit: the oracle that its tests believe. It imports
// nothing of ConvKit and knows nothing of halos, plans or kernels; it says what each operation *is*,
// for any rank and any scalar, in the fewest words. Sums run in the order in which they are written.
//
// What is heavy is @inlinable, so that a release build specialises it for the caller's scalar: a 3×3
// convolution of 12×12 positions from 8 channels to 16 takes 0.3 ms then, and 60 ms in a debug build.

/// Float, Double, and whatever else counts like them.
public typealias ReferenceScalar = BinaryFloatingPoint & Sendable

/// A feature map, or a network's input: values [position…, channel], the last axis fastest.
///
/// After a flattening or a global pooling no spatial axis is left: `extent` is empty, and the block
/// has one position.
public struct Block<Scalar: ReferenceScalar>: Equatable, Sendable {
  /// The size along every spatial axis, outermost first.
  public var extent: [Int]

  public var channels: Int

  /// The values, row-major: as many as `positions` times `channels`.
  public var values: [Scalar]

  @inlinable
  public init(extent: [Int], channels: Int, values: [Scalar]) {
    precondition(
      values.count == extent.reduce(1, *) * channels,
      "a block of extent \(extent) with \(channels) channels does not hold \(values.count) values")
    self.extent = extent
    self.channels = channels
    self.values = values
  }

  /// A block that holds one value everywhere.
  @inlinable
  public init(repeating value: Scalar, extent: [Int], channels: Int) {
    self.extent = extent
    self.channels = channels
    values = Array(repeating: value, count: extent.reduce(1, *) * channels)
  }

  /// A block of rank 0: what a dense layer takes and gives.
  @inlinable
  public init(_ values: [Scalar]) {
    self.init(extent: [], channels: values.count, values: values)
  }

  /// How many positions there are, over all axes together.
  @inlinable public var positions: Int { extent.reduce(1, *) }

  /// The value of a channel at a position, which is counted in row-major order.
  @inlinable
  public subscript(position: Int, channel: Int) -> Scalar {
    get { values[position * channels + channel] }
    set { values[position * channels + channel] = newValue }
  }

  /// The block with every value replaced.
  @inlinable
  public func map(_ transform: (Scalar) -> Scalar) -> Block {
    Block(extent: extent, channels: channels, values: values.map(transform))
  }

  /// The block of this shape that combines every value with the other block's at the same place.
  ///
  /// - Precondition: `other` has the same extent and channels.
  @inlinable
  public func combined(
    with other: Block, _ combine: (Scalar, Scalar) -> Scalar
  ) -> Block {
    precondition(
      extent == other.extent && channels == other.channels,
      "blocks of \(extent)×\(channels) and \(other.extent)×\(other.channels) do not line up")
    return Block(
      extent: extent, channels: channels, values: zip(values, other.values).map(combine))
  }
}
