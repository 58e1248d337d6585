import ConvKitCore

/// An array of bytes in the format of the MNIST files, plain or packed by gzip.
///
/// The format (LeCun, "The MNIST database", section "File formats"): two zero bytes, the type of the
/// elements, the rank, the size of each axis as a big-endian 32-bit number, and the elements
/// row-major.
struct IDXFile {
  /// The sizes, outermost first; none is zero.
  let sizes: [Int]

  /// As many as the product of the sizes.
  let bytes: ArraySlice<UInt8>

  /// The most elements that are read, and the most bytes of a file: three times those of the largest
  /// public set in this format (EMNIST by class, 814,255 pictures of 28×28).
  static let limit = 1 << 31

  /// Reads a file; a name that ends in `.gz` is unfolded, its header being checked before the rest.
  ///
  /// - Parameter rank: the one that is expected.
  /// - Throws: `FileError`, `IDXError`.
  init(_ path: String, rank: Int) throws {
    let content = try BoundedFile.read(path: path, limit: Self.limit)
    if path.hasSuffix(".gz") {
      do {
        var gzip = try Gzip(content)
        let header = try gzip.read(upTo: 4 + 4 * rank)
        sizes = try Self.sizes(header[...], rank: rank, of: path)
        let count = try Self.count(sizes, of: path)
        bytes = try gzip.read(upTo: count)[...]
        try Self.require(
          count, found: bytes.count, isMore: bytes.count == count && !gzip.read(upTo: 1).isEmpty,
          of: path)
      } catch let error as GzipError {
        throw IDXError.packing(path: path, reason: error)
      }
    } else {
      sizes = try Self.sizes(content.prefix(4 + 4 * rank), rank: rank, of: path)
      let count = try Self.count(sizes, of: path)
      bytes = content.dropFirst(4 + 4 * rank)
      try Self.require(count, found: bytes.count, isMore: bytes.count > count, of: path)
    }
  }

  /// The sizes that a header claims.
  private static func sizes(
    _ header: ArraySlice<UInt8>, rank: Int, of path: String
  ) throws -> [Int] {
    let magic = Array(header.prefix(4))
    guard magic.count == 4, magic[0] == 0, magic[1] == 0 else { throw IDXError.notIDX(path: path) }
    guard magic[2] == 0x08 else {
      throw IDXError.elementType(path: path, type: Self.typeName(magic[2]))
    }
    guard Int(magic[3]) == rank else {
      throw IDXError.rank(path: path, found: Int(magic[3]), expected: rank)
    }
    let sizes = header.dropFirst(4)
    guard sizes.count == 4 * rank else {
      throw IDXError.cut(path: path, expected: 4 + 4 * rank, found: header.count)
    }
    return (0..<rank).map { axis in
      sizes.dropFirst(4 * axis).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// How many elements there are.
  private static func count(_ sizes: [Int], of path: String) throws -> Int {
    guard !sizes.contains(0) else { throw IDXError.noElements(path: path, sizes: sizes) }
    var count = 1
    for size in sizes {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard !overflows, product <= limit else {
        throw IDXError.tooLarge(path: path, sizes: sizes, limit: limit)
      }
      count = product
    }
    // A billion pictures of one pixel would fit the limit above and take far more as examples.
    guard sizes[0] <= DataSet.mostExamples else {
      throw IDXError.tooMany(path: path, count: sizes[0], limit: DataSet.mostExamples)
    }
    return count
  }

  private static func require(_ count: Int, found: Int, isMore: Bool, of path: String) throws {
    if isMore { throw IDXError.trailing(path: path, expected: count) }
    guard found == count else { throw IDXError.cut(path: path, expected: count, found: found) }
  }

  private static func typeName(_ type: UInt8) -> String {
    switch type {
    case 0x09: "signed bytes"
    case 0x0B: "16-bit whole numbers"
    case 0x0C: "32-bit whole numbers"
    case 0x0D: "32-bit floating-point numbers"
    case 0x0E: "64-bit floating-point numbers"
    default: "an unknown type (\(type))"
    }
  }
}
