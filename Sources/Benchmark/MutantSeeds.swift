import CTurboJPEG
import CZlib
import ConvKit
import ConvKitDrawing

/// A small file, right in every part, that mutants are made of.
struct MutantSeed {
  /// What the file is called where the decoder looks for it.
  let name: String
  let bytes: [UInt8]
}

extension MutantFormat {
  /// Seeds that together have what the decoder treats apart.
  ///
  /// - Parameter folder: an existing folder for what is needed on the way.
  func ownSeeds(in folder: String) throws -> [MutantSeed] {
    switch self {
    case .png: PNGSeeds.all
    case .jpeg: try JPEGSeeds.all()
    case .pgm: Self.anymaps
    case .idx: Self.arrays
    case .csv: Self.listings
    case .texts: Self.textListings
    case .jsonl: Self.objects
    case .table: TableSeeds.all
    case .vectors: Self.wordVectors
    case .gzip: Self.packedArrays
    case .model:
      [
        MutantSeed(name: "pictures.convkit", bytes: try Self.modelOfPictures(in: folder)),
        MutantSeed(name: "texts.convkit", bytes: try Self.modelOfTexts()),
      ]
    case .nifti: NIfTISeeds.all
    case .niftigz:
      NIfTISeeds.all.map { MutantSeed(name: "\($0.name).gz", bytes: Gzip.packed($0.bytes)) }
    case .npy: NumPySeeds.arrays
    case .npz: NumPySeeds.archives
    #if Sound
      case .wave: try SoundSeeds.wave(in: folder)
      case .aiff: try SoundSeeds.aiff(in: folder)
      case .au: try SoundSeeds.sunAudio(in: folder)
      case .flac: try SoundSeeds.flac(in: folder)
      case .ogg: try SoundSeeds.ogg(in: folder)
      case .mp3: try SoundSeeds.mp3(in: folder)
    #endif
    }
  }

  /// What lies beside every mutant.
  var companions: [MutantSeed] {
    switch self {
    case .png, .jpeg, .pgm, .texts, .jsonl, .table, .vectors, .model: []
    case .nifti, .niftigz, .npy, .npz: []
    case .idx: Self.arrays
    case .gzip: Self.packedArrays
    case .csv: ["a", "b"].map { MutantSeed(name: "\($0).png", bytes: PNGSeeds.all[0].bytes) }
    #if Sound
      case .wave, .aiff, .au, .flac, .ogg, .mp3: []
    #endif
    }
  }

  /// The values of a slope: something that a decoder can get wrong.
  static func values(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
  }

  private static var anymaps: [MutantSeed] {
    let header = { (kind: String, limit: Int) in Array("\(kind)\n# a\n5 4\n\(limit)\n".utf8) }
    let numbers = Array((0..<20).map { "\($0 * 3)" }.joined(separator: " ").utf8)
    let files = [
      header("P5", 255) + values(20), header("P6", 255) + values(60),
      header("P5", 1000) + (0..<20).flatMap { [UInt8($0 / 8), UInt8($0)] },
      header("P2", 60) + numbers,
      header("P3", 60) + numbers + [0x20] + numbers + [0x20] + numbers,
    ]
    return files.enumerated().map { MutantSeed(name: "\($0.offset).pnm", bytes: $0.element) }
  }

  /// Six pictures of 4 × 5 and their labels.
  private static var arrays: [MutantSeed] {
    [
      MutantSeed(
        name: "train-images-idx3-ubyte",
        bytes: [0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 4, 0, 0, 0, 5] + values(120)),
      MutantSeed(
        name: "train-labels-idx1-ubyte", bytes: [0, 0, 8, 1, 0, 0, 0, 6, 0, 1, 2, 0, 1, 2]),
    ]
  }

  private static var packedArrays: [MutantSeed] {
    arrays.map { MutantSeed(name: "\($0.name).gz", bytes: Gzip.packed($0.bytes)) }
  }

  private static var listings: [MutantSeed] {
    let texts = [
      (
        "list.csv",
        "path,label\na.png,x\nb.png,o\n\"a.png\",\"with \"\"quotes\"\"\"\nb.png,\"a\nb\"\n"
      ),
      ("list.csv", "path,label,part\r\na.png,x,train\r\nb.png,é,val\r\n\r\na.png,x,test\r\n"),
      ("list.tsv", "path\tlabel\na.png\tx\nb.png\to\n"),
    ]
    return texts.map { MutantSeed(name: $0.0, bytes: Array($0.1.utf8)) }
  }

  private static var textListings: [MutantSeed] {
    let texts = [
      (
        "texts.csv",
        "text,label,part,speaker\r\n\"a, \"\"b\"\"\nc\",x,train,é\r\n"
          + "d e,y,test,\r\n\r\nf,x,train,谢\r\n"
      ),
      ("texts.csv", "\u{FEFF}label,text\nx,one two\ny,\"three\"\nx,four\n"),
      ("texts.tsv", "label\ttext\nx\tone \"two\ny\tthree, four\n"),
    ]
    return texts.map { MutantSeed(name: $0.0, bytes: Array($0.1.utf8)) }
  }

  private static var objects: [MutantSeed] {
    let lines = [
      #"{"text":"a\u00e9 \ud83d\ude00","label":"x","nested":[1,{"b":null}],"part":"train"}"#,
      #"{"label":3,"text":"谢谢\n\"b\"","part":"test","weight":-1.5e3}"#,
      #"{"text":"c","label":true,"part":"train"}"#,
    ]
    return [
      MutantSeed(name: "texts.jsonl", bytes: Array((lines.joined(separator: "\n") + "\n").utf8))
    ]
  }

  private static var wordVectors: [MutantSeed] {
    let texts = [
      ("glove.txt", "where 0.5 -1e-3 2\nis 1 2 3\n. . . 4 5 6\nparcel -0 1e3 7\n"),
      ("word2vec.txt", "3 2\nwhere 0.25 -1 \r\n谢 1 2 \r\nnobody 3 4 \r\n"),
    ]
    return texts.map { MutantSeed(name: $0.0, bytes: Array($0.1.utf8)) }
  }

  /// A model that has learned from four pictures.
  private static func modelOfPictures(in folder: String) throws -> [UInt8] {
    let records = try (0..<4).map { number in
      let level = UInt8(number % 2 * 255)
      let path = FileName.join(folder, "\(number).png")
      try AtomicFile.write(
        try Picture(width: 4, height: 4, filledWith: .grey(level)).png(), to: path)
      return DataSet.Record(
        name: "\(number)", item: .file(path), label: level == 0 ? "dark" : "light",
        part: .training)
    }
    return try model(of: records, kind: .image) {
      Conv(2, size: 2)
      BatchNorm()
      ReLU()
      Flatten()
      Votes()
    }
  }

  /// A model that has learned from four texts.
  private static func modelOfTexts() throws -> [UInt8] {
    let records = (0..<4).map { number in
      DataSet.Record(
        name: "\(number)", item: .text(number % 2 == 0 ? "a red shirt" : "my parcel, please"),
        label: number % 2 == 0 ? "clothes" : "delivery", part: .training)
    }
    return try model(of: records, kind: .text) {
      Embedding(2)
      GlobalMaxPool()
      Votes()
    }
  }

  /// A model after one epoch.
  private static func model(
    of records: [DataSet.Record], kind: DataKind, @LayerBuilder layers: () -> [any Layer]
  ) throws -> [UInt8] {
    var training = ModelTraining()
    training.options.epochs = 1
    training.validationShare = 0
    training.threads = 1
    training.network = Network(layers: layers())
    let data = try DataSet(records, leftOut: [], for: .training, from: "records")
    return try training.train(on: data, kind: kind).model.encoded()
  }
}

/// Small PNG files of every kind of sample, some interlaced.
enum PNGSeeds {
  static let all: [MutantSeed] = {
    var seeds: [MutantSeed] = []
    // (bits, colour type): PNG specification, table 11.1.
    let kinds = [(8, 0), (1, 0), (2, 0), (4, 3), (8, 3), (16, 0), (8, 2), (16, 2), (8, 4), (8, 6)]
    for (bits, kind) in kinds {
      for isInterlaced in [false, true] where !isInterlaced || bits != 2 {
        seeds.append(
          MutantSeed(
            name: "\(bits)-\(kind)\(isInterlaced ? "-interlaced" : "").png",
            bytes: file(width: 9, height: 6, bits: bits, kind: kind, isInterlaced: isInterlaced)))
      }
    }
    return seeds
  }()

  private static func file(
    width: Int, height: Int, bits: Int, kind: Int, isInterlaced: Bool
  ) -> [UInt8] {
    let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][kind] ?? 1
    var header: [UInt8] = [0, 0, 0, UInt8(width), 0, 0, 0, UInt8(height)]
    header += [UInt8(bits), UInt8(kind), 0, 0, isInterlaced ? 1 : 0]
    // First column and row of a pass and the distance to the next: Adam7.
    let passes =
      isInterlaced
      ? [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
      ]
      : [(0, 0, 1, 1)]
    var rows: [UInt8] = []
    for pass in passes {
      let columns = (width - pass.0 + pass.2 - 1) / pass.2
      for row in 0..<(columns > 0 ? (height - pass.1 + pass.3 - 1) / pass.3 : 0) {
        // Every filter has its turn; a palette of 16 colours has no index beyond them.
        let values = MutantFormat.values((columns * channels * bits + 7) / 8)
        rows +=
          [UInt8(row % 5)] + (kind == 3 ? values.map { $0 & (bits == 4 ? 0x77 : 0x07) } : values)
      }
    }
    var count = compressBound(UInt(rows.count))
    var data = [UInt8](repeating: 0, count: Int(count))
    // Half of the files hold their data unpacked, so that a changed byte is a changed sample.
    compress2(&data, &count, rows, UInt(rows.count), bits == 8 ? 0 : 9)
    var file = PNGChunks.signature + PNGChunks.chunk("IHDR", header)
    if kind == 3 {
      file +=
        PNGChunks.chunk("PLTE", MutantFormat.values(48)) + PNGChunks.chunk("tRNS", [0, 128, 9])
    }
    if kind == 0 || kind == 2 {
      file += PNGChunks.chunk("tRNS", Array(repeating: [0, 7], count: channels).flatMap { $0 })
    }
    let packed = Array(data.prefix(Int(count)))
    file += PNGChunks.chunk("tEXt", Array("Comment\0small".utf8))
    file += PNGChunks.chunk("IDAT", Array(packed.prefix(20)))
    return file + PNGChunks.chunk("IDAT", Array(packed.dropFirst(20))) + PNGChunks.chunk("IEND", [])
  }
}

/// Small JPEG files: grey, colour with and without fewer chroma samples, CMYK, progressive, turned.
enum JPEGSeeds {
  static func all() throws -> [MutantSeed] {
    let colour = try file(TJPF_RGB, 3, TJSAMP_420)
    // "Exif", a little-endian TIFF of one field: orientation 6, turned by a quarter.
    let orientation: [UInt8] =
      Array("Exif\0\0II*\0".utf8) + [
        8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
      ]
    let marker: [UInt8] = [0xFF, 0xE1, 0, UInt8(orientation.count + 2)] + orientation
    let files = try [
      ("grey", file(TJPF_GRAY, 1, TJSAMP_GRAY)), ("colour", colour),
      ("full-chroma", file(TJPF_RGB, 3, TJSAMP_444)),
      ("cmyk", file(TJPF_CMYK, 4, TJSAMP_444)),
      ("progressive", file(TJPF_RGB, 3, TJSAMP_420, flags: TJFLAG_PROGRESSIVE)),
      ("turned", colour.prefix(2) + marker + colour.dropFirst(2)),
    ]
    return files.map { MutantSeed(name: "\($0.0).jpg", bytes: Array($0.1)) }
  }

  private static func file(
    _ format: TJPF, _ channels: Int, _ sampling: TJSAMP, flags: Int32 = 0
  ) throws -> [UInt8] {
    let (width, height) = (19, 13)
    guard let compressor = tjInitCompress() else { throw SeedNotMade() }
    defer { tjDestroy(compressor) }
    var bytes: UnsafeMutablePointer<UInt8>?
    defer { tjFree(bytes) }
    var count: UInt = 0
    let values = MutantFormat.values(width * height * channels)
    let status = tjCompress2(
      compressor, values, Int32(width), 0, Int32(height), Int32(format.rawValue), &bytes, &count,
      Int32(sampling.rawValue), 80, flags)
    guard status == 0, let bytes else { throw SeedNotMade() }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }
}

/// A library has no memory or no place for a file.
struct SeedNotMade: ReportableError {
  var library = "TurboJPEG"
  var category: ErrorCategory { .inputOutput }
  var description: String {
    "\(library) cannot write a seed: there is no memory or no place for it. Free some."
  }
}
