import ConvKitCore
import Testing

@Suite struct MapCopyTests {
  @Test func copiesAddsAndClears() throws {
    for (extent, channels, wider, first) in [
      ([4], 3, 3, 0), ([4], 3, 7, 4), ([3, 5], 1, 4, 2), ([2, 3, 4], 5, 6, 1),
      ([2, 1, 3, 2], 3, 5, 2), ([], 4, 9, 3), ([1, 1], 17, 33, 16),
    ] {
      let example = MapCopyExample(extent: extent, channels: channels, of: wider, from: first)
      for instructionSet in InstructionSet.available {
        let mismatch = try example.mismatch(on: instructionSet)
        #expect(
          mismatch == nil, "\(extent)x\(channels) of \(wider) on \(instructionSet.name)")
      }
    }
  }
}
