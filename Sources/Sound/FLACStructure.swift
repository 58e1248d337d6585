/// The first block of a FLAC file (RFC 9639, section 8.2). That the frames are all there, and their
/// checksums, is for the decoder to see.
enum FLACStructure {
  static func read(_ source: SoundSource, from start: Int) throws -> SoundStructure {
    // "fLaC", a header of 4 bytes, and 34 bytes of which 18 matter.
    let bytes = try source.bytes(at: start, count: 26)
    guard bytes.count == 26 else {
      throw SoundStructure.Fault.broken("it ends before it says how it is encoded")
    }
    guard bytes[4] & 0x7F == 0, bytes.bigEndian(at: 5, count: 3) == 34 else {
      throw SoundStructure.Fault.broken("it does not begin by saying how it is encoded")
    }
    // 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of frames.
    let facts = bytes.bigEndian(at: 18, count: 4)
    let frames = bytes.bigEndian(at: 21, count: 5) & 0xF_FFFF_FFFF
    return SoundStructure(
      channels: (facts >> 9 & 7) + 1, sampleRate: facts >> 12, frames: frames == 0 ? nil : frames)
  }
}
