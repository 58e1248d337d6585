import ConvKitCore

/// Lines of a stream that may never end, as they come in.
package struct LineStream {
  /// A line without its end, in the stream's encoding, or what is wrong with it.
  package typealias Line = Result<String, TextLineError>

  private let encoding: TextEncoding
  private let limit: Int
  private let read: () throws -> [UInt8]
  private var waiting: [UInt8] = []
  private var number = 0
  /// Whether the rest of a line that is too long is passed over.
  private var passesOver = false

  /// - Parameters:
  ///   - limit: the most bytes of a line.
  ///   - read: gives what there is of the stream by now, waiting where there is nothing; nothing at the
  ///     end. Unless given, the standard input is read.
  package init(
    encoding: TextEncoding, limit: Int = TextFile.longestText,
    reading read: @escaping () throws -> [UInt8] = LineStream.standardInput
  ) {
    self.encoding = encoding
    self.limit = limit
    self.read = read
  }

  /// The lines that there are by now, waiting for one where there is none; nil at the end.
  ///
  /// Line feeds end lines, with or without a carriage return before them; the last line may lack it.
  /// Takes the memory of one read and of one line.
  ///
  /// - Throws: what reading throws: of the standard input, `FileError`.
  package mutating func next() throws -> [Line]? {
    while true {
      let piece = try read()
      guard !piece.isEmpty else {
        guard !waiting.isEmpty else { return nil }
        defer { waiting = [] }
        return [line(waiting[...])]
      }
      var lines: [Line] = []
      var start = piece.startIndex
      while let end = piece[start...].firstIndex(of: 0x0A) {
        if passesOver {
          passesOver = false
        } else if waiting.isEmpty {
          lines.append(line(piece[start..<end]))
        } else {
          waiting += piece[start..<end]
          lines.append(line(waiting[...]))
          waiting.removeAll(keepingCapacity: true)
        }
        start = end + 1
      }
      if !passesOver { waiting += piece[start...] }
      // A carriage return may belong to the end of the line.
      if waiting.count - (waiting.last == 0x0D ? 1 : 0) > limit {
        number += 1
        lines.append(.failure(TextLineError(line: number, fault: .tooLong(limit: limit))))
        waiting = []
        passesOver = true
      }
      if !lines.isEmpty { return lines }
    }
  }

  /// In bytes of one read; nothing but the time depends on it.
  private static let pieceSize = 1 << 16

  /// What there is of the standard input.
  package static func standardInput() throws -> [UInt8] {
    do {
      return try StandardInput.read(upTo: pieceSize)
    } catch {
      throw FileError.unreadable(path: "-", reason: error.reason)
    }
  }

  private mutating func line(_ bytes: ArraySlice<UInt8>) -> Line {
    number += 1
    let bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes
    guard bytes.count <= limit else {
      return .failure(TextLineError(line: number, fault: .tooLong(limit: limit)))
    }
    do throws(TextEncoding.Failure) {
      return .success(
        String(decoding: try encoding.decoded(Array(bytes), isStart: number == 1), as: UTF8.self))
    } catch {
      switch error {
      case .notUTF8(let byte, _, let offset):
        return .failure(
          TextLineError(line: number, fault: .notUTF8(byte: byte, offset: offset)))
      case .utf16: return .failure(TextLineError(line: number, fault: .utf16))
      }
    }
  }
}

/// A line of a stream that is no text.
package struct TextLineError: ReportableError, Equatable {
  package enum Fault: Equatable, Sendable {
    /// `offset` counts from the start of the line.
    case notUTF8(byte: UInt8, offset: Int)
    case utf16
    case tooLong(limit: Int)
  }

  /// From 1.
  package let line: Int
  package let fault: Fault

  package var category: ErrorCategory { .badData }

  package var description: String {
    switch fault {
    case .notUTF8(let byte, let offset):
      """
      in line \(line) the byte 0x\(FileName.hexadecimal(byte)) at offset \(offset) is not UTF-8. \
      Say which encoding the lines have: --encoding latin1.
      """
    case .utf16:
      "line \(line) begins with the byte order mark of UTF-16, which is not read. Give the lines as UTF-8."
    case .tooLong(let limit):
      "line \(line) has more than \(limit) bytes, which is all that is read of one. Divide it."
    }
  }
}
