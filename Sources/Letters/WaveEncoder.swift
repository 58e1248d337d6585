/// Writes clips as WAV files.
enum WaveEncoder {
  /// A file of 16 bits and one channel: 44 bytes of header, then the samples, lowest byte first.
  ///
  /// - Parameter sampleRate: in hertz.
  /// - Precondition: the samples fill less than 4 GiB.
  static func file(of samples: [Int16], sampleRate: Int) -> [UInt8] {
    let size = 2 * samples.count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(44 + size)
    func append(_ tag: String) { bytes += tag.utf8 }
    func append(_ number: Int, bytes count: Int) {
      for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
    append("RIFF")
    append(Int(UInt32(36 + size)), bytes: 4)
    append("WAVEfmt ")
    append(16, bytes: 4)
    // Numbers as they are, one channel.
    append(1, bytes: 2)
    append(1, bytes: 2)
    append(sampleRate, bytes: 4)
    // Bytes a second, bytes and bits a sample.
    append(2 * sampleRate, bytes: 4)
    append(2, bytes: 2)
    append(16, bytes: 2)
    append("data")
    append(size, bytes: 4)
    for sample in samples { append(Int(sample), bytes: 2) }
    return bytes
  }
}
