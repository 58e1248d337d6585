/// How a stored number becomes another: `slope` times it, plus `intercept`.
package struct NumberScaling: Sendable, Equatable {
  package var slope: Double
  package var intercept: Double

  package init(slope: Double, intercept: Double) {
    self.slope = slope
    self.intercept = intercept
  }
}

extension NumberType {
  /// The numbers that bytes hold, each computed as Double and then rounded to Float; one too large for
  /// that is infinite.
  ///
  /// - Parameters:
  ///   - isBigEndian: whether the highest byte of a number comes first.
  ///   - scaling: nil to leave the numbers as they are.
  /// - Precondition: as many bytes as whole numbers take.
  package func floats(
    of bytes: ArraySlice<UInt8>, isBigEndian: Bool = false, scaling: NumberScaling? = nil
  ) -> [Float] {
    precondition(bytes.count % size == 0, "\(bytes.count) bytes of numbers of \(size)")
    func read<Bits: FixedWidthInteger>(
      _: Bits.Type, _ number: (Bits) -> Double
    ) -> [Float] {
      let count = bytes.count / size
      return bytes.withUnsafeBytes { source in
        [Float](unsafeUninitializedCapacity: count) { floats, filled in
          for index in 0..<count {
            let stored = source.loadUnaligned(
              fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            var value = number(isBigEndian ? stored.byteSwapped : stored)
            if let scaling { value = value * scaling.slope + scaling.intercept }
            floats[index] = Float(value)
          }
          filled = count
        }
      }
    }
    return switch self {
    case .int8: read(Int8.self, Double.init)
    case .uint8: read(UInt8.self, Double.init)
    case .int16: read(Int16.self, Double.init)
    case .uint16: read(UInt16.self, Double.init)
    case .int32: read(Int32.self, Double.init)
    case .uint32: read(UInt32.self, Double.init)
    case .int64: read(Int64.self, Double.init)
    // `Double.init` alone would be the one that takes the bits as those of a Double.
    case .uint64: read(UInt64.self) { Double($0) }
    case .float16: read(UInt16.self, Self.half)
    case .float32: read(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: read(UInt64.self) { Double(bitPattern: $0) }
    case .float80: read(UInt128.self, Self.extended)
    case .float128: read(UInt128.self, Self.quadruple)
    }
  }

  /// IEEE 754's binary16: a sign, 5 bits of exponent, 10 of fraction.
  private static func half(_ bits: UInt16) -> Double {
    number(
      isNegative: bits >> 15 == 1, exponent: Int(bits >> 10 & 0x1F), bias: 15, largest: 0x1F,
      significand: Double(bits & 0x3FF) / 0x400)
  }

  /// 15 bits of exponent and 63 of fraction, below a bit of its own for the 1 before the point.
  private static func extended(_ bits: UInt128) -> Double {
    let significand = UInt64(truncatingIfNeeded: bits)
    return number(
      isNegative: bits >> 79 & 1 == 1, exponent: Int(bits >> 64 & 0x7FFF), bias: 16383,
      largest: 0x7FFF, significand: Double(significand & (1 << 63 - 1)) / 0x1p63)
  }

  /// 15 bits of exponent and 112 of fraction.
  private static func quadruple(_ bits: UInt128) -> Double {
    number(
      isNegative: bits >> 127 == 1, exponent: Int(bits >> 112 & 0x7FFF), bias: 16383,
      largest: 0x7FFF, significand: Double(bits & (1 << 112 - 1)) / 0x1p112)
  }

  /// - Parameter significand: what stands behind the point.
  private static func number(
    isNegative: Bool, exponent: Int, bias: Int, largest: Int, significand: Double
  ) -> Double {
    let magnitude: Double
    if exponent == largest {
      magnitude = significand == 0 ? .infinity : .nan
    } else {
      let power = max(exponent, 1) - bias
      magnitude = Double(
        sign: .plus, exponent: power, significand: exponent == 0 ? significand : 1 + significand)
    }
    return isNegative ? -magnitude : magnitude
  }
}
