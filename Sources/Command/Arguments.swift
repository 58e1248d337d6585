import ArgumentParser
import ConvKit
import ConvKitLetters

extension DataKind: ExpressibleByArgument {}
extension TrainingOptions.Optimizer: ExpressibleByArgument {}

/// `--tricky`: "all", "none", or names of difficulties with commas between them.
struct DifficultyArgument: ExpressibleByArgument {
  /// As it was typed.
  let text: String

  /// What was asked for.
  let difficulty: Difficulty

  /// What was asked for by name.
  let named: Difficulty

  static let all = DifficultyArgument(text: "all", difficulty: .all, named: [])

  var defaultValueDescription: String { text }

  private init(text: String, difficulty: Difficulty, named: Difficulty) {
    self.text = text
    self.difficulty = difficulty
    self.named = named
  }

  init?(argument: String) {
    switch argument {
    case "all": self = .all
    case "none": self.init(text: argument, difficulty: [], named: [])
    default:
      var found: Difficulty = []
      for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
        guard let named = Difficulty.named.first(where: { $0.name == name }) else { return nil }
        found.insert(named.difficulty)
      }
      self.init(text: argument, difficulty: found, named: found)
    }
  }
}

extension Difficulty {
  /// The names of what is in it, with commas between them.
  var names: String { parts.map(\.name).joined(separator: ", ") }
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
