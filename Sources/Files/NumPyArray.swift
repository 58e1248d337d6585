/// The array of a `.npy` file or of an entry of an `.npz` archive.
package enum NumPyArray: Sendable, Equatable {
  /// Complex numbers have one axis more, the last: the real and the imaginary part. Truth values are 0
  /// and 1.
  case numbers(NumberArray)
  /// One text for every element.
  case texts([String], shape: [Int])

  package var shape: [Int] {
    switch self {
    case .numbers(let array): array.shape
    case .texts(_, let shape): shape
    }
  }

  /// - Parameter limit: the most elements, and the most characters of texts.
  /// - Throws: `NumPyError`.
  package init(_ bytes: [UInt8], limit: Int) throws {
    let header = try NumPyHeader(Array(bytes.prefix(NumPyHeader.longest)))
    let size = try Self.size(header, limit: limit)
    guard bytes.count - header.size >= size else {
      throw NumPyError.cut(expected: header.size + size, found: bytes.count)
    }
    guard bytes.count - header.size == size else {
      throw NumPyError.trailing(count: bytes.count - header.size - size)
    }
    self = try Self.array(header, bytes[header.size...])
  }

  /// How many bytes the elements take; checked against the limit.
  static func size(_ header: NumPyHeader, limit: Int) throws -> Int {
    let width = header.element.width
    guard let count = header.count, count <= limit / (width ?? 1) else {
      throw NumPyError.tooLarge(shape: header.shape + (width.map { [$0] } ?? []), limit: limit)
    }
    return count * header.element.size
  }

  private static func array(
    _ header: NumPyHeader, _ stored: ArraySlice<UInt8>
  ) throws -> NumPyArray {
    let (element, shape) = (header.element, header.shape)
    var bytes = stored
    if header.isFirstAxisInnermost {
      bytes = lastAxisInnermost(bytes, shape: shape, elementSize: element.size)
    }
    func numbers(_ type: NumberType, parts: [Int] = []) -> NumPyArray {
      let ordered = header.isBigEndian ? lowestByteFirst(bytes, type.size) : bytes
      return .numbers(NumberArray(shape: shape + parts, type: type, bytes: ordered))
    }
    switch element {
    case .number(let type): return numbers(type)
    case .complex(let type): return numbers(type, parts: [2])
    case .truth: return numbers(.uint8)
    case .longDouble, .complexLongDouble:
      let ordered = header.isBigEndian ? lowestByteFirst(bytes, 16) : bytes
      return .numbers(
        NumberArray(
          shape: shape + (element == .longDouble ? [] : [2]), type: formatOfLongDoubles(ordered),
          bytes: ordered))
    case .bytes(let width): return .texts(texts(bytes, width, 1, isBigEndian: false), shape: shape)
    case .characters(let width):
      return .texts(texts(bytes, width, 4, isBigEndian: header.isBigEndian), shape: shape)
    }
  }

  /// The same elements with the last axis as the one along which they are neighbours.
  private static func lastAxisInnermost(
    _ bytes: ArraySlice<UInt8>, shape: [Int], elementSize: Int
  ) -> ArraySlice<UInt8> {
    guard shape.count > 1, !bytes.isEmpty else { return bytes }
    // How far it is from an element to the next along each axis, as they are stored.
    var steps: [Int] = []
    var step = elementSize
    for size in shape {
      steps.append(step)
      step *= size
    }
    var ordered: [UInt8] = []
    ordered.reserveCapacity(bytes.count)
    let (last, lastStep) = (shape[shape.count - 1], steps[shape.count - 1])
    var position = [Int](repeating: 0, count: shape.count - 1)
    var start = bytes.startIndex
    for _ in 0..<bytes.count / elementSize / last {
      for index in 0..<last {
        let place = start + index * lastStep
        ordered += bytes[place..<place + elementSize]
      }
      for axis in position.indices.reversed() {
        position[axis] += 1
        start += steps[axis]
        if position[axis] < shape[axis] { break }
        start -= position[axis] * steps[axis]
        position[axis] = 0
      }
    }
    return ordered[...]
  }

  private static func lowestByteFirst(_ bytes: ArraySlice<UInt8>, _ size: Int) -> ArraySlice<UInt8>
  {
    guard size > 1 else { return bytes }
    var swapped: [UInt8] = []
    swapped.reserveCapacity(bytes.count)
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: size) {
      swapped += bytes[start..<start + size].reversed()
    }
    return swapped[...]
  }

  /// NumPy calls both formats of 16 bytes `f16`. Numbers of an x87 processor have a 1 above their fraction
  /// unless they are zero or next to it, and the last six bytes say nothing; those of the other format
  /// have their exponents there.
  private static func formatOfLongDoubles(_ bytes: ArraySlice<UInt8>) -> NumberType {
    var (hasOnes, hasTail) = (false, false)
    for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 16) {
      let hasExponent = bytes[start + 8] != 0 || bytes[start + 9] & 0x7F != 0
      let hasOne = bytes[start + 7] & 0x80 != 0
      guard hasExponent == hasOne else { return .float128 }
      if hasOne { hasOnes = true }
      if bytes[start + 10..<start + 16].contains(where: { $0 != 0 }) { hasTail = true }
    }
    // Without any, there are only zeros and what is next to them, of an x87 processor; or round numbers of
    // the other format, as 1 and 2 are.
    return hasOnes || !hasTail ? .float80 : .float128
  }

  /// Texts of a width, without the zeros behind them. What is no character is replaced.
  private static func texts(
    _ bytes: ArraySlice<UInt8>, _ width: Int, _ size: Int, isBigEndian: Bool
  ) -> [String] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: width * size).map { start in
      if size == 1 {
        return String(decoding: bytes[start..<start + width].prefix { $0 != 0 }, as: UTF8.self)
      }
      let characters = (0..<width).map { index in
        (0..<4).reduce(UInt32(0)) { code, place in
          let byte = bytes[start + 4 * index + (isBigEndian ? place : 3 - place)]
          return code << 8 | UInt32(byte)
        }
      }
      return String(decoding: characters.prefix { $0 != 0 }, as: UTF32.self)
    }
  }
}

/// The arrays of an `.npz` file by their names.
package struct NumPyArchive {
  private let archive: ZipArchive

  /// In the order of the archive, without `.npy`.
  package let names: [String]

  /// - Throws: `ZipError`.
  package init(_ bytes: [UInt8]) throws {
    archive = try ZipArchive(bytes)
    names = archive.entries.map {
      $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name
    }
  }

  /// The array of a name; the first where there are several.
  ///
  /// - Parameter limit: the most elements, and the most characters of texts; it is checked before they
  ///   are unfolded.
  /// - Throws: `ZipError`, `NumPyError`.
  /// - Precondition: the archive has the name.
  package func array(_ name: String, limit: Int) throws -> NumPyArray {
    guard let place = names.firstIndex(of: name) else { preconditionFailure("no array \(name)") }
    let entry = archive.entries[place]
    let header = try NumPyHeader(try archive.start(of: entry, count: NumPyHeader.longest))
    let size = header.size + (try NumPyArray.size(header, limit: limit))
    guard entry.size <= size else { throw NumPyError.trailing(count: entry.size - size) }
    return try NumPyArray(try archive.content(of: entry, limit: size), limit: limit)
  }

  /// How many bytes an array unfolds to, with its header, as the archive says.
  ///
  /// - Precondition: the archive has the name.
  func size(of name: String) -> Int {
    guard let place = names.firstIndex(of: name) else { preconditionFailure("no array \(name)") }
    return archive.entries[place].size
  }

  /// What an array is by its header, without unfolding the rest.
  ///
  /// - Throws: `ZipError`, `NumPyError`.
  package func shape(of name: String) throws -> [Int] {
    guard let place = names.firstIndex(of: name) else { preconditionFailure("no array \(name)") }
    return try NumPyHeader(
      try archive.start(of: archive.entries[place], count: NumPyHeader.longest)
    ).shape
  }
}
