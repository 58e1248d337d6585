import ConvKitFiles

/// What a NIfTI header says that matters for reading the voxels: of either version, in either byte order.
struct NIfTIHeader: Sendable, Equatable {
  enum Version: Int, Sendable, CaseIterable {
    case first = 1
    case second

    var layout: NIfTILayout { self == .first ? .first : .second }
  }

  /// The rotation that is stored as a quaternion of length 1, without its real part.
  struct Rotation: Sendable, Equatable {
    var b, c, d: Double
    /// Whether the third axis is mirrored.
    var isMirrored: Bool
  }

  var version: Version
  var isBigEndian: Bool
  /// Along the axes as they are stored, the fastest first.
  var extent: SIMD3<Int>
  /// Volumes one behind the other.
  var series: Int
  var type: NumberType
  /// Where the voxels begin, in bytes.
  var voxels: Int
  /// Nil where the numbers are meant as they stand.
  var scaling: NumberScaling?
  /// From voxel to voxel along each stored axis, in the file's unit; above zero and finite.
  var steps: SIMD3<Double>
  /// Nil where the file does not say.
  var unit: LengthUnit?
  /// Nil without a code that says what it is good for.
  var qform: Rotation?
  /// The way of one step along each stored axis, to the right, front and head, in the file's unit; nil
  /// without a code.
  var sform: Affine?

  /// How many bytes a header has, by its first four; those of the first version where they say neither.
  static func size(_ start: [UInt8]) -> Int { (layout(start) ?? .first).size }

  /// Whether the first four bytes are the size of a header, in one of the byte orders.
  static func hasSize(_ start: [UInt8]) -> Bool { layout(start) != nil }

  /// - Parameter start: the first bytes of a file: `size` of them or more, or all that it has.
  /// - Throws: `VolumeFileError`.
  init(start: [UInt8], name: String) throws(VolumeFileError) {
    func broken(_ reason: String) -> VolumeFileError {
      .broken(name: name, format: .nifti, reason: reason)
    }
    (version, isBigEndian) = try Self.version(of: start, name: name)
    let layout = version.layout
    let fields = NIfTIFields(bytes: start, isBigEndian: isBigEndian)
    func integer(_ place: Int, _ size: Int) -> Int { fields.integer(at: place, size: size) }
    func real(_ place: Int) -> Double { fields.real(at: place, size: layout.realSize) }

    (extent, series) = try Self.dimensions(
      (0..<8).map { integer(layout.dimensions + $0 * layout.dimensionSize, layout.dimensionSize) },
      name: name)
    type = try Self.type(
      integer(layout.type, 2), bits: integer(layout.bits, 2), name: name)

    if version == .first {
      let stored = real(layout.voxels)
      guard let place = Int(exactly: stored) else {
        throw broken("it says its voxels begin at byte \(stored)")
      }
      voxels = place
    } else {
      voxels = integer(layout.voxels, 8)
    }
    guard voxels >= layout.size else {
      throw broken(
        "it says its voxels begin at byte \(voxels), inside the header of \(layout.size) bytes")
    }

    let (slope, intercept) = (real(layout.slope), real(layout.intercept))
    guard slope.isFinite, intercept.isFinite || slope == 0 else {
      throw broken("it says its numbers are scaled by \(slope) and moved by \(intercept)")
    }
    // A slope of zero means that there is none.
    scaling =
      slope == 0 || slope == 1 && intercept == 0
      ? nil : NumberScaling(slope: slope, intercept: intercept)

    let steps = (0..<4).map { real(layout.steps + $0 * layout.realSize) }
    self.steps = SIMD3(Self.step(steps[1]), Self.step(steps[2]), Self.step(steps[3]))
    // The lowest three bits; the others are of time.
    unit = LengthUnit(rawValue: integer(layout.units, layout.unitsSize) & 7)

    if integer(layout.qformCode, layout.codeSize) > 0 {
      let parts = (0..<3).map { real(layout.quaternion + $0 * layout.realSize) }
      qform = Rotation(b: parts[0], c: parts[1], d: parts[2], isMirrored: steps[0] < 0)
    }
    if integer(layout.sformCode, layout.codeSize) > 0 {
      func column(_ axis: Int) -> SIMD3<Double> {
        SIMD3(
          real(layout.sform + axis * layout.realSize),
          real(layout.sform + (4 + axis) * layout.realSize),
          real(layout.sform + (8 + axis) * layout.realSize))
      }
      sform = Affine(columns: [column(0), column(1), column(2)])
    }
  }

  init(
    version: Version = .first, isBigEndian: Bool = false, extent: SIMD3<Int>, series: Int,
    type: NumberType, voxels: Int, scaling: NumberScaling?, steps: SIMD3<Double>,
    unit: LengthUnit?, qform: Rotation? = nil, sform: Affine? = nil
  ) {
    self.version = version
    self.isBigEndian = isBigEndian
    self.extent = extent
    self.series = series
    self.type = type
    self.voxels = voxels
    self.scaling = scaling
    self.steps = steps
    self.unit = unit
    self.qform = qform
    self.sform = sform
  }

  /// A step is a length: writers that mirror an axis by its sign meant its amount, and one of nothing
  /// says nothing.
  private static func step(_ stored: Double) -> Double {
    let length = abs(stored)
    return length.isFinite && length > 0 ? length : 1
  }
}

extension NIfTIHeader {
  /// The size of the header, which comes first, tells the version and the byte order; the mark has to
  /// agree.
  private static func version(
    of start: [UInt8], name: String
  ) throws(VolumeFileError) -> (Version, isBigEndian: Bool) {
    guard let layout = layout(start) else {
      throw .notAVolume(name: name, start: Array(start.prefix(8)))
    }
    guard start.count >= layout.size else {
      throw .broken(
        name: name, format: .nifti,
        reason: "its header has \(layout.size) bytes, and it ends after \(start.count)")
    }
    let mark = start[layout.magic..<layout.magic + layout.mark.count]
    if mark.elementsEqual(layout.pairMark) {
      throw .unread(
        name: name, format: .nifti, what: "its voxels in another file",
        remedy: "convert the pair of .hdr and .img into one .nii file")
    }
    guard mark.elementsEqual(layout.mark) else { throw otherMark(mark, layout, name) }
    return (
      layout.size == NIfTILayout.first.size ? .first : .second,
      start.starts(with: layout.sizeBytes)
    )
  }

  private static func layout(_ start: [UInt8]) -> NIfTILayout? {
    Version.allCases.map(\.layout).first {
      start.starts(with: $0.sizeBytes) || start.starts(with: $0.sizeBytes.reversed())
    }
  }

  private static func otherMark(
    _ mark: ArraySlice<UInt8>, _ layout: NIfTILayout, _ name: String
  ) -> VolumeFileError {
    if mark.prefix(3).elementsEqual(layout.mark.prefix(3)) {
      let cause = layout.mark.count > 4 ? ", as a transfer as text changes it" : ""
      return .broken(
        name: name, format: .nifti, reason: "the end of its mark is not what it should be\(cause)")
    }
    return layout.size == NIfTILayout.first.size
      ? .unread(
        name: name, format: .nifti, what: "no NIfTI mark in its header, as in Analyze 7.5 files",
        remedy: "convert it into a .nii file")
      : .broken(name: name, format: .nifti, reason: "its header has no NIfTI mark")
  }

  /// - Parameter stored: the number of axes, and the size along each of seven.
  private static func dimensions(
    _ stored: [Int], name: String
  ) throws(VolumeFileError) -> (extent: SIMD3<Int>, series: Int) {
    let rank = stored[0]
    guard (1...7).contains(rank) else {
      throw .broken(name: name, format: .nifti, reason: "it says it has \(rank) axes")
    }
    let sizes = stored[1...rank]
    guard sizes.allSatisfy({ $0 > 0 }) else {
      throw .broken(
        name: name, format: .nifti, reason: "it says it has \(text(sizes)) voxels")
    }
    guard sizes.dropFirst(4).allSatisfy({ $0 == 1 }) else {
      throw .unread(
        name: name, format: .nifti, what: "more than four axes (\(text(sizes)))",
        remedy: "take apart into files of at most four what it holds")
    }
    // Axes that are not there have one place: a picture is a volume of one slice.
    func size(_ axis: Int) -> Int { axis <= rank ? stored[axis] : 1 }
    return (SIMD3(size(1), size(2), size(3)), size(4))
  }

  private static func text(_ sizes: ArraySlice<Int>) -> String {
    sizes.map(String.init).joined(separator: "×")
  }

  private static func type(
    _ code: Int, bits: Int, name: String
  ) throws(VolumeFileError) -> NumberType {
    guard let type = typeCodes.first(where: { $0.code == code })?.type else {
      if let other = otherTypes[code] {
        throw .unread(
          name: name, format: .nifti, what: other,
          remedy: "convert it into numbers of integer or floating-point type")
      }
      throw .broken(
        name: name, format: .nifti, reason: "it says its numbers are of the type \(code)")
    }
    guard bits == 8 * type.size else {
      throw .broken(
        name: name, format: .nifti,
        reason: "it says its numbers are of the type \(type.rawValue) and have \(bits) bits")
    }
    return type
  }

  /// The standard's numbers of the types that are read.
  static let typeCodes: [(code: Int, type: NumberType)] = [
    (2, .uint8), (4, .int16), (8, .int32), (16, .float32), (64, .float64), (256, .int8),
    (512, .uint16), (768, .uint32), (1024, .int64), (1280, .uint64), (1536, .float128),
  ]

  private static let otherTypes = [
    1: "voxels of one bit", 32: "complex numbers of 64 bits", 128: "colours (RGB24)",
    1792: "complex numbers of 128 bits", 2048: "complex numbers of 256 bits",
    2304: "colours (RGBA32)",
  ]
}
