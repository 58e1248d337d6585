/// A learned vector for every token: row t of a table [token, channel] stands for token t.
package struct Embedding {
  private let channels: Int
  private let positions: [Int]
  private let gradientPositions: [Int]

  package init(output: MapLayout, outputGradient: MapLayout) {
    channels = output.channels
    positions = output.rowOffsets(merging: 0)
    gradientPositions = outputGradient.rowOffsets(merging: 0)
  }

  package func forward(
    tokens: UnsafePointer<Int32>, table: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    for (index, position) in positions.enumerated() {
      (output + position).update(from: table + Int(tokens[index]) * channels, count: channels)
    }
  }

  /// Adds each position's gradient to its token's row, for some of the channels.
  package func tableGradient(
    tokens: UnsafePointer<Int32>, outputGradient: UnsafePointer<Float>, channels part: Range<Int>,
    tableGradient: UnsafeMutablePointer<Float>
  ) {
    for (index, position) in gradientPositions.enumerated() {
      let row = tableGradient + Int(tokens[index]) * channels
      let from = outputGradient + position
      for channel in part { row[channel] += from[channel] }
    }
  }
}
