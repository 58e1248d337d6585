extension TensorFile {
  /// The type of a tensor's elements. The raw value is the format's name for it.
  public enum ElementType: String, CaseIterable, Sendable {
    case bool = "BOOL"
    case float4E2M1 = "F4"
    case float6E2M3 = "F6_E2M3"
    case float6E3M2 = "F6_E3M2"
    case float8E5M2 = "F8_E5M2"
    case float8E4M3 = "F8_E4M3"
    case float8E8M0 = "F8_E8M0"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case uint32 = "U32"
    case int32 = "I32"
    case float32 = "F32"
    case complex64 = "C64"
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"

    /// The size of an element, in bits.
    public var bits: Int {
      switch self {
      case .float4E2M1: 4
      case .float6E2M3, .float6E3M2: 6
      case .bool, .float8E5M2, .float8E4M3, .float8E8M0, .uint8, .int8: 8
      case .uint16, .int16, .float16, .bfloat16: 16
      case .uint32, .int32, .float32: 32
      case .complex64, .uint64, .int64, .float64: 64
      }
    }
  }
}

/// A type in which a tensor's elements can be taken from a file and put into one.
///
/// The members have long names because they appear on the standard library's own types.
public protocol TensorFileScalar: Sendable, Equatable, BitwiseCopyable {
  static var tensorFileElementType: TensorFile.ElementType { get }

  /// A whole number of the same size, by which an element's bytes are put in order.
  associatedtype TensorFileBits: FixedWidthInteger & BitwiseCopyable
  init(tensorFileBits: TensorFileBits)
  var tensorFileBits: TensorFileBits { get }
}

extension Float: TensorFileScalar {
  public static var tensorFileElementType: TensorFile.ElementType { .float32 }
  public init(tensorFileBits: UInt32) { self.init(bitPattern: tensorFileBits) }
  public var tensorFileBits: UInt32 { bitPattern }
}

extension Double: TensorFileScalar {
  public static var tensorFileElementType: TensorFile.ElementType { .float64 }
  public init(tensorFileBits: UInt64) { self.init(bitPattern: tensorFileBits) }
  public var tensorFileBits: UInt64 { bitPattern }
}

extension UInt8: TensorFileScalar {
  public static var tensorFileElementType: TensorFile.ElementType { .uint8 }
  public init(tensorFileBits: UInt8) { self = tensorFileBits }
  public var tensorFileBits: UInt8 { self }
}

extension Int32: TensorFileScalar {
  public static var tensorFileElementType: TensorFile.ElementType { .int32 }
  public init(tensorFileBits: Int32) { self = tensorFileBits }
  public var tensorFileBits: Int32 { self }
}

extension Int64: TensorFileScalar {
  public static var tensorFileElementType: TensorFile.ElementType { .int64 }
  public init(tensorFileBits: Int64) { self = tensorFileBits }
  public var tensorFileBits: Int64 { self }
}

// The one file of the container that holds unsafe pointers: a checked conversion byte by byte costs
// tens of times as much.
extension TensorFile {
  /// The elements that little-endian bytes stand for. Bytes behind the last whole one are not read.
  static func elements<Scalar: TensorFileScalar>(of bytes: ArraySlice<UInt8>) -> [Scalar] {
    let size = MemoryLayout<Scalar.TensorFileBits>.size
    return bytes.withUnsafeBytes { source in
      let count = source.count / size
      return [Scalar](unsafeUninitializedCapacity: count) { target, filled in
        for index in 0..<count {
          let bits = source.loadUnaligned(
            fromByteOffset: index * size, as: Scalar.TensorFileBits.self)
          target.initializeElement(
            at: index, to: Scalar(tensorFileBits: Scalar.TensorFileBits(littleEndian: bits)))
        }
        filled = count
      }
    }
  }

  static func bytes<Scalar: TensorFileScalar>(of elements: [Scalar]) -> [UInt8] {
    let size = MemoryLayout<Scalar.TensorFileBits>.size
    return [UInt8](unsafeUninitializedCapacity: elements.count * size) { target, filled in
      for (index, element) in elements.enumerated() {
        UnsafeMutableRawBufferPointer(target).storeBytes(
          of: element.tensorFileBits.littleEndian, toByteOffset: index * size,
          as: Scalar.TensorFileBits.self)
      }
      filled = elements.count * size
    }
  }
}

extension TensorFile.Entry {
  /// The index of the first element that is infinite or not a number.
  func firstNonFinite() -> Int? {
    // All bits of the exponent set, in every one of these types.
    switch elementType {
    case .float16: firstIndex(ofAll: UInt16(0x7C00))
    case .bfloat16: firstIndex(ofAll: UInt16(0x7F80))
    case .float32: firstIndex(ofAll: UInt32(0x7F80_0000))
    case .float64: firstIndex(ofAll: UInt64(0x7FF0_0000_0000_0000))
    default: nil
    }
  }

  private func firstIndex<Bits: FixedWidthInteger & BitwiseCopyable>(ofAll mask: Bits) -> Int? {
    bytes.withUnsafeBytes { source in
      (0..<source.count / MemoryLayout<Bits>.size).first { index in
        let bits = source.loadUnaligned(
          fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
        return Bits(littleEndian: bits) & mask == mask
      }
    }
  }
}
