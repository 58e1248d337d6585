import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

extension Checkpoint {
  /// Raised when a file of this version could not be understood by the one before.
  static let formatVersion = "1"

  private enum Key {
    static let version = "convkit.checkpoint"
    static let identity = "convkit.identity"
    static let counters = "convkit.counters"
  }

  /// The flat lists of a state by their names in the file.
  private enum Name {
    static let parameters = "values.parameters"
    static let statistics = "values.statistics"
    static let bestParameters = "best.parameters"
    static let bestStatistics = "best.statistics"
    static let firstMoment = "optimizer.firstMoment"
    static let secondMoment = "optimizer.secondMoment"
    static let history = "history"

    static let always = [parameters, statistics, firstMoment, secondMoment, history]
    static let ofBest = [bestParameters, bestStatistics]
  }

  private struct Counters: Codable {
    var epoch: Int
    var batch: Int
    var steps: Int
    /// Of the epoch at work.
    var answers: AnswerCount
    var bestEpoch: Int?
  }

  /// The bytes of the file: safetensors with a checksum, the lists of values flat.
  ///
  /// - Throws: `CheckpointError.state` for a state that could not be gone on from, such as one whose
  ///   values are no longer finite.
  public func encoded() throws -> [UInt8] { try file().encoded() }

  /// Writes the file; one that is there is replaced only by a complete new one.
  public func write(to path: String) throws { try file().write(to: path) }

  private func file() throws -> TensorFile {
    guard state.isSound, state.history.allSatisfy(\.isSound) else { throw CheckpointError.state }
    let counters = Counters(
      epoch: state.epoch, batch: state.batch, steps: state.optimizer.steps,
      answers: state.answers, bestEpoch: state.best?.epoch)
    var file: TensorFile
    do {
      file = TensorFile(
        metadata: [
          Key.version: Self.formatVersion,
          Key.identity: try MetadataText.json(identity, key: Key.identity),
          Key.counters: try MetadataText.json(counters, key: Key.counters),
        ], isSealed: true)
    } catch let error as MetadataError {
      throw CheckpointError.metadata(error)
    }
    func append(_ values: [Float], _ name: String) {
      file.append(Tensor(shape: [values.count], elements: values), named: name)
    }
    append(state.values.parameters, Name.parameters)
    append(state.values.statistics, Name.statistics)
    append(state.optimizer.firstMoment, Name.firstMoment)
    append(state.optimizer.secondMoment, Name.secondMoment)
    if let best = state.best {
      append(best.values.parameters, Name.bestParameters)
      append(best.values.statistics, Name.bestStatistics)
    }
    file.append(EpochResult.tensor(of: state.history), named: Name.history)
    return file
  }

  /// Reads a checkpoint, believing nothing that it says before it is checked.
  ///
  /// Whether its lists are as long as a network needs, `Trainer.resume` finds.
  ///
  /// - Throws: `FileError` or `UnusableCheckpoint`.
  public static func read(path: String) throws -> Checkpoint {
    // Four times what a model may have: the values, the best values, and two of the optimiser's.
    do {
      return try Checkpoint(TensorFile.read(path: path, limit: 1 << 33))
    } catch let error as UnusableTensorFile {
      throw UnusableCheckpoint(path: path, reason: .tensor(error.reason))
    } catch let error as CheckpointError {
      throw UnusableCheckpoint(path: path, reason: error)
    }
  }

  /// - Throws: `CheckpointError` for each way in which a sound container can hold an unsound
  ///   checkpoint.
  public init(_ file: TensorFile) throws {
    guard file.seal != .broken else { throw CheckpointError.checksum }
    guard let version = file.metadata[Key.version] else { throw CheckpointError.notACheckpoint }
    guard version == Self.formatVersion else { throw CheckpointError.otherVersion(version) }
    let counters: Counters
    do {
      guard file.seal == .intact else { throw MetadataError.missing(TensorFile.sealKey) }
      identity = try MetadataText.decode(Key.identity, of: file)
      counters = try MetadataText.decode(Key.counters, of: file)
    } catch let error as MetadataError {
      throw CheckpointError.metadata(error)
    }
    guard Fingerprint.isHexadecimal(identity.dataSet) else { throw CheckpointError.state }
    let expected = Set(Name.always + (counters.bestEpoch == nil ? [] : Name.ofBest))
    if let stray = file.entries.first(where: { !expected.contains($0.name) }) {
      throw CheckpointError.stray(FileName.printable(stray.name))
    }
    // Before anything is copied.
    guard EpochResult.fits(file.entry(named: Name.history)) else {
      throw CheckpointError.shape(Name.history)
    }
    func tensor<Scalar: TensorFileScalar>(_ name: String, axes: Int) throws -> Tensor<Scalar> {
      do {
        let tensor = try file.tensor(named: name, of: Scalar.self)
        guard tensor.shape.count == axes else { throw CheckpointError.shape(name) }
        return tensor
      } catch let error as TensorFileError {
        throw CheckpointError.tensor(error)
      }
    }
    func elements(_ name: String) throws -> [Float] { try tensor(name, axes: 1).elements }
    guard let history = EpochResult.results(of: try tensor(Name.history, axes: 2)) else {
      throw CheckpointError.state
    }
    var best: TrainingState.Best?
    if let epoch = counters.bestEpoch {
      best = TrainingState.Best(
        epoch: epoch,
        values: NetworkValues(
          parameters: try elements(Name.bestParameters),
          statistics: try elements(Name.bestStatistics)))
    }
    state = TrainingState(
      values: NetworkValues(
        parameters: try elements(Name.parameters), statistics: try elements(Name.statistics)),
      optimizer: OptimizerState(
        steps: counters.steps, firstMoment: try elements(Name.firstMoment),
        secondMoment: try elements(Name.secondMoment)),
      epoch: counters.epoch, batch: counters.batch,
      answers: counters.answers, history: history,
      best: best)
    guard state.isSound else { throw CheckpointError.state }
  }
}

/// The ways in which a sound container can hold an unsound checkpoint.
public enum CheckpointError: ReportableError, Equatable {
  case notACheckpoint
  case otherVersion(String)
  /// The bytes are not those that were written.
  case checksum
  case metadata(MetadataError)
  case tensor(TensorFileError)
  case stray(String)
  case shape(String)
  /// Numbers that no training has, or values that are not finite.
  case state

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .notACheckpoint:
      "It is a safetensors file without a training: \"convkit.checkpoint\" is missing."
    case .otherVersion(let version):
      "It is a checkpoint of format \(version.prefix(20)), and this version of ConvKit reads format"
        + " \(Checkpoint.formatVersion)."
    case .checksum: "Its bytes are not those that were written: the checksum differs."
    case .metadata(let error): "\(error)"
    case .tensor(let error): "\(error)"
    case .stray(let name): "It holds \"\(name)\", which no checkpoint has."
    case .shape(let name): "Its \"\(name)\" is missing or has other axes than it needs."
    case .state: "Its numbers are not those of a training that can go on."
    }
  }
}

/// A checkpoint that cannot be used, and why.
public struct UnusableCheckpoint: ReportableError, Equatable {
  public let path: String
  public let reason: CheckpointError
  public var category: ErrorCategory { reason.category }
  public var description: String {
    "The checkpoint “\(FileName.printable(path))” cannot be used. \(reason) Remove it to begin anew."
  }
}
