/// An error that a user's data, file or call caused.
///
/// `description` is a sentence for that user: what was found, where, what was expected and what to
/// do. What only a programmer can cause is a precondition instead.
public protocol ReportableError: Error, CustomStringConvertible {
  /// Decides the exit status of the command.
  var category: ErrorCategory { get }

  /// What is wrong, for a place where the name of the file stands already: no name and no advice.
  var descriptionWithoutName: String { get }
}

extension ReportableError {
  /// The whole description, where an error is not about a file or says nothing shorter.
  public var descriptionWithoutName: String { description }
}

/// The kinds of failure that a caller tells apart.
public enum ErrorCategory: Sendable, Equatable {
  /// The request itself makes no sense.
  case wrongCall
  /// The content of a file or a text is not what it should be.
  case badData
  /// Something that was named does not exist.
  case missingInput
  /// A result cannot be created where it was asked for.
  case cannotCreate
  /// Reading or writing failed.
  case inputOutput
}
