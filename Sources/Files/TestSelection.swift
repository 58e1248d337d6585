import ConvKitCore

/// Which examples become the test part: those with some values of a field, or a share.
///
/// Written as `speaker=theo`, `speaker=theo,lucas`, `index=0-4,9` or `0.2`.
public struct TestSelection: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// A share of the examples, above 0 and below 1.
    case share(Double)
    /// The examples whose field has one of the values. `label` and `group` are fields too, and so
    /// are `name` and `path`, the example's name, unless the source has fields of these names.
    case field(name: String, values: [Value])
  }

  /// What a field is compared with.
  public enum Value: Sendable, Equatable {
    /// The same text, or the same whole number: 7 is 07.
    case text(String)
    /// A whole number from the lower to the upper, both included.
    case range(ClosedRange<Int>)
  }

  public let kind: Kind

  /// What it selects by, if that is a field.
  var field: String? { if case .field(let name, _) = kind { name } else { nil } }

  /// - Throws: `TestSelectionError`.
  public init(_ text: String) throws {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      guard let share = Double(text) else { throw TestSelectionError.notASelection(text) }
      guard share > 0, share < 1 else { throw TestSelectionError.share(text) }
      kind = .share(share)
      return
    }
    let name = String(text[..<equals])
    let values = text[text.utf8.index(after: equals)...].split(
      separator: ",", omittingEmptySubsequences: false)
    guard !name.isEmpty, !values.contains("") else { throw TestSelectionError.notASelection(text) }
    kind = .field(name: name, values: try values.map { try Value(String($0), of: text) })
  }

  /// Moves what is selected of the training part to the test part.
  ///
  /// - Parameter path: how errors name the source.
  /// - Throws: `TestSelectionError`, `DataSetError.noTrainingPart`, `SplitError`.
  func apply(to records: inout [DataSet.Record], of path: String, seed: UInt64) throws {
    guard !records.contains(where: { $0.part == .test }) else {
      throw TestSelectionError.hasTestPart(path: path)
    }
    let training = records.indices.filter { records[$0].part == .training }
    guard !training.isEmpty else { throw DataSetError.noTrainingPart(path: path) }
    switch kind {
    case .share(let share):
      let names = try Split.testShare(of: training.map { records[$0] }, share: share, seed: seed)
      for index in training where names.contains(records[index].name) {
        records[index].part = .test
      }
    case .field(let name, let values):
      let found = training.map { (index: $0, value: records[$0].value(of: name)) }
      guard found.contains(where: { $0.value != nil }) else {
        throw Self.missingField(name, among: training.map { records[$0] }, of: path)
      }
      let selected = found.filter { _, value in
        value.map { value in values.contains { $0.matches(value) } } ?? false
      }
      if selected.isEmpty {
        let present = Set(found.compactMap(\.value)).sorted(by: FileName.precedes)
        throw TestSelectionError.nothingSelected(path: path, field: name, values: present)
      }
      if selected.count == training.count {
        throw TestSelectionError.allSelected(path: path, field: name)
      }
      for (index, _) in selected { records[index].part = .test }
    }
  }

  private static func missingField(
    _ name: String, among records: [DataSet.Record], of path: String
  ) -> TestSelectionError {
    var fields: Set<String> = ["label", "name"]
    for record in records {
      fields.formUnion(record.fields.keys)
      if record.group != nil { fields.insert("group") }
    }
    let sorted = fields.sorted(by: FileName.precedes)
    return .noField(
      path: path, field: name, fields: sorted, nearest: Spelling.nearest(to: name, among: sorted))
  }
}

extension TestSelection.Value {
  fileprivate init(_ text: String, of selection: String) throws {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let lower = Self.wholeNumber(ends[0]),
      let upper = Self.wholeNumber(ends[1])
    else {
      self = .text(text)
      return
    }
    guard lower <= upper else { throw TestSelectionError.backwards(selection, range: text) }
    self = .range(lower...upper)
  }

  fileprivate func matches(_ value: String) -> Bool {
    switch self {
    case .range(let range): return Self.wholeNumber(value[...]).map(range.contains) ?? false
    case .text(let text):
      if text.utf8.elementsEqual(value.utf8) { return true }
      guard let number = Self.wholeNumber(text[...]) else { return false }
      return Self.wholeNumber(value[...]) == number
    }
  }

  /// The number that a text of digits writes; nil for others and for those beyond `Int`.
  private static func wholeNumber(_ text: Substring) -> Int? {
    // The initialiser takes a sign too.
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}

extension DataSet.Record {
  fileprivate func value(of field: String) -> String? {
    switch field {
    case "label": label
    case "group": group
    case "name", "path": fields[field] ?? name
    default: fields[field]
    }
  }
}

/// Why a test part cannot be selected.
public enum TestSelectionError: ReportableError, Equatable {
  case notASelection(String)
  case share(String)
  /// A range whose first number is larger than its second.
  case backwards(String, range: String)
  /// No example has the field; `fields` are those that there are.
  case noField(path: String, field: String, fields: [String], nearest: String?)
  /// No example has one of the values; `values` are those that occur.
  case nothingSelected(path: String, field: String, values: [String])
  case allSelected(path: String, field: String)
  /// What is not selected has one label, and the data has several.
  case oneLabelLeft(path: String, label: String)
  case hasTestPart(path: String)

  public var category: ErrorCategory { .wrongCall }

  public var description: String {
    switch self {
    case .notASelection(let text):
      """
      “\(FileName.excerpt(text))” selects no test part. A field and its values were expected, as \
      index=0-4 or speaker=theo,lucas, or a share, as 0.2.
      """
    case .share(let text):
      """
      “\(FileName.excerpt(text))” is no share of examples to test on; a number above 0 and below 1 \
      was expected, as 0.2 for a fifth.
      """
    case .backwards(let text, let range):
      """
      In “\(FileName.excerpt(text))” the range “\(FileName.excerpt(range))” runs backwards. Write \
      the smaller number first.
      """
    case .noField(let path, let field, let fields, let nearest):
      """
      No example of “\(FileName.printable(path))” has a field “\(FileName.excerpt(field))”. There \
      are: \(FileName.printable(list: fields)).\
      \(nearest.map { " Did you mean “\(FileName.excerpt($0))”?" } ?? " Name one of these.")
      """
    case .nothingSelected(let path, let field, let values):
      """
      No example of “\(FileName.printable(path))” to learn from has such a value in the field \
      “\(FileName.excerpt(field))”. It has: \
      \(FileName.printable(list: values, most: 10)). Name some of these.
      """
    case .allSelected(let path, let field):
      """
      All examples of “\(FileName.printable(path))” have such a value in the field \
      “\(FileName.excerpt(field))”, so that none is left to learn from. Select fewer.
      """
    case .oneLabelLeft(let path, let label):
      """
      --test leaves of “\(FileName.printable(path))” only examples of the label \
      “\(FileName.excerpt(label))” to learn from; to tell labels apart needs two. Select by another \
      field, or fewer values.
      """
    case .hasTestPart(let path):
      """
      “\(FileName.printable(path))” has a test part already. Leave out --test, or put its examples \
      among those to learn from.
      """
    }
  }
}
