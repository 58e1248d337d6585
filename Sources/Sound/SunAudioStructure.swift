/// The header of an AU file.
enum SunAudioStructure {
  static func read(_ source: SoundSource) throws -> SoundStructure {
    let header = try source.bytes(at: 0, count: 24)
    guard header.count == 24 else {
      throw SoundStructure.Fault.broken("it ends within its header")
    }
    let start = header.bigEndian(at: 4, count: 4)
    let declared = header.bigEndian(at: 8, count: 4)
    let encoding = header.bigEndian(at: 12, count: 4)
    let channels = header.bigEndian(at: 20, count: 4)
    let size: Int
    switch encoding {
    case 1, 2, 27: size = 1  // µ-law, 8 bits, A-law
    case 3: size = 2
    case 4: size = 3
    case 5, 6: size = 4
    case 7: size = 8
    default:
      throw SoundStructure.Fault.otherFormat("AU with samples of encoding \(encoding)")
    }
    guard channels > 0 else { throw SoundStructure.Fault.broken("it has no channels") }
    guard start >= 24 else {
      throw SoundStructure.Fault.broken("its samples begin within its header, at byte \(start)")
    }
    let available = max(0, source.size - start)
    let isUnknown =
      declared == 0 || declared > available && SoundStructure.isUnknown(declared)
    var structure = try SoundStructure(
      channels: channels, sampleRate: header.bigEndian(at: 16, count: 4),
      frameSize: channels * size, declared: isUnknown ? nil : declared, available: available)
    if isUnknown && available <= Int(Int32.max) {
      // All ones are read by libsndfile, and other sizes beyond the file are not.
      structure.view = SoundView(
        head: header[..<4] + bigEndian(24) + bigEndian(available) + header[12...],
        range: start..<start + available)
    }
    return structure
  }

  private static func bigEndian(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - $0 * 8)) }
  }
}
