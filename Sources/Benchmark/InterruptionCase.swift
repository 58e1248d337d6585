import ConvKit

/// What is trained and killed: a network for pictures by the program, from files; those for
/// sequences and volumes through the library, on tensors.
enum InterruptionCase: String, CaseIterable {
  case image, sequence, volume

  /// Tells the random moments of the cases apart.
  var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Makes what is trained on.
  ///
  /// - Parameter work: where the data go.
  func prepare(in work: WorkFolder) throws {
    guard self == .image, !AtomicFile.exists(Self.pictures(in: work)) else { return }
    let output = FileName.join(work.path, "generate.txt")
    let process = try ChildProcess(
      Self.convkit,
      ["xo", "generate", Self.pictures(in: work), "--count", "150", "--quiet"], output: output)
    let end = process.wait(limit: Self.patience).end
    guard end == .exited(0) else { throw TrainingFailed(end: end, output: output) }
  }

  /// The call that trains into a file.
  func call(
    writing model: String, resume: Bool, in work: WorkFolder
  ) -> (program: String, arguments: [String]) {
    let goingOn = resume ? ["--resume"] : []
    switch self {
    case .image:
      let arguments = [
        "train", Self.pictures(in: work), "--out", model, "--epochs", "12", "--quiet",
      ]
      return (Self.convkit, arguments + goingOn)
    case .sequence, .volume:
      let rank = self == .sequence ? "1" : "3"
      return (
        ChildProcess.ownPath, ["train-generated", "--rank", rank, "--out", model] + goingOn
      )
    }
  }

  /// Reads what a training has written.
  ///
  /// - Throws: an error where it is not whole.
  func load(_ model: String) throws {
    switch self {
    case .image: _ = try Model.read(path: model)
    case .sequence, .volume:
      guard try TensorFile.read(path: model).seal == .intact else {
        throw TensorFileError.missingTensor(name: "checksum")
      }
    }
  }

  /// Seconds that no training here takes, even where the machine is busy.
  static let patience = 300.0

  private static func pictures(in work: WorkFolder) -> String {
    FileName.join(work.path, "pictures")
  }

  /// The program that lies beside this one.
  private static var convkit: String {
    FileName.join(FileName.folder(of: FileName.absolute(ChildProcess.ownPath)), "convkit")
  }
}

/// A training that nobody killed did not end well.
struct TrainingFailed: ReportableError {
  let end: ProcessEnd
  /// The file with what it said.
  let output: String
  var category: ErrorCategory { .badData }
  var description: String {
    let said = (try? BoundedFile.read(path: output, limit: 1 << 16)) ?? []
    return "A process that nobody killed \(end.words). It said: "
      + FileName.printable(String(decoding: said.prefix(400), as: UTF8.self))
  }
}

extension ProcessEnd {
  /// For the middle of a sentence.
  var words: String {
    switch self {
    case .exited(let status): "ended with the status \(status)"
    case .killed(let signal): "was ended by the signal \(signal)"
    case .late: "took too long"
    }
  }
}
