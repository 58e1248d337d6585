import ConvKit
import FoundationEssentials

/// A save that is killed at every system call that it makes, and one that is refused them.
struct SaveFaults {
  /// What is told at the end.
  struct Result: Encodable {
    let `case` = "save"
    /// Names of the system calls that a save makes.
    fileprivate(set) var calls: [String] = []
    fileprivate(set) var kills = 0
    /// What the file was after a kill: that of before, or the new one.
    fileprivate(set) var oldFiles = 0
    fileprivate(set) var newFiles = 0
    /// Temporary files that killed saves left, until they were removed.
    fileprivate(set) var temporaryFiles = 0
    /// Calls that were made to fail.
    fileprivate(set) var refusals = 0
    fileprivate(set) var failures = 0
  }

  private let tracer: Tracer
  private let trace: SystemCallTrace
  private let path: String
  private let output: String
  private let old = Save.file(value: 1).encoded()
  private let new = Save.file(value: 2).encoded()

  /// Permissions that a new file does not have, so that the save has to set them.
  private static let permissions = 0o640
  /// Calls of one name that are tried beyond the first of the save: no save makes as many.
  private static let mostCalls = 500

  /// Records a save; nil where the tracer is not allowed to trace.
  init?(_ tracer: Tracer, in work: WorkFolder) throws {
    self.tracer = tracer
    path = FileName.join(try work.folder("save"), "model.convkit")
    output = FileName.join(work.path, "save.txt")
    let record = FileName.join(work.path, "save.trace")
    try Self.reset(path, to: old)
    let end = try tracer.run(
      ["-o", record], ChildProcess.ownPath, Self.arguments(path), output: output)
    guard end == .exited(0), AtomicFile.exists(record) else { return nil }
    let text = try BoundedFile.read(path: record, limit: 1 << 26)
    trace = SystemCallTrace(String(decoding: text, as: UTF8.self), path: path)
  }

  private static func arguments(_ path: String) -> [String] { ["save", "--value", "2", path] }

  private static func reset(_ path: String, to bytes: [UInt8]) throws {
    // Not by what is tested.
    try Data(bytes).write(to: URL(filePath: path))
    try FileManager.default.setAttributes(
      [.posixPermissions: permissions], ofItemAtPath: path)
  }

  /// - Parameter report: takes a line for every failure.
  func run(report: (String) -> Void) throws -> Result {
    var result = Result()
    result.calls = trace.firsts.map(\.name)
    func fail(_ where: String, _ problem: String?) {
      guard let problem else { return }
      result.failures += 1
      report("\(`where`): \(problem)")
    }
    for call in trace.firsts {
      // The process may make a call more or less before the save than the recorded one did.
      let first = max(1, call.number - 2)
      for number in first..<first + Self.mostCalls {
        guard try isKilled(at: call.name, number) else { break }
        result.kills += 1
        fail("killed at \(call.name) \(number)", try stateAfterKill(&result))
      }
    }
    for refusal in refusals {
      result.refusals += 1
      fail("\(refusal.error) of \(refusal.call.text)", try answer(to: refusal))
    }
    // Else no kill was within the save.
    if result.oldFiles == 0 || result.newFiles == 0 || result.temporaryFiles == 0 {
      fail("all kills", "they leave old files alone, or new ones, or no temporary one")
    }
    return result
  }

  /// Saves, and kills the process as it enters a system call; false where it does not come to it.
  private func isKilled(at call: String, _ number: Int) throws -> Bool {
    try Self.reset(path, to: old)
    return try tracer.kill(
      at: call, number, ChildProcess.ownPath, Self.arguments(path), output: output)
  }

  /// What is wrong with the files after a kill, or nil. They are then as before the save.
  private func stateAfterKill(_ result: inout Result) throws -> String? {
    let bytes = try? BoundedFile.read(path: path, limit: 1 << 20)
    if bytes == new { result.newFiles += 1 }
    if bytes == old { result.oldFiles += 1 }
    let isWhole = (try? TensorFile.read(path: path))?.seal == .intact
    if try names().count > 1 { result.temporaryFiles += 1 }
    AtomicFile.removeLeftovers(of: path)
    let names = try names()
    guard isWhole, bytes == old || bytes == new else {
      return "the file is neither the old nor the new one"
    }
    return names == [FileName.last(of: path)]
      ? nil : "there is still \(names.map { FileName.printable($0) }.joined(separator: ", "))"
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: FileName.folder(of: path))
      .sorted(by: FileName.precedes)
  }

  /// A call of the save that is answered by an error, and what has to come of it.
  private struct Refusal {
    let call: SystemCallTrace.Call
    let error: String
    var status = Save.inputOutputStatus
    /// Whether the new file is in place all the same.
    var isSaved = false
  }

  private var refusals: [Refusal] {
    var refusals: [Refusal] = []
    var isRenamed = false
    for call in trace.calls {
      switch call.name {
      case "openat" where call.text.contains("O_EXCL"):
        refusals.append(Refusal(call: call, error: "ENOSPC"))
        refusals.append(Refusal(call: call, error: "EACCES", status: Save.cannotCreateStatus))
      case "fchmod": refusals.append(Refusal(call: call, error: "EIO"))
      case "write": refusals.append(Refusal(call: call, error: "ENOSPC"))
      case "fsync": refusals.append(Refusal(call: call, error: "EIO", isSaved: isRenamed))
      // Some systems have only the later ones of them.
      case "rename", "renameat", "renameat2":
        refusals.append(Refusal(call: call, error: "EIO"))
        isRenamed = true
      default: break
      }
    }
    return refusals
  }

  /// What is wrong with the answer of a save whose call fails, or nil.
  private func answer(to refusal: Refusal) throws -> String? {
    try Self.reset(path, to: old)
    let end = try tracer.run(
      [
        "-o", "/dev/null", "-e",
        "inject=\(refusal.call.name):error=\(refusal.error):when=\(refusal.call.number)",
      ], ChildProcess.ownPath, Self.arguments(path), output: output)
    let said = String(
      decoding: try BoundedFile.read(path: output, limit: 1 << 16), as: UTF8.self)
    guard end == .exited(refusal.status), said.contains(FileName.last(of: path)) else {
      return "it \(end.words) and said: \(FileName.printable(said))"
    }
    let bytes = try? BoundedFile.read(path: path, limit: 1 << 20)
    guard bytes == (refusal.isSaved ? new : old) else {
      return "the file is not the \(refusal.isSaved ? "new" : "old") one"
    }
    let names = try names()
    return names == [FileName.last(of: path)]
      ? nil : "there is \(names.map { FileName.printable($0) }.joined(separator: ", "))"
  }
}
