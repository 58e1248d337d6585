import ArgumentParser
import ConvKit

/// The formats that mutants are made of.
enum MutantFormat: String, CaseIterable, ExpressibleByArgument {
  case png, jpeg, pgm, idx, csv, texts, jsonl, table, vectors, gzip, model
  case nifti, niftigz, npy, npz
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
    case .table: return try TableSeeds.decode(path)
    case .idx, .gzip:
      return try Self.examples(FileName.folder(of: path))
    case .vectors:
      let vectors = try WordVectors(path: path, for: Self.tokenizer)
      return "\(vectors.vectors.count) of \(vectors.channels) numbers"
    case .model:
      return "\(try Model.read(path: path).labels.count) labels"
    case .nifti, .niftigz, .npy: return try Self.volume(path)
    case .npz:
      // The others are data sets.
      return try path.hasSuffix(NumPySeeds.volumeName) ? Self.volume(path) : Self.examples(path)
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

  private static func volume(_ path: String) throws -> String {
    let volume = try VolumeFile.read(path: path, choice: .all)
    // What is read is looked at too, as drawing and training do.
    _ = volume.middlePlanes(title: "")
    var choices = VolumeFrontEnd.Choices()
    choices.series = .all
    for fit in VolumeFrontEnd.Fit.allCases {
      choices.fit = fit
      let frontEnd = try VolumeFrontEnd.fitted(to: [.file(path)], choices: choices)
      _ = frontEnd.input(of: volume)
    }
    let extent = (0..<3).map { "\(volume.extent[$0])" }.joined(separator: "×")
    return "\(extent) of \(volume.channels), \(volume.values.reduce(0, +))"
  }

  private static func examples(_ path: String) throws -> String {
    let data = try DataSet.read(path, for: .evaluation)
    let examples = data.training + data.validation + data.test
    // Every item, for an array may be read only when it is asked for.
    let values = examples.reduce(0) { sum, example in
      switch example.item {
      case .array(let array): sum + array.bytes.reduce(0) { $0 + Int($1) }
      case .text(let text): sum + text.utf8.count
      case .row(let cells): sum + cells.count
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
    case .table:
      TableSeeds.repaired(mutant, header: Self.header(of: seed))
    case .gzip: Gzip.repaired(Self.restored(mutant, of: seed, 10))
    case .model: ModelChecksum.repaired(mutant)
    case .nifti: NIfTISeeds.repaired(mutant, of: seed)
    case .niftigz: Gzip.repaired(Self.restored(mutant, of: seed, 10))
    case .npy: Self.restored(mutant, of: seed, NumPySeeds.signature.count)
    case .npz: ZipFile.repaired(Self.restored(mutant, of: seed, 4))
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
  /// and, where a format has them, all checksums; of CSV and of tables the header.
  func isIntact(_ mutant: [UInt8], of seed: [UInt8]) -> Bool {
    switch self {
    case .png: PNGChunks.areIntact(mutant)
    case .jpeg: mutant.starts(with: [0xFF, 0xD8, 0xFF])
    case .pgm: mutant.starts(with: seed.prefix(2))
    case .idx: mutant.starts(with: seed.prefix(4))
    case .csv, .texts: mutant.starts(with: Self.header(of: seed))
    case .table: TableSeeds.isIntact(mutant, header: Self.header(of: seed))
    case .jsonl: mutant.starts(with: seed.prefix(1))
    // Nothing stands in front of the first vector that is checked.
    case .vectors: true
    case .gzip: Gzip.isIntact(mutant)
    case .model: ModelChecksum.isIntact(mutant)
    case .nifti: NIfTISeeds.isIntact(mutant, of: seed)
    case .niftigz:
      Gzip.isIntact(mutant)
        && NIfTISeeds.isIntact(
          Gzip.unpacked(mutant)?.bytes ?? [], of: Gzip.unpacked(seed)?.bytes ?? [])
    case .npy: mutant.starts(with: NumPySeeds.signature)
    case .npz: ZipFile.isIntact(mutant)
    #if Sound
      case .wave, .aiff:
        mutant.starts(with: seed.prefix(4)) && mutant.dropFirst(8).starts(with: seed[8..<12])
      case .au, .mp3: mutant.starts(with: seed.prefix(4))
      case .flac: FLACFrames.areIntact(mutant, of: seed)
      case .ogg: OggPages.areIntact(mutant)
    #endif
    }
  }

  /// A mutant that is broken inside and packed again; nil where nothing is packed, or where the packed
  /// bytes themselves are to be changed. No change of those does it well.
  func brokenInside(_ seed: [UInt8], _ mutation: inout Mutation, isRepaired: Bool) -> [UInt8]? {
    switch self {
    case .gzip:
      guard mutation.below(2) == 0, let inside = Gzip.unpacked(seed)?.bytes else { return nil }
      return Gzip.packed(mutation.mutant(of: inside, other: inside))
    case .niftigz:
      guard mutation.below(4) != 0, let inside = Gzip.unpacked(seed)?.bytes else { return nil }
      let mutant = mutation.mutant(of: inside, other: inside)
      return Gzip.packed(isRepaired ? Self.nifti.repaired(mutant, of: inside) : mutant)
    case .npz:
      var parts = ZipFile.parts(of: seed)
      guard mutation.below(4) != 0, !parts.isEmpty else { return nil }
      let place = mutation.below(parts.count)
      let other = parts[mutation.below(parts.count)].content
      let mutant = mutation.mutant(of: parts[place].content, other: other)
      parts[place].content =
        isRepaired ? Self.npy.repaired(mutant, of: parts[place].content) : mutant
      return ZipFile.bytes(parts)
    default: return nil
    }
  }

  private static func header(of seed: [UInt8]) -> [UInt8] {
    Array(seed.prefix { $0 != UInt8(ascii: "\n") }) + [UInt8(ascii: "\n")]
  }

  private static func restored(_ mutant: [UInt8], of seed: [UInt8], _ count: Int) -> [UInt8] {
    Array(seed.prefix(count) + mutant.dropFirst(count))
  }
}
