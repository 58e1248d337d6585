/// Where the fields of a NIfTI header stand, in bytes from its start.
///
/// By the standard's own header files, `nifti1.h` of 2004 and `nifti2.h` of 2011. What stands in the
/// fields means the same in both.
struct NIfTILayout: Sendable {
  /// Of the header, which is also its first field.
  let size: Int
  let magic: Int
  let dimensions, type, bits, steps, voxels, slope, intercept, units: Int
  let qformCode, sformCode, quaternion, sform: Int
  /// How many bytes a dimension, a real number, one of the codes and the units take.
  let dimensionSize, realSize, codeSize, unitsSize: Int

  static let first = NIfTILayout(
    size: 348, magic: 344, dimensions: 40, type: 70, bits: 72, steps: 76, voxels: 108, slope: 112,
    intercept: 116, units: 123, qformCode: 252, sformCode: 254, quaternion: 256, sform: 280,
    dimensionSize: 2, realSize: 4, codeSize: 2, unitsSize: 1)

  static let second = NIfTILayout(
    size: 540, magic: 4, dimensions: 16, type: 12, bits: 14, steps: 104, voxels: 168, slope: 176,
    intercept: 184, units: 500, qformCode: 344, sformCode: 348, quaternion: 352, sform: 400,
    dimensionSize: 8, realSize: 8, codeSize: 4, unitsSize: 4)

  /// The size as it stands in a header, highest byte first.
  var sizeBytes: [UInt8] { [0, 0, UInt8(size >> 8), UInt8(size & 0xFF)] }

  /// What stands at `magic` in a file that holds header and voxels. The line ends of the second version
  /// show a transfer that took the file for a text.
  var mark: [UInt8] {
    size == Self.first.size
      ? Array("n+1\0".utf8) : Array("n+2\0".utf8) + [0x0D, 0x0A, 0x1A, 0x0A]
  }

  /// The same in the header of a file that has its voxels in another.
  var pairMark: [UInt8] {
    [mark[0], UInt8(ascii: "i")] + mark[2...]
  }
}
