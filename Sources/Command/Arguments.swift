import ArgumentParser
import ConvKit
import ConvKitLetters

extension DataKind: ExpressibleByArgument {}
extension TrainingOptions.Optimizer: ExpressibleByArgument {}

/// `--tricky`: "all", "none", or names of difficulties with commas between them.
struct DifficultyArgument: ExpressibleByArgument {
  let difficulty: Difficulty
  let defaultValueDescription: String

  static let all = DifficultyArgument(difficulty: .all, defaultValueDescription: "all")

  static var allowed: String {
    Difficulty.named.map(\.name).joined(separator: ", ") + ", all or none"
  }

  private init(difficulty: Difficulty, defaultValueDescription: String) {
    self.difficulty = difficulty
    self.defaultValueDescription = defaultValueDescription
  }

  init?(argument: String) {
    defaultValueDescription = argument
    switch argument {
    case "all": difficulty = .all
    case "none": difficulty = []
    default:
      var found: Difficulty = []
      for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
        guard let named = Difficulty.named.first(where: { $0.name == name }) else { return nil }
        found.insert(named.difficulty)
      }
      difficulty = found
    }
  }
}

/// `--input`: numbers with an x between them, the last being the channels.
struct InputArgument: ExpressibleByArgument {
  let shape: InputShape

  init?(argument: String) {
    let parts = argument.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
    let numbers = parts.compactMap { Int($0) }
    // Products of such numbers are checked for overflow where the network is compiled.
    guard numbers.count == parts.count, numbers.count >= 2,
      numbers.allSatisfy({ 1...1 << 31 ~= $0 }), let channels = numbers.last
    else { return nil }
    shape = InputShape(extent: numbers.dropLast(), content: .values(channels: channels))
  }
}

extension ParsableArguments {
  /// - Throws: the error of a wrong call, with what is allowed, when `holds` is false.
  func require(
    _ holds: Bool, _ option: String, received: some CustomStringConvertible, allowed: String
  ) throws {
    guard holds else {
      throw ValidationError("The value '\(received)' is invalid for '\(option)': give \(allowed).")
    }
  }
}
