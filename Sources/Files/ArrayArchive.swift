import ConvKitCore

/// Examples and labels in one `.npz` file, as MedMNIST (`train_images`, `train_labels`, `val_…`, `test_…`)
/// and Keras (`x_train`, `y_train`, …) publish theirs.
struct ArrayArchive {
  private let path: String
  private let archive: NumPyArchive

  /// The most numbers of the examples of a part, and the most bytes of a file: twice those of the largest
  /// archive of MedMNIST, 64×64×64 voxels of 1,908 scans.
  static let limit = 1 << 30

  /// The most bytes of the examples of a part, whatever their numbers are: those in memory.
  private static let mostBytes = 1 << 31

  /// The most numbers, or characters, of the labels of a part: sixteen for each example.
  private static let mostOfLabels = 16 * DataSet.mostExamples

  /// What an array holds, by its name.
  private enum Role {
    case examples, labels
  }

  /// - Throws: `FileError`, `ArrayArchiveError`.
  init(_ path: String) throws {
    self.path = path
    let bytes = try BoundedFile.read(path: path, limit: Self.limit)
    do {
      archive = try NumPyArchive(bytes)
    } catch let error as ZipError {
      throw ArrayArchiveError.zip(path: path, reason: error)
    }
  }

  /// What its examples are: rows of a table where they have one axis, pictures where they have rows and
  /// columns, maybe of one or three channels, and volumes else.
  ///
  /// - Throws: `ArrayArchiveError`.
  func kind() throws -> DataKind {
    let pairs = try pairs()
    guard let first = pairs.first else { throw lacking }
    let shape = try read(first.examples) { try archive.shape(of: first.examples).dropFirst() }
    if shape.count < 2 { return .table }
    return shape.count == 2 || shape.count == 3 && [1, 3].contains(shape.last) ? .image : .volume
  }

  /// Reads all examples and labels. Names are the part's and a number from 0, as `train/000017`.
  ///
  /// - Throws: `ArrayArchiveError`.
  func found() throws -> DataSource.Found {
    var found = DataSource.Found()
    let pairs = try pairs()
    guard !pairs.isEmpty else { throw lacking }
    for pair in pairs { found.records += try records(of: pair) }
    let used = Set(pairs.flatMap { [$0.examples, $0.labels] })
    for name in archive.names where !used.contains(name) {
      found.leaveOut(name, because: "holds neither examples nor labels, by its name")
    }
    return found
  }

  /// The arrays of a part.
  private struct Pair {
    let part: DataPart
    /// What stands before the numbers of its examples.
    let name: String
    let examples, labels: String
  }

  private func pairs() throws -> [Pair] {
    var found: [DataPart: [Role: String]] = [:]
    for name in archive.names {
      guard let (part, role) = Self.meaning(of: name) else { continue }
      if let other = found[part, default: [:]].updateValue(name, forKey: role) {
        throw ArrayArchiveError.twice(path: path, names: [other, name])
      }
    }
    return try DataPart.allCases.compactMap { part in
      guard let arrays = found[part] else { return nil }
      guard let examples = arrays[.examples], let labels = arrays[.labels] else {
        throw ArrayArchiveError.alone(
          path: path, name: arrays.values.first ?? "", lacksLabels: arrays[.labels] == nil)
      }
      let name =
        switch part {
        case .training: "train"
        case .validation: "validation"
        case .test: "test"
        }
      return Pair(part: part, name: name, examples: examples, labels: labels)
    }
  }

  private var lacking: ArrayArchiveError { .noPair(path: path, names: archive.names) }

  /// What an array is, by the words of its name: one says what it holds, another maybe the part.
  private static func meaning(of name: String) -> (DataPart, Role)? {
    let words = name.lowercased().split { $0 == "_" || $0 == "-" || $0 == "." }.map(String.init)
    guard 1...2 ~= words.count else { return nil }
    let roles = words.compactMap { word -> Role? in
      switch word {
      case "x", "image", "images", "volume", "volumes", "data", "examples": .examples
      case "y", "label", "labels", "target", "targets": .labels
      default: nil
      }
    }
    guard roles.count == 1, let role = roles.first else { return nil }
    guard words.count == 2 else { return (.training, role) }
    let parts = words.compactMap { LabelledFolder.parts[$0] }
    return parts.first.map { ($0, role) }
  }

  private func records(of pair: Pair) throws -> [DataSet.Record] {
    // The labels are few bytes, so that what disagrees shows before the examples are read.
    let labels = try labels(pair.labels)
    let array = try read(pair.examples) {
      guard try archive.shape(of: pair.examples).first == labels.count else {
        throw ArrayArchiveError.counts(
          path: path, examples: pair.examples, shape: try archive.shape(of: pair.examples),
          labels: pair.labels, count: labels.count)
      }
      guard archive.size(of: pair.examples) <= Self.mostBytes else {
        throw NumPyError.tooLarge(
          shape: try archive.shape(of: pair.examples), limit: Self.mostBytes >> 3)
      }
      return try archive.array(pair.examples, limit: Self.limit)
    }
    guard case .numbers(let numbers) = array, numbers.shape.count > 1, !numbers.shape.contains(0)
    else {
      throw ArrayArchiveError.noExamples(path: path, name: pair.examples, shape: array.shape)
    }
    var shape = Array(numbers.shape.dropFirst())
    // Pictures of one channel, as Keras has them.
    if shape.count == 3, shape[2] == 1 { shape.removeLast() }
    let size = shape.reduce(numbers.type.size, *)
    let digits = max(6, String(max(0, labels.count - 1)).utf8.count)
    return labels.enumerated().map { index, label in
      let number = String(index)
      let start = numbers.bytes.startIndex + index * size
      return DataSet.Record(
        name: "\(pair.name)/" + String(repeating: "0", count: digits - number.utf8.count) + number,
        item: .array(
          NumberArray(shape: shape, type: numbers.type, bytes: numbers.bytes[start..<start + size])),
        label: label, part: pair.part)
    }
  }

  /// One label for every example: a text, or a number that is whole.
  private func labels(_ name: String) throws -> [String] {
    let array = try read(name) {
      let shape = try archive.shape(of: name)
      guard shape.first ?? 0 <= DataSet.mostExamples else {
        throw NumPyError.tooLarge(shape: shape, limit: DataSet.mostExamples)
      }
      return try archive.array(name, limit: Self.mostOfLabels)
    }
    // MedMNIST has its labels in a column.
    guard array.shape.count == 1 || array.shape.count == 2 && array.shape[1] == 1 else {
      throw ArrayArchiveError.severalLabels(path: path, name: name, shape: array.shape)
    }
    switch array {
    case .texts(let texts, _):
      guard !texts.contains("") else {
        throw ArrayArchiveError.oddLabel(path: path, name: name, found: "an empty text")
      }
      return texts
    case .numbers(let numbers):
      return try numbers.floats.map { value in
        // Larger ones are not told apart as Float: the next one would be rounded to the limit itself.
        guard let whole = Int(exactly: value), whole.magnitude < 1 << 24 else {
          throw ArrayArchiveError.oddLabel(path: path, name: name, found: "\(value)")
        }
        return String(whole)
      }
    }
  }

  /// Adds the file and the array to what is wrong.
  private func read<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as NumPyError {
      throw ArrayArchiveError.array(path: path, name: name, reason: error)
    } catch let error as ZipError {
      throw ArrayArchiveError.zip(path: path, reason: error)
    }
  }
}

/// What can be wrong with an archive of examples and labels.
public enum ArrayArchiveError: ReportableError, Equatable {
  case zip(path: String, reason: ZipError)
  case array(path: String, name: String, reason: NumPyError)
  /// No two arrays have names of examples and labels.
  case noPair(path: String, names: [String])
  /// Examples without labels or labels without examples.
  case alone(path: String, name: String, lacksLabels: Bool)
  /// Two arrays whose names say the same.
  case twice(path: String, names: [String])
  case counts(path: String, examples: String, shape: [Int], labels: String, count: Int)
  case noExamples(path: String, name: String, shape: [Int])
  case severalLabels(path: String, name: String, shape: [Int])
  case oddLabel(path: String, name: String, found: String)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .zip(let path, let reason):
      "“\(FileName.printable(path))” \(reason). Load it anew."
    case .array(let path, let name, let reason):
      "The array “\(FileName.excerpt(name))” of “\(FileName.printable(path))” \(reason)."
    case .noPair(let path, let names):
      """
      “\(FileName.printable(path))” has the arrays \(FileName.printable(list: names)), and by their \
      names none are examples and labels. Call them train_images and train_labels (test_…, val_…), \
      x_train and y_train, or x and y.
      """
    case .alone(let path, let name, let lacksLabels):
      """
      “\(FileName.printable(path))” has the array “\(FileName.excerpt(name))” and none with its \
      \(lacksLabels ? "labels" : "examples"). Add it under the same name with \
      \(lacksLabels ? "“labels”" : "“images”") in it.
      """
    case .twice(let path, let names):
      """
      “\(FileName.printable(path))” has the arrays \(FileName.printable(list: names)), whose names say \
      the same. Keep one of them.
      """
    case .counts(let path, let examples, let shape, let labels, let count):
      """
      “\(FileName.printable(path))” has \(count) labels (“\(FileName.excerpt(labels))”) for examples of \
      the shape \(shape) (“\(FileName.excerpt(examples))”); as many as the first axis has were expected.
      """
    case .noExamples(let path, let name, let shape):
      """
      The array “\(FileName.excerpt(name))” of “\(FileName.printable(path))” has the shape \(shape) and \
      holds no examples; numbers with the examples along the first axis were expected.
      """
    case .severalLabels(let path, let name, let shape):
      """
      The array “\(FileName.excerpt(name))” of “\(FileName.printable(path))” has the shape \(shape); \
      one label for every example was expected.
      """
    case .oddLabel(let path, let name, let found):
      """
      The array “\(FileName.excerpt(name))” of “\(FileName.printable(path))” holds \(found), which is no \
      label; whole numbers or texts were expected.
      """
    }
  }
}
