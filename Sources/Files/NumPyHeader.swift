/// What stands in front of the numbers of a `.npy` file ("A simple file format for NumPy arrays",
/// NumPy's `format` module, versions 1 to 3).
struct NumPyHeader: Equatable {
  /// What the elements are.
  enum Element: Equatable {
    case number(NumberType)
    /// A real and an imaginary part.
    case complex(NumberType)
    /// Truth values, a byte each.
    case truth
    /// 16 bytes that are either of two formats, which the machine that wrote them decided.
    case longDouble, complexLongDouble
    /// So many bytes of text in ASCII, padded with zeros.
    case bytes(Int)
    /// So many characters of 32 bits, padded with zeros.
    case characters(Int)

    /// In bytes.
    var size: Int {
      switch self {
      case .number(let type): type.size
      case .complex(let type): 2 * type.size
      case .truth: 1
      case .longDouble: 16
      case .complexLongDouble: 32
      case .bytes(let count): count
      case .characters(let count): 4 * count
      }
    }

    /// How many characters of text there are; nil where it is no text.
    var width: Int? {
      switch self {
      case .bytes(let count), .characters(let count): count
      default: nil
      }
    }
  }

  let element: Element
  let isBigEndian: Bool
  /// Whether the first axis, and not the last, is the one along which elements are neighbours.
  let isFirstAxisInnermost: Bool
  let shape: [Int]
  /// Where the elements begin.
  let size: Int

  /// The most axes that NumPy allows.
  private static let mostAxes = 64

  /// The most bytes of a header: NumPy's own limit for files that are not trusted is 10,000.
  static let longest = 1 << 16

  /// - Parameter start: the first bytes of a file; `longest` of them, or all.
  /// - Throws: `NumPyError`.
  init(_ start: [UInt8]) throws {
    guard start.count >= 10, start.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw NumPyError.notNumPy
    }
    guard (1...3).contains(start[6]) else { throw NumPyError.version(Int(start[6])) }
    let sizeFields = start[6] == 1 ? 2 : 4
    guard start.count >= 8 + sizeFields else { throw NumPyError.cut(expected: nil, found: nil) }
    let length = (0..<sizeFields).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
    size = 8 + sizeFields + length
    guard size <= Self.longest else { throw NumPyError.header("it is \(length) bytes long") }
    guard start.count >= size else { throw NumPyError.cut(expected: size, found: start.count) }
    var literal = PythonLiteral(start[8 + sizeFields..<size])
    guard case .dictionary(let fields) = try literal.value(), literal.isAtEnd,
      case .text(let description)? = fields["descr"],
      case .truth(let order)? = fields["fortran_order"],
      case .list(let sizes)? = fields["shape"]
    else {
      if literal.hasRecords { throw NumPyError.elements("records of several fields") }
      throw NumPyError.header("descr, fortran_order and shape are not there, or are something else")
    }
    shape = try sizes.map {
      guard case .number(let size) = $0 else { throw NumPyError.header("a size is no number") }
      return size
    }
    guard shape.count <= Self.mostAxes else { throw NumPyError.header("\(shape.count) axes") }
    isFirstAxisInnermost = order
    (element, isBigEndian) = try Self.element(description)
  }

  /// How many elements there are; nil where no file has so many.
  var count: Int? {
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= (1 << 60) / element.size else { return nil }
      product = next
    }
    return product
  }

  /// What a description such as `<f4` says.
  private static func element(_ description: String) throws -> (Element, isBigEndian: Bool) {
    let characters = Array(description.utf8)
    // NumPy gives no size for these.
    if characters.starts(with: "|O".utf8) { throw NumPyError.objects }
    guard characters.count >= 3,
      // Which takes a sign too.
      characters[2...].allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
      let count = Int(String(decoding: characters[2...], as: UTF8.self))
    else {
      throw NumPyError.elements("“\(FileName.excerpt(description))”")
    }
    // "=" would be the order of the machine that wrote the file, which no file says.
    let isBigEndian = characters[0] == UInt8(ascii: ">")
    guard "<>|".utf8.contains(characters[0]) else {
      throw NumPyError.elements("“\(FileName.excerpt(description))”")
    }
    let element: Element? =
      switch (characters[1], count) {
      case (UInt8(ascii: "b"), 1): .truth
      case (UInt8(ascii: "i"), 1): .number(.int8)
      case (UInt8(ascii: "i"), 2): .number(.int16)
      case (UInt8(ascii: "i"), 4): .number(.int32)
      case (UInt8(ascii: "i"), 8): .number(.int64)
      case (UInt8(ascii: "u"), 1): .number(.uint8)
      case (UInt8(ascii: "u"), 2): .number(.uint16)
      case (UInt8(ascii: "u"), 4): .number(.uint32)
      case (UInt8(ascii: "u"), 8): .number(.uint64)
      case (UInt8(ascii: "f"), 2): .number(.float16)
      case (UInt8(ascii: "f"), 4): .number(.float32)
      case (UInt8(ascii: "f"), 8): .number(.float64)
      case (UInt8(ascii: "f"), 16): .longDouble
      case (UInt8(ascii: "c"), 8): .complex(.float32)
      case (UInt8(ascii: "c"), 16): .complex(.float64)
      case (UInt8(ascii: "c"), 32): .complexLongDouble
      case (UInt8(ascii: "S"), 1...1 << 20): .bytes(count)
      case (UInt8(ascii: "U"), 1...1 << 20): .characters(count)
      default: nil
      }
    guard let element else { throw NumPyError.elements("“\(FileName.excerpt(description))”") }
    return (element, isBigEndian)
  }
}

/// What can be wrong with a file of NumPy.
public enum NumPyError: Error, Equatable, CustomStringConvertible {
  case notNumPy
  case version(Int)
  /// What is wrong with the header, as a part of a sentence.
  case header(String)
  /// Python objects, which only Python can read, and which may run programs when it does.
  case objects
  /// Elements that are no numbers; says which.
  case elements(String)
  /// Texts have one more axis, that of their characters.
  case tooLarge(shape: [Int], limit: Int)
  /// How many bytes the header claims and the file has.
  case cut(expected: Int?, found: Int?)
  case trailing(count: Int)

  /// Completes "The file …".
  public var description: String {
    switch self {
    case .notNumPy: return "does not begin as a file of NumPy does"
    case .version(let version):
      return "is of version \(version) of NumPy's format; 1 to 3 are read here"
    case .header(let reason): return "has a damaged header (\(FileName.excerpt(reason)))"
    case .objects:
      return """
        holds Python objects, which may run programs when they are read; numbers were expected: save it \
        with dtype=float or a type of whole numbers
        """
    case .elements(let found):
      return "holds \(found); numbers were expected"
    case .tooLarge(let shape, let limit):
      return """
        claims \(shape.map(String.init).joined(separator: "×")) numbers or characters, and at most \
        \(limit) are read here
        """
    case .cut(let expected?, let found?):
      return "is cut short: it has \(found) of \(expected) bytes"
    case .cut: return "is cut short"
    case .trailing(let count):
      return "has \(count) more \(count == 1 ? "byte" : "bytes") than its header claims"
    }
  }
}
