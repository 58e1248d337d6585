import ArgumentParser
import ConvKit

/// The formats that mutants are made of.
enum MutantFormat: String, CaseIterable, ExpressibleByArgument {
  case png, jpeg, pgm, idx, csv, texts, jsonl, vectors, gzip, model
  #if Sound
    case wave, aiff, au, flac, ogg, mp3
  #endif

  /// What the program answers for the file, or for the folder it lies in: in short, what was read.
  ///
  /// - Throws: a `ReportableError` for what is wrong with it; anything else is a defect.
  func decode(_ path: String) throws -> String {
    switch self {
    case .png, .jpeg, .pgm:
      let picture = try PictureFile.read(path: path)
      return "\(picture.width)×\(picture.height)"
    case .csv, .texts, .jsonl:
      return try Self.examples(path)
    case .idx, .gzip:
      return try Self.examples(FileName.folder(of: path))
    case .vectors:
      let vectors = try WordVectors(path: path, for: Self.tokenizer)
      return "\(vectors.vectors.count) of \(vectors.channels) numbers"
    case .model:
      return "\(try Model.read(path: path).labels.count) labels"
    #if Sound
      case .wave, .aiff, .au, .flac, .ogg, .mp3:
        return try SoundSeeds.decode(path)
    #endif
    }
  }

  /// What knows the words that the seeds of vectors have.
  private static var tokenizer: Tokenizer {
    var count = TokenCount(TokenSettings())
    count.add(Array("Where is my parcel? 谢".utf8)[...])
    return count.tokenizer(limit: 10)
  }

  private static func examples(_ path: String) throws -> String {
    let data = try DataSet.read(path, for: .evaluation)
    let examples = data.training + data.validation + data.test
    // Every item, for an array may be read only when it is asked for.
    let values = examples.reduce(0) { sum, example in
      switch example.item {
      case .array(let array): sum + array.bytes.reduce(0) { $0 + Int($1) }
      case .text(let text): sum + text.utf8.count
      case .file: sum
      }
    }
    return "\(examples.count) examples, \(values)"
  }

  /// The mutant with what the decoder checks first set right, as far as that makes sense: signatures
  /// and checksums would otherwise be all that is ever tried.
  func repaired(_ mutant: [UInt8], of seed: [UInt8]) -> [UInt8] {
    switch self {
    case .png: PNGChunks.repaired(mutant)
    case .jpeg: Self.restored(mutant, of: seed, 3)
    case .pgm: Self.restored(mutant, of: seed, 2)
    case .idx: Self.restored(mutant, of: seed, 4)
    case .jsonl: Self.restored(mutant, of: seed, 1)
    case .vectors: mutant
    case .csv, .texts:
      // The header: without its two columns it is another kind of list.
      mutant.starts(with: Self.header(of: seed)) ? mutant : Self.header(of: seed) + mutant
    case .gzip: Gzip.repaired(Self.restored(mutant, of: seed, 10))
    case .model: ModelChecksum.repaired(mutant)
    #if Sound
      case .wave, .aiff:
        // Of three words the one in the middle is a size.
        Array(Self.restored(mutant, of: seed, 4).prefix(8) + seed[8..<12] + mutant.dropFirst(12))
      case .au, .mp3: Self.restored(mutant, of: seed, 4)
      case .flac: FLACFrames.repaired(mutant, of: seed)
      case .ogg: OggPages.repaired(mutant)
    #endif
    }
  }

  /// Whether a mutant passes what the decoder checks before it believes anything else: the signature
  /// and, where a format has them, all checksums; of CSV the header.
  func isIntact(_ mutant: [UInt8], of seed: [UInt8]) -> Bool {
    switch self {
    case .png: PNGChunks.areIntact(mutant)
    case .jpeg: mutant.starts(with: [0xFF, 0xD8, 0xFF])
    case .pgm: mutant.starts(with: seed.prefix(2))
    case .idx: mutant.starts(with: seed.prefix(4))
    case .csv, .texts: mutant.starts(with: Self.header(of: seed))
    case .jsonl: mutant.starts(with: seed.prefix(1))
    // Nothing stands in front of the first vector that is checked.
    case .vectors: true
    case .gzip: Gzip.isIntact(mutant)
    case .model: ModelChecksum.isIntact(mutant)
    #if Sound
      case .wave, .aiff:
        mutant.starts(with: seed.prefix(4)) && mutant.dropFirst(8).starts(with: seed[8..<12])
      case .au, .mp3: mutant.starts(with: seed.prefix(4))
      case .flac: FLACFrames.areIntact(mutant, of: seed)
      case .ogg: OggPages.areIntact(mutant)
    #endif
    }
  }

  private static func header(of seed: [UInt8]) -> [UInt8] {
    Array(seed.prefix { $0 != UInt8(ascii: "\n") }) + [UInt8(ascii: "\n")]
  }

  private static func restored(_ mutant: [UInt8], of seed: [UInt8], _ count: Int) -> [UInt8] {
    Array(seed.prefix(count) + mutant.dropFirst(count))
  }
}
