import ConvKitCore
import ConvKitFiles

/// Vectors of words from a file, those of the words that a vocabulary has.
///
/// A line holds a word and the numbers of its vector with spaces between them, as GloVe writes it; a
/// first line of two whole numbers, of words and of numbers a vector, is that of word2vec. A file of
/// gigabytes costs time alone: only what the vocabulary has is kept.
public struct WordVectors: Sendable, Equatable {
  /// How many numbers a vector has.
  public let channels: Int

  /// By token, the first that the file has of each.
  public private(set) var vectors: [Int32: [Float]]

  /// Tells the vectors from others: 32 hexadecimal digits.
  public let fingerprint: String

  /// The longest vector that is read, and with it the longest line: 64 bytes a number and 64 KiB for
  /// the word.
  public static let mostChannels = 1 << 14

  /// - Throws: `FileError`; `WordVectorsError`, also where no word of the vocabulary has a vector.
  public init(path: String, for tokenizer: Tokenizer) throws {
    var reading = WordVectorsReading(path: path, tokenizer: tokenizer)
    try BoundedFile.readPieces(path: path) { try reading.take($0) }
    try reading.finish()
    try reading.checkCounts()
    guard let channels = reading.channels, !reading.vectors.isEmpty else {
      throw WordVectorsError.nothingInCommon(path: path, lines: reading.line)
    }
    self.channels = channels
    vectors = reading.vectors
    var hasher = Fingerprint.Hasher()
    for (token, vector) in vectors.sorted(by: { $0.key < $1.key }) {
      hasher.append(Array("\(token):\(vector.map(\.bitPattern))".utf8)[...])
    }
    fingerprint = hasher.fingerprint.hexadecimal
  }

  /// The table of an embedding [token, channel]: vectors that the file has, and uniform numbers of the
  /// same variance for the other tokens (Kim 2014). Padding is zeros.
  public func table(tokens: Int, seed: UInt64) -> Tensor<Float> {
    var (sum, squares) = (0.0, 0.0)
    for vector in vectors.values {
      for value in vector {
        sum += Double(value)
        squares += Double(value) * Double(value)
      }
    }
    let count = Double(vectors.count * channels)
    let variance = max(0, squares / count - sum / count * (sum / count))
    let bound = Float((3 * variance).squareRoot())
    var elements = [Float](repeating: 0, count: tokens * channels)
    for token in 1..<max(1, tokens) {
      let start = token * channels
      if let vector = vectors[Int32(token)] {
        elements.replaceSubrange(start..<start + channels, with: vector)
      } else {
        var random = RandomStream(seed: seed, purpose: .initialWeights, epoch: 1, item: token)
        for index in start..<start + channels {
          elements[index] = random.uniform(in: -bound...bound)
        }
      }
    }
    return Tensor(shape: [tokens, channels], elements: elements)
  }
}

/// Goes through a file of vectors line by line.
private struct WordVectorsReading {
  let path: String
  let tokenizer: Tokenizer
  var channels: Int?
  var vectors: [Int32: [Float]] = [:]
  var line = 0
  private var waiting: [UInt8] = []
  /// Of the header of word2vec.
  private var promised: Int?
  private var vectorsRead = 0
  /// Lines with more numbers than their vectors have, which some words with spaces make.
  private var longLines = 0
  private var firstLongLine: (line: Int, numbers: Int)?

  init(path: String, tokenizer: Tokenizer) {
    self.path = path
    self.tokenizer = tokenizer
  }

  /// The largest number that a vector may hold, far beyond those of words, with whose squares one can
  /// still reckon.
  private static let largest: Float = 1e6

  private static let longestLine = 64 * WordVectors.mostChannels + 1 << 16

  mutating func take(_ piece: ArraySlice<UInt8>) throws {
    var rest = piece
    while let end = rest.firstIndex(of: 0x0A) {
      if waiting.isEmpty {
        try read(rest[..<end])
      } else {
        waiting += rest[..<end]
        let whole = waiting
        waiting.removeAll(keepingCapacity: true)
        try read(whole[...])
      }
      rest = rest[(end + 1)...]
    }
    waiting += rest
    guard waiting.count <= Self.longestLine else {
      throw WordVectorsError.line(path: path, line: line + 1, fault: "is too long to be a vector")
    }
  }

  mutating func finish() throws {
    if !waiting.isEmpty { try read(waiting[...]) }
  }

  /// What only the end of the file tells.
  func checkCounts() throws {
    // The first line says how many numbers a vector has, unless it is none.
    if let firstLongLine, longLines > vectorsRead {
      throw WordVectorsError.line(
        path: path, line: firstLongLine.line,
        fault: """
          has \(firstLongLine.numbers) numbers behind its word, and most lines have more than the \
          \(channels ?? 0) that the first line tells
          """)
    }
    if let promised, vectorsRead + longLines < promised {
      throw WordVectorsError.line(
        path: path, line: 1,
        fault: """
          promises \(promised) words, and there are \(vectorsRead + longLines): the rest of the file \
          is missing
          """)
    }
  }

  private mutating func read(_ bytes: ArraySlice<UInt8>) throws {
    line += 1
    let bytes = line == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
    let fields = bytes.split(whereSeparator: isBlank)
    guard !fields.isEmpty else { return }
    func number(_ field: ArraySlice<UInt8>) -> Float? {
      Float(String(decoding: field, as: UTF8.self)).flatMap { abs($0) <= Self.largest ? $0 : nil }
    }
    if line == 1, fields.count == 2, let found = Int(String(decoding: fields[1], as: UTF8.self)),
      let words = Int(String(decoding: fields[0], as: UTF8.self))
    {
      guard 1...WordVectors.mostChannels ~= found else {
        throw fault(
          "promises vectors of \(found) numbers, and 1 to \(WordVectors.mostChannels) are read")
      }
      channels = found
      promised = words
      return
    }
    if channels == nil {
      guard 2...WordVectors.mostChannels + 1 ~= fields.count else {
        throw fault("has \(fields.count - 1) numbers behind its word")
      }
      channels = fields.count - 1
    }
    guard let channels else { return }
    // A few words of GloVe's largest file have spaces inside.
    guard fields.count > channels else {
      throw fault("has \(fields.count - 1) numbers behind its word; \(channels) were expected")
    }
    guard fields.count == channels + 1 else {
      firstLongLine = firstLongLine ?? (line, fields.count - 1)
      longLines += 1
      return
    }
    vectorsRead += 1
    let found = tokenizer.tokens(of: fields[0])
    guard found.count == 1, let token = found.first, token != Vocabulary.unknown,
      vectors[token] == nil
    else { return }
    let vector = fields.dropFirst().compactMap(number)
    guard vector.count == channels else {
      throw fault("holds something that is no number of a vector")
    }
    vectors[token] = vector
  }

  private func fault(_ text: String) -> WordVectorsError {
    .line(path: path, line: line, fault: text)
  }
}

/// Why a file gives no vectors of words.
public enum WordVectorsError: ReportableError, Equatable {
  /// Counted from 1; `fault` completes "line 5 …".
  case line(path: String, line: Int, fault: String)
  case nothingInCommon(path: String, lines: Int)

  public var category: ErrorCategory { .badData }

  public var description: String {
    switch self {
    case .line(let path, let line, let fault):
      """
      line \(line) of the vectors “\(FileName.printable(path))” \(fault). A word and the numbers of \
      its vector were expected, as GloVe and word2vec write them in text.
      """
    case .nothingInCommon(let path, let lines):
      """
      of the \(lines) lines of “\(FileName.printable(path))” none is the vector of a token of the \
      training texts. Give vectors of the texts' language, or leave --vectors out.
      """
    }
  }
}
