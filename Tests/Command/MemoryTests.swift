import Foundation
import Testing

/// A model file that is refused may cost twice its size and 64 MB, the program itself included.
struct MemoryTests {
  /// Megabytes of the large part of each file.
  private static let size = 60

  /// Writes a file in the model's container: a header and as many bytes of zeros.
  private static func write(header: String, zeros: Int, to path: String) throws {
    var file = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { file.append(contentsOf: $0) }
    file.append(contentsOf: header.utf8)
    file.append(Data(count: zeros))
    try file.write(to: URL(fileURLWithPath: path))
  }

  private static func entry(_ name: String, _ type: String, _ count: Int, _ bytes: Range<Int>)
    -> String
  {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(count)],\"data_offsets\":"
      + "[\(bytes.lowerBound),\(bytes.upperBound)]}"
  }

  /// By name: a header and the bytes that follow it.
  private static var attacks: [(name: String, header: String, zeros: Int)] {
    let bytes = size << 20
    let many = (0..<bytes / 80).map { entry("t\($0)", "U8", 0, 0..<0) }.joined(separator: ",")
    let text = String(repeating: "x", count: 15 << 20)
    return [
      ("data that is no model", "{\(entry("a", "U8", bytes, 0..<bytes))}", bytes),
      (
        "a stray tensor",
        "{\"__metadata__\":{\"format\":\"pt\",\"convkit.version\":\"1\",\"convkit.labels\":\"[]\"},"
          + "\(entry("a", "F32", bytes / 4, 0..<bytes))}", bytes
      ),
      ("data cut short", "{\(entry("a", "U8", bytes * 2, 0..<bytes * 2))}", bytes),
      ("too many tensors", "{\(many)}", 0),
      ("a header of spaces", "{" + String(repeating: " ", count: bytes) + "}", 0),
      (
        "long texts",
        "{\"__metadata__\":{\"a\":\"\(text)\",\"b\":\"\(text)\",\"c\":\"\(text)\",\"d\":\"\(text)\"}}",
        0
      ),
    ]
  }

  @Test func refusalsStayWithinTwiceTheFileAnd64MB() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "convkit-memory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "bad.convkit").path
    for attack in Self.attacks {
      try Self.write(header: attack.header, zeros: attack.zeros, to: path)
      let length = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      // RLIMIT_DATA bounds what a process allocates; bash counts it in KiB.
      let limit = (2 * length + (64 << 20)) >> 10
      let outcome = try Program.shell(
        "ulimit -d \(limit); exec \"$CONVKIT\" summary '\(path)'", in: folder.path)
      #expect(outcome.status == 65, "\(attack.name): \(outcome.errors.prefix(300))")
      #expect(outcome.errors.hasPrefix("Error: "), "\(attack.name)")
    }
  }
}
