import ConvKitCore

/// What can go wrong with a file as such, whatever is in it.
public enum FileError: ReportableError, Equatable {
  /// Nothing lies at the path.
  case missing(path: String)
  /// A folder, a named pipe, a device or a socket where a file was expected; `found` says which.
  case notAFile(path: String, found: String)
  /// A file of no bytes where a content was expected.
  case empty(path: String)
  /// Something else where a folder was expected; `found` says what.
  case notAFolder(path: String, found: String)
  /// More bytes than the caller reads; `size` is nil when the file grew while it was read.
  case tooLarge(path: String, size: Int?, limit: Int)
  /// The system refused to read; `reason` is what it said.
  case unreadable(path: String, reason: String)
  /// The place does not allow the file: nothing was written.
  case notCreated(path: String, reason: String)
  /// Writing failed on the way; `replaces` tells whether an earlier file was there, which is intact.
  case notWritten(path: String, reason: String, replaces: Bool)
  /// The new file is complete and in place, but a loss of power could still undo the renaming.
  case notSynced(path: String, reason: String)
  /// What is no longer needed cannot be removed.
  case notRemoved(path: String, reason: String)

  public var category: ErrorCategory {
    switch self {
    case .missing: .missingInput
    case .notAFile, .empty, .notAFolder, .tooLarge: .badData
    case .unreadable, .notWritten, .notSynced, .notRemoved: .inputOutput
    case .notCreated: .cannotCreate
    }
  }

  public var description: String {
    switch self {
    case .missing(let path):
      "There is no “\(FileName.printable(path))”. Check the spelling and the folder you are in."
    case .notAFile(let path, let found):
      "“\(FileName.printable(path))” is \(found), and a file was expected. Name a file."
    case .empty(let path):
      "“\(FileName.printable(path))” is empty. Leave it out or make it again."
    case .notAFolder(let path, let found):
      "“\(FileName.printable(path))” is \(found), and a folder was expected. Name a folder."
    case .tooLarge(let path, let size?, let limit):
      """
      “\(FileName.printable(path))” holds \(size) bytes, and at most \(limit) are read here. \
      Make the file smaller, or leave it out.
      """
    case .tooLarge(let path, nil, let limit):
      """
      “\(FileName.printable(path))” grew beyond \(limit) bytes while it was read, which is all that \
      is read here. Wait until it is complete, or leave it out.
      """
    case .unreadable(let path, let reason):
      """
      “\(FileName.printable(path))” cannot be read: \(reason). Check its permissions and the disk.
      """
    case .notCreated(let path, let reason):
      """
      “\(FileName.printable(path))” cannot be created: \(reason). Nothing was written; name a place \
      in an existing folder that you may write to.
      """
    case .notWritten(let path, let reason, let replaces):
      """
      “\(FileName.printable(path))” could not be written: \(reason). \
      \(replaces ? "The earlier file is as it was" : "No incomplete file was left behind"); \
      mend the cause and try again.
      """
    case .notSynced(let path, let reason):
      """
      “\(FileName.printable(path))” is written and complete, but its folder could not be synced: \
      \(reason). A loss of power could still bring the earlier state back; check the disk.
      """
    case .notRemoved(let path, let reason):
      """
      “\(FileName.printable(path))” is no longer needed and cannot be removed: \(reason). All else is \
      done; remove it by hand.
      """
    }
  }
}

extension FileError {
  public var descriptionWithoutName: String {
    switch self {
    case .missing: "it is not there any more"
    case .notAFile(_, let found): "it is \(found)"
    case .empty: "it is empty"
    case .tooLarge(_, let size?, let limit):
      "it holds \(size) bytes, and at most \(limit) are read here"
    case .tooLarge(_, nil, let limit):
      "it grew beyond \(limit) bytes while it was read, which is all that is read here"
    case .unreadable(_, let reason): "it cannot be read: \(reason)"
    case .notAFolder, .notCreated, .notWritten, .notSynced, .notRemoved: description
    }
  }
}

extension FileError {
  init(reading path: String, _ failure: SystemFailure) {
    self =
      if failure.isMissing {
        .missing(path: path)
      } else if failure.isUnopenable {
        .notAFile(path: path, found: "a socket or a device")
      } else {
        .unreadable(path: path, reason: failure.reason)
      }
  }

  init(writing path: String, _ failure: SystemFailure, replaces: Bool) {
    self =
      failure.isRefusedCreation
      ? .notCreated(path: path, reason: failure.reason)
      : .notWritten(path: path, reason: failure.reason, replaces: replaces)
  }
}
