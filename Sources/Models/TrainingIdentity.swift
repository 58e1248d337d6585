import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// Everything that decides what a training ends in, so that only the same training goes on from a
/// checkpoint. It holds no times, paths or numbers of threads.
public struct TrainingIdentity: Codable, Equatable, Sendable {
  /// A fingerprint of the examples: 32 hexadecimal digits.
  public let dataSet: String
  /// As JSON.
  public let network: String
  /// As JSON; nil where inputs come from a program.
  public let frontEnd: String?
  /// The options as texts by name.
  public let options: [String: String]

  /// For a training whose inputs come from a program.
  ///
  /// - Parameters:
  ///   - dataSet: `fingerprint(of:)` of the examples, or anything else that tells them from others.
  ///   - further: whatever else decides the result, as texts by name.
  public init(
    dataSet: Fingerprint, network: Network, options: TrainingOptions,
    further: [String: String] = [:]
  ) throws {
    try self.init(
      dataSet: dataSet.hexadecimal, network: network, frontEnd: nil, options: options,
      further: further)
  }

  init(
    dataSet: String, network: Network, frontEnd: ModelFrontEnd?, options: TrainingOptions,
    further: [String: String]
  ) throws {
    self.dataSet = dataSet
    self.network = try MetadataText.json(network, key: "network")
    self.frontEnd = try frontEnd.map { try MetadataText.json($0, key: "front end") }
    self.options = options.settings.merging(further) { $1 }
  }

  /// The settings of a training from files that `TrainingOptions` does not know. How the examples
  /// came to be divided is not among them: which went where is in the fingerprint.
  static func furtherSettings(
    labelWeights: LabelWeights, augmentation: ModelAugmentation, arithmetic: Arithmetic,
    vectors: String? = nil
  ) -> [String: String] {
    var settings = ["augment": augmentation.description, "arithmetic": arithmetic.rawValue]
    // The numbers follow from the examples, which are compared anyway.
    if labelWeights != .none { settings["label-weights"] = labelWeights.rawValue }
    settings["vectors"] = vectors
    return settings
  }

  /// What this training has otherwise than another, as parts of a sentence; empty where nothing is.
  public func difference(from there: TrainingIdentity) -> [String] {
    var differences: [String] = []
    if dataSet != there.dataSet {
      differences.append(
        "the data set is another or divided otherwise (\(dataSet) here, \(there.dataSet) there)")
    }
    if network != there.network { differences.append("the network is another") }
    if frontEnd != there.frontEnd {
      differences.append("the front end is another" + frontEndDifference(from: there))
    }
    let names = Set(options.keys).union(there.options.keys).sorted(by: FileName.precedes)
    for name in names where options[name] != there.options[name] {
      func value(_ options: [String: String]) -> String {
        options[name].map { FileName.printable(String($0.prefix(80))) } ?? "not given"
      }
      differences.append(
        "the option \(FileName.printable(name)) is \(value(options)) here and"
          + " \(value(there.options)) there")
    }
    return differences
  }
}

extension TrainingIdentity {
  /// How many settings are told: a file may claim any number of them.
  private static let told = 5

  /// Which settings of the front end are others, as a sentence's end.
  private func frontEndDifference(from there: TrainingIdentity) -> String {
    let (own, others) = (frontEnd ?? "", there.frontEnd ?? "")
    let here = MetadataText.settings(ofFrontEnd: own)
    let there = MetadataText.settings(ofFrontEnd: others)
    func value(_ setting: MetadataText.Setting?) -> String {
      setting.map { FileName.printable(String($0.description.prefix(80))) } ?? "not given"
    }
    // The mean and the deviation follow from the others and from the examples.
    let fitted = ["mean", "deviation"]
    let names = Set(here.keys).union(there.keys).subtracting(fitted)
      .filter { here[$0] != there[$0] }.sorted(by: FileName.precedes)
    guard !names.isEmpty else { return "" }
    let list = names.prefix(Self.told).map {
      "\(FileName.printable(String($0.prefix(80)))) is \(value(here[$0])) here and"
        + " \(value(there[$0])) there"
    }
    return " (\(list.joined(separator: ", "))\(names.count > Self.told ? ", …" : ""))"
  }
}

extension TrainingIdentity {
  /// A fingerprint of examples as they are without variation: names, labels and every value.
  ///
  /// Costs one pass over all inputs.
  public static func fingerprint(of source: any ExampleSource) throws -> Fingerprint {
    var hasher = Fingerprint.Hasher()
    for index in 0..<source.count {
      hasher.append(fields: [source.name(of: index), "\(source.label(of: index))"])
      for placed in try source.inputs(of: index, epoch: 0) {
        hasher.append(fields: ["\(placed.input.extent)"])
        switch placed.input.content {
        case .values(let tensor):
          hasher.append(fields: ["\(tensor.shape)"])
          hasher.append(TensorFile.bytes(of: tensor.elements)[...])
        case .tokens(let tensor):
          hasher.append(fields: ["\(tensor.shape)"])
          hasher.append(TensorFile.bytes(of: tensor.elements)[...])
        }
      }
    }
    return hasher.fingerprint
  }

  /// A fingerprint of the examples that are trained and validated on: their names, labels, parts and
  /// groups, and what they hold. Who divided them, the seed or a file, plays no part.
  ///
  /// Reads those that have no fingerprint yet.
  ///
  /// - Parameter labels: what the labels' numbers mean.
  static func fingerprint(of split: Split, labels: [String]) throws -> Fingerprint {
    var hasher = Fingerprint.Hasher()
    for (part, examples) in [
      (DataPart.training, split.training), (.validation, split.validation),
    ] {
      for example in examples {
        let content = try example.fingerprint ?? Fingerprint(of: example.item)
        hasher.append(fields: [
          example.name, labels[example.label], part.rawValue,
          example.group == nil ? "0" : "1", example.group ?? "", content.hexadecimal,
        ])
      }
    }
    return hasher.fingerprint
  }
}

extension Fingerprint.Hasher {
  /// Texts, each with its length, so that no two lists of them give the same bytes.
  fileprivate mutating func append(fields: [String]) {
    for field in fields { append(Array("\(field.utf8.count):\(field)".utf8)[...]) }
  }
}

extension Fingerprint {
  /// Whether a text is 32 hexadecimal digits, as `hexadecimal` gives them.
  static func isHexadecimal(_ text: String) -> Bool {
    text.utf8.count == 32
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
