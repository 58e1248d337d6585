import ConvKitCore

extension Fingerprint {
  /// What an item holds: the bytes of a file, the UTF-8 of a text, the shape and the bytes of an array,
  /// the cells of a row.
  ///
  /// Items of different kinds never have one fingerprint, whatever they hold. A file is read in pieces,
  /// so that its size costs time and no memory.
  ///
  /// - Throws: `FileError` for a file that cannot be read, or that is empty.
  public init(of item: Item) throws {
    var hasher = Hasher()
    switch item {
    case .file(let path):
      hasher.append(Kind.file.prefix)
      var isEmpty = true
      try BoundedFile.readPieces(path: path) { piece in
        isEmpty = false
        hasher.append(piece)
      }
      if isEmpty { throw FileError.empty(path: path) }
    case .text(let text):
      hasher.append(Kind.text.prefix)
      hasher.append(Array(text.utf8)[...])
    case .array(let array):
      hasher.append(Kind.array.prefix)
      // What is no bytes says so before its shape; the number of axes keeps the shape from running into
      // the bytes.
      let type = array.type == .uint8 ? [] : Array(array.type.rawValue.utf8)
      hasher.append(type[...])
      for number in [array.shape.count] + array.shape {
        hasher.append(Self.bytes(of: UInt64(truncatingIfNeeded: number))[...])
      }
      hasher.append(array.bytes)
    case .row(let cells):
      hasher.append(Kind.row.prefix)
      hasher.append(cells.flatMap(Self.bytes)[...])
    }
    self = hasher.fingerprint
  }

  private static func bytes(of number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// Each says of what kind it is, and a text how long, so that no two lists of cells give the same bytes.
  private static func bytes(of cell: TableCell) -> [UInt8] {
    switch cell {
    case .missing: [0]
    // Both zeros are one number.
    case .number(let value): [1] + bytes(of: (value == 0 ? 0 : value).bitPattern)
    case .text(let text): [2] + bytes(of: UInt64(text.utf8.count)) + Array(text.utf8)
    }
  }

  /// What stands before the content, so that a text never counts as the file that holds it.
  private enum Kind: UInt8 {
    case file = 1
    case text
    case array
    case row

    var prefix: ArraySlice<UInt8> { [rawValue] }
  }
}

extension [DataSet.Record] {
  /// The records with their fingerprints, in the same order, and those whose file cannot be read:
  /// it vanished, nobody may read it, it is empty, or it is no file any more.
  package func fingerprinted() -> (usable: [DataSet.Record], leftOut: [LeftOut]) {
    var usable: [DataSet.Record] = []
    var leftOut: [LeftOut] = []
    usable.reserveCapacity(count)
    for var record in self {
      do {
        record.fingerprint = try Fingerprint(of: record.item)
        usable.append(record)
      } catch {
        let reason = (error as? any ReportableError)?.descriptionWithoutName ?? "\(error)"
        leftOut.append(LeftOut(name: FileName.printable(record.name), reason: reason))
      }
    }
    return (usable, leftOut)
  }
}
