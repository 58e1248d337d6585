import ArgumentParser
import ConvKit

/// What a process of `interruptions` does: one save of a small file.
struct Save: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a file of tensors.", shouldDisplay: false)

  @Option(help: "What all of its values are.")
  var value: Int

  @Argument var path: String

  /// Numbers of sysexits.h, as `convkit` ends with them.
  static let cannotCreateStatus: Int32 = 73
  static let inputOutputStatus: Int32 = 74

  /// A header and two tensors: each is written by a call of its own.
  static func file(value: Int) -> TensorFile {
    var file = TensorFile(isSealed: true)
    for (name, count) in [("a", 3000), ("b", 5)] {
      file.append(
        Tensor(shape: [count], elements: Array(repeating: Float(value), count: count)),
        named: name)
    }
    return file
  }

  func run() throws {
    do {
      try Self.file(value: value).write(to: path)
    } catch let error as any ReportableError {
      print("error:", error.description)
      throw ExitCode(
        error.category == .cannotCreate ? Self.cannotCreateStatus : Self.inputOutputStatus)
    }
  }
}
