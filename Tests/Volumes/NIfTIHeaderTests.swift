import ConvKitCore
import ConvKitFiles
import Testing

@testable import ConvKitVolumes

@Suite struct NIfTIHeaderTests {
  @Test func everyHeaderComesBack() throws {
    var random = RandomStream(seed: 11, purpose: .tests)
    var seen: Set<String> = []
    for _ in 0..<3000 {
      let header = Self.header(&random)
      let bytes = header.bytes
      #expect(bytes.count == header.version.layout.size)
      #expect(NIfTIHeader.size(bytes) == bytes.count)
      #expect(try NIfTIHeader(start: bytes, name: "x") == header)
      // What follows the header is not looked at.
      #expect(try NIfTIHeader(start: bytes + [1, 2, 3], name: "x") == header)
      seen.insert("\(header.version)\(header.isBigEndian)\(header.type)")
    }
    #expect(seen.count == 2 * 2 * 11)
  }

  /// Whatever bytes a header has, it is read or refused.
  @Test func noHeaderTraps() throws {
    var random = RandomStream(seed: 12, purpose: .tests)
    var (whole, refused) = (0, 0)
    for _ in 0..<20_000 {
      var file = Self.header(&random).bytes + [UInt8](repeating: 1, count: 400)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<file.count - 400, using: &random)
        file[place] =
          [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
          .randomElement(using: &random) ?? 0
      }
      for choice in [SeriesChoice.only, .one(1), .all] {
        do {
          _ = try NIfTIDecoder.volume(
            from: file, name: "x", choice: choice, limits: VolumeLimits(values: 1000))
          whole += 1
        } catch is VolumeFileError {
          refused += 1
        }
      }
    }
    #expect(whole > 1000 && refused > 1000)
  }

  @Test(arguments: NIfTIHeader.Version.allCases, [false, true])
  func dimensionsThatLie(version: NIfTIHeader.Version, isBigEndian: Bool) throws {
    let file = File(version, isBigEndian)
    let layout = version.layout
    func dimension(_ index: Int, _ value: Int) -> File {
      file.setting(
        value, at: layout.dimensions + index * layout.dimensionSize, size: layout.dimensionSize)
    }
    #expect(file.error(.only) == nil)
    for rank in [0, 8, -1, Int(Int16.max), Int(Int16.min)] {
      #expect(dimension(0, rank).error()?.contains("it says it has \(rank) axes") == true)
    }
    for axis in 1...3 {
      for size in [0, -1, Int(Int16.min)] {
        #expect(dimension(axis, size).error()?.contains("\(size)") == true)
      }
      #expect(dimension(axis, 32767).error()?.contains("it ends after") == true)
    }
    // Only as many axes count as there are.
    for axis in 4...7 { #expect(dimension(axis, -7).error() == nil) }
    for axis in 5...7 {
      let more = dimension(0, axis).setting(
        2, at: layout.dimensions + axis * layout.dimensionSize, size: layout.dimensionSize)
      #expect(more.error()?.contains("more than four axes") == true)
      #expect(dimension(0, axis).error() == nil)
    }
    if version == .second {
      for axis in 1...3 {
        for size in [1 << 62, Int.max, 1 << 28] {
          #expect(dimension(axis, size).error()?.contains("more than the limit") == true)
        }
      }
      var huge = dimension(0, 4)
      huge = huge.setting(Int.max, at: layout.dimensions + 4 * 8, size: 8)
      #expect(huge.error(.all)?.contains("more than the limit") == true)
      #expect(huge.error(.one(Int.max - 1))?.contains("more than the limit") == true)
      #expect(huge.error(.one(1 << 50))?.contains("it ends after") == true)
      #expect(huge.error(.one(Int.max))?.contains("none at the place") == true)
    }
  }

  @Test(arguments: NIfTIHeader.Version.allCases, [false, true])
  func numbersThatLie(version: NIfTIHeader.Version, isBigEndian: Bool) throws {
    let file = File(version, isBigEndian)
    let layout = version.layout
    let voxels: [(File, String)] =
      version == .first
      ? [
        (-1.0, "byte -1"), (Double.nan, "byte nan"), (Double.infinity, "byte inf"),
        (0.0, "inside the header"), (347.0, "inside the header"), (352.5, "byte 352.5"),
        (1e30, "byte 1"), (377.0, "it ends after"),
      ].map { (file.setting(real: $0.0, at: layout.voxels), $0.1) }
      : [
        (-1, "byte -1"), (Int.min, "inside the header"), (Int.max, "begin at byte"),
        (539, "inside the header"), (569, "it ends after"), (1 << 40, "it ends after"),
      ].map { (file.setting($0.0, at: layout.voxels, size: 8), $0.1) }
    for (file, part) in voxels { #expect(file.error()?.contains(part) == true, "\(part)") }

    for value in [Double.nan, .infinity, -.infinity] {
      #expect(file.setting(real: value, at: layout.slope).error()?.contains("scaled") == true)
      #expect(file.setting(real: value, at: layout.intercept).error()?.contains("moved") == true)
      // A slope of zero says that neither counts.
      let none = file.setting(real: value, at: layout.intercept).setting(real: 0, at: layout.slope)
      #expect(none.error() == nil)
      // Steps that say nothing.
      #expect(try file.setting(real: value, at: layout.steps + layout.realSize).spacing.x == 1)
    }
    #expect(try file.setting(real: 0, at: layout.steps + layout.realSize).spacing.x == 1)
    #expect(try file.setting(real: -2.5, at: layout.steps + layout.realSize).spacing.x == 2.5)

    for bits in [0, 8, 15, -16, 32] {
      #expect(
        file.setting(bits, at: layout.bits, size: 2).error()?.contains("and have \(bits) bits")
          == true)
    }
    for (code, what) in [
      (1, "one bit"), (32, "complex"), (128, "RGB24"), (1792, "complex"), (2048, "complex"),
      (2304, "RGBA32"),
    ] {
      #expect(file.setting(code, at: layout.type, size: 2).error()?.contains(what) == true)
    }
    for code in [0, 3, -4, 255] {
      #expect(
        file.setting(code, at: layout.type, size: 2).error()?.contains("of the type \(code)")
          == true)
    }
  }

  @Test(arguments: NIfTIHeader.Version.allCases, [false, true])
  func unitsAndForms(version: NIfTIHeader.Version, isBigEndian: Bool) throws {
    let file = File(version, isBigEndian)
    let layout = version.layout
    // 8 and more are units of time.
    for (code, step) in [(0, 1), (1, 1000), (2, 1), (3, 0.001), (10, 1), (9, 1000), (5, 1)] {
      let spacing = try file.setting(code, at: layout.units, size: layout.unitsSize).spacing
      #expect(spacing == SIMD3(1, 2, 3) * step)
    }
    func coded(_ place: Int, _ code: Int) -> File {
      file.setting(code, at: place, size: layout.codeSize)
    }
    // An sform of zeros, and one that is no number.
    let empty = coded(layout.sformCode, 1)
    #expect(empty.error()?.contains("no three directions") == true)
    #expect(
      empty.setting(real: .nan, at: layout.sform).error()?.contains("no three directions") == true)
    #expect(coded(layout.sformCode, -1).error() == nil)
    // The quaternion of three zeros turns nothing.
    let turned = coded(layout.qformCode, 1)
    #expect(try turned.volume().orientation == .anatomical && turned.spacing == SIMD3(1, 2, 3))
    for value in [1.1, .nan, .infinity] {
      #expect(
        turned.setting(real: value, at: layout.quaternion).error()?.contains("no rotation") == true)
    }
    #expect(turned.setting(real: 1.0001, at: layout.quaternion).error() == nil)
  }

  @Test(arguments: NIfTIHeader.Version.allCases)
  func marks(version: NIfTIHeader.Version) throws {
    let file = File(version, false)
    let magic = version.layout.magic
    func marked(_ mark: String) -> String? {
      var file = file
      file.bytes.replaceSubrange(magic..<magic + mark.utf8.count, with: mark.utf8)
      return file.error()
    }
    #expect(marked("ni\(version.rawValue)")?.contains("pair of .hdr and .img") == true)
    #expect(marked("n+\(version.rawValue) ")?.contains("the end of its mark") == true)
    #expect(marked("\0\0\0")?.contains("no NIfTI mark") == true)
    #expect(marked("n+\(3 - version.rawValue)")?.contains("no NIfTI mark") == true)
    if version == .second { #expect(marked("n+2\0\n\n")?.contains("transfer as text") == true) }
    for start in [[], [0], Array("hello, world".utf8), [0, 0, 1, 0x5B]] {
      #expect(throws: VolumeFileError.notAVolume(name: "x", start: Array(start.prefix(8)))) {
        try NIfTIDecoder.volume(from: start, name: "x")
      }
    }
  }
}

extension NIfTIHeaderTests {
  /// A file of 2×3×4 voxels of int16, whose header is changed field by field.
  struct File {
    var bytes: [UInt8]
    let header: NIfTIHeader

    init(_ version: NIfTIHeader.Version, _ isBigEndian: Bool) {
      header = NIfTIHeader(
        version: version, isBigEndian: isBigEndian, extent: SIMD3(2, 3, 4), series: 1, type: .int16,
        voxels: version.layout.size + 4, scaling: nil, steps: SIMD3(1, 2, 3), unit: nil)
      bytes = header.bytes + [0, 0, 0, 0] + [UInt8](repeating: 1, count: 48)
    }

    func setting(_ value: Int, at place: Int, size: Int) -> File {
      changed { $0.set(value, at: place, size: size) }
    }

    func setting(real: Double, at place: Int) -> File {
      changed { $0.set(real, at: place, size: header.version.layout.realSize) }
    }

    private func changed(_ change: (inout NIfTIFields) -> Void) -> File {
      var fields = NIfTIFields(bytes: bytes, isBigEndian: header.isBigEndian)
      change(&fields)
      var file = self
      file.bytes = fields.bytes
      return file
    }

    func volume() throws -> Volume { try NIfTIDecoder.volume(from: bytes, name: "x") }

    var spacing: SIMD3<Double> { get throws { try volume().spacing } }

    /// The sentence, or nil where the file is read.
    func error(_ choice: SeriesChoice = .only) -> String? {
      do {
        _ = try NIfTIDecoder.volume(from: bytes, name: "x", choice: choice)
        return nil
      } catch {
        return "\(error)"
      }
    }
  }

  /// Of numbers that both versions hold.
  static func header(_ random: inout RandomStream) -> NIfTIHeader {
    func real() -> Double { Double(Float.random(in: -1...1, using: &random)) }
    func step() -> Double { Double(Float.random(in: 0.01...9, using: &random)) }
    func size() -> Int { Int.random(in: 1...5, using: &random) }
    let version = NIfTIHeader.Version.allCases.randomElement(using: &random) ?? .first
    let types = NIfTIHeader.typeCodes.map(\.type)
    return NIfTIHeader(
      version: version, isBigEndian: Bool.random(using: &random),
      extent: SIMD3(size(), size(), size()), series: size(),
      type: types.randomElement(using: &random) ?? .uint8,
      voxels: version.layout.size + Int.random(in: 0...99, using: &random),
      scaling: Bool.random(using: &random)
        ? NumberScaling(slope: step(), intercept: real()) : nil,
      steps: SIMD3(step(), step(), step()),
      unit: ([nil] + LengthUnit.allCases).randomElement(using: &random) ?? nil,
      qform: Bool.random(using: &random)
        ? NIfTIHeader.Rotation(
          b: real() / 2, c: real() / 2, d: real() / 2, isMirrored: Bool.random(using: &random))
        : nil,
      sform: Bool.random(using: &random)
        ? Affine(columns: (0..<3).map { _ in SIMD3(real(), real(), real()) }) : nil)
  }
}
