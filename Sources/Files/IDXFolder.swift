import ConvKitCore

/// A folder of pictures and their labels as MNIST, Fashion-MNIST and their like are published.
enum IDXFolder {
  private static let pairs: [(name: String, part: DataPart)] = [
    ("train", .training), ("t10k", .test),
  ]

  private static func images(of pair: String) -> String { "\(pair)-images-idx3-ubyte" }
  private static func labels(of pair: String) -> String { "\(pair)-labels-idx1-ubyte" }

  /// Whether one of a folder's files holds pictures of such a set.
  static func isOne(_ files: [String]) -> Bool {
    pairs.contains { pair in files.contains { isForm($0, of: images(of: pair.name)) } }
  }

  /// Reads all pictures and labels. Names are the pair's and a number from 0, as `train/000017`.
  ///
  /// - Throws: `FileError`, `IDXError`.
  static func read(_ path: String) throws -> DataSource.Found {
    let listing = try FolderListing(of: path)
    var found = DataSource.Found(leftOut: listing.leftOut)
    var used: Set<String> = []
    for (pair, part) in pairs {
      let (imagesName, labelsName) = (images(of: pair), labels(of: pair))
      let imagesFile = form(of: imagesName, in: listing.files)
      let labelsFile = form(of: labelsName, in: listing.files)
      if imagesFile == nil, labelsFile == nil { continue }
      guard let imagesFile, let labelsFile else {
        throw IDXError.lacking(
          path: path, name: imagesFile == nil ? imagesName : labelsName,
          other: imagesFile ?? labelsFile ?? "")
      }
      used.formUnion([imagesFile, labelsFile])
      found.records += try records(
        FileName.join(path, imagesFile), FileName.join(path, labelsFile), named: pair, part)
    }
    for file in listing.files where !used.contains(file) {
      let isOther = file.hasSuffix(".gz") && used.contains(String(file.dropLast(3)))
      found.leaveOut(
        file,
        because: isOther ? "the same lies beside it unpacked" : "lies beside the IDX files")
    }
    for folder in listing.folders { found.leaveOut(folder, because: "lies beside the IDX files") }
    return found
  }

  /// The pictures and labels in a folder, packed ones too.
  static func dataFiles(of path: String) throws -> [String] {
    let names = pairs.flatMap { [images(of: $0.name), labels(of: $0.name)] }
    return try FolderListing(of: path).files
      .filter { file in names.contains { isForm(file, of: $0) } }
      .map { FileName.join(path, $0) }
  }

  private static func records(
    _ imagesPath: String, _ labelsPath: String, named pair: String, _ part: DataPart
  ) throws -> [DataSet.Record] {
    // The labels are few bytes, so that what disagrees shows before the pictures are made.
    let labels = try IDXFile(labelsPath, rank: 1)
    let images = try IDXFile(imagesPath, rank: 3)
    let count = images.sizes[0]
    guard labels.sizes[0] == count else {
      throw IDXError.counts(
        images: imagesPath, imageCount: count, labels: labelsPath, labelCount: labels.sizes[0])
    }
    let shape = Array(images.sizes.dropFirst())
    let size = shape.reduce(1, *)
    let texts = (0...UInt8.max).map { String($0) }
    let digits = max(6, String(count - 1).utf8.count)
    return zip(labels.bytes, 0..<count).map { label, index in
      let number = String(index)
      let start = images.bytes.startIndex + index * size
      return DataSet.Record(
        name: "\(pair)/" + String(repeating: "0", count: digits - number.utf8.count) + number,
        item: .array(NumberArray(shape: shape, bytes: images.bytes[start..<start + size])),
        label: texts[Int(label)], part: part)
    }
  }

  /// The file of a name: plain, or packed where there is no plain one.
  private static func form(of name: String, in files: [String]) -> String? {
    [name, name + ".gz"].first(where: files.contains)
  }

  private static func isForm(_ file: String, of name: String) -> Bool {
    file == name || file == name + ".gz"
  }
}

/// What can be wrong with IDX files.
public enum IDXError: ReportableError, Equatable {
  case notIDX(path: String)
  /// Elements other than unsigned bytes.
  case elementType(path: String, type: String)
  case rank(path: String, found: Int, expected: Int)
  /// A size of zero.
  case noElements(path: String, sizes: [Int])
  case tooLarge(path: String, sizes: [Int], limit: Int)
  case tooMany(path: String, count: Int, limit: Int)
  /// The file ends before its last element or in its header; counts bytes.
  case cut(path: String, expected: Int, found: Int)
  /// More bytes than elements.
  case trailing(path: String, expected: Int)
  case packing(path: String, reason: GzipError)
  /// Pictures without labels or labels without pictures.
  case lacking(path: String, name: String, other: String)
  case counts(images: String, imageCount: Int, labels: String, labelCount: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .notIDX(let path):
      """
      “\(FileName.printable(path))” does not begin as an IDX file does, with two zero bytes. Load it \
      anew.
      """
    case .elementType(let path, let type):
      """
      “\(FileName.printable(path))” holds \(type); unsigned bytes (type 8) were expected. Write it \
      anew with these.
      """
    case .rank(let path, let found, let expected):
      """
      “\(FileName.printable(path))” has \(found) \(found == 1 ? "axis" : "axes"); \(expected) \
      \(expected == 1 ? "was" : "were") expected: pictures have three (number, rows, columns), \
      labels one. Check that the files have the right names.
      """
    case .noElements(let path, let sizes):
      """
      “\(FileName.printable(path))” claims the size \(Self.product(sizes)), which is nothing. Load it \
      anew.
      """
    case .tooLarge(let path, let sizes, let limit):
      """
      “\(FileName.printable(path))” claims the size \(Self.product(sizes)), and at most \(limit) \
      bytes are read here. Load it anew if it is damaged, or divide it.
      """
    case .tooMany(let path, let count, let limit):
      """
      “\(FileName.printable(path))” claims \(count) examples, and at most \(limit) are read here. \
      Load it anew if it is damaged, or divide it.
      """
    case .cut(let path, let expected, let found):
      """
      “\(FileName.printable(path))” is cut short: it has \(found) of \(expected) bytes. Load it anew.
      """
    case .trailing(let path, let expected):
      """
      “\(FileName.printable(path))” has more than the \(expected) elements that its header claims. \
      Load it anew.
      """
    case .packing(let path, let reason):
      "“\(FileName.printable(path))” \(reason). Load it anew."
    case .lacking(let path, let name, let other):
      """
      “\(FileName.printable(path))” holds “\(other)” and no “\(name)” (or “\(name).gz”). Put the \
      missing file beside it.
      """
    case .counts(let images, let imageCount, let labels, let labelCount):
      """
      “\(FileName.printable(images))” holds \(imageCount) pictures and \
      “\(FileName.printable(labels))” \(labelCount) labels; as many of one as of the other were \
      expected. Load both anew from one place.
      """
    }
  }

  private static func product(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: "×")
  }
}
