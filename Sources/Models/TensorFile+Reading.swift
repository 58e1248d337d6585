import ConvKitCore
import ConvKitFiles

extension TensorFile {
  /// Reads a file.
  ///
  /// - Parameter limit: the largest file to read, in bytes.
  /// - Throws: `FileError` when it cannot be read, `UnusableTensorFile` when it makes no sense.
  public static func read(path: String, limit: Int = 1 << 31) throws -> TensorFile {
    let bytes = try BoundedFile.read(path: path, limit: limit)
    do throws(TensorFileError) {
      return try TensorFile(bytes: bytes)
    } catch {
      throw UnusableTensorFile(path: path, reason: error)
    }
  }

  /// Takes a file apart.
  ///
  /// The tensors are slices of `bytes`, so that the memory needed beside them is that of the
  /// header's names and numbers.
  ///
  /// - Throws: `TensorFileError`, at the first claim that does not hold.
  public init(bytes: [UInt8]) throws(TensorFileError) {
    let headerEnd = try Self.headerEnd(of: bytes)
    var header = TensorFileHeader(Self.limits)
    try header.read(bytes[8..<headerEnd])
    let data = bytes[headerEnd...]

    // In the order of the bytes, so that each must begin where the one before it ended.
    let claims = header.claims.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var end = 0
    var entries: [Entry] = []
    entries.reserveCapacity(claims.count)
    for claim in claims {
      try claim.check(previousEnd: end, available: data.count)
      let range = data.startIndex + claim.begin..<data.startIndex + claim.end
      entries.append(
        Entry(
          name: claim.name, elementType: claim.elementType, shape: claim.shape, bytes: data[range]))
      end = claim.end
    }
    guard end == data.count else { throw .trailingBytes(count: data.count - end) }
    let seal = header.checksum.map { Self.seal(of: bytes, text: $0.text, end: $0.end) }
    self.init(entries: entries, metadata: header.metadata, seal: seal ?? .none)
  }

  /// Where the header ends and the tensors begin.
  private static func headerEnd(of bytes: [UInt8]) throws(TensorFileError) -> Int {
    guard bytes.count >= 8 else { throw .tooShort(bytes: bytes.count) }
    let claimed = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let length = Int(exactly: claimed), length <= limits.header else {
      throw .headerTooLong(length: claimed, limit: limits.header)
    }
    guard length <= bytes.count - 8 else {
      throw .headerBeyondFile(length: length, available: bytes.count - 8)
    }
    // White space would be JSON, but the format has the brace at once.
    guard length > 0, bytes[8] == UInt8(ascii: "{") else {
      throw .noHeader(found: length > 0 ? bytes[8] : nil)
    }
    return 8 + length
  }
}

/// What a header says, before it is compared with the data.
private struct TensorFileHeader {
  /// A tensor as the header claims it to be.
  struct Claim {
    let name: String
    let elementType: TensorFile.ElementType
    let shape: [Int]
    let begin: Int
    let end: Int

    /// - Parameters:
    ///   - previousEnd: where the tensor before this one ended.
    ///   - available: how many bytes the tensors have in all.
    func check(previousEnd: Int, available: Int) throws(TensorFileError) {
      guard begin <= end else { throw .offsetsReversed(tensor: name, begin: begin, end: end) }
      guard end <= available else {
        throw .beyondFile(tensor: name, end: end, available: available)
      }
      let expected = try expectedBytes()
      guard end - begin == expected else {
        throw .byteCount(tensor: name, found: end - begin, expected: expected)
      }
      guard begin >= previousEnd else {
        throw .overlap(tensor: name, begin: begin, previousEnd: previousEnd)
      }
      guard begin == previousEnd else {
        throw .gap(tensor: name, begin: begin, previousEnd: previousEnd)
      }
    }

    private func expectedBytes() throws(TensorFileError) -> Int {
      var bits = elementType.bits
      // Step by step also where an extent of 0 makes nothing of it all: other readers multiply in
      // other orders, and none should see a product that wraps.
      var elements = 1
      for extent in shape {
        let (product, overflows) = elements.multipliedReportingOverflow(by: max(extent, 1))
        guard !overflows else { throw .shapeTooLarge(tensor: name, shape: shape) }
        elements = product
      }
      let (product, overflows) = bits.multipliedReportingOverflow(by: elements)
      guard !overflows else { throw .shapeTooLarge(tensor: name, shape: shape) }
      bits = shape.contains(0) ? 0 : product
      guard bits % 8 == 0 else {
        throw .partOfByte(tensor: name, shape: shape, elementType: elementType)
      }
      return bits / 8
    }
  }

  private(set) var claims: [Claim] = []
  private(set) var metadata: [String: String] = [:]
  /// The checksum, and where its closing quote ends.
  private(set) var checksum: (text: String, end: Int)?

  private let limits: (header: Int, entries: Int, texts: Int, axes: Int, text: Int)

  init(_ limits: (header: Int, entries: Int, texts: Int, axes: Int, text: Int)) {
    self.limits = limits
  }

  mutating func read(_ bytes: ArraySlice<UInt8>) throws(TensorFileError) {
    var scanner = JSONScanner(bytes, longestText: limits.text)
    do {
      try scanner.object { scanner, key in
        if key == TensorFile.metadataKey {
          try readMetadata(&scanner)
        } else {
          guard claims.count < limits.entries else {
            throw TensorFileError.tooManyTensors(limit: limits.entries)
          }
          claims.append(try readClaim(&scanner, name: key))
        }
      }
    } catch let error as TensorFileError {
      throw error
    } catch let failure as JSONScanner.Failure {
      throw TensorFileError(failure, tensor: TensorFile.metadataKey)
    } catch {
      preconditionFailure("reading a header throws nothing else: \(error)")
    }
    guard scanner.isAtEnd() else { throw .textBehindHeader(position: scanner.position) }
  }

  private mutating func readMetadata(_ scanner: inout JSONScanner) throws {
    try scanner.object { scanner, key in
      guard metadata.count < limits.texts else {
        throw TensorFileError.tooManyTexts(limit: limits.texts)
      }
      do {
        let text = try scanner.string()
        if key == TensorFile.sealKey {
          checksum = (text, scanner.position)
        } else {
          metadata[key] = text
        }
      } catch let failure as JSONScanner.Failure {
        if failure.reason == .expected("a text") || failure.reason == .nested {
          throw TensorFileError.metadataNotText(key: key, position: failure.position)
        }
        throw failure
      }
    }
  }

  private func readClaim(_ scanner: inout JSONScanner, name: String) throws -> Claim {
    var elementType: TensorFile.ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    do {
      try scanner.object { scanner, field in
        switch field {
        case "dtype":
          let type = try scanner.string()
          elementType = TensorFile.ElementType(rawValue: type)
          if elementType == nil {
            throw TensorFileError.unknownElementType(tensor: name, name: type)
          }
        case "shape":
          shape = try readNumbers(&scanner, atMost: limits.axes) {
            TensorFileError.tooManyAxes(tensor: name, limit: limits.axes)
          }
        case "data_offsets":
          offsets = try readNumbers(&scanner, atMost: 2) {
            TensorFileError.offsetCount(tensor: name, found: 3)
          }
        default:
          throw TensorFileError.unknownField(tensor: name, field: field)
        }
      }
    } catch let failure as JSONScanner.Failure {
      throw TensorFileError(failure, tensor: name)
    }
    guard let elementType else {
      throw TensorFileError.missingField(tensor: name, field: "dtype")
    }
    guard let shape else { throw TensorFileError.missingField(tensor: name, field: "shape") }
    guard let offsets else {
      throw TensorFileError.missingField(tensor: name, field: "data_offsets")
    }
    guard offsets.count == 2 else {
      throw TensorFileError.offsetCount(tensor: name, found: offsets.count)
    }
    return Claim(
      name: name, elementType: elementType, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// A list of whole numbers that stops at the first one too many.
  private func readNumbers(
    _ scanner: inout JSONScanner, atMost limit: Int, orElse tooMany: () -> TensorFileError
  ) throws -> [Int] {
    var numbers: [Int] = []
    try scanner.list { scanner in
      guard numbers.count < limit else { throw tooMany() }
      numbers.append(try scanner.wholeNumber())
    }
    return numbers
  }
}

extension TensorFileError {
  /// - Parameter tensor: whose description was being read.
  fileprivate init(_ failure: JSONScanner.Failure, tensor: String) {
    let position = failure.position
    self =
      switch failure.reason {
      case .expected(let expected): .unexpected(position: position, expected: expected)
      case .nested: .nested(position: position)
      case .duplicateKey(let key): .duplicateKey(key, position: position)
      case .notUTF8: .notUTF8(position: position)
      case .textTooLong(let limit): .textTooLong(position: position, limit: limit)
      case .notWhole: .notWholeNumber(tensor: tensor, position: position)
      case .negative: .negativeNumber(tensor: tensor, position: position)
      case .overflow: .numberTooLarge(tensor: tensor, position: position)
      }
  }
}
