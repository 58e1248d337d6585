/// A PNG file of any kind, written here byte by byte so that what the reader should find is known
/// without it: the compressed data are stored blocks, every row has another filter.
struct PNGFixture {
  enum Kind: UInt8, CaseIterable {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgba = 6

    var channels: Int { [1, 0, 3, 1, 2, 0, 4][Int(rawValue)] }
    var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .greyAlpha, .rgba: [8, 16]
      }
    }
  }

  var kind: Kind
  var depth: Int
  var width: Int
  var height: Int
  var isInterlaced = false
  /// [row, column, channel], each of `depth` bits.
  var samples: [Int]
  /// The colours of a palette.
  var palette: [SIMD3<UInt8>] = []
  /// The content of a tRNS chunk: alpha of the palette's first colours, or a sample of each channel.
  var transparent: [Int] = []
  /// Bytes to put into the filtered rows, by their place modulo the length: a damage that every
  /// checksum covers, so that it reaches the last stage of the decoder.
  var damage: [Int: UInt8] = [:]

  func sample(_ row: Int, _ column: Int, _ channel: Int) -> Int {
    samples[(row * width + column) * kind.channels + channel]
  }

  /// What the file shows, by the PNG specification.
  var expected: [SIMD4<UInt8>] {
    (0..<height * width).map { position in
      let values = (0..<kind.channels).map { samples[position * kind.channels + $0] }
      let levels = values.map(level)
      let alpha: UInt8 = values == transparent ? 0 : 255
      switch kind {
      case .grey: return SIMD4(levels[0], levels[0], levels[0], alpha)
      case .rgb: return SIMD4(levels[0], levels[1], levels[2], alpha)
      case .greyAlpha: return SIMD4(levels[0], levels[0], levels[0], levels[1])
      case .rgba: return SIMD4(levels[0], levels[1], levels[2], levels[3])
      case .palette:
        let place = values[0]
        return SIMD4(palette[place], place < transparent.count ? UInt8(transparent[place]) : 255)
      }
    }
  }

  private func level(_ value: Int) -> UInt8 {
    let full = 1 << depth - 1
    return kind == .palette ? 0 : UInt8((2 * value * 255 + full) / (2 * full))
  }

  var file: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let sizes = bigEndian(width, 4) + bigEndian(height, 4)
    file += chunk("IHDR", sizes + [UInt8(depth), kind.rawValue, 0, 0, isInterlaced ? 1 : 0])
    if !palette.isEmpty { file += chunk("PLTE", palette.flatMap { [$0.x, $0.y, $0.z] }) }
    if !transparent.isEmpty {
      file += chunk("tRNS", transparent.flatMap { bigEndian($0, kind == .palette ? 1 : 2) })
    }
    var rows = rows
    for (place, byte) in damage { rows[place % rows.count] = byte }
    let data = zlib(rows)
    // Two chunks of data, for the reader has to join them.
    file += chunk("IDAT", Array(data.prefix(7))) + chunk("IDAT", Array(data.dropFirst(7)))
    return file + chunk("IEND", [])
  }

  /// The filtered rows of every pass.
  private var rows: [UInt8] {
    // First row, first column, row step, column step.
    let passes =
      isInterlaced
      ? [
        (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
        (1, 0, 2, 1),
      ] : [(0, 0, 1, 1)]
    return passes.flatMap { firstRow, firstColumn, rowStep, columnStep -> [UInt8] in
      guard firstColumn < width else { return [] }
      var result: [UInt8] = []
      var previous: [UInt8] = []
      for (place, row) in stride(from: firstRow, to: height, by: rowStep).enumerated() {
        let packed = packed(row, columns: stride(from: firstColumn, to: width, by: columnStep))
        if previous.isEmpty { previous = packed.map { _ in 0 } }
        result += filtered(packed, after: previous, by: UInt8(place % 5))
        previous = packed
      }
      return result
    }
  }

  private func packed(_ row: Int, columns: StrideTo<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    var (bits, count) = (0, 0)
    for column in columns {
      for channel in 0..<kind.channels {
        bits = bits << depth | sample(row, column, channel)
        count += depth
        while count >= 8 {
          count -= 8
          bytes.append(UInt8(bits >> count & 0xFF))
        }
        bits &= 1 << count - 1
      }
    }
    if count > 0 { bytes.append(UInt8(bits << (8 - count) & 0xFF)) }
    return bytes
  }

  private func filtered(_ row: [UInt8], after previous: [UInt8], by filter: UInt8) -> [UInt8] {
    let step = max(1, kind.channels * depth / 8)
    return [filter]
      + row.indices.map { place in
        let left = place >= step ? Int(row[place - step]) : 0
        let above = Int(previous[place])
        let corner = place >= step ? Int(previous[place - step]) : 0
        let guess: Int
        switch filter {
        case 1: guess = left
        case 2: guess = above
        case 3: guess = (left + above) / 2
        case 4:
          let distances = [left, above, corner].map { abs(left + above - corner - $0) }
          guess =
            distances[0] <= distances[1] && distances[0] <= distances[2]
            ? left : distances[1] <= distances[2] ? above : corner
        default: guess = 0
        }
        return row[place] &- UInt8(guess)
      }
  }
}

func bigEndian(_ value: Int, _ bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - $0))) }
}

func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(name.utf8) + content
  return bigEndian(content.count, 4) + body + bigEndian(Int(crc32(body)), 4)
}

func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
}

/// Data in one stored block (so at most 65535 bytes) of a zlib stream.
func zlib(_ data: [UInt8]) -> [UInt8] {
  let length = bigEndian(data.count, 2).reversed()
  var (low, high) = (1, 0)
  for byte in data {
    low = (low + Int(byte)) % 65521
    high = (high + low) % 65521
  }
  return [0x78, 0x01, 1] + length + length.map(~) + data + bigEndian(high << 16 | low, 4)
}

/// The file with the CRC of every chunk computed anew, as far as the lengths can be followed.
func withRepairedChecksums(_ file: [UInt8]) -> [UInt8] {
  var file = file
  var start = 8
  while start + 12 <= file.count {
    let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    let end = start + 8 + length
    guard end + 4 <= file.count else { break }
    file.replaceSubrange(end..<end + 4, with: bigEndian(Int(crc32(file[start + 4..<end])), 4))
    start = end + 4
  }
  return file
}
