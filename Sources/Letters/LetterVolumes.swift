import ConvKitCore
import ConvKitFiles
import ConvKitVolumes

/// Volumes of X and O, as many as are asked for, bright on dark: an X is a cross of four round bars, the
/// diagonals of a cube, and an O a hollow shell, a sphere.
///
/// At scale 1 a letter is 18/28 of an axis wide, measured between the middles of its strokes, as in
/// `LetterPictures`. Without a difficulty its stroke is 2/28 of an axis thick. Every voxel is the same on
/// every machine.
public struct LetterVolumes: GeneratedLetters {
  public static let difficulties: Difficulty = [.translation, .scaling, .rotation, .weight]
  public static let sizes = 9...128
  public static let usualSize = 24
  public static let fileExtension = "nii.gz"

  public let seed: UInt64

  /// Voxels along each axis.
  public let size: Int

  public let difficulty: Difficulty

  /// - Parameter size: voxels along each axis; lengths are in proportion, so below about 9 the letters
  ///   cannot be told apart.
  /// - Precondition: `size` is at least 1.
  public init(seed: UInt64 = 0, size: Int = Self.usualSize, difficulty: Difficulty = .all) {
    precondition(size > 0, "letters in volumes of \(size) voxels an axis")
    self.seed = seed
    self.size = size
    self.difficulty = difficulty
  }

  /// The letter and the volume of an index: voxels of 1 mm, values from 0 to 255.
  public func volume(_ index: Int) -> (letter: Letter, volume: Volume) {
    let drawn = drawing(index)
    return (drawn.letter, drawn.volume(size: size))
  }

  /// A NIfTI file of bytes, packed by gzip: the same version of zlib gives the same file.
  public func file(_ index: Int) -> [UInt8] {
    Gzip.fold(NIfTIWriter.bytes(of: volume(index).volume, type: .uint8))
  }

  /// The shape that the volume of an index shows.
  ///
  /// Every quantity is drawn from its range whether it is used or not, so that volumes of other
  /// difficulties and the same seed differ in nothing else. Then what would leave the volume is limited:
  /// first the scale, until the turned letter fits with its stroke, then the shift.
  func drawing(_ index: Int) -> LetterSolid {
    var stream = RandomStream(seed: seed, purpose: .letters, item: index)
    func turn() -> Turn {
      let degrees = Double(stream.uniform(in: -45...45))
      return Turn(degrees: difficulty.contains(.rotation) ? degrees : 0)
    }
    func shift() -> Double { Double(stream.uniform(in: -4...4)) }
    let (x, y, z) = (turn(), turn(), turn())
    let scale = Double(stream.uniform(in: 0.5...1.3))
    let stroke = Double(stream.uniform(in: 1...4))
    let shifts = SIMD3(shift(), shift(), shift())

    let unit = Double(size) / 28
    var solid = LetterSolid(
      letter: Letter(index: index), halfWidth: 9 * unit,
      radius: (difficulty.contains(.weight) ? stroke : 2) * unit / 2,
      attitude: Attitude(x: x, y: y, z: z))
    let room = Double(size) / 2 - solid.radius
    let limit = room / solid.reach
    solid.halfWidth *= min(difficulty.contains(.scaling) ? scale : 1, limit)
    if difficulty.contains(.translation) {
      let most = SIMD3(repeating: max(0, room - solid.reach))
      solid.middle = (shifts * unit).clamped(lowerBound: -most, upperBound: most)
    }
    return solid
  }
}

/// How a letter lies in space.
struct Attitude: Equatable {
  /// Where the axes of the upright letter lead once it is turned; each of length 1.
  let first, second, third: SIMD3<Double>

  /// Turned about the first axis of the volume, then about the second, then about the third.
  init(x: Turn, y: Turn, z: Turn) {
    func turned(_ axis: SIMD3<Double>) -> SIMD3<Double> {
      var axis = axis
      axis = SIMD3(
        axis.x, x.cosine * axis.y - x.sine * axis.z, x.sine * axis.y + x.cosine * axis.z)
      axis = SIMD3(
        y.cosine * axis.x + y.sine * axis.z, axis.y, y.cosine * axis.z - y.sine * axis.x)
      return SIMD3(
        z.cosine * axis.x - z.sine * axis.y, z.sine * axis.x + z.cosine * axis.y, axis.z)
    }
    first = turned(SIMD3(1, 0, 0))
    second = turned(SIMD3(0, 1, 0))
    third = turned(SIMD3(0, 0, 1))
  }

  /// How far the corners of a turned cube reach along any axis of the volume, of one that reached 1.
  var cubeReach: Double {
    let most = [first, second, third].reduce(into: SIMD3<Double>()) { most, axis in
      most += SIMD3(axis.x.magnitude, axis.y.magnitude, axis.z.magnitude)
    }
    return most.max()
  }
}

/// One letter in space with everything that decides how it looks; lengths in voxels.
struct LetterSolid: Equatable {
  var letter: Letter
  /// Half of the width between the middles of strokes, before the letter is turned.
  var halfWidth: Double
  /// Half of the thickness of a bar or of the shell.
  var radius: Double
  var attitude: Attitude
  /// How far the letter's centre lies from the volume's.
  var middle = SIMD3<Double>()

  /// How far the middles of strokes reach from the letter's centre, along any axis of the volume.
  var reach: Double {
    // A sphere is as wide however it is turned.
    letter == .x ? halfWidth * attitude.cubeReach : halfWidth
  }

  /// The letter in the middle of `size` voxels along each axis, 255 on 0.
  func volume(size: Int) -> Volume {
    var values: [Float] = []
    values.reserveCapacity(size * size * size)
    let corner = SIMD3(repeating: 0.5 - Double(size) / 2) - middle
    for x in 0..<size {
      for y in 0..<size {
        for z in 0..<size {
          let point = corner + SIMD3(Double(x), Double(y), Double(z))
          // Antialiased: a voxel is as bright as the stroke's surface lies across it.
          let cover = min(max(radius + 0.5 - distance(point), 0), 1)
          values.append(Float((255 * cover).rounded()))
        }
      }
    }
    return Volume(
      extent: SIMD3(size, size, size), orientation: .anatomical, values: values)
  }

  /// The distance from the middle of the stroke of a point given from the letter's centre.
  private func distance(_ point: SIMD3<Double>) -> Double {
    guard letter == .x else { return (length(point) - halfWidth).magnitude }
    // Turned back, the bars are the diagonals of a cube; mirrored to where all coordinates are positive,
    // the nearest one is the line from the centre to (halfWidth, halfWidth, halfWidth).
    let back = SIMD3(
      product(attitude.first, point).magnitude, product(attitude.second, point).magnitude,
      product(attitude.third, point).magnitude)
    let foot = min((back.x + back.y + back.z) / 3, halfWidth)
    return length(back - SIMD3(repeating: foot))
  }

  /// Added up in this order on every machine.
  private func product(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    a.x * b.x + a.y * b.y + a.z * b.z
  }

  private func length(_ point: SIMD3<Double>) -> Double { product(point, point).squareRoot() }
}
