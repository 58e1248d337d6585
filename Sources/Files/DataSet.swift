import ConvKitCore

/// Which part of a data set an example belongs to.
public enum DataPart: String, CaseIterable, Codable, Sendable {
  /// What is learned from, and what a share is kept of for validation.
  case training
  /// What decides which epoch was the best.
  case validation
  /// What is looked at when everything is decided.
  case test
}

/// Labelled examples by part, before a front end looks at them.
///
/// The same for every source: a source gives records, and the data set sorts and numbers them.
public struct DataSet: Sendable, Equatable {
  /// One labelled item.
  public struct Example: Sendable, Equatable {
    /// What reports, splits and resumed trainings know the example by: unique in the data set and
    /// independent of where that lies. For a file its path below the folder of the data set.
    public let name: String

    public let item: Item

    /// The index in `labels`.
    public let label: Int

    /// What belongs together, such as the recordings of one person: examples of one group are never
    /// on two sides of a split. nil where nothing is known.
    public let group: String?

    /// Equal for examples that hold the same; nil where nobody has looked.
    public let fingerprint: Fingerprint?

    public init(
      name: String, item: Item, label: Int, group: String? = nil, fingerprint: Fingerprint? = nil
    ) {
      self.name = name
      self.item = item
      self.label = label
      self.group = group
      self.fingerprint = fingerprint
    }

    /// The same example with its label's number in another list of labels.
    func numbered(_ label: Int) -> Example {
      Example(name: name, item: item, label: label, group: group, fingerprint: fingerprint)
    }
  }

  /// One labelled item as a source finds it.
  public struct Record: Sendable, Equatable {
    public let name: String
    public let item: Item
    public let label: String
    public var part: DataPart
    /// What the source says of it beside its label: the fields of its name, the columns of its row.
    public let fields: [String: String]
    /// See `Example`.
    public let group: String?
    public var fingerprint: Fingerprint?

    public init(
      name: String, item: Item, label: String, part: DataPart, fields: [String: String] = [:],
      group: String? = nil, fingerprint: Fingerprint? = nil
    ) {
      self.name = name
      self.item = item
      self.label = label
      self.part = part
      self.fields = fields
      self.group = group
      self.fingerprint = fingerprint
    }
  }

  /// What a data set is read for.
  public enum Purpose: Sendable {
    /// At least two labels are needed, and only what the training part knows can be learned.
    case training
    /// Whatever is there is compared with a model's labels.
    case evaluation
    /// Whatever is there is told: also that nothing of it can be used.
    case scanning
  }

  /// How errors name where the examples come from: a path.
  public let source: String

  /// The labels, sorted bytewise; every one has an example.
  public let labels: [String]

  /// Each part sorted bytewise by name.
  public let training, validation, test: [Example]

  /// What was found and is not used, sorted bytewise by name.
  public let leftOut: [LeftOut]

  /// What was read beside files that are one example each; nothing of records that came from elsewhere.
  var origin = Origin()

  /// See `DataSet.origin`.
  struct Origin: Sendable, Equatable {
    /// The files that tell the labels or hold several examples.
    var files: [String] = []
    /// Whether the texts lie in these; else each is what a file of its own holds.
    var holdsTexts = false
  }

  /// The examples of a part.
  public subscript(part: DataPart) -> [Example] {
    switch part {
    case .training: training
    case .validation: validation
    case .test: test
    }
  }

  /// What a model is evaluated on: the part that training saw least of, of those that are there.
  public var evaluated: [Example] { self[evaluatedPart] }

  var evaluatedPart: DataPart {
    test.isEmpty ? validation.isEmpty ? .training : .validation : .test
  }

  /// From how many labels on most of them must repeat: a column of names or numbers was taken for that
  /// of the labels. 1,000 is the number of labels of ImageNet's contest, of which each had hundreds of
  /// examples.
  private static let manyLabels = 1000

  /// Sorts and numbers what a source found.
  ///
  /// - Parameter source: how errors name the source: its path.
  /// - Throws: `DataSetError` when there are too few examples or labels for the purpose.
  /// - Precondition: no two records have one name.
  public init(
    _ records: [Record], leftOut: [LeftOut], for purpose: Purpose, from source: String
  ) throws {
    self.source = source
    guard !records.isEmpty || purpose == .scanning && !leftOut.isEmpty else {
      throw DataSetError.empty(path: source, leavingOut: leftOut)
    }
    var records = records
    var leftOut = leftOut
    if purpose == .training {
      let learned = Set(records.filter { $0.part == .training }.map(\.label))
      guard let first = learned.first else { throw DataSetError.noTrainingPart(path: source) }
      guard learned.count > 1 else {
        throw DataSetError.oneLabel(path: source, label: first)
      }
      let examples = records.count { $0.part == .training }
      guard learned.count < Self.manyLabels || examples >= 2 * learned.count else {
        throw DataSetError.labelsDoNotRepeat(
          path: source, labels: learned.count, examples: examples)
      }
      let isLearned = { (record: Record) in learned.contains(record.label) }
      leftOut += records.filter { !isLearned($0) }.map {
        LeftOut(
          name: FileName.printable($0.name),
          reason: "its label “\(FileName.excerpt($0.label))” has no example to learn from")
      }
      records.removeAll { !isLearned($0) }
    }
    labels = try Self.sortedLabels(of: records, from: source)
    let numbers = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))

    records.sort { FileName.precedes($0.name, $1.name) }
    for (record, next) in zip(records, records.dropFirst()) {
      precondition(
        FileName.precedes(record.name, next.name), "two examples have the name \(next.name)")
    }
    func examples(_ part: DataPart) -> [Example] {
      records.filter { $0.part == part }.compactMap { record in
        numbers[record.label].map {
          Example(
            name: record.name, item: record.item, label: $0, group: record.group,
            fingerprint: record.fingerprint)
        }
      }
    }
    training = examples(.training)
    validation = examples(.validation)
    test = examples(.test)
    self.leftOut = leftOut.sorted { FileName.precedes($0.name, $1.name) }
  }

  /// The labels bytewise. Two that Unicode considers the same text (an é as one character and as two)
  /// are the same `String` but not the same bytes, and nobody could tell them apart in a table.
  private static func sortedLabels(of records: [Record], from source: String) throws -> [String] {
    var spelling: [String: String] = [:]
    for label in records.map(\.label) {
      if let other = spelling.updateValue(label, forKey: label),
        !other.utf8.elementsEqual(label.utf8)
      {
        throw DataSetError.labelsLookAlike(path: source, label: label)
      }
    }
    return spelling.values.sorted(by: FileName.precedes)
  }
}

extension DataSet {
  /// How the labels of a data set compare with those of a model.
  public struct Relabelled: Sendable, Equatable {
    /// The data set with the model's labels and their indices; examples of other labels are among
    /// what was left out.
    public let dataSet: DataSet
    /// Labels that the model does not know.
    public let added: [String]
    /// Labels of the model without an example here.
    public let lacking: [String]
  }

  /// The same examples with the labels numbered as a model numbers them.
  public func relabelled(as modelLabels: [String]) -> Relabelled {
    let numbers = Dictionary(
      zip(modelLabels, modelLabels.indices), uniquingKeysWith: { first, _ in first })
    var leftOut = leftOut
    func renumbered(_ part: DataPart) -> [Example] {
      self[part].compactMap { example in
        let label = labels[example.label]
        if let number = numbers[label] { return example.numbered(number) }
        leftOut.append(
          LeftOut(
            name: FileName.printable(example.name),
            reason: "the model does not know its label “\(FileName.excerpt(label))”"))
        return nil
      }
    }
    let (training, validation, test) = (
      renumbered(.training), renumbered(.validation), renumbered(.test)
    )
    let present = Set(labels)
    return Relabelled(
      dataSet: DataSet(
        source: source, labels: modelLabels, training: training, validation: validation, test: test,
        leftOut: leftOut.sorted { FileName.precedes($0.name, $1.name) }, origin: origin),
      added: labels.filter { numbers[$0] == nil },
      lacking: modelLabels.filter { !present.contains($0) })
  }

  init(
    source: String, labels: [String], training: [Example], validation: [Example], test: [Example],
    leftOut: [LeftOut], origin: Origin
  ) {
    self.source = source
    self.origin = origin
    self.labels = labels
    self.training = training
    self.validation = validation
    self.test = test
    self.leftOut = leftOut
  }
}
