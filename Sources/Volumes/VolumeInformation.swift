import ConvKitFiles

/// What the head of a volume file says, without its voxels.
package struct VolumeInformation: Sendable, Equatable {
  /// Voxels along each axis of the volume that is read.
  package let extent: SIMD3<Int>

  /// In millimetres; 1 where nothing is known.
  package let spacing: SIMD3<Double>

  package let orientation: Volume.Orientation

  /// Where the axes lead as they are stored, the fastest first, in the letters that are usual for it:
  /// “LAS” goes to the left, to the front and to the head. Nil where the file does not say.
  package let storedAxes: String?

  /// The unit that the file gives lengths in; nil where it does not say, which is taken as millimetres.
  package let unit: LengthUnit?

  /// How many volumes there are, one behind the other.
  package let series: Int

  package let type: NumberType
}

/// The units of length that a volume file may use.
package enum LengthUnit: Int, Sendable, CaseIterable {
  // By NIfTI's numbers.
  case metre = 1
  case millimetre, micrometre

  package var millimetres: Double {
    switch self {
    case .metre: 1000
    case .millimetre: 1
    case .micrometre: 0.001
    }
  }
}
