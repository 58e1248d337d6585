import ConvKitCore

extension DataSet {
  /// The data set without the examples of these names, which are among what was left out then.
  ///
  /// Labels without an example in any part disappear, and the others are numbered anew: everything may
  /// be left out, and no label stays. `checked(for:)` says whether the rest suffices. Names that no
  /// example has are passed over.
  ///
  /// - Parameter items: the names of examples, and what completes "left out: …".
  public func leavingOut(_ items: [(name: String, reason: String)]) -> DataSet {
    guard !items.isEmpty else { return self }
    let reasons = Dictionary(
      items.map { (ExactName($0.name), $0.reason) }, uniquingKeysWith: { first, _ in first })
    var leftOut = leftOut
    var parts: [DataPart: [Example]] = [:]
    for part in DataPart.allCases {
      parts[part] = self[part].filter { example in
        guard let reason = reasons[ExactName(example.name)] else { return true }
        leftOut.append(LeftOut(name: FileName.printable(example.name), reason: reason))
        return false
      }
    }
    return with(parts, leftOut: leftOut)
  }

  /// The data set with no other part than the one that is evaluated, and its labels alone.
  ///
  /// What was left out goes with the examples of the folder at the top that it lies in, as `train`; it
  /// stays where that has some of the part or none at all.
  public func evaluatedAlone() -> DataSet {
    func folders(_ parts: [DataPart]) -> Set<String> {
      Set(parts.flatMap { self[$0] }.map { Self.topFolder(of: FileName.printable($0.name)) })
    }
    let others = folders(DataPart.allCases.filter { $0 != evaluatedPart })
      .subtracting(folders([evaluatedPart]))
    return with(
      [evaluatedPart: evaluated],
      leftOut: leftOut.filter { !others.contains(Self.topFolder(of: $0.name)) })
  }

  /// What stands before the first slash of a path; nothing where there is none.
  private static func topFolder(of path: String) -> String {
    path.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
  }

  /// The same data set if it suffices for a purpose: for training at least two labels with examples to
  /// learn from, examples of other labels being left out.
  ///
  /// - Throws: `DataSetError`.
  public func checked(for purpose: Purpose) throws -> DataSet {
    let records = DataPart.allCases.flatMap { part in
      self[part].map { example in
        Record(
          name: example.name, item: example.item, label: labels[example.label], part: part,
          group: example.group, fingerprint: example.fingerprint)
      }
    }
    var checked = try DataSet(records, leftOut: leftOut, for: purpose, from: source)
    checked.origin = origin
    return checked
  }

  /// Other parts made of the examples of this data set.
  func with(_ parts: [DataPart: [Example]], leftOut: [LeftOut]) -> DataSet {
    let present = Set(parts.values.joined().map(\.label))
    let kept = labels.indices.filter(present.contains)
    let numbers = Dictionary(uniqueKeysWithValues: zip(kept, kept.indices))
    func examples(_ part: DataPart) -> [Example] {
      (parts[part] ?? []).compactMap { example in numbers[example.label].map(example.numbered) }
        .sorted { FileName.precedes($0.name, $1.name) }
    }
    return DataSet(
      source: source, labels: kept.map { labels[$0] }, training: examples(.training),
      validation: examples(.validation), test: examples(.test),
      leftOut: leftOut.sorted { FileName.precedes($0.name, $1.name) }, origin: origin)
  }
}

/// A name by its bytes: a `String` equals others that Unicode considers the same, and a file system
/// tells them apart.
struct ExactName: Hashable {
  private let bytes: [UInt8]

  init(_ name: String) { bytes = Array(name.utf8) }
}
