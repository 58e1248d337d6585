/// The linear part of a map from places in a grid to places in space.
struct Affine: Sendable, Equatable {
  /// The way of one step along each axis of the grid: to the right, the front and the head.
  var columns: [SIMD3<Double>]

  /// The rotation of a quaternion, its axes as long as the steps.
  ///
  /// - Returns: nil when it is none: a quaternion of length 1 has no part that is longer.
  init?(_ rotation: NIfTIHeader.Rotation, steps: SIMD3<Double>) {
    var (b, c, d) = (rotation.b, rotation.c, rotation.d)
    let length = b * b + c * c + d * d
    // Written in few digits, a half turn can come out longer by as much.
    guard length <= 1.001 else { return nil }
    let a: Double
    if length > 1 {
      let scale = 1 / length.squareRoot()
      (a, b, c, d) = (0, b * scale, c * scale, d * scale)
    } else {
      a = (1 - length).squareRoot()
    }
    let x = SIMD3(a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c))
    let y = SIMD3(2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b))
    let z = SIMD3(2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c)
    columns = [x * steps.x, y * steps.y, z * (rotation.isMirrored ? -steps.z : steps.z)]
  }

  init(columns: [SIMD3<Double>]) { self.columns = columns }

  /// The length of a step along each axis.
  var steps: SIMD3<Double> {
    SIMD3(length(columns[0]), length(columns[1]), length(columns[2]))
  }
}

/// How the axes of a file become those of a body: the nearest permutation and mirroring.
struct NIfTIOrientation: Sendable, Equatable {
  /// The axis of the body (right, front, head) that each axis of the file becomes: each of them once.
  var targets: SIMD3<Int>
  /// 1, or −1 where it runs the other way.
  var directions: SIMD3<Int>

  /// The axes as they are stored.
  static let stored = NIfTIOrientation(targets: SIMD3(0, 1, 2), directions: SIMD3(1, 1, 1))

  init(targets: SIMD3<Int>, directions: SIMD3<Int>) {
    self.targets = targets
    self.directions = directions
  }

  /// The assignment of nibabel's `io_orientation`: of the rotation that is closest to the affine's
  /// directions, the axis that is most clearly along one of the body's gets it first.
  ///
  /// - Returns: nil for an affine whose axes have no three directions, or are no numbers.
  init?(_ affine: Affine) {
    guard var rotation = Self.rotation(affine) else { return nil }
    let clearness = rotation.map { max(abs($0.x), abs($0.y), abs($0.z)) }
    self = .stored
    // Stable, so that of equally clear axes the first comes first.
    for axis in (0..<3).sorted(by: { (-clearness[$0], $0) < (-clearness[$1], $1) }) {
      let column = rotation[axis]
      var target = 0
      for other in 1..<3 where abs(column[other]) > abs(column[target]) { target = other }
      targets[axis] = target
      directions[axis] = column[target] < 0 ? -1 : 1
      for other in 0..<3 { rotation[other][target] = 0 }
    }
    // A rotation leaves each axis something; the guard is for what rounding may do.
    guard Set([targets.x, targets.y, targets.z]).count == 3 else { return nil }
  }

  /// What the axes lead to, in the usual letters.
  var letters: String {
    (0..<3).map { axis in
      (directions[axis] < 0 ? ["L", "P", "I"] : ["R", "A", "S"])[targets[axis]]
    }.joined()
  }

  /// What belongs to the axes of a file, in the order of the body's.
  func permuted<Scalar>(_ values: SIMD3<Scalar>) -> SIMD3<Scalar> {
    var result = values
    for axis in 0..<3 { result[targets[axis]] = values[axis] }
    return result
  }

  /// How far the directions may be from a plane: the part of the unit cube's volume that they span.
  /// Numbers of a header have seven digits; a real scan's axes are far from it.
  private static let least = 1e-5

  /// The rotation, or rotation and mirroring, that is closest to the directions of the axes: the polar
  /// factor, to which the mean of a matrix and its inverse's transpose converges (Higham 1986,
  /// "Computing the polar decomposition").
  private static func rotation(_ affine: Affine) -> [SIMD3<Double>]? {
    var matrix = affine.columns.map { $0 / length($0) }
    // False for what is not a number, too.
    guard abs(determinant(matrix)) >= least else { return nil }
    // Each step about halves a singular value that is too large, 17 times from 1e5, and then doubles
    // the digits.
    for _ in 0..<40 {
      let volume = determinant(matrix)
      let inverse = [
        cross(matrix[1], matrix[2]) / volume, cross(matrix[2], matrix[0]) / volume,
        cross(matrix[0], matrix[1]) / volume,
      ]
      matrix = zip(matrix, inverse).map { ($0 + $1) / 2 }
    }
    return matrix
  }
}

private func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }

private func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

private func determinant(_ columns: [SIMD3<Double>]) -> Double {
  (columns[0] * cross(columns[1], columns[2])).sum()
}
