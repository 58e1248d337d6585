import ConvKitCore

/// What one version of a volume has another way than the volume: the numbers that `VolumeAugmentation`
/// draws. The volume is thought of as mirrored and scaled first, then turned and moved, then its values changed.
///
/// Everything is computed by basic arithmetic in a fixed order, so that the same numbers give the same
/// bits on every machine; what is not changed keeps its bits.
struct VolumeVariation: Equatable {
  /// Voxels along each axis.
  var shift = SIMD3(repeating: 0.0)
  var factor = 1.0
  /// What each axis is multiplied by beside.
  var stretch = SIMD3(repeating: 1.0)
  /// About each axis, in radians, the first axis first: from the second axis to the third, from the third to
  /// the first, and from the first to the second.
  var angles = SIMD3(repeating: 0.0)
  /// −1 along each axis that is mirrored.
  var mirror = SIMD3(repeating: 1.0)
  /// What a value's distance from the middle of the range is multiplied by.
  var contrast: Float = 1
  /// What is added to every value, as a share of the range.
  var brightness: Float = 0
  /// The standard deviation of what is added to every value, as a share of the range.
  var noise: Float = 0
  var noiseSeed: UInt64 = 0
}

extension VolumeVariation {
  /// Draws the numbers of every kind, in a fixed order; a new kind is drawn after the others.
  init(drawnFor augmentation: VolumeAugmentation, extent: SIMD3<Int>, from stream: RandomStream) {
    var stream = stream
    func drawn(_ kinds: VolumeAugmentationKind...) -> Double {
      let number = Double(stream.uniform())
      return kinds.reduce(0) { $0 + (augmentation[$1] ?? 0) } * (2 * number - 1)
    }
    func sign(_ kind: VolumeAugmentationKind) -> Double {
      let number = Double(stream.uniform())
      return augmentation[kind].map { number < $0 ? -1 : 1 } ?? 1
    }
    let (x, y, z) = (drawn(.shift), drawn(.shift), drawn(.shift))
    shift = SIMD3(x, y, z) * SIMD3<Double>(extent)
    // Growing and shrinking are alike: a factor between 1 and the largest, or 1 divided by it.
    func grown(_ kind: VolumeAugmentationKind) -> Double {
      let number = Double(stream.uniform()) * 2 - 1
      guard let largest = augmentation[kind] else { return 1 }
      let by = 1 + abs(number) * (largest - 1)
      return number < 0 ? 1 / by : by
    }
    factor = grown(.scale)
    let (along, across, up) = (grown(.stretch), grown(.stretch), grown(.stretch))
    stretch = SIMD3(along, across, up)
    let (aboutX, aboutY, aboutZ) = (
      drawn(.turn, .turnX), drawn(.turn, .turnY), drawn(.turn, .turnZ)
    )
    angles = SIMD3(aboutX, aboutY, aboutZ) * (Double.pi / 180)
    let (mirrorX, mirrorY, mirrorZ) = (sign(.mirrorX), sign(.mirrorY), sign(.mirrorZ))
    mirror = SIMD3(mirrorX, mirrorY, mirrorZ)
    contrast = Float(1 + drawn(.intensity))
    brightness = Float(drawn(.intensity))
    // Noise needs as many numbers as there are values: they have a stream of their own.
    noiseSeed = stream.next()
    noise = Float(augmentation[.noise] ?? 0)
  }

  /// The version of an input [first axis, second, third, channel].
  ///
  /// - Parameter spacing: from one voxel to the next along each axis, in any unit: things keep their shape
  ///   when they are turned where voxels are longer than wide.
  func applied(to input: Tensor<Float>, spacing: SIMD3<Double>) -> Tensor<Float> {
    precondition(input.shape.count == 4, "an input of three axes and channels, not \(input.shape)")
    let warp = VolumeWarp(
      extent: SIMD3(input.shape[0], input.shape[1], input.shape[2]), channels: input.shape[3],
      back: wayBack(spacing), shift: shift)
    var values = moves ? warp.applied(to: input.elements) : input.elements
    if relights { relight(&values) }
    return Tensor(shape: input.shape, elements: values)
  }

  private var moves: Bool {
    let none = SIMD3(repeating: 1.0)
    return shift != SIMD3() || factor != 1 || stretch != none || angles != SIMD3() || mirror != none
  }

  private var relights: Bool { contrast != 1 || brightness != 0 || noise != 0 }

  /// From where a voxel of the version comes: rows of the matrix that takes its place from the middle to
  /// that in the volume.
  private func wayBack(_ spacing: SIMD3<Double>) -> [SIMD3<Double>] {
    let turns = (0..<3).map { axis in
      let (cosine, sine) = Elementary.cosineAndSine(angles[axis])
      let (next, last) = ((axis + 1) % 3, (axis + 2) % 3)
      var rows = [SIMD3(1.0, 0, 0), SIMD3(0.0, 1, 0), SIMD3(0.0, 0, 1)]
      // The other way round than the turn.
      rows[next][next] = cosine
      rows[next][last] = sine
      rows[last][next] = -sine
      rows[last][last] = cosine
      return rows
    }
    func product(_ a: [SIMD3<Double>], _ b: [SIMD3<Double>]) -> [SIMD3<Double>] {
      a.map { row in row.x * b[0] + row.y * b[1] + row.z * b[2] }
    }
    // The turn about the first axis came first, so that it is undone last.
    let back = product(turns[0], product(turns[1], turns[2]))
    return (0..<3).map { axis in
      back[axis] * spacing / (spacing[axis] * factor * stretch[axis]) * mirror[axis]
    }
  }

  /// Changes the contrast and the brightness, and adds noise.
  private func relight(_ values: inout [Float]) {
    guard let lowest = values.min(), let highest = values.max(), lowest < highest else { return }
    let (middle, range) = ((lowest + highest) / 2, highest - lowest)
    let offset = middle * (1 - contrast) + brightness * range
    // The sum of four bytes is close to normal, with the mean 510 and the variance 4 · (256² − 1) / 12.
    let step = noise * range / Float(21845).squareRoot()
    var stream = RandomStream(seed: noiseSeed, purpose: .augmentation)
    for place in values.indices {
      var value = contrast * values[place] + offset
      if noise != 0 {
        let bytes = stream.next()
        let sum = (0..<4).reduce(Int32(0)) {
          $0 + Int32(truncatingIfNeeded: bytes >> (8 * $1) & 0xFF)
        }
        value += Float(sum - 510) * step
      }
      values[place] = value
    }
  }
}
