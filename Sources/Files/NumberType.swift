/// How a number of an array is stored.
public enum NumberType: String, CaseIterable, Codable, Sendable {
  case int8, uint8, int16, uint16, int32, uint32, int64, uint64
  case float16, float32, float64
  /// The extended format of x87 processors, in the first 10 of 16 bytes.
  case float80
  /// IEEE 754's binary128.
  case float128

  /// In bytes.
  public var size: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    case .float80, .float128: 16
    }
  }
}

/// Numbers in memory, row-major, each with its lowest byte first.
public struct NumberArray: Sendable, Equatable {
  /// The size along each axis, outermost first: rows and columns for a picture.
  public let shape: [Int]

  public let type: NumberType

  /// As many as the numbers take; usually a slice of a whole file.
  public let bytes: ArraySlice<UInt8>

  /// - Precondition: as many bytes as the shape and the type say.
  public init(shape: [Int], type: NumberType = .uint8, bytes: ArraySlice<UInt8>) {
    precondition(
      bytes.count == shape.reduce(type.size, *), "\(bytes.count) bytes for the shape \(shape)")
    self.shape = shape
    self.type = type
    self.bytes = bytes
  }

  /// The numbers, in the order of the array.
  package var floats: [Float] { type.floats(of: bytes) }
}
