import Foundation

@testable import ConvKitVolumes

/// What nibabel answered; see Tests/Peers/nifti_goldens.py.
struct NibabelGoldens: Decodable {
  struct Sample: Decodable {
    struct Summary: Decodable, Equatable {
      let checksum: String
      let least, most: Float
      let mean: Double
    }

    let name: String
    let extent: SIMD3<Int>
    let spacing: SIMD3<Double>
    let axes: String?
    let volumes: [Summary]
  }

  struct Small: Decodable {
    let name: String
    let type: String
    let extent: SIMD3<Int>
    let spacing: SIMD3<Double>
    let axes: String?
    /// Packed by gzip.
    let file: Data
    /// Float32, lowest byte first, in [x, y, z].
    let values: Data
  }

  let samples: [Sample]
  let small: [Small]
  let orientations: String

  static let all: NibabelGoldens = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/nibabel.json")
    do {
      return try JSONDecoder().decode(NibabelGoldens.self, from: Data(contentsOf: file))
    } catch {
      fatalError("\(file.path): \(error)")
    }
  }()
}

/// The affines of `orientations`, made as the script makes them.
struct AffineSequence {
  private var random = SplitMix(state: 1)
  private var index = 0

  mutating func next() -> Affine {
    var columns = matrix()
    switch index % 4 {
    case 1:
      let permutation = signedPermutation()
      columns = zip(permutation, columns).map { $0 + $1 / 8 }
    case 2: columns = columns.map { columns[0] + $0 / 4 }
    case 3: columns = columns.map { $0 * Double(1 << (random.next() % 12)) }
    default: break
    }
    index += 1
    return Affine(columns: columns)
  }

  /// Drawn row by row.
  private mutating func matrix() -> [SIMD3<Double>] {
    let rows = (0..<3).map { _ in SIMD3(random.number(), random.number(), random.number()) }
    return (0..<3).map { SIMD3(rows[0][$0], rows[1][$0], rows[2][$0]) }
  }

  private mutating func signedPermutation() -> [SIMD3<Double>] {
    let keys = (0..<3).map { _ in random.next() }
    let order = (0..<3).sorted { (keys[$0], $0) < (keys[$1], $1) }
    return order.map { row in
      var column = SIMD3<Double>()
      column[row] = random.next() & 1 == 1 ? -1 : 1
      return column
    }
  }
}

/// The generator of the script.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Of [-1, 1).
  mutating func number() -> Double { Double(next() >> 40) * 0x1p-23 - 1 }
}

/// FNV-1a.
func checksum(_ bytes: some Sequence<UInt8>) -> String {
  let value = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
    ($0 ^ UInt64($1)) &* 0x100_0000_01B3
  }
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

/// Float32, lowest byte first.
func bytes(_ values: some Sequence<Float>) -> [UInt8] {
  values.flatMap { value in
    (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
  }
}
