import ArgumentParser

/// A wrong call that a command noticed only while it ran, with the usage of that command: the parser
/// knows by then of the whole program alone.
struct LateWrongCall: Error {
  private let message: String
  private let command: any ParsableCommand.Type

  init(_ error: ValidationError, by command: any ParsableCommand.Type) {
    message = error.message
    self.command = command
  }

  /// As the parser writes its own.
  var text: String {
    let names = Self.names(of: command, below: ConvKitCommand.self) ?? []
    return """
      \(StandardError.errorPrefix) \(message)
      Usage: \(ConvKitCommand.usageString(for: command))
        See '\(names.joined(separator: " ")) --help' for more information.
      """
  }

  /// What is typed to call a command; nil where it is not below the other.
  private static func names(
    of command: any ParsableCommand.Type, below other: any ParsableCommand.Type
  ) -> [String]? {
    let name = other.configuration.commandName.map { [$0] } ?? []
    if command == other { return name }
    for subcommand in other.configuration.subcommands {
      if let names = names(of: command, below: subcommand) { return name + names }
    }
    return nil
  }
}
