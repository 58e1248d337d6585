import ConvKitCore
import ConvKitFiles
import ConvKitNetworks
import ConvKitTraining

/// A training on its way: what it is known by, and all that it needs to go on.
public struct Checkpoint: Equatable, Sendable {
  public let identity: TrainingIdentity
  public let state: TrainingState

  public init(identity: TrainingIdentity, state: TrainingState) {
    self.identity = identity
    self.state = state
  }
}

/// Where a training keeps its checkpoint.
public struct CheckpointPlan: Sendable {
  public let path: String
  public let identity: TrainingIdentity
  /// Whether the training goes on from a checkpoint that is there.
  public let resumes: Bool

  public init(path: String, identity: TrainingIdentity, resumes: Bool) {
    self.path = path
    self.identity = identity
    self.resumes = resumes
  }

  /// The state to go on from, or nil where the training is to begin.
  ///
  /// - Throws: `CheckpointOfOtherTraining` where the one that is there is not this training's;
  ///   `UnusableCheckpoint` or `FileError` where it cannot be read.
  func stateToResume() throws -> TrainingState? {
    guard resumes else { return nil }
    let checkpoint: Checkpoint
    do {
      checkpoint = try Checkpoint.read(path: path)
    } catch FileError.missing {
      return nil
    }
    let differences = identity.difference(from: checkpoint.identity)
    guard differences.isEmpty else {
      throw CheckpointOfOtherTraining(path: path, differences: differences)
    }
    return checkpoint.state
  }

  /// Writes the state.
  ///
  /// - Returns: why it could not be written; the checkpoint before is then as it was.
  func write(_ state: TrainingState) -> (any ReportableError)? {
    do {
      try Checkpoint(identity: identity, state: state).write(to: path)
      return nil
    } catch let error as any ReportableError {
      return error
    } catch {
      preconditionFailure("writing a checkpoint throws nothing else: \(error)")
    }
  }
}

extension Trainer {
  /// Trains as `train(on:validation:report:finished:)` does, and loses nothing: a checkpoint is
  /// written after every epoch, and when `report` or `finished` throws, within the epoch if need be.
  /// What a training that goes on ends in is, bit for bit, what it would have ended in.
  ///
  /// The checkpoint stays where it is; the caller removes it when the result is safe.
  ///
  /// - Parameters:
  ///   - resumed: called with the state to go on from, before the first step.
  ///   - failed: called when a checkpoint could not be written, which stops nothing.
  public func train(
    on source: any ExampleSource, validation: (any ExampleSource)? = nil,
    keeping plan: CheckpointPlan,
    resumed: (TrainingState) throws -> Void = { _ in },
    failed: (any ReportableError) throws -> Void = { _ in },
    report: (TrainingProgress) throws -> Void = { _ in },
    finished: (EpochResult) throws -> Void = { _ in }
  ) throws {
    if let state = try plan.stateToResume() {
      try resume(from: state)
      try resumed(state)
    }
    try train(
      on: source, validation: validation,
      report: { progress in
        do {
          try report(progress)
        } catch {
          // The interruption is what is to be told, whatever becomes of the checkpoint's.
          if let failure = plan.write(state) { try? failed(failure) }
          throw error
        }
      },
      finished: { result in
        let failure = plan.write(state)
        if let failure { try failed(failure) }
        try finished(result)
      })
  }
}

/// A checkpoint that was written by a training of something else.
public struct CheckpointOfOtherTraining: ReportableError, Equatable {
  public let path: String
  /// What is otherwise here, as parts of a sentence.
  public let differences: [String]

  /// How many are told: a file may claim any number of them.
  private static let told = 10

  public var category: ErrorCategory { .wrongCall }

  public var description: String {
    let more = differences.count > Self.told ? "; and \(differences.count - Self.told) more" : ""
    return """
      The checkpoint “\(FileName.printable(path))” is of another training: \
      \(differences.prefix(Self.told).joined(separator: "; "))\(more). Go on with what it was begun with, or remove the \
      checkpoint to begin anew.
      """
  }
}
