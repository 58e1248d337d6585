/// What a data set holds, and what of it somebody should know before training on it.
///
/// Every list is sorted bytewise by name, unless it says otherwise, so that equal data give equal bytes.
public struct DataScan: Encodable, Sendable, Equatable {
  /// How many examples a label has in each part.
  public struct Label: Encodable, Sendable, Equatable {
    public let label: String
    public let training, validation, test: Int

    public var total: Int { training + validation + test }
  }

  /// An example as the data set knows it.
  public struct Place: Encodable, Sendable, Equatable {
    public let name: String
    public let label: String
    public let part: DataPart
  }

  /// A label whose training examples cannot be divided.
  public struct SmallLabel: Encodable, Sendable, Equatable {
    public let label: String
    /// Its examples in the training part: one, or several that belong together.
    public let examples: Int
  }

  /// The labels with the most and the fewest training examples.
  public struct Imbalance: Encodable, Sendable, Equatable {
    public let largest, smallest: Label
    /// The training examples of the one, divided by those of the other.
    public let ratio: Double
  }

  /// Usable examples of all parts.
  public let examples: Int

  public let labels: [Label]

  /// Everything that was found and is not used.
  public let unusable: [LeftOut]

  /// Examples of one label that hold the same: a list for each content that occurs more than once, the
  /// longest first. The split keeps each of them on one side.
  public let repeats: [[Place]]

  /// Examples of several labels that hold the same, in the same order: some of the labels are wrong,
  /// or what tells them apart is not in the examples.
  public let conflicts: [[Place]]

  /// The repeats and the conflicts that lie in more than one given part, so that what is learned from
  /// is also what validates or tests.
  public let straddling: [[Place]]

  /// Labels that have no example to learn from.
  public let notLearned: [String]

  /// Labels whose training examples all belong together, or are a single one: a split leaves them on
  /// the side of training.
  public let smallLabels: [SmallLabel]

  /// nil where fewer than two labels have training examples.
  public let imbalance: Imbalance?

  init(_ data: DataSet) {
    var counts = data.labels.map { _ in [DataPart: Int]() }
    var places: [Fingerprint: [Place]] = [:]
    for part in DataPart.allCases {
      for example in data[part] {
        counts[example.label][part, default: 0] += 1
        guard let fingerprint = example.fingerprint else { continue }
        places[fingerprint, default: []].append(
          Place(name: example.name, label: data.labels[example.label], part: part))
      }
    }
    labels = zip(data.labels, counts).map {
      Label(
        label: $0, training: $1[.training] ?? 0, validation: $1[.validation] ?? 0,
        test: $1[.test] ?? 0)
    }
    examples = labels.reduce(0) { $0 + $1.total }
    unusable = data.leftOut

    let same = places.values.filter { $0.count > 1 }
      .map { $0.sorted { FileName.precedes($0.name, $1.name) } }
      .sorted {
        $0.count != $1.count ? $0.count > $1.count : FileName.precedes($0[0].name, $1[0].name)
      }
    func agree<Value: Equatable>(_ places: [Place], _ value: KeyPath<Place, Value>) -> Bool {
      places.allSatisfy { $0[keyPath: value] == places[0][keyPath: value] }
    }
    repeats = same.filter { agree($0, \.label) }
    conflicts = same.filter { !agree($0, \.label) }
    straddling = same.filter { !agree($0, \.part) }

    notLearned = labels.filter { $0.training == 0 }.map(\.label)
    var units: [Int: Int] = [:]
    for unit in ExampleUnit.units(of: data.training) {
      for label in unit.counts.keys { units[label, default: 0] += 1 }
    }
    smallLabels = labels.indices.filter { units[$0] == 1 }.map { [labels] in
      SmallLabel(label: labels[$0].label, examples: labels[$0].training)
    }
    let learned = labels.filter { $0.training > 0 }
    // The first of several with the same number.
    let largest = learned.max { $0.training < $1.training }
    let smallest = learned.min { $0.training < $1.training }
    imbalance =
      if learned.count > 1, let largest, let smallest {
        Imbalance(
          largest: largest, smallest: smallest,
          ratio: Double(largest.training) / Double(smallest.training))
      } else {
        nil
      }
  }
}

extension DataSet {
  /// Looks through the data set; no file is opened. What a front end cannot decode is unknown here:
  /// leave it out before.
  public func scan() -> DataScan { DataScan(self) }
}
