import ConvKitFiles
import ConvKitLetters
import Foundation

/// A folder of a test's own, removed with what was put into it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  /// Pictures of letters to learn from, and a file among them that is none.
  func letters(count: Int, size: Int) throws -> String {
    let letters = path + "/letters"
    try LetterPictures(seed: 3, size: size, difficulty: [.translation]).write(
      count: count, to: letters)
    try AtomicFile.write(Array("no picture".utf8), to: letters + "/X/broken.png")
    return letters
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
