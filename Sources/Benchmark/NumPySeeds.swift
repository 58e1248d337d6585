/// Small arrays of NumPy, and archives of them: volumes and data sets.
enum NumPySeeds {
  static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// What the archives end in that are one volume.
  static let volumeName = "volume.npz"

  /// Volumes of every type that is read apart, in both orders of bytes and axes, of every version.
  static var arrays: [MutantSeed] {
    let singles: [UInt8] = (0..<24).flatMap { lowestFirst(Float($0).bitPattern) }
    let files = [
      ("float32", array("<f4", [2, 3, 4], singles)),
      ("first-axis", array("<f4", [2, 3, 4], singles, isFirstAxisInnermost: true)),
      ("second", array("<f4", [2, 3, 4], singles, version: 2)),
      ("third", array("<f4", [2, 3, 2, 2], singles, version: 3)),
      ("complex", array("<c8", [2, 3, 2], singles)),
      ("big", array(">i2", [2, 3, 4], MutantFormat.values(48), isFirstAxisInnermost: true)),
      ("uint8", array("|u1", [2, 3, 4], MutantFormat.values(24))),
      ("truth", array("|b1", [2, 2, 2], [0, 1, 1, 0, 1, 0, 0, 1])),
      ("int64", array(">i8", [1, 2, 2], MutantFormat.values(32))),
      ("half", array("<f2", [1, 2, 2], [0, 0x3C, 0, 0xC0, 1, 0, 0xFF, 0x7B])),
      ("long", array("<f16", [1, 1, 2], long + [UInt8](repeating: 0, count: 16))),
      ("long-pair", array(">c32", [1, 1, 1], long.reversed() + long.reversed())),
    ]
    return files.map { MutantSeed(name: "\($0.0).npy", bytes: $0.1) }
  }

  static var archives: [MutantSeed] {
    let images = ("train_images", array("|u1", [6, 4, 5], MutantFormat.values(120)))
    let labels = ("train_labels", array("|u1", [6, 1], [0, 1, 2, 0, 1, 2]))
    let texts = [0x61, 0x62, 0x61].flatMap { lowestFirst($0) + lowestFirst(0) }
    let sets = [
      [
        images, labels, ("test_images", array("<i2", [2, 4, 5], MutantFormat.values(80))),
        ("test_labels", array("<i8", [2], [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])),
      ],
      [
        ("x", array(">i4", [3, 2, 2], MutantFormat.values(48), isFirstAxisInnermost: true)),
        ("y", array("<U2", [3], texts)), ("notes", array("|S2", [1], [0x61, 0x62])),
      ],
    ]
    return [false, true].flatMap { isDeflated in
      let name = isDeflated ? "deflated" : "stored"
      func file(_ arrays: [(String, [UInt8])]) -> [UInt8] {
        ZipFile.bytes(
          arrays.map {
            ZipFile.Part(name: "\($0.0).npy", content: $0.1, isDeflated: isDeflated)
          })
      }
      return sets.enumerated().map {
        MutantSeed(name: "\(name)-\($0.offset).npz", bytes: file($0.element))
      } + [
        MutantSeed(
          name: "\(name)-\(volumeName)",
          bytes: file([("scan", array("|u1", [2, 3, 4], MutantFormat.values(24)))]))
      ]
    }
  }

  /// 1, of an x87 processor.
  private static let long: [UInt8] =
    [UInt8](repeating: 0, count: 7) + [0x80, 0xFF, 0x3F] + [UInt8](repeating: 0, count: 6)

  /// A `.npy` file ("A simple file format for NumPy arrays").
  private static func array(
    _ type: String, _ shape: [Int], _ bytes: [UInt8], isFirstAxisInnermost: Bool = false,
    version: UInt8 = 1
  ) -> [UInt8] {
    let sizes = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let order = isFirstAxisInnermost ? "True" : "False"
    var header = Array(
      "{'descr': '\(type)', 'fortran_order': \(order), 'shape': (\(sizes)), }".utf8)
    let start = signature + [version, 0]
    let lengthSize = version == 1 ? 2 : 4
    // The elements begin at a multiple of 64.
    let used = (start.count + lengthSize + header.count + 1) % 64
    header += [UInt8](repeating: 0x20, count: (64 - used) % 64) + [0x0A]
    return start + lowestFirst(UInt32(header.count)).prefix(lengthSize) + header + bytes
  }

  private static func lowestFirst(_ value: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
