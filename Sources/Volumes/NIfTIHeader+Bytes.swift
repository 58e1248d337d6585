extension NIfTIHeader {
  /// The header as it stands in a file, of as many bytes as its version has. What is not kept here, such
  /// as the place of the first voxel in space, is zero.
  var bytes: [UInt8] {
    let layout = version.layout
    var fields = NIfTIFields(
      bytes: [UInt8](repeating: 0, count: layout.magic) + layout.mark
        + [UInt8](repeating: 0, count: layout.size - layout.magic - layout.mark.count),
      isBigEndian: isBigEndian)
    func setReals(_ reals: [Double], at place: Int) {
      for (index, real) in reals.enumerated() {
        fields.set(real, at: place + index * layout.realSize, size: layout.realSize)
      }
    }
    fields.set(layout.size, at: 0, size: 4)
    let sizes = [series > 1 ? 4 : 3, extent.x, extent.y, extent.z, series, 1, 1, 1]
    for (index, size) in sizes.enumerated() {
      fields.set(
        size, at: layout.dimensions + index * layout.dimensionSize, size: layout.dimensionSize)
    }
    let code = Self.typeCodes.first { $0.type == type }?.code
    precondition(code != nil, "NIfTI has no numbers of the type \(type.rawValue)")
    fields.set(code ?? 0, at: layout.type, size: 2)
    fields.set(8 * type.size, at: layout.bits, size: 2)
    setReals(
      [qform?.isMirrored == true ? -1 : 1, steps.x, steps.y, steps.z, 1, 1, 1, 1],
      at: layout.steps)
    if version == .first {
      setReals([Double(voxels)], at: layout.voxels)
    } else {
      fields.set(voxels, at: layout.voxels, size: 8)
    }
    setReals([scaling?.slope ?? 1], at: layout.slope)
    setReals([scaling?.intercept ?? 0], at: layout.intercept)
    fields.set(unit?.rawValue ?? 0, at: layout.units, size: layout.unitsSize)
    // “Aligned to something”: what to, is not said.
    let aligned = 2
    if let qform {
      fields.set(aligned, at: layout.qformCode, size: layout.codeSize)
      setReals([qform.b, qform.c, qform.d], at: layout.quaternion)
    }
    if let sform {
      fields.set(aligned, at: layout.sformCode, size: layout.codeSize)
      setReals(
        (0..<3).flatMap { row in sform.columns.map { $0[row] } + [0] }, at: layout.sform)
    }
    return fields.bytes
  }
}
